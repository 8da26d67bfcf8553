package jvisor.devices.serial;

import jvisor.devices.ByteSink;
import jvisor.devices.ByteWidePorts;
import jvisor.platform.Device;
import jvisor.platform.InterruptLine;
import jvisor.platform.VmClock;

/** A 16550A UART: eight ports, one interrupt, bytes out to a {@link ByteSink}, bytes in by call. */
public final class Uart16550 implements Device, ByteWidePorts {
  /** Ports that the registers take. */
  public static final int PORTS = 8;

  private static final long CRYSTAL_HZ = 1_843_200;
  private static final long LONGEST_THRE_DELAY = 100_000;

  private static final int IER_RECEIVED = 0x01;
  private static final int IER_THRE = 0x02;
  private static final int IER_LINE = 0x04;
  private static final int IER_MODEM = 0x08;

  private static final int IIR_MODEM = 0x00;
  private static final int IIR_NONE = 0x01;
  private static final int IIR_THRE = 0x02;
  private static final int IIR_RECEIVED = 0x04;
  private static final int IIR_LINE = 0x06;
  private static final int IIR_TIMEOUT = 0x0c;
  private static final int IIR_FIFOS = 0xc0;

  private static final int FCR_ENABLE = 0x01;
  private static final int FCR_CLEAR_RECEIVER = 0x02;

  private static final int LCR_BREAK = 0x40;
  private static final int LCR_DLAB = 0x80;

  private static final int MCR_DTR = 0x01;
  private static final int MCR_RTS = 0x02;
  private static final int MCR_OUT1 = 0x04;
  private static final int MCR_OUT2 = 0x08;
  private static final int MCR_LOOP = 0x10;

  private static final int LSR_DATA_READY = 0x01;
  private static final int LSR_OVERRUN = 0x02;
  private static final int LSR_BREAK = 0x10;
  private static final int LSR_ERRORS = 0x1e;
  private static final int LSR_THRE_TEMT = 0x60;
  private static final int LSR_ERROR_IN_FIFO = 0x80;

  private static final int MSR_TERI = 0x04;
  private static final int MSR_DELTAS = 0x0f;
  private static final int MSR_CTS = 0x10;
  private static final int MSR_DSR = 0x20;
  private static final int MSR_RI = 0x40;
  private static final int MSR_DCD = 0x80;

  private static final int[] TRIGGER = {1, 4, 8, 14};

  private final String name;
  private final VmClock clock;
  private final InterruptLine irq;
  private final ByteSink out;
  private final VmClock.Timer arrival;
  private final VmClock.Timer timeout;
  private final VmClock.Timer transmitted;
  private final ReceiveFifo fifo = new ReceiveFifo();
  private final InputQueue input = new InputQueue();
  private Runnable onRoom = () -> {};

  private int ier;
  private int lcr;
  private int mcr;
  private int scratch;
  private int divisor;
  private boolean fifosOn;
  private int trigger;
  private boolean overrun;
  private int modemPins = MSR_CTS | MSR_DSR | MSR_DCD;
  private int msr;
  private boolean threPending;
  private long nextArrival;
  private long lastReceiverActivity;
  private boolean line;

  /**
   * Creates the chip in its power-on state, with a terminal at the other end (CTS, DSR and DCD on).
   *
   * @param irq the interrupt as the bus sees it, behind OUT2
   */
  public Uart16550(String name, VmClock clock, InterruptLine irq, ByteSink out) {
    this.name = name;
    this.clock = clock;
    this.irq = irq;
    this.out = out;
    this.arrival = clock.timer(this::arrive);
    this.timeout = clock.timer(this::updateInterrupt);
    this.transmitted = clock.timer(this::transmitterEmptied);
    reset();
  }

  @Override
  public String name() {
    return name;
  }

  /** {@inheritDoc} Bytes that wait for the receiver stay. */
  @Override
  public void reset() {
    ier = 0;
    lcr = 0;
    mcr = 0;
    scratch = 0;
    divisor = 12;
    fifosOn = false;
    trigger = 1;
    fifo.clear();
    overrun = false;
    msr = modemPins;
    threPending = false;
    transmitted.cancel();
    arrive();
  }

  /** How many more bytes {@link #receive} will take; any thread. */
  public int roomForInput() {
    return input.room();
  }

