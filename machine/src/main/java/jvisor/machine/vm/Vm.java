package jvisor.machine.vm;

import jvisor.machine.BootException;
import jvisor.machine.ExitReason;
import jvisor.machine.MachineConfig;
import jvisor.machine.StopReason;
import jvisor.machine.VirtualMachine;
import jvisor.machine.clock.MachineClock;
import jvisor.machine.clock.Wakeup;
import jvisor.platform.Inbox;

/** The loop of a machine. */
final class Vm implements VirtualMachine {
  private final MachineConfig config;
  private final Pc pc;
  private final ControlPanel control;
  private final MachineClock clock;
  private final Inbox inbox;
  private final Turns turns;
  private final Wakeup wakeup;

  Vm(MachineConfig config, Pc pc) {
    this.config = config;
    this.pc = pc;
    control = pc.control();
    clock = pc.clock();
    inbox = pc.inbox();
    turns = pc.turns();
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
        pc.ended();
        return end;
      }
      if (control.takeReset() != null) {
        restart();
      } else if (turns.someoneIsReady()) {
        runSlice();
      } else {
        rest();
      }
    }
  }

  private void restart() {
    clock.pause();
    try {
      pc.reset();
    } catch (BootException e) {
      control.die("cannot start again: " + e.getMessage(), RegisterDump.of(pc.processors()));
    }
    clock.resume();
  }

  private void runSlice() {
    long budget = clock.budget();
    long before = pc.retired();
    Processor died = turns.run(budget);
    clock.ran(pc.retired() - before);
    if (died != null) {
      control.tripleFault(
          config.onTripleFault(), tripleFaultOf(died), RegisterDump.of(pc.processors()));
      died.vcpu().setShutdown(false);
    }
  }

  private String tripleFaultOf(Processor died) {
    return config.cpus() == 1 ? "triple fault" : "triple fault of cpu " + died.vcpu().number;
  }

  /**
   * Nothing to run: sleeps until a timer or a wake-up, or finds that nothing can ever wake the
   * guest.
   */
  private void rest() {
    if (pc.processors().stream().allMatch(Processor::isDead)) {
      control.die("halted with interrupts off", RegisterDump.of(pc.processors()));
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
    return RegisterDump.of(pc.processors());
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
