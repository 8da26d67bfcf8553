package jvisor.machine.vm;

import java.util.List;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.machine.BootException;
import jvisor.machine.ExitReason;
import jvisor.machine.MachineConfig;
import jvisor.machine.StopReason;
import jvisor.machine.clock.MachineClock;
import jvisor.platform.GuestMemory;
import jvisor.platform.Inbox;
import org.jspecify.annotations.Nullable;

/** The loop of a machine. */
final class Vm implements SteppedMachine {
  private final MachineConfig config;
  private final Pc pc;
  private final String engine;
  private final ControlPanel control;
  private final MachineClock clock;
  private final Inbox inbox;
  private final Schedule schedule;

  Vm(MachineConfig config, Pc pc, String engine) {
    this.config = config;
    this.engine = engine;
    this.pc = pc;
    control = pc.control();
    clock = pc.clock();
    inbox = pc.inbox();
    schedule = pc.schedule();
  }

  @Override
  public ExitReason run() {
    clock.resume();
    schedule.begin();
    try {
      ExitReason end = null;
      while (end == null) {
        end = round(Long.MAX_VALUE);
      }
      return end;
    } finally {
      schedule.end();
    }
  }

  @Override
  public @Nullable ExitReason runTo(long until) {
    clock.resume();
    ExitReason end = null;
    while (end == null && pc.retired() < until && !waitsForHost()) {
      end = round(until - pc.retired());
    }
    clock.pause();
    return end;
  }

  @Override
  public boolean waitsForHost() {
    return !schedule.someoneIsReady()
        && clock.nextDeadline() == MachineClock.NEVER
        && inbox.isEmpty()
        && !control.isAsked()
        && !allAreDead();
  }

  /**
   * Serves all, then runs at most {@code most} instructions or rests; why it has ended, or null.
   */
  private @Nullable ExitReason round(long most) {
    inbox.drain();
    clock.fireDue();
    ExitReason end = control.ended();
    if (end != null) {
      pc.ended();
    } else if (control.takeReset() != null) {
      restart();
    } else if (schedule.someoneIsReady()) {
      runSlice(most);
    } else {
      rest();
    }
    return end;
  }

  private void restart() {
    schedule.hold();
    clock.pause();
    try {
      pc.reset();
    } catch (BootException e) {
      control.die("cannot start again: " + e.getMessage(), RegisterDump.of(pc.processors()));
    }
    clock.resume();
    schedule.release();
  }

  private void runSlice(long most) {
    long budget = Math.min(most, clock.budget());
    long before = pc.retired();
    Processor died = schedule.run(budget);
    clock.ran(pc.retired() - before);
    if (died != null) {
      schedule.hold();
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
    if (allAreDead()) {
      control.die("halted with interrupts off", RegisterDump.of(pc.processors()));
    } else {
      schedule.idle();
    }
  }

  private boolean allAreDead() {
    return pc.processors().stream().allMatch(Processor::isDead);
  }

  @Override
  public long retired() {
    return pc.retired();
  }

  @Override
  public List<Vcpu> processors() {
    return pc.processors().stream().map(Processor::vcpu).toList();
  }

  @Override
  public GuestMemory memory() {
    return pc.board().memory();
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
    return engine;
  }

  @Override
  public void close() {
    pc.close();
  }
}
