package jvisor.machine.explain;

import java.util.EnumSet;
import java.util.Set;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;

/** What instructions do that are the kernel's alone (SDM vol. 3, 5.9), and CPUID. */
final class Privileged {
  /** Those that user code may not execute. */
  static final Set<Mnemonic> INSTRUCTIONS =
      EnumSet.of(
          Mnemonic.MOV_CR,
          Mnemonic.MOV_DR,
          Mnemonic.LGDT,
          Mnemonic.LIDT,
          Mnemonic.LLDT,
          Mnemonic.LTR,
          Mnemonic.LMSW,
          Mnemonic.CLTS,
          Mnemonic.INVD,
          Mnemonic.WBINVD,
          Mnemonic.INVLPG,
          Mnemonic.INVPCID,
          Mnemonic.RDMSR,
          Mnemonic.WRMSR,
          Mnemonic.HLT,
          Mnemonic.XSETBV,
          Mnemonic.SWAPGS);

  private Privileged() {}

  /** What {@code insn} has done, now that it has; {@code rax} and {@code rcx} are from before. */
  static String effect(Vcpu c, Insn insn, long rax, long rcx) {
    VcpuState s = c.state;
    return switch (insn.mnemonic()) {
      case MOV_CR -> control(c, insn);
      case MOV_DR -> insn.a.kind() == Operand.Kind.DEBUG ? "sets a debug register" : "reads one";
      case LGDT -> table("global descriptor table", s, VcpuState.GDTR_BASE, VcpuState.GDTR_LIMIT);
      case LIDT ->
          table("interrupt descriptor table", s, VcpuState.IDTR_BASE, VcpuState.IDTR_LIMIT);
      case LLDT -> "names the local descriptor table";
      case LTR -> "names the task state segment, which has the kernel's stacks";
      case LMSW, CLTS -> "changes cr0, now %x".formatted(s.cr(0));
      case INVD, WBINVD -> "empties the caches, of which a guest sees nothing";
      case INVLPG, INVPCID -> "has translations of addresses forgotten";
      case RDMSR ->
          "reads model-specific register %x: %x"
              .formatted(rcx & 0xffff_ffffL, s.reg(2) << 32 | s.reg(0, 4));
      case WRMSR ->
          "sets model-specific register %x to %x"
              .formatted(rcx & 0xffff_ffffL, s.reg(2) << 32 | s.reg(0, 4));
      case HLT -> "waits until an interrupt comes";
      case XSETBV ->
          "chooses the register sets that XSAVE knows: xcr0 is %x".formatted(s.get(VcpuState.XCR0));
      case CPUID ->
          "asks what the processor can, leaf %x: eax=%x ebx=%x ecx=%x edx=%x"
              .formatted(rax & 0xffff_ffffL, s.reg(0), s.reg(3), s.reg(1), s.reg(2));
      default -> "changes what the processor takes for granted";
    };
  }

  private static String control(Vcpu c, Insn insn) {
    if (insn.a.kind() == Operand.Kind.CONTROL) {
      int index = insn.a.index();
      return "sets cr%d to %x%s".formatted(index, c.state.cr(index), meaning(index));
    }
    return "reads cr" + insn.b.index();
  }

  private static String meaning(int index) {
    return switch (index) {
      case 0 -> ", which switches protection and paging";
      case 3 -> ", which names the page tables: another address space";
      case 4 -> ", which switches features of paging and protection";
      default -> "";
    };
  }

  private static String table(String name, VcpuState s, int base, int limit) {
    return "says where the %s is: %x, last byte %x".formatted(name, s.get(base), s.get(limit));
  }
}
