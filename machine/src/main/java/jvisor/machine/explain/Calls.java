package jvisor.machine.explain;

import java.util.EnumSet;
import java.util.Set;
import jvisor.cpu.vcpu.Step;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.CodeMode;
import jvisor.isa.Disassembler;
import jvisor.isa.Mnemonic;
import jvisor.machine.ExplainTopic;
import jvisor.machine.explain.OpenTraps.Trap;
import org.jspecify.annotations.Nullable;

/** Tells of calls for the kernel, and of all ways back from it. */
final class Calls {
  private static final Set<Mnemonic> CALLS =
      EnumSet.of(Mnemonic.SYSCALL, Mnemonic.SYSENTER, Mnemonic.INT);
  private static final Set<Mnemonic> RETURNS =
      EnumSet.of(Mnemonic.SYSRET, Mnemonic.SYSEXIT, Mnemonic.IRET);

  private final Report report;
  private final OpenTraps open;
  private final @Nullable SystemCallNames names;

  Calls(Report report, OpenTraps open, boolean linux) {
    this.report = report;
    this.open = open;
    this.names = linux ? new SystemCallNames() : null;
  }

  static boolean isCall(Mnemonic name) {
    return CALLS.contains(name);
  }

  static boolean isReturn(Mnemonic name) {
    return RETURNS.contains(name);
  }

  /** {@code last} has called. */
  void called(Vcpu c, Step last, Moment before) {
    long way = last.mode() == CodeMode.BITS64 ? -1L : 0xffff_ffffL;
    long back = before.rip + last.insn().length & way;
    boolean fast = last.insn().mnemonic() != Mnemonic.INT;
    String what = before.cpl == 3 || fast ? "system call" : "software interrupt";
    long number = report.begin(c, last.retired(c), ExplainTopic.SYSCALLS, what);
    open.open(before.wayBack(back), new Trap(number, what, last.retired(c)));
    if (number == 0) {
      return;
    }
    report.trapped(last, before);
    String name = names != null && fast && c.is64Bit() ? names.of(before.rax) : "";
    String arguments =
        c.is64Bit()
            ? "rdi=%x rsi=%x rdx=%x r10=%x"
                .formatted(c.state.reg(7), c.state.reg(6), c.state.reg(2), c.state.reg(10))
            : "ebx=%x ecx=%x edx=%x"
                .formatted(c.state.reg(3, 4), before.rcx & 0xffff_ffffL, c.state.reg(2, 4));
    report.tell(
        "why",
        "the program asks for a service: rax=%x%s, %s".formatted(before.rax, name, arguments));
    String source =
        switch (last.insn().mnemonic()) {
          case SYSCALL -> "which LSTAR or STAR names";
          case SYSENTER -> "which SYSENTER_EIP names";
          default -> Report.entry(c, (int) last.insn().a.value() & 0xff);
        };
    report.handler(c, source, before);
    if (last.insn().mnemonic() == Mnemonic.SYSCALL) {
      report.tell(
          "later",
          "rcx=%x is the way back, r11=%x the flags".formatted(c.state.reg(1), c.state.reg(11)));
    }
  }

  /** {@code last} has returned to somewhere. */
  void returned(Vcpu c, Step last, Moment before) {
    long to = c.state.rip();
    Trap trap = open.close(Moment.wayOn(c));
    long now = last.retired(c);
    String text = Disassembler.text(last.insn(), before.rip);
    if (trap != null && trap.number() != 0 && report.isLive(now)) {
      report.headline(
          "#%d %s returns, %,d instructions later"
              .formatted(trap.number(), trap.what(), now - trap.at()));
      report.tell("by", "%s at %x".formatted(text, before.rip));
      report.tell(
          "control",
          "back to %x%s; rax=%x".formatted(to, Report.level(before.cpl, c.cpl()), c.state.reg(0)));
    } else if (trap == null && before.cpl != 3 && c.cpl() == 3) {
      if (report.begin(c, now, ExplainTopic.SYSCALLS, "entry into user code") != 0) {
        report.tell("by", "%s at %x".formatted(text, before.rip));
        report.tell(
            "why", "no trap above goes on there: a new program or process, or a signal's handler");
        report.tell("control", "to %x%s".formatted(to, Report.level(before.cpl, 3)));
      }
    }
  }
}
