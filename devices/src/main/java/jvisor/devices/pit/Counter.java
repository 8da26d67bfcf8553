package jvisor.devices.pit;

/**
 * One counter of the 8254 as a function of the tick number. The counting element holds {@code n} at
 * tick {@code base} and has made {@link #elapsed} steps since; a count waits in the count register
 * until tick {@code loadAt}. Every method takes the current tick, which never goes back.
 */
final class Counter {
  private static final int RW_LSB = 1;
  private static final int RW_MSB = 2;
  private static final int RW_BOTH = 3;

  private boolean gate;
  private int control;
  private int rw;
  private int mode;
  private boolean bcd;

  private boolean written;
  private int countRegister;
  private int n;
  private boolean counting;
  private boolean nullCount;
  private long loadAt;
  private long base;
  private boolean startsLow;
  private boolean frozen;
  private long frozenElapsed;
  private int idleValue;

  private boolean writesMsbNext;
  private int firstByte;
  private boolean readsMsbNext;
  private boolean countLatched;
  private int latchedCount;
  private boolean statusLatched;
  private int latchedStatus;

  Counter(boolean gate) {
    this.gate = gate;
    reset();
  }

  /** Power-on. The part's state is undefined then; this one waits in mode 0 for a count. */
  void reset() {
    idleValue = 0;
    statusLatched = false;
    setControl(0, RW_BOTH << 4);
  }

  boolean gate() {
    return gate;
  }

  void control(long tick, int value) {
    int command = value >>> 4 & 3;
    if (command == 0) {
      latchCount(tick);
    } else {
      advance(tick);
      setControl(currentValue(tick), value);
    }
  }

  private void setControl(int value, int word) {
    idleValue = value;
    control = word & 0x3f;
    rw = word >>> 4 & 3;
    mode = word >>> 1 & 7;
    if (mode > 5) {
      mode -= 4;
    }
    bcd = (word & 1) != 0;
    written = false;
    counting = false;
    nullCount = true;
    loadAt = PitTime.NEVER;
    frozen = false;
    writesMsbNext = false;
    readsMsbNext = false;
    countLatched = false;
  }

  void latchCount(long tick) {
    if (!countLatched) {
      countLatched = true;
      latchedCount = reading(tick);
    }
  }

  void latchStatus(long tick) {
    if (!statusLatched) {
      statusLatched = true;
      latchedStatus = (out(tick) ? 0x80 : 0) | (nullCount ? 0x40 : 0) | control;
    }
  }

  int read(long tick) {
    if (statusLatched) {
      statusLatched = false;
      return latchedStatus;
    }
    int value = countLatched ? latchedCount : reading(tick);
    boolean msb = rw == RW_MSB || (rw == RW_BOTH && readsMsbNext);
    if (rw == RW_BOTH) {
      readsMsbNext = !readsMsbNext;
    }
    if (rw != RW_BOTH || msb) {
      countLatched = false;
    }
    return msb ? value >>> 8 & 0xff : value & 0xff;
  }

  void write(long tick, int value) {
    advance(tick);
    switch (rw) {
      case RW_LSB -> writeCount(tick, value);
      case RW_MSB -> writeCount(tick, value << 8);
      default -> {
        if (writesMsbNext) {
          writesMsbNext = false;
          writeCount(tick, value << 8 | firstByte);
        } else {
          writesMsbNext = true;
          firstByte = value;
          if (mode == 0 && written) {
            idleValue = currentValue(tick);
            counting = false;
            loadAt = PitTime.NEVER;
          }
        }
      }
    }
  }

  private void writeCount(long tick, int value) {
    int count = bcd ? fromBcd(value) : value;
    countRegister = count == 0 ? modulus() : count;
    written = true;
    nullCount = true;
    switch (mode) {
      case 0 -> {
        idleValue = currentValue(tick);
        counting = false;
        loadAt = tick + 1;
      }
      case 4 -> loadAt = tick + 1;
      case 2 -> {
        if (!counting) {
          loadAt = tick + 1;
        } else if (!frozen && loadAt == PitTime.NEVER) {
          loadAt = base + (elapsed(tick) / n + 1) * n;
        }
      }
      case 3 -> {
        if (!counting) {
          loadAt = tick + 1;
        } else if (!frozen && loadAt == PitTime.NEVER) {
          loadAt = halfEnd(tick);
        }
      }
      default -> {
        // Modes 1 and 5 load when they are triggered.
      }
    }
  }

  void setGate(long tick, boolean level) {
    if (level == gate) {
      return;
    }
    advance(tick);
    gate = level;
    boolean retriggers = mode == 1 || mode == 2 || mode == 3 || mode == 5;
    if (level) {
      if (retriggers && written) {
        loadAt = tick + 1;
      } else if (frozen) {
        base = tick - frozenElapsed;
      }
      frozen = frozen && retriggers;
    } else if (mode != 1 && mode != 5) {
      if (counting && !frozen) {
        frozenElapsed = elapsed(tick);
        frozen = true;
      }
      if (counting && (mode == 2 || mode == 3)) {
        loadAt = PitTime.NEVER;
      }
    }
  }

