package jvisor.machine.vm;

import java.util.List;
import java.util.stream.Collectors;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Vcpu;

/** A processor's registers as text for people. */
final class RegisterDump {
  private static final String[] GPR = {
    "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8 ", "r9 ", "r10", "r11", "r12",
    "r13", "r14", "r15"
  };
  private static final String[] SEGMENTS = {"es", "cs", "ss", "ds", "fs", "gs", "ldt", "tr"};

  private RegisterDump() {}

  /**
   * Several lines for each processor, under headings if there are several; no line end at the end.
   */
  static String of(List<Processor> processors) {
    if (processors.size() == 1) {
      return of(processors.getFirst().vcpu());
    }
    return processors.stream()
        .map(p -> heading(p) + "\n" + of(p.vcpu()))
        .collect(Collectors.joining("\n"));
  }

  private static String heading(Processor p) {
    return "cpu %d%s".formatted(p.vcpu().number, p.waitsForStartup() ? " waits for SIPI" : "");
  }

  private static String of(Vcpu c) {
    VcpuState s = c.state;
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < GPR.length; i++) {
      out.append("%s=%016x".formatted(GPR[i], s.reg(i))).append(i % 4 == 3 ? '\n' : ' ');
    }
    out.append(
        "rip=%016x rflags=%08x cpl=%d %s%s\n"
            .formatted(s.rip(), c.rflags(), c.cpl(), c.codeMode(), c.isHalted() ? " halted" : ""));
    for (int i = 0; i < SEGMENTS.length; i++) {
      out.append(
          "%-3s=%04x base=%016x limit=%08x attributes=%06x%n"
              .formatted(
                  SEGMENTS[i],
                  s.selector(i),
                  s.segmentBase(i),
                  s.segmentLimit(i),
                  s.segmentAttributes(i)));
    }
    out.append(
        "gdt=%016x+%04x idt=%016x+%04x\n"
            .formatted(
                s.get(VcpuState.GDTR_BASE),
                s.get(VcpuState.GDTR_LIMIT),
                s.get(VcpuState.IDTR_BASE),
                s.get(VcpuState.IDTR_LIMIT)));
    out.append(
        "cr0=%08x cr2=%016x cr3=%016x cr4=%08x efer=%08x"
            .formatted(s.cr(0), s.cr(2), s.cr(3), s.cr(4), s.get(VcpuState.EFER)));
    return out.append("\nretired=%d".formatted(c.retired())).toString();
  }
}
