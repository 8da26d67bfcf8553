package jvisor.devices.rtc;

import jvisor.devices.ByteWidePorts;
import jvisor.devices.ticks.TickDebt;
import jvisor.devices.ticks.TickPolicy;
import jvisor.platform.Device;
import jvisor.platform.InterruptLine;
import jvisor.platform.VmClock;

/** The real-time clock at ports 0x70 and 0x71, with 128 bytes of memory and IRQ 8. */
public final class Mc146818 implements Device, ByteWidePorts {
  /** Ports that the chip takes. */
  public static final int PORTS = 2;

  private static final long SECOND = 1_000_000_000L;
  private static final long BASE_HZ = 32_768;
  private static final long UPDATE_IN_PROGRESS = 2_228_000;

  private static final int A = 10;
  private static final int B = 11;
  private static final int C = 12;
  private static final int D = 13;

  private static final int A_UIP = 0x80;
  private static final int A_DIVIDER = 0x70;
  private static final int A_DIVIDER_32768 = 0x20;

  private static final int B_SET = 0x80;
  private static final int B_PIE = 0x40;
  private static final int B_AIE = 0x20;
  private static final int B_UIE = 0x10;
  private static final int B_SQWE = 0x08;
  private static final int B_BINARY = 0x04;
  private static final int B_24_HOURS = 0x02;

  private static final int C_IRQF = 0x80;
  private static final int C_PF = 0x40;
  private static final int C_AF = 0x20;
  private static final int C_UF = 0x10;

  private static final int D_VALID = 0x80;

  private final VmClock clock;
  private final InterruptLine irq8;
  private final VmClock.Timer timer;
  private final TickDebt debt;
  private final byte[] ram = new byte[128];
  private final TimeRegisters time = new TimeRegisters(ram);

  private int index;
  private boolean nmiMasked;
  private int flags;

  /** The time from which the divider counts; updates fall on whole seconds after it. */
  private long origin;

  private long updatesMade;
  private long periodsSeen;
  private long lastPeriodic;

  /** Whether PF stands for a late tick, so that the next one must not coalesce with it. */
  private boolean lateTickUnread;

  /**
   * Creates the chip with the clock's present time, its memory zero.
   *
   * @param irq8 the interrupt, high while register C has IRQF set
   */
  public Mc146818(VmClock clock, InterruptLine irq8, TickPolicy policy) {
    this.clock = clock;
    this.irq8 = irq8;
    this.debt = new TickDebt(policy);
    this.timer = clock.timer(this::update);
    ram[A] = A_DIVIDER_32768 | 6;
    ram[B] = B_24_HOURS;
    long now = clock.now();
    origin = now - now % SECOND;
    time.set(clock.epochSeconds() + now / SECOND);
    reset();
  }

  @Override
  public String name() {
    return "rtc";
  }

  /** {@inheritDoc} The battery keeps time and memory. */
  @Override
  public void reset() {
    advance();
    ram[B] &= (byte) ~(B_PIE | B_AIE | B_UIE | B_SQWE);
    flags = 0;
    lateTickUnread = false;
    index = 0;
    nmiMasked = false;
    debt.clear();
    update();
  }

  /** Whether the guest has masked non-maskable interrupts (bit 7 of port 0x70). */
  public boolean nmiMasked() {
    return nmiMasked;
  }

  /** Puts a byte of the memory (0x0E–0x7F) where firmware looks for it. */
  public void setByte(int address, int value) {
    if (address <= D || address >= ram.length) {
      throw new IllegalArgumentException("not a byte of memory: " + address);
    }
    ram[address] = (byte) value;
  }

  /** Writes the memory sizes at 0x15–0x18, 0x30, 0x31, 0x34, 0x35 and 0x5B–0x5D. */
  public void setMemory(InstalledMemory memory) {
    setWord(0x15, memory.base());
    setWord(0x17, memory.extended());
    setWord(0x30, memory.extended());
    setWord(0x34, memory.above16M());
    setWord(0x5b, memory.high());
    setByte(0x5d, memory.high() >>> 16);
  }

  private void setWord(int address, int value) {
    setByte(address, value);
    setByte(address + 1, value >>> 8);
  }

  @Override
  public int readByte(int offset) {
    if ((offset & 1) == 0) {
      return 0xff;
    }
    advance();
    return switch (index) {
      case A -> (ram[A] & 0xff) | (updateInProgress() ? A_UIP : 0);
      case C -> {
        int value = flags | (interrupting() ? C_IRQF : 0);
        flags = 0;
        lateTickUnread = false;
        update();
        yield value;
      }
      case D -> D_VALID;
      default -> ram[index] & 0xff;
    };
  }

