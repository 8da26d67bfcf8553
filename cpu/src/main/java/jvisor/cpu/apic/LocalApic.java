package jvisor.cpu.apic;

import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import jvisor.cpu.model.CpuFeature;
import jvisor.cpu.model.CpuModel;
import jvisor.cpu.state.Attention;
import jvisor.cpu.vcpu.ApicPort;
import jvisor.cpu.vcpu.InterruptUnit;
import jvisor.platform.ExternalInterrupts;
import jvisor.platform.MmioDevice;
import jvisor.platform.VmClock;
import org.jspecify.annotations.Nullable;

/**
 * The local APIC of one processor, in all three modes. Raises its processor's attention whenever
 * something becomes deliverable. As {@link MmioDevice} it is the register page of xAPIC mode.
 */
public final class LocalApic implements InterruptUnit, ApicPort, MmioDevice {
  private static final long BASE_BSP = 1 << 8;
  private static final long BASE_EXTD = 1 << 10;
  private static final long BASE_EN = 1 << 11;
  private static final long DEFAULT_PAGE = 0xfee0_0000L;
  private static final long PAGE_MASK = -4096L;

  /** 14H, entries of the local vector table less one, suppression of EOI broadcasts. */
  private static final int VERSION_VALUE = 0x14 | LocalVectorTable.ENTRIES - 1 << 16 | 1 << 24;

  private static final int SVR_ENABLED = 1 << 8;
  private static final int SVR_SUPPRESS_BROADCAST = 1 << 12;
  private static final int SVR_WRITABLE = SVR_SUPPRESS_BROADCAST | 0x3ff;
  private static final int LVT_EXT_INT = 0x700;
  private static final int LVT_NMI = 0x400;
  private static final int ILLEGAL_VECTORS = 16;

  private final int id;
  private final Attention attention;
  private final ExternalInterrupts pics;
  private final IntConsumer eoiBroadcast;
  private final long baseReserved;

  private final PendingInterrupts interrupts = new PendingInterrupts();
  private final LocalVectorTable lvt;
  private final ApicTimer timer;
  private final ErrorStatus errors = new ErrorStatus();
  private final LogicalId address;
  private final CommandRegister icr = new CommandRegister();

  private @Nullable ApicBus bus;
  private StartupEvents startup = StartupEvents.NONE;
  private Runnable modeChange = () -> {};

  private long base;
  private ApicMode mode = ApicMode.XAPIC;
  private int spurious;
  private boolean lint0;
  private boolean lint1;
  private boolean extIntMessage;

  /** How many NMIs wait. */
  private int nmis;

  private BooleanSupplier handlesNmi = () -> true;
  private boolean extInt;
  private boolean deliverable;

  /**
   * Creates a local APIC after power-on. Add it to an {@link ApicBus}.
   *
   * @param id the x2APIC id, whose low byte is the xAPIC id; 0 is the bootstrap processor's
   * @param model decides on x2APIC mode, TSC deadlines and the width of physical addresses
   * @param pics whom to ask for the vectors of external interrupts
   * @param eoiBroadcast gets the vector of each level-triggered interrupt that ends
   */
  public LocalApic(
      int id,
      CpuModel model,
      VmClock clock,
      Attention attention,
      ExternalInterrupts pics,
      IntConsumer eoiBroadcast) {
    this.id = id;
    this.address = new LogicalId(id);
    this.attention = attention;
    this.pics = pics;
    this.eoiBroadcast = eoiBroadcast;
    baseReserved =
        -1L << model.physicalBits() | 0x2ff | (model.has(CpuFeature.X2APIC) ? 0 : BASE_EXTD);
    lvt = new LocalVectorTable(model.has(CpuFeature.TSC_DEADLINE));
    timer = new ApicTimer(clock, () -> signal(LocalVectorTable.TIMER));
    reset();
  }

  /** Sets what runs after each change of {@link #page} and {@link #mmio}. */
  public void onModeChange(Runnable change) {
    modeChange = change;
    change.run();
  }

  /** Sets whom INIT and start-up messages reach. */
  public void onStartup(StartupEvents events) {
    startup = events;
  }

  void connect(ApicBus to) {
    bus = to;
  }

  // ---------------------------------------------------------------- states

  /** Power-on and reset. */
  public void reset() {
    base = DEFAULT_PAGE | BASE_EN | (id == 0 ? BASE_BSP : 0);
    mode = ApicMode.XAPIC;
    address.restoreId();
    init();
    modeChange.run();
  }

  /** The INIT state: as after reset, but IA32_APIC_BASE and so the mode stay. */
  public void init() {
    nmis = 0;
    resetRegisters();
    update();
  }