  /** Sets what runs, on the machine's thread, when a full input queue has drained to one half. */
  public void onRoom(Runnable action) {
    this.onRoom = action;
  }

  /**
   * Queues a byte that arrives at SIN.
   *
   * @return false if there was no room and the byte was not taken
   */
  public boolean receive(byte value) {
    boolean taken = input.offer(value);
    arrive();
    return taken;
  }

  /** A break condition arrives at SIN; it is lost if the receiver is full. */
  public void receiveBreak() {
    if ((mcr & MCR_LOOP) == 0) {
      arrived(0, LSR_BREAK);
      updateInterrupt();
    }
  }

  /** Sets the modem control inputs as the other end drives them. */
  public void setModemInputs(boolean cts, boolean dsr, boolean ri, boolean dcd) {
    modemPins = (cts ? MSR_CTS : 0) | (dsr ? MSR_DSR : 0) | (ri ? MSR_RI : 0) | (dcd ? MSR_DCD : 0);
    modemInputsChanged();
    updateInterrupt();
  }

  @Override
  public int readByte(int offset) {
    return switch (offset & 7) {
      case 0 -> (lcr & LCR_DLAB) != 0 ? divisor & 0xff : readReceiver();
      case 1 -> (lcr & LCR_DLAB) != 0 ? divisor >>> 8 : ier;
      case 2 -> readInterruptId();
      case 3 -> lcr;
      case 4 -> mcr;
      case 5 -> readLineStatus();
      case 6 -> readModemStatus();
      default -> scratch;
    };
  }

  @Override
  public void writeByte(int offset, int value) {
    switch (offset & 7) {
      case 0 -> {
        if ((lcr & LCR_DLAB) != 0) {
          divisor = (divisor & 0xff00) | value;
        } else {
          transmit(value);
        }
      }
      case 1 -> {
        if ((lcr & LCR_DLAB) != 0) {
          divisor = (divisor & 0xff) | value << 8;
        } else {
          writeInterruptEnable(value);
        }
      }
      case 2 -> writeFifoControl(value);
      case 3 -> lcr = value;
      case 4 -> {
        mcr = value & 0x1f;
        modemInputsChanged();
        arrive();
      }
      case 7 -> scratch = value;
      default -> {
        // The status registers are written by factory tests only.
      }
    }
    updateInterrupt();
  }

  private int readReceiver() {
    int value = fifo.pop();
    lastReceiverActivity = clock.now();
    arrive();
    return value;
  }

  private int readInterruptId() {
    int id = interruptId();
    if (id == IIR_THRE) {
      threPending = false;
      updateInterrupt();
    }
    return id | (fifosOn ? IIR_FIFOS : 0);
  }

  private int readLineStatus() {
    int value = LSR_THRE_TEMT | lineErrors();
    if (fifo.count() > 0) {
      value |= LSR_DATA_READY;
    }
    if (fifosOn && fifo.anyError()) {
      value |= LSR_ERROR_IN_FIFO;
    }
    overrun = false;
    fifo.clearTopErrors();
    updateInterrupt();
    return value;
  }

  private int readModemStatus() {
    int value = msr;
    msr &= ~MSR_DELTAS;
    updateInterrupt();
    return value;
  }

  private void writeInterruptEnable(int value) {
    boolean threEnabled = (value & ~ier & IER_THRE) != 0;
    ier = value & 0x0f;
    if (threEnabled) {
      threPending = true;
    } else if ((ier & IER_THRE) == 0) {
      threPending = false;
      transmitted.cancel();
    }
  }

  private void writeFifoControl(int value) {
    boolean on = (value & FCR_ENABLE) != 0;
    if (on != fifosOn || (on && (value & FCR_CLEAR_RECEIVER) != 0)) {
      fifo.clear();
    }
    fifosOn = on;
    trigger = on ? TRIGGER[value >>> 6] : 1;
    arrive();
  }

  private void transmit(int value) {
    int character = value & characterMask();
    if ((mcr & MCR_LOOP) != 0) {
      arrived(character, 0);
    } else if ((lcr & LCR_BREAK) == 0) {
      out.accept(character);
    }
    threPending = false;
    if ((ier & IER_THRE) != 0) {
      transmitted.arm(clock.now() + Math.min(characterTime(), LONGEST_THRE_DELAY));
    }
  }

