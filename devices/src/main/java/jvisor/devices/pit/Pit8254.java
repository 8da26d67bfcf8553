package jvisor.devices.pit;

import jvisor.devices.ByteWidePorts;
import jvisor.devices.ticks.TickDebt;
import jvisor.devices.ticks.TickPolicy;
import jvisor.platform.Device;
import jvisor.platform.InterruptLine;
import jvisor.platform.PortDevice;
import jvisor.platform.VmClock;

/**
 * The 8254 of a PC: ports 0x40–0x43, OUT 0 as IRQ 0, counter 2 gated and read through port 0x61.
 */
public final class Pit8254 implements Device, ByteWidePorts {
  /** Ports that the timer takes. */
  public static final int PORTS = 4;

  /** The input clock in Hz. */
  public static final long HZ = PitTime.HZ;

  private static final int READ_BACK = 3;
  private static final long REFRESH_TICKS = 18;

  private final VmClock clock;
  private final InterruptLine irq0;
  private final VmClock.Timer timer;
  private final TickDebt debt;
  private final TickPolicy policy;
  private final Counter[] counters = {new Counter(true), new Counter(true), new Counter(false)};
  private int port61;
  private long seen;
  private long lastDelivery;

  /**
   * Creates the chip with all counters waiting to be programmed.
   *
   * @param irq0 OUT of counter 0
   */
  public Pit8254(VmClock clock, InterruptLine irq0, TickPolicy policy) {
    this.clock = clock;
    this.irq0 = irq0;
    this.policy = policy;
    this.debt = new TickDebt(policy);
    this.timer = clock.timer(this::deliver);
    reset();
  }

  @Override
  public String name() {
    return "pit";
  }

  @Override
  public void reset() {
    port61 = 0;
    counters[2].setGate(tick(), false);
    for (Counter counter : counters) {
      counter.reset();
    }
    restart();
  }

  private long tick() {
    return PitTime.ticks(clock.now());
  }

  @Override
  public int readByte(int offset) {
    int index = offset & 3;
    collect();
    return index == 3 ? 0xff : counters[index].read(tick());
  }

  @Override
  public void writeByte(int offset, int value) {
    int index = offset & 3;
    collect();
    long tick = tick();
    if (index < 3) {
      counters[index].write(tick, value);
      if (index == 0) {
        restart();
      }
    } else if (value >>> 6 == READ_BACK) {
      readBack(tick, value);
    } else {
      counters[value >>> 6].control(tick, value);
      if (value >>> 6 == 0 && (value & 0x30) != 0) {
        restart();
      }
    }
  }

  private void readBack(long tick, int command) {
    for (int i = 0; i < 3; i++) {
      if ((command & 2 << i) != 0) {
        if ((command & 0x20) == 0) {
          counters[i].latchCount(tick);
        }
        if ((command & 0x10) == 0) {
          counters[i].latchStatus(tick);
        }
      }
    }
  }

  /** The guest has programmed counter 0: what was owed belongs to its former program. */
  private void restart() {
    long tick = tick();
    seen = tick;
    pulse();
    debt.clear();
    if (!counters[0].out(tick)) {
      irq0.set(false);
    } else if (counters[0].nextRise(tick) == PitTime.NEVER) {
      irq0.set(true);
    }
    schedule();
  }

  private void deliver() {
    collect();
    pulse();
    schedule();
  }

  private void pulse() {
    if (debt.take()) {
      lastDelivery = clock.now();
      irq0.set(false);
      irq0.set(true);
    }
  }

  /** Counts the rises up to now, before an access can change what is to come. */
  private void collect() {
    long tick = tick();
    long rise = counters[0].nextRise(seen);
    if (rise <= tick) {
      counters[0].out(tick);
      int period = counters[0].period();
      long ticks = 1 + (period > 0 ? (tick - rise) / period : 0);
      seen = period > 0 ? rise + (ticks - 1) * period : tick;
      debt.add(ticks);
    }
  }

  private void schedule() {
    int period = counters[0].period();
    long due = PitTime.NEVER;
    if (debt.outstanding()) {
      due = lastDelivery + debt.catchUpSpacing(PitTime.nanos(period));
    } else {
      long rise = counters[0].nextRise(seen);
      if (rise != PitTime.NEVER) {
        due = PitTime.nanos(rise);
        if (period > 0) {
          due = Math.max(due, lastDelivery + policy.minSpacing());
        }
      }
    }
    if (due == PitTime.NEVER) {
      timer.cancel();
    } else {
      timer.arm(due);
    }
  }

  /** Port 0x61: gate and output of counter 2, and the refresh toggle. */
  public PortDevice systemControl() {
    return new ByteWidePorts() {
      @Override
      public int readByte(int offset) {
        long tick = tick();
        return port61
            | (tick / REFRESH_TICKS % 2 != 0 ? 0x10 : 0)
            | (counters[2].out(tick) ? 0x20 : 0);
      }

      @Override
      public void writeByte(int offset, int value) {
        port61 = value & 0x0f;
        counters[2].setGate(tick(), (value & 1) != 0);
      }
    };
  }
}