  private void resetRegisters() {
    interrupts.reset();
    lvt.reset();
    timer.reset();
    errors.reset();
    icr.reset();
    address.reset();
    spurious = 0xff;
    extIntMessage = false;
  }

  /**
   * Leaves the state that firmware hands to an operating system: enabled, LINT0 passing the
   * interrupts of the 8259 pair, LINT1 NMIs ("virtual wire" of the MultiProcessor Specification).
   */
  public void virtualWire() {
    spurious |= SVR_ENABLED;
    lvt.write(LocalVectorTable.LINT0, LVT_EXT_INT, true);
    lvt.write(LocalVectorTable.LINT1, LVT_NMI, true);
    update();
  }

  /** The mode. */
  public ApicMode mode() {
    return mode;
  }

  /** The gpa of the register page, whether or not the mode shows it. */
  public long page() {
    return base & PAGE_MASK;
  }

  /** What answers in the register page: this in xAPIC mode, nothing otherwise. */
  public @Nullable MmioDevice mmio() {
    return mode == ApicMode.XAPIC ? this : null;
  }

  @Override
  public long base() {
    return base;
  }

  @Override
  public boolean setBase(long value) {
    if ((value & baseReserved) != 0) {
      return false;
    }
    ApicMode next;
    if ((value & BASE_EN) == 0) {
      if ((value & BASE_EXTD) != 0) {
        return false;
      }
      next = ApicMode.DISABLED;
    } else {
      next = (value & BASE_EXTD) != 0 ? ApicMode.X2APIC : ApicMode.XAPIC;
    }
    if (mode == ApicMode.X2APIC && next == ApicMode.XAPIC
        || mode == ApicMode.DISABLED && next == ApicMode.X2APIC) {
      return false;
    }
    boolean changed = next != mode || (value & PAGE_MASK) != page();
    if (next == ApicMode.DISABLED && mode != ApicMode.DISABLED) {
      resetRegisters();
      address.restoreId();
    }
    base = value;
    mode = next;
    update();
    if (changed) {
      modeChange.run();
    }
    return true;
  }

  // ---------------------------------------------------------------- the processor's side

  @Override
  public boolean hasNmi() {
    return nmis > 0;
  }

  @Override
  public void takeNmi() {
    nmis = Math.max(0, nmis - 1);
    update();
  }

  @Override
  public boolean hasInterrupt() {
    return deliverable;
  }

  @Override
  public int acknowledge() {
    int vector;
    if (extInt) {
      extIntMessage = false;
      vector = pics.acknowledge() & 0xff;
    } else {
      vector = interrupts.acknowledge();
    }
    update();
    return vector;
  }

  @Override
  public int taskPriority() {
    return interrupts.taskPriority() >>> 4;
  }

  @Override
  public void setTaskPriority(int priority) {
    interrupts.setTaskPriority(priority << 4);
    update();
  }

  @Override
  public long deadline() {
    return timer.deadline();
  }

  @Override
  public void setDeadline(long tsc, long tscOffset) {
    timer.setDeadline(tsc, tscOffset);
  }

  /** Derives what can be delivered from everything that decides it. */
  private void update() {
    boolean wire =
        mode == ApicMode.DISABLED
            || !lvt.isMasked(LocalVectorTable.LINT0)
                && lvt.mode(LocalVectorTable.LINT0) == DeliveryMode.EXT_INT;
    extInt = extIntMessage || lint0 && wire;
    deliverable = extInt || interrupts.deliverable() >= 0;
    if (deliverable || nmis > 0) {
      attention.raise();
    }
  }

  // ---------------------------------------------------------------- sources

  /** The LINT0 pin, which is INTR while the APIC is disabled. */
  public void lint0(boolean level) {
    boolean rises = level && !lint0;
    lint0 = level;
    if (lvt.isLevelTriggered()) {
      serviceLevel();
    } else if (rises && lvt.mode(LocalVectorTable.LINT0) != DeliveryMode.EXT_INT) {
      signal(LocalVectorTable.LINT0);
    }
    update();
  }

  /** The LINT1 pin, which is NMI while the APIC is disabled. */
  public void lint1(boolean level) {
    boolean rises = level && !lint1;
    lint1 = level;
    if (rises && mode == ApicMode.DISABLED) {
      nmi();
    } else if (rises) {
      signal(LocalVectorTable.LINT1);
    }
  }

  private void nmi() {
    nmis = Math.min(nmis + 1, handlesNmi.getAsBoolean() ? 1 : 2);
    update();
  }

