package jvisor.machine.vm;

import jvisor.cpu.vcpu.Observer;
import jvisor.cpu.vcpu.Step;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;

/** Two onlookers in the place of one. */
record Both(Observer first, Observer second) implements Observer {
  @Override
  public boolean wants(Insn insn) {
    return first.wants(insn) || second.wants(insn);
  }

  @Override
  public void begins(Vcpu c, Step step) {
    first.begins(c, step);
    second.begins(c, step);
  }

  @Override
  public void completed(Vcpu c, Step step) {
    first.completed(c, step);
    second.completed(c, step);
  }

  @Override
  public void memory(long la, int size, boolean write, long value, boolean system) {
    first.memory(la, size, write, value, system);
    second.memory(la, size, write, value, system);
  }

  @Override
  public void device(long gpa, int size, boolean write, long value) {
    first.device(gpa, size, write, value);
    second.device(gpa, size, write, value);
  }

  @Override
  public void port(Vcpu c, int port, int size, boolean write, int value) {
    first.port(c, port, size, write, value);
    second.port(c, port, size, write, value);
  }

  @Override
  public void delivering(Vcpu c, Event event, int vector, int errorCode) {
    first.delivering(c, event, vector, errorCode);
    second.delivering(c, event, vector, errorCode);
  }

  @Override
  public void delivered(Vcpu c) {
    first.delivered(c);
    second.delivered(c);
  }

  @Override
  public void shutDown(Vcpu c) {
    first.shutDown(c);
    second.shutDown(c);
  }
}
