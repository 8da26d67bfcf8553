package jvisor.machine.explain;

import jvisor.cpu.vcpu.Step;
import jvisor.cpu.vcpu.Vcpu;
import org.jspecify.annotations.Nullable;

/** How things stood before what is being explained. */
final class Moment {
  /** CR3 without the bits that do not tell programs apart: PCID, and the halves of Linux's PTI. */
  private static final long SPACE = 0x000f_ffff_ffff_e000L;

  /** The processor whose instruction is running, or was the last to run. */
  @Nullable Vcpu processor;

  /** The instruction that is running. */
  @Nullable Step step;

  long rip;
  long stackPointer;
  int cpl;
  long rax;
  long rcx;
  private long space;

  /** Before an instruction. */
  void begins(Vcpu c, Step next) {
    processor = c;
    step = next;
    rip = next.rip(c);
    stand(c);
    rax = c.state.reg(0);
    rcx = c.state.reg(1);
  }

  /** Before an exception or interrupt, at the address that it will save. */
  void stops(Vcpu c) {
    rip = c.state.rip();
    stand(c);
  }

  private void stand(Vcpu c) {
    cpl = c.cpl();
    stackPointer = c.state.reg(4);
    space = space(c);
  }

  /** The way back to {@code to}, with all else as it stood. */
  OpenTraps.Way wayBack(long to) {
    return new OpenTraps.Way(to, stackPointer, space);
  }

  /** Where {@code c} is going on now. */
  static OpenTraps.Way wayOn(Vcpu c) {
    return new OpenTraps.Way(c.state.rip(), c.state.reg(4), space(c));
  }

  private static long space(Vcpu c) {
    return c.cpl() == 3 ? c.state.cr(3) & SPACE : 0;
  }
}