  /**
   * Tells whether the processor handles an NMI. As long as it does, one more waits and others are
   * lost; otherwise it would have taken the first one at once (AMD APM volume 2, 8.2.3), so that
   * two wait if they come faster than it can. Without this, one waits.
   */
  public void onNmi(BooleanSupplier handled) {
    handlesNmi = handled;
  }

  /** Requests LINT0's level-triggered interrupt if the pin is high and none is being handled. */
  private void serviceLevel() {
    int entry = LocalVectorTable.LINT0;
    if (lint0 && lvt.isLevelTriggered() && !lvt.isMasked(entry) && !lvt.remoteIrr()) {
      lvt.setRemoteIrr(lvt.vector(entry) >= ILLEGAL_VECTORS);
      request(lvt.vector(entry), true);
    }
  }

  /** A local source interrupts as its entry says. */
  private void signal(int entry) {
    if (!lvt.isMasked(entry)) {
      accept(lvt.mode(entry), lvt.vector(entry), false);
    }
  }

  private void request(int vector, boolean level) {
    if (vector < ILLEGAL_VECTORS) {
      error(ErrorStatus.RECEIVE_ILLEGAL_VECTOR);
    } else {
      interrupts.request(vector, level);
      update();
    }
  }

  private void error(int error) {
    errors.log(error);
    if (!lvt.isMasked(LocalVectorTable.ERROR) && errors.takeInterrupt()) {
      signal(LocalVectorTable.ERROR);
    }
  }

  // ---------------------------------------------------------------- messages

  /** Whether software has enabled this APIC, so that it takes vectored interrupts. */
  boolean isEnabled() {
    return mode != ApicMode.DISABLED && (spurious & SVR_ENABLED) != 0;
  }

  /** APR. */
  int arbitrationPriority() {
    return interrupts.arbitrationPriority();
  }

  /** Whether a message is for this APIC. */
  boolean isAddressed(Destination to) {
    return address.matches(to, mode);
  }

  /** Takes a message that is for this APIC, or an interrupt of a local source. */
  void accept(DeliveryMode delivery, int vector, boolean level) {
    switch (delivery) {
      case FIXED, LOWEST_PRIORITY -> {
        if (isEnabled()) {
          request(vector, level);
        }
      }
      case NMI -> {
        nmi();
      }
      case INIT -> startup.init();
      case START_UP -> startup.startUp(vector);
      case EXT_INT -> {
        extIntMessage |= isEnabled();
        update();
      }
      case SMI, RESERVED -> {
        // There is no system-management mode.
      }
    }
  }

  private void command(int low, int destination) {
    DeliveryMode delivery = DeliveryMode.in(low);
    int vector = low & 0xff;
    if (delivery == DeliveryMode.EXT_INT || CommandRegister.isInitDeassert(low)) {
      return;
    }
    if (delivery.isVectored() && vector < ILLEGAL_VECTORS) {
      error(ErrorStatus.SEND_ILLEGAL_VECTOR);
    }
    if (CommandRegister.shorthand(low) == CommandRegister.SELF) {
      accept(delivery, vector, false);
    } else if (bus != null) {
      boolean logical = CommandRegister.isLogical(low);
      Destination to =
          mode == ApicMode.X2APIC
              ? Destination.wide(destination, logical)
              : Destination.narrow(destination >>> 24, logical);
      bus.command(this, low, to);
    }
  }

  private void endOfInterrupt() {
    int vector = interrupts.end();
    if (vector < 0) {
      return;
    }
    update();
    if (interrupts.isLevelTriggered(vector)) {
      if (lvt.remoteIrr() && lvt.vector(LocalVectorTable.LINT0) == vector) {
        lvt.setRemoteIrr(false);
        serviceLevel();
      }
      if ((spurious & SVR_SUPPRESS_BROADCAST) == 0) {
        eoiBroadcast.accept(vector);
      }
    }
  }

  // ---------------------------------------------------------------- registers

  private int readRegister(int register) {
    int entry = LocalVectorTable.entryOf(register);
    if (entry >= 0) {
      return lvt.read(entry);
    }
    if (register >= ApicRegister.ISR && register < ApicRegister.ESR) {
      return interrupts.doubleword(register);
    }
    return switch (register) {
      case ApicRegister.ID -> address.id(mode);
      case ApicRegister.VERSION -> VERSION_VALUE;
      case ApicRegister.TPR -> interrupts.taskPriority();
      case ApicRegister.APR -> interrupts.arbitrationPriority();
      case ApicRegister.PPR -> interrupts.processorPriority();
      case ApicRegister.LDR -> address.logicalDestination(mode);
      case ApicRegister.DFR -> address.destinationFormat();
      case ApicRegister.SVR -> spurious;
      case ApicRegister.ESR -> errors.read();
      case ApicRegister.ICR -> icr.low();
      case ApicRegister.ICR_HIGH -> icr.high();
      case ApicRegister.INITIAL_COUNT -> timer.initialCount();
      case ApicRegister.CURRENT_COUNT -> timer.currentCount();
      case ApicRegister.DIVIDE -> timer.divide();
      default -> 0;
    };
  }

