package jvisor.machine.vm;

import java.util.function.Consumer;
import jvisor.guests.Guest;
import jvisor.machine.BootException;
import jvisor.machine.MachineConfig;
import jvisor.machine.boot.BootImage;
import jvisor.platform.VmClock;

/** Looks behind a guest's back, between two of its instructions, again and again. */
final class Probe {
  private final Pc pc;
  private final long period;
  private final Consumer<Pc> look;
  private final VmClock.Timer timer;

  private Probe(Pc pc, long period, Consumer<Pc> look) {
    this.pc = pc;
    this.period = period;
    this.look = look;
    timer = pc.clock().timer(this::fire);
    timer.arm(period);
  }

  private void fire() {
    look.accept(pc);
    timer.arm(pc.clock().now() + period);
  }

  /** Starts a guest; {@code look} is called each {@code period} nanoseconds of virtual time. */
  static Guest start(MachineConfig.Builder config, long period, Consumer<Pc> look) {
    return Guest.start(
        config,
        complete -> {
          Pc pc =
              Pc.build(complete, BootImage.open(complete.boot()), EngineMaker.interpreter(true));
          try {
            pc.start();
          } catch (BootException e) {
            pc.close();
            throw e;
          }
          new Probe(pc, period, look);
          return new Vm(complete, pc, "interpreter");
        });
  }
}
