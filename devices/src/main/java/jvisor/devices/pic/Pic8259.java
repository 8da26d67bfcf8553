package jvisor.devices.pic;

import jvisor.platform.InterruptLine;

/** One 8259A: eight inputs, the INT output, the INTA cycle and two ports. */
final class Pic8259 {
  private static final int ICW1_NEEDS_ICW4 = 0x01;
  private static final int ICW1_SINGLE = 0x02;
  private static final int ICW1_LEVEL = 0x08;
  private static final int ICW1 = 0x10;

  private static final int ICW4_AEOI = 0x02;
  private static final int ICW4_NESTED_SPECIALLY = 0x10;

  private static final int OCW3 = 0x08;

  /** Which port write comes next. */
  private enum Expects {
    ICW1,
    ICW2,
    ICW3,
    ICW4,
    OPERATION
  }

  private final InterruptLine output;

  /** Whether ICW3 is a mask of the inputs that have slaves. */
  private final boolean master;

  private Expects expects = Expects.ICW1;
  private int icw1;
  private int icw3;
  private int icw4;
  private int base;
  private int pins;
  private int edges;
  private int isr;
  private int imr;
  private int elcr;
  private int lowest = 7;
  private boolean rotateOnAeoi;
  private boolean specialMask;
  private boolean readsIsr;
  private boolean polled;
  private boolean asserted;

  Pic8259(boolean master, InterruptLine output) {
    this.master = master;
    this.output = output;
  }

  void reset() {
    expects = Expects.ICW1;
    icw1 = 0;
    icw3 = 0;
    icw4 = 0;
    base = 0;
    edges = 0;
    isr = 0;
    imr = 0;
    elcr = 0;
    forgetModes();
    update();
  }

  private void forgetModes() {
    lowest = 7;
    rotateOnAeoi = false;
    specialMask = false;
    readsIsr = false;
    polled = false;
  }

  void setPin(int input, boolean level) {
    int bit = 1 << input;
    if (level) {
      edges |= bit & ~pins;
      pins |= bit;
    } else {
      edges &= ~bit;
      pins &= ~bit;
    }
    update();
  }

  boolean pin(int input) {
    return (pins >>> input & 1) != 0;
  }

  int elcr() {
    return elcr;
  }

  void setElcr(int value) {
    elcr = value;
    update();
  }

  boolean asserted() {
    return asserted;
  }

  boolean isSlaveInput(int input) {
    return master && (icw1 & ICW1_SINGLE) == 0 && (icw3 >>> input & 1) != 0;
  }

  /** The vector that input {@code input} has. */
  int vector(int input) {
    return base | input;
  }

  private int levelTriggered() {
    return (icw1 & ICW1_LEVEL) != 0 ? 0xff : elcr;
  }

  private int irr() {
    int level = levelTriggered();
    return (pins & level) | (edges & ~level);
  }

  /** The number of places that {@code input} stands behind the highest priority: 0–7. */
  private int rank(int input) {
    return (input - lowest - 1) & 7;
  }

  private int highest(int set) {
    for (int rank = 0; rank < 8; rank++) {
      int input = (lowest + 1 + rank) & 7;
      if ((set >>> input & 1) != 0) {
        return input;
      }
    }
    return -1;
  }

  /** The input to be acknowledged next, or -1. */
  private int request() {
    if (expects != Expects.OPERATION) {
      return -1;
    }
    int input = highest(irr() & ~imr);
    if (input < 0) {
      return -1;
    }
    int inService = highest(specialMask ? isr & ~imr : isr);
    if (inService < 0 || rank(input) < rank(inService)) {
      return input;
    }
    boolean again =
        input == inService && (icw4 & ICW4_NESTED_SPECIALLY) != 0 && isSlaveInput(input);
    return again ? input : -1;
  }

  private void update() {
    boolean level = request() >= 0;
    if (level != asserted) {
      asserted = level;
      output.set(level);
    }
  }

  /** The INTA cycle: answers the input acknowledged, or -1 if none requests any more. */
  int acknowledge() {
    int input = request();
    if (input < 0) {
      return -1;
    }
    edges &= ~(1 << input);
    isr |= 1 << input;
    if ((icw4 & ICW4_AEOI) != 0) {
      isr &= ~(1 << input);
      if (rotateOnAeoi) {
        lowest = input;
      }
    }
    if (asserted) {
      asserted = false;
      output.set(false);
    }
    update();
    return input;
  }

  int read(int a0) {
    if (polled) {
      polled = false;
      int input = acknowledge();
      return input < 0 ? 0 : 0x80 | input;
    }
    if (a0 != 0) {
      return imr;
    }
    return readsIsr ? isr : irr();
  }

  void write(int a0, int value) {
    if (a0 == 0) {
      if ((value & ICW1) != 0) {
        beginInitialization(value);
      } else if ((value & OCW3) != 0) {
        writeOcw3(value);
      } else {
        writeOcw2(value);
      }
    } else {
      switch (expects) {
        case ICW1, OPERATION -> imr = value;
        case ICW2 -> {
          base = value & 0xf8;
          expects = (icw1 & ICW1_SINGLE) != 0 ? afterIcw3() : Expects.ICW3;
        }
        case ICW3 -> {
          icw3 = value;
          expects = afterIcw3();
        }
        case ICW4 -> {
          icw4 = value;
          expects = Expects.OPERATION;
        }
      }
    }
    update();
  }

  private Expects afterIcw3() {
    return (icw1 & ICW1_NEEDS_ICW4) != 0 ? Expects.ICW4 : Expects.OPERATION;
  }

  private void beginInitialization(int value) {
    icw1 = value;
    icw4 = 0;
    edges = 0;
    imr = 0;
    isr = 0;
    forgetModes();
    expects = Expects.ICW2;
  }

  private void writeOcw2(int value) {
    int level = value & 7;
    switch (value >>> 5) {
      case 0b000 -> rotateOnAeoi = false;
      case 0b001 -> endOfInterrupt(highestClearable(), false);
      case 0b011 -> endOfInterrupt(level, false);
      case 0b100 -> rotateOnAeoi = true;
      case 0b101 -> endOfInterrupt(highestClearable(), true);
      case 0b110 -> lowest = level;
      case 0b111 -> endOfInterrupt(level, true);
      default -> {
        // 0b010: no operation.
      }
    }
  }

  private int highestClearable() {
    return highest(specialMask ? isr & ~imr : isr);
  }

  private void endOfInterrupt(int input, boolean rotate) {
    if (input >= 0) {
      isr &= ~(1 << input);
      if (rotate) {
        lowest = input;
      }
    }
  }

  private void writeOcw3(int value) {
    if ((value & 0x40) != 0) {
      specialMask = (value & 0x20) != 0;
    }
    polled = (value & 0x04) != 0;
    if ((value & 0x02) != 0) {
      readsIsr = (value & 0x01) != 0;
    }
  }
}