  private void transmitterEmptied() {
    threPending = (ier & IER_THRE) != 0;
    updateInterrupt();
  }

  /**
   * Lets waiting bytes into the receiver: a burst, then nothing for as long as the burst lasts. The
   * terminal at the other end heeds RTS, so that what is typed before the guest listens waits for
   * it, and is not lost when the guest's driver clears the receiver.
   */
  private void arrive() {
    if ((mcr & (MCR_LOOP | MCR_RTS)) == MCR_RTS && input.count() > 0) {
      int room = (fifosOn ? ReceiveFifo.DEPTH : 1) - fifo.count();
      long now = clock.now();
      if (room > 0 && now >= nextArrival) {
        int burst = Math.min(room, input.count());
        boolean wasFull = input.count() > InputQueue.CAPACITY / 2;
        for (int i = 0; i < burst; i++) {
          arrived(input.poll() & characterMask(), 0);
        }
        nextArrival = now + burst * characterTime();
        if (wasFull && input.count() <= InputQueue.CAPACITY / 2) {
          onRoom.run();
        }
      }
      if (input.count() > 0 && now < nextArrival) {
        arrival.arm(nextArrival);
      }
    }
    updateInterrupt();
  }

  private void arrived(int character, int error) {
    long now = clock.now();
    if (fifo.count() == 0 || now < timeoutTime()) {
      lastReceiverActivity = now;
    }
    if (fifo.count() < (fifosOn ? ReceiveFifo.DEPTH : 1)) {
      fifo.push(character, error);
    } else {
      overrun = true;
      if (!fifosOn) {
        fifo.overwrite(character, error);
      }
    }
  }

  private void modemInputsChanged() {
    int pins = modemPins;
    if ((mcr & MCR_LOOP) != 0) {
      pins =
          ((mcr & MCR_RTS) != 0 ? MSR_CTS : 0)
              | ((mcr & MCR_DTR) != 0 ? MSR_DSR : 0)
              | ((mcr & MCR_OUT1) != 0 ? MSR_RI : 0)
              | ((mcr & MCR_OUT2) != 0 ? MSR_DCD : 0);
    }
    int changed = (pins ^ msr) & ~MSR_DELTAS;
    int deltas = changed >>> 4;
    if ((pins & MSR_RI) != 0) {
      deltas &= ~MSR_TERI;
    }
    msr = pins | (msr & MSR_DELTAS) | deltas;
  }

  private int lineErrors() {
    return fifo.topErrors() | (overrun ? LSR_OVERRUN : 0);
  }

  private int interruptId() {
    if ((ier & IER_LINE) != 0 && (lineErrors() & LSR_ERRORS) != 0) {
      return IIR_LINE;
    }
    if ((ier & IER_RECEIVED) != 0 && fifo.count() > 0) {
      if (fifo.count() >= trigger) {
        return IIR_RECEIVED;
      }
      if (clock.now() >= timeoutTime()) {
        return IIR_TIMEOUT;
      }
    }
    if ((ier & IER_THRE) != 0 && threPending) {
      return IIR_THRE;
    }
    if ((ier & IER_MODEM) != 0 && (msr & MSR_DELTAS) != 0) {
      return IIR_MODEM;
    }
    return IIR_NONE;
  }

  private void updateInterrupt() {
    if ((ier & IER_RECEIVED) != 0
        && fifo.count() > 0
        && fifo.count() < trigger
        && clock.now() < timeoutTime()) {
      timeout.arm(timeoutTime());
    } else {
      timeout.cancel();
    }
    boolean gate = (mcr & (MCR_OUT2 | MCR_LOOP)) == MCR_OUT2;
    boolean level = gate && interruptId() != IIR_NONE;
    if (level != line) {
      line = level;
      irq.set(level);
    }
  }

  private long timeoutTime() {
    return lastReceiverActivity + 4 * characterTime();
  }

  private int characterMask() {
    return (1 << (5 + (lcr & 3))) - 1;
  }

  /**
   * Nanoseconds that one character takes: start, data, parity and stop bits at the line's speed.
   */
  private long characterTime() {
    int bits = 1 + 5 + (lcr & 3) + ((lcr & 0x08) != 0 ? 1 : 0) + ((lcr & 0x04) != 0 ? 2 : 1);
    return bits * 16L * Math.max(divisor, 1) * 1_000_000_000L / CRYSTAL_HZ;
  }
}
