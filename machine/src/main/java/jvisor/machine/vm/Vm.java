package jvisor.machine.vm;

import jvisor.cpu.interpreter.Exit;
import jvisor.cpu.interpreter.Interpreter;
import jvisor.cpu.state.Rflags;
import jvisor.machine.BootException;
import jvisor.machine.ExitReason;
import jvisor.machine.MachineConfig;
import jvisor.machine.StopReason;
import jvisor.machine.VirtualMachine;
import jvisor.machine.clock.MachineClock;
import jvisor.machine.clock.Wakeup;
import jvisor.platform.Inbox;

/** The loop of a machine with one processor. */
final class Vm implements VirtualMachine {
  private final MachineConfig config;
  private final Pc pc;
  private final ControlPanel control;
  private final MachineClock clock;
  private final Inbox inbox;
  private final Wakeup wakeup;

  Vm(MachineConfig config, Pc pc) {
    this.config = config;
    this.pc = pc;
    control = pc.control();
    clock = pc.clock();
    inbox = pc.inbox();
    wakeup = pc.wakeup();
  }

  @Override
  public ExitReason run() {
    clock.resume();
    while (true) {
      inbox.drain();
      clock.fireDue();
      ExitReason end = control.ended();
      if (end != null) {
        return end;
      }
      if (control.takeReset() != null) {
        restart();
      } else if (pc.vcpu().isHalted() && !pc.interruptible()) {
        rest();
      } else {
        runSlice();
      }
    }
  }

  private void restart() {
    clock.pause();
    try {
      pc.reset();
    } catch (BootException e) {
      control.die("cannot start again: " + e.getMessage(), RegisterDump.of(pc.vcpu()));
    }
    clock.resume();
  }

  private void runSlice() {
    Interpreter engine = pc.engine();
    long before = pc.vcpu().retired();
    pc.vcpu().attention.raise();
    Exit exit = engine.run(clock.budget());
    clock.ran(pc.vcpu().retired() - before);
    if (exit == Exit.SHUTDOWN) {
      control.tripleFault(config.onTripleFault(), RegisterDump.of(pc.vcpu()));
      pc.vcpu().setShutdown(false);
    }
  }

  /**
   * Nothing to run: sleeps until a timer or a wake-up, or finds that nothing can ever wake the
   * guest.
   */
  private void rest() {
    if ((pc.vcpu().state.systemFlags() & Rflags.IF) == 0) {
      control.die("halted with interrupts off", RegisterDump.of(pc.vcpu()));
    } else {
      clock.idle(wakeup);
    }
  }

  @Override
  public void requestStop(StopReason why) {
    control.stop(why);
  }

  @Override
  public String dumpState() {
    return RegisterDump.of(pc.vcpu());
  }

  @Override
  public String engine() {
    return "interpreter";
  }

  @Override
  public void close() {
    pc.close();
  }
}
