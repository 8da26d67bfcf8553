package jvisor.machine.explain;

import jvisor.cpu.vcpu.Step;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Mnemonic;
import jvisor.machine.ExplainTopic;

/** Tells of what the monitor does in the processor's and the devices' place. */
final class Monitored {
  private final Report report;

  Monitored(Report report) {
    this.report = report;
  }

  static boolean isPort(Mnemonic name) {
    return name == Mnemonic.IN
        || name == Mnemonic.OUT
        || name == Mnemonic.INS
        || name == Mnemonic.OUTS;
  }

  static boolean isPrivileged(Mnemonic name) {
    // SWAPGS is in every way into the kernel and tells nothing.
    return name == Mnemonic.CPUID
        || name != Mnemonic.SWAPGS && Privileged.INSTRUCTIONS.contains(name);
  }

  /** {@code last} is privileged, or CPUID, and has completed. */
  void privileged(Vcpu c, Step last, Moment before) {
    Mnemonic name = last.insn().mnemonic();
    String effect = Privileged.effect(c, last.insn(), before.rax, before.rcx);
    String key = "%x %s".formatted(before.rip, name);
    if (!report.beginRepeatable(c, last.retired(c), ExplainTopic.PRIVILEGED, effect, key)) {
      return;
    }
    report.trapped(last, before);
    report.tell(
        "why",
        name == Mnemonic.CPUID
            ? "every guest shall see the processor that the monitor shows"
            : "privileged: only level 0 may");
    report.tell("handler", "the monitor, which plays the processor");
    report.tell("control", "the next instruction, at %x".formatted(last.next(c)));
  }

  /** {@code running} has reached a device at {@code gpa}. */
  void device(Vcpu c, Step running, Moment before, long gpa, int size, boolean write, long value) {
    String key = "%x %b %x".formatted(before.rip, write, gpa);
    long done = running.retired(c);
    if (!report.beginRepeatable(c, done, ExplainTopic.MMIO, "device register", key)) {
      return;
    }
    report.trapped(running, before);
    report.tell(
        "why",
        "physical address %x is no memory but a device's: %s"
            .formatted(gpa, did(write, size, value)));
    report.tell("handler", "the monitor: " + Hardware.memory(gpa));
    report.tell("control", "the next instruction");
  }

  /** {@code running} has reached a port. */
  void port(Vcpu c, Step running, Moment before, int port, int size, boolean write, int value) {
    String key = "%x %b %x".formatted(before.rip, write, port);
    String what = "port %x".formatted(port);
    if (!report.beginRepeatable(c, running.retired(c), ExplainTopic.PORTS, what, key)) {
      return;
    }
    report.trapped(running, before);
    String did = did(write, size, value & Vcpu.mask(size));
    report.tell("why", "ports are devices, and devices are the monitor's: " + did);
    report.tell("handler", "the monitor: " + Hardware.port(port));
    report.tell("control", "the next instruction");
  }

  private static String did(boolean write, int size, long value) {
    return "%s %x (%d byte%s)"
        .formatted(write ? "writes" : "reads", value, size, size == 1 ? "" : "s");
  }
}
