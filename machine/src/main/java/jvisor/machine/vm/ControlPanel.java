package jvisor.machine.vm;

import java.util.concurrent.atomic.AtomicReference;
import jvisor.machine.ExitReason;
import jvisor.machine.StopReason;
import jvisor.machine.TripleFault;
import jvisor.platform.MachineControl;
import org.jspecify.annotations.Nullable;

/**
 * What devices of the guest and people outside ask of the machine. Devices call from the machine's
 * thread, {@link #stop} any thread; the loop looks when its processor has come back.
 */
final class ControlPanel implements MachineControl {
  private final boolean noReboot;
  private final Runnable interrupt;
  private final AtomicReference<@Nullable StopReason> stop = new AtomicReference<>();
  private @Nullable ExitReason end;
  private @Nullable String resetCause;

  /** {@code interrupt} makes the processor come back to the loop; any thread. */
  ControlPanel(boolean noReboot, Runnable interrupt) {
    this.noReboot = noReboot;
    this.interrupt = interrupt;
  }

  @Override
  public void powerOff() {
    end(new ExitReason.PoweredOff());
  }

  @Override
  public void reset(String cause) {
    if (noReboot) {
      end(new ExitReason.Rebooted());
    } else if (resetCause == null) {
      resetCause = cause;
      interrupt.run();
    }
  }

  @Override
  public void exit(int status) {
    end(new ExitReason.DebugExit(status));
  }

  /** Ends the machine; any thread. */
  void stop(StopReason why) {
    stop.compareAndSet(null, why);
    interrupt.run();
  }

  /**
   * A processor has shut down ({@code onTripleFault} as configured); {@code cause} is a line,
   * {@code registers} a dump.
   */
  void tripleFault(TripleFault action, String cause, String registers) {
    switch (action) {
      case EXIT -> end(new ExitReason.GuestDied(cause, registers));
      case RESET -> reset(cause);
    }
  }

  /** The guest can never go on. */
  void die(String cause, String registers) {
    end(new ExitReason.GuestDied(cause, registers));
  }

  /** Why the machine is to end, or null. */
  @Nullable ExitReason ended() {
    if (end != null) {
      return end;
    }
    StopReason why = stop.get();
    return why == null ? null : new ExitReason.Stopped(why);
  }

  /** Whether anything is asked that the loop has not answered. */
  boolean isAsked() {
    return ended() != null || resetCause != null;
  }

  /** Takes a pending reset: its cause, or null. */
  @Nullable String takeReset() {
    String cause = resetCause;
    resetCause = null;
    return cause;
  }

  private void end(ExitReason reason) {
    if (end == null) {
      end = reason;
      interrupt.run();
    }
  }
}