  @Override
  public void writeByte(int offset, int value) {
    if ((offset & 1) == 0) {
      index = value & 0x7f;
      nmiMasked = (value & 0x80) != 0;
      return;
    }
    advance();
    switch (index) {
      case A -> writeA(value);
      case B -> writeB(value);
      case C, D -> {
        // Read-only.
      }
      default -> {
        ram[index] = (byte) value;
        if (!TimeRegisters.holdsTime(index) && !TimeRegisters.holdsAlarm(index)) {
          return;
        }
      }
    }
    update();
  }

  private void writeA(int value) {
    boolean wasRunning = running();
    ram[A] = (byte) (value & ~A_UIP);
    if (running() && !wasRunning) {
      origin = clock.now() - SECOND / 2;
      updatesMade = 0;
    }
    periodsSeen = periods();
    debt.clear();
    lateTickUnread = false;
  }

  private void writeB(int value) {
    int kept = (value & B_SET) != 0 ? value & ~B_UIE : value;
    if ((kept & B_PIE) == 0) {
      debt.clear();
    }
    ram[B] = (byte) kept;
    time.setFormat((kept & B_BINARY) != 0, (kept & B_24_HOURS) != 0);
  }

  private boolean running() {
    return (ram[A] & A_DIVIDER) == A_DIVIDER_32768;
  }

  private boolean set(int bitOfB) {
    return (ram[B] & bitOfB) != 0;
  }

  private boolean updateInProgress() {
    long phase = (clock.now() - origin) % SECOND;
    return running() && !set(B_SET) && phase >= SECOND - UPDATE_IN_PROGRESS;
  }

  /** The length of a period in cycles of the time base, or 0 if register A selects none. */
  private long periodCycles() {
    int rate = ram[A] & 15;
    if (rate == 0 || !running()) {
      return 0;
    }
    return rate <= 2 ? 64L << rate : 1L << (rate - 1);
  }

  private long periods() {
    long cycles = periodCycles();
    if (cycles == 0) {
      return 0;
    }
    long elapsed = clock.now() - origin;
    return (elapsed / SECOND * BASE_HZ + elapsed % SECOND * BASE_HZ / SECOND) / cycles;
  }

  /** The first nanosecond at which {@code count} periods have passed. */
  private long periodTime(long count) {
    long cycles = count * periodCycles();
    return origin + cycles / BASE_HZ * SECOND + (cycles % BASE_HZ * SECOND + BASE_HZ - 1) / BASE_HZ;
  }

  /** Makes the updates and sets the flags that are due. */
  private void advance() {
    if (!running()) {
      return;
    }
    long seconds = (clock.now() - origin) / SECOND;
    long due = seconds - updatesMade;
    if (due > 0) {
      updatesMade = seconds;
      if (!set(B_SET)) {
        int alarm = time.updatesUntilAlarm();
        if (alarm > 0 && alarm <= due) {
          flags |= C_AF;
        }
        time.add(due);
        flags |= C_UF;
      }
    }
    long periods = periods();
    long ticks = periods - periodsSeen;
    if (ticks > 0) {
      periodsSeen = periods;
      flags |= C_PF;
      if (set(B_PIE)) {
        debt.add(lateTickUnread ? ticks : ticks - 1);
        lateTickUnread = false;
        lastPeriodic = clock.now();
      }
    }
  }

  private boolean interrupting() {
    return (flags & ram[B] & (C_PF | C_AF | C_UF)) != 0;
  }

  private long catchUpTime() {
    return lastPeriodic + debt.catchUpSpacing(periodTime(1) - origin);
  }

  /** Brings flags, the interrupt and the timer up to now. */
  private void update() {
    advance();
    long now = clock.now();
    boolean owed = set(B_PIE) && debt.outstanding() && (flags & C_PF) == 0;
    if (owed && now >= catchUpTime() && debt.take()) {
      flags |= C_PF;
      lateTickUnread = true;
      lastPeriodic = now;
      owed = false;
    }
    irq8.set(interrupting());
    long next = Long.MAX_VALUE;
    if (running()) {
      if (set(B_PIE) && periodCycles() > 0) {
        next = periodTime(periodsSeen + 1);
        if (owed) {
          next = Math.min(next, catchUpTime());
        }
      }
      if (set(B_UIE)) {
        next = Math.min(next, updateTime(1));
      }
      if (set(B_AIE) && !set(B_SET)) {
        int alarm = time.updatesUntilAlarm();
        next = Math.min(next, alarm > 0 ? updateTime(alarm) : Long.MAX_VALUE);
      }
    }
    if (next == Long.MAX_VALUE) {
      timer.cancel();
    } else {
      timer.arm(next);
    }
  }

  private long updateTime(int updates) {
    return origin + (updatesMade + updates) * SECOND;
  }
}
