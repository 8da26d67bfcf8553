package jvisor.machine.explain;

import jvisor.cpu.vcpu.Observer;
import jvisor.cpu.vcpu.Step;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.machine.ExplainSpec;
import jvisor.machine.ExplainTopic;

/**
 * Explains traps while a machine runs, a few lines each. One for all processors of a machine, which
 * run by turns.
 */
public final class Narrator implements Observer, AutoCloseable {
  private final Moment before = new Moment();
  private final Report report;
  private final Calls calls;
  private final Monitored monitored;
  private final Events events;

  /** Explains as {@code spec} has it; {@code linux} if the guest was loaded as a Linux kernel. */
  public Narrator(ExplainSpec spec, boolean linux) {
    OpenTraps open = new OpenTraps();
    report = new Report(spec);
    calls = new Calls(report, open, linux);
    monitored = new Monitored(report);
    events = new Events(report, open);
  }

  @Override
  public boolean wants(Insn insn) {
    Mnemonic name = insn.mnemonic();
    return report.has(ExplainTopic.FAULTS)
        || report.has(ExplainTopic.MMIO)
        || Calls.isCall(name)
        || Calls.isReturn(name)
        || Monitored.isPort(name)
        || Monitored.isPrivileged(name);
  }

  @Override
  public void begins(Vcpu c, Step next) {
    before.begins(c, next);
  }

  @Override
  public void completed(Vcpu c, Step last) {
    Mnemonic name = last.insn().mnemonic();
    if (Calls.isCall(name)) {
      calls.called(c, last, before);
    } else if (Calls.isReturn(name)) {
      calls.returned(c, last, before);
    } else if (report.has(ExplainTopic.PRIVILEGED) && Monitored.isPrivileged(name)) {
      monitored.privileged(c, last, before);
    }
    before.step = null;
  }

  @Override
  public void memory(long la, int size, boolean write, long value, boolean system) {}

  @Override
  public void device(long gpa, int size, boolean write, long value) {
    Vcpu c = before.processor;
    Step running = before.step;
    if (c != null && running != null && report.has(ExplainTopic.MMIO)) {
      monitored.device(c, running, before, gpa, size, write, value);
    }
  }

  @Override
  public void port(Vcpu c, int port, int size, boolean write, int value) {
    Step running = before.step;
    if (running != null && report.has(ExplainTopic.PORTS)) {
      monitored.port(c, running, before, port, size, write, value);
    }
  }

  @Override
  public void delivering(Vcpu c, Event kind, int vector, int errorCode) {
    events.delivering(c, kind, vector, errorCode, before);
  }

  @Override
  public void delivered(Vcpu c) {
    events.delivered(c, before);
  }

  @Override
  public void shutDown(Vcpu c) {
    events.shutDown(c);
  }

  /** The machine has ended. */
  @Override
  public void close() {
    report.close();
  }
}
