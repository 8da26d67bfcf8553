package jvisor.cpu.interpreter;

import jvisor.cpu.vcpu.Observer;
import jvisor.cpu.vcpu.Step;
import jvisor.cpu.vcpu.Vcpu;

/** An op with somebody looking on. */
final class ObservedOp extends Op {
  private final Op op;
  private final Observer observer;
  private final Step step;

  ObservedOp(Op op, Observer observer, Step step) {
    super(op.offset, op.next);
    this.op = op;
    this.observer = observer;
    this.step = step;
  }

  @Override
  void execute(Vcpu c) {
    observer.begins(c, step);
    op.execute(c);
    observer.completed(c, step);
  }
}