  /** Brings a load that was due by {@code tick} into effect. */
  private void advance(long tick) {
    if (tick < loadAt) {
      return;
    }
    boolean atHalf = mode == 3 && counting && !frozen && n >= 2 && loadAt == halfEnd(loadAt - 1);
    startsLow = atHalf && out3(loadAt - 1);
    n = countRegister;
    base = loadAt;
    loadAt = PitTime.NEVER;
    counting = true;
    nullCount = false;
    frozen = !gate && mode != 1 && mode != 5;
    frozenElapsed = 0;
  }

  private long elapsed(long tick) {
    return frozen ? frozenElapsed : tick - base;
  }

  /** The level of OUT. */
  boolean out(long tick) {
    advance(tick);
    if (!counting) {
      return mode != 0;
    }
    long steps = elapsed(tick);
    return switch (mode) {
      case 0, 1 -> steps >= n;
      case 2 -> frozen || n < 2 || steps % n != n - 1;
      case 3 -> frozen || out3(tick);
      default -> steps != n;
    };
  }

  private int highLength() {
    return (n + 1) / 2;
  }

  private boolean out3(long tick) {
    return n < 2 || phase(tick) < highLength();
  }

  /** Mode 3: how far into its period, counted from a rise of OUT, the counter is. */
  private long phase(long tick) {
    return (elapsed(tick) + (startsLow ? highLength() : 0)) % n;
  }

  /** Mode 3: the tick at which the half cycle that holds {@code tick} ends. */
  private long halfEnd(long tick) {
    if (n < 2) {
      return tick + 1;
    }
    long phase = phase(tick);
    return tick - phase + (phase < highLength() ? highLength() : n);
  }

  /**
   * The first tick after {@code tick} at which OUT rises, or {@link PitTime#NEVER}, if the guest
   * changes nothing.
   */
  long nextRise(long tick) {
    advance(tick);
    if (loadAt != PitTime.NEVER) {
      return riseAfterLoad();
    }
    if (!counting || frozen) {
      return PitTime.NEVER;
    }
    long steps = tick - base;
    return switch (mode) {
      case 0, 1 -> steps < n ? base + n : PitTime.NEVER;
      case 2 -> n < 2 ? PitTime.NEVER : base + (steps / n + 1) * n;
      case 3 -> n < 2 ? PitTime.NEVER : tick - phase(tick) + n;
      default -> steps <= n ? base + n + 1 : PitTime.NEVER;
    };
  }

  private long riseAfterLoad() {
    boolean gated = !gate && mode != 1 && mode != 5;
    long count = countRegister;
    return switch (mode) {
      case 0, 1 -> gated ? PitTime.NEVER : loadAt + count;
      case 2 -> counting && !frozen ? loadAt : gated || count < 2 ? PitTime.NEVER : loadAt + count;
      case 3 -> {
        if (counting && !frozen && n >= 2) {
          boolean low = !out3(loadAt - 1);
          yield low ? loadAt : loadAt + count / 2;
        }
        yield gated || count < 2 ? PitTime.NEVER : loadAt + count;
      }
      default -> gated ? PitTime.NEVER : loadAt + count + 1;
    };
  }

  /** Ticks from one rise to the next, or 0 if OUT rises once at most. */
  int period() {
    return counting && !frozen && (mode == 2 || mode == 3) && n >= 2 ? n : 0;
  }

  private int reading(long tick) {
    int value = currentValue(tick);
    return bcd ? toBcd(value) : value & 0xffff;
  }

  /**
   * The counting element as a plain number. A count that is loaded at the next tick is read as if
   * it were loaded: no PC's port access is so fast that its guest could see what was there before,
   * and Linux, which reads at once what it has written, takes that for a broken timer.
   */
  private int currentValue(long tick) {
    advance(tick);
    if (!counting) {
      return loadAt == PitTime.NEVER ? idleValue : mode == 3 ? countRegister & ~1 : countRegister;
    }
    long steps = elapsed(tick);
    return switch (mode) {
      case 2 -> (int) (n - steps % n);
      case 3 -> squareWaveValue(tick);
      default -> (int) Math.floorMod(n - steps, (long) modulus());
    };
  }

  private int squareWaveValue(long tick) {
    long phase = phase(tick);
    long step = phase < highLength() ? phase : phase - highLength();
    return (int) ((n & ~1) - 2 * step);
  }

  private int modulus() {
    return bcd ? 10_000 : 0x10000;
  }

  private static int fromBcd(int value) {
    return (value >>> 12) * 1000
        + (value >>> 8 & 15) * 100
        + (value >>> 4 & 15) * 10
        + (value & 15);
  }

  private static int toBcd(int value) {
    int digits = Math.floorMod(value, 10_000);
    return ((digits / 1000) << 12)
        | ((digits / 100 % 10) << 8)
        | ((digits / 10 % 10) << 4)
        | (digits % 10);
  }
}