  /** Writes a register that both modes have; reserved bits are dropped. */
  private void writeRegister(int register, int value) {
    int entry = LocalVectorTable.entryOf(register);
    if (entry >= 0) {
      writeLvt(entry, value);
      return;
    }
    switch (register) {
      case ApicRegister.TPR -> {
        interrupts.setTaskPriority(value);
        update();
      }
      case ApicRegister.EOI -> endOfInterrupt();
      case ApicRegister.SVR -> {
        spurious = value & SVR_WRITABLE;
        if ((value & SVR_ENABLED) == 0) {
          lvt.maskAll();
          update();
        }
      }
      case ApicRegister.ESR -> errors.write();
      case ApicRegister.INITIAL_COUNT -> timer.setInitialCount(value);
      case ApicRegister.DIVIDE -> timer.setDivide(value);
      default -> {
        // Read-only.
      }
    }
  }

  private void writeLvt(int entry, int value) {
    if (entry == LocalVectorTable.TIMER) {
      timer.setMode(lvt.timerMode(value));
    }
    lvt.write(entry, value, (spurious & SVR_ENABLED) != 0);
    if (entry == LocalVectorTable.LINT0) {
      serviceLevel();
      update();
    }
  }

  // ---------------------------------------------------------------- x2APIC mode

  @Override
  public boolean isReadable(int register) {
    return mode == ApicMode.X2APIC && ApicRegister.isReadableMsr(register);
  }

  @Override
  public long read(int register) {
    return register == ApicRegister.ICR ? icr.value() : readRegister(register) & 0xffff_ffffL;
  }

  @Override
  public boolean write(int register, long value) {
    if (mode != ApicMode.X2APIC) {
      return false;
    }
    if (register == ApicRegister.ICR) {
      if (!CommandRegister.accepts(value)) {
        return false;
      }
      icr.set(value);
      command((int) value, (int) (value >>> 32));
      return true;
    }
    if (value >>> 32 != 0 || !accepts(register, (int) value)) {
      return false;
    }
    if (register == ApicRegister.SELF_IPI) {
      command((int) value | CommandRegister.SELF << 18, 0);
    } else {
      writeRegister(register, (int) value);
    }
    return true;
  }

  /** Whether the register can be written and {@code value} sets no reserved bit in it. */
  private boolean accepts(int register, int value) {
    int entry = LocalVectorTable.entryOf(register);
    if (entry >= 0) {
      return lvt.accepts(entry, value);
    }
    return switch (register) {
      case ApicRegister.TPR, ApicRegister.SELF_IPI -> value >>> 8 == 0;
      case ApicRegister.EOI, ApicRegister.ESR -> value == 0;
      case ApicRegister.SVR -> (value & ~SVR_WRITABLE) == 0;
      case ApicRegister.INITIAL_COUNT -> true;
      case ApicRegister.DIVIDE -> (value & ~0x0b) == 0;
      default -> false;
    };
  }

  // ---------------------------------------------------------------- xAPIC mode

  @Override
  public long read(long offset, int size) {
    int register = (int) (offset >>> 4) & 0xff;
    int within = (int) offset & 0xf;
    if (!ApicRegister.isInPage(register)) {
      error(ErrorStatus.ILLEGAL_REGISTER);
      return 0;
    }
    return within >= 4 ? 0 : (readRegister(register) & 0xffff_ffffL) >>> (8 * within);
  }

  @Override
  public void write(long offset, int size, long value) {
    int register = (int) (offset >>> 4) & 0xff;
    if (!ApicRegister.isInPage(register)) {
      error(ErrorStatus.ILLEGAL_REGISTER);
    } else if (size == 4 && (offset & 0xf) == 0) {
      int v = (int) value;
      switch (register) {
        case ApicRegister.ID -> address.setId(v);
        case ApicRegister.LDR -> address.setLogicalDestination(v);
        case ApicRegister.DFR -> address.setDestinationFormat(v);
        case ApicRegister.ICR_HIGH -> icr.setHigh(v);
        case ApicRegister.ICR -> {
          icr.setLow(v);
          command(v, icr.high());
        }
        default -> writeRegister(register, v);
      }
    }
  }
}
