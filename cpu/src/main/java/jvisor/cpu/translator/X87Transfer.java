package jvisor.cpu.translator;

import jvisor.cpu.state.VcpuState;

/** How the guest's x87 state comes into the host's and back to the struct. */
final class X87Transfer {
  private static final int REGISTERS = 8;
  private static final int STRIDE = 16;

  /** Every second bit of a tag word of two bits for each register, which are 11 if it is empty. */
  private static final int TAGS = 0x5555;

  private static final int ALL_VALID = 0xff;
  private static final int STATUS = Words.X87_ENVIRONMENT + 4;
  private static final int FULL_TAGS = Words.X87_ENVIRONMENT + 8;

  /** What the host's control word is wherever Java runs, as the ABI has it. */
  private static final int HOST_CONTROL = 0x37f;

  /** Last bytes of the prefixes of PDEP and PEXT. */
  private static final int DEPOSIT = 0x7b;

  private static final int EXTRACT = 0x7a;

  private X87Transfer() {}

  /**
   * Emits a routine that loads it, or goes to {@code leave}, an hva, if it is not ready, or not all
   * exceptions are masked, or the level has changed since emitted code was entered: the selectors
   * that the FPU records would be those of the old one.
   */
  static void load(Emitter e, long leave) {
    e.push(Registers.RAX);
    e.push(Registers.RCX);
    e.compareWithZero8(Registers.STATE, Words.X87_READY);
    int notReady = e.jumpAhead(Emitter.EQUAL);
    e.compareWithZero8(Registers.STATE, Levels.CHANGED);
    int elsewhere = e.jumpAhead(Emitter.NOT_EQUAL);
    e.load16(Registers.RAX, Registers.STATE, VcpuState.FCW);
    e.store16(Registers.STATE, Words.X87_ENVIRONMENT, Registers.RAX);
    e.invert(Registers.RAX);
    e.test32(Registers.RAX, X87.MASKS);
    int unmasked = e.jumpAhead(Emitter.NOT_EQUAL);
    e.load16(Registers.RAX, Registers.STATE, VcpuState.FSW);
    e.store16(Registers.STATE, STATUS, Registers.RAX);
    e.load8(Registers.RAX, Registers.STATE, VcpuState.FTW);
    e.invert(Registers.RAX);
    e.and32(Registers.RAX, ALL_VALID);
    e.constant32(Registers.RCX, TAGS);
    everySecond(e, DEPOSIT);
    e.lea(8, Registers.RAX, Registers.RAX, Registers.RAX, 1, 0);
    e.store16(Registers.STATE, FULL_TAGS, Registers.RAX);
    empty(e);
    for (int i = REGISTERS - 1; i >= 0; i--) {
      push(e, slot(i));
    }
    loadEnvironment(e);
    e.store8(Registers.STATE, Words.X87_HELD, 1);
    e.store8(Registers.STATE, Words.X87_USABLE, 1);
    e.pop(Registers.RCX);
    e.pop(Registers.RAX);
    e.ret();
    e.bind(notReady);
    e.bind(elsewhere);
    e.bind(unmasked);
    e.pop(Registers.RCX);
    e.pop(Registers.RAX);
    e.jump(leave);
  }

  /**
   * Emits what stores it and leaves the host's as Java wants it. Spoils RAX and RCX.
   *
   * <p>Behind an instruction that reads an MMX register the first register is the top and all are
   * valid (SDM vol. 1, 9.5), so eight pops store all of them, those too that were empty, and leave
   * none.
   */
  static void store(Emitter e) {
    storeEnvironment(e);
    readMmx(e, Registers.RAX);
    for (int i = 0; i < REGISTERS; i++) {
      pop(e, slot(i));
    }
    e.load16(Registers.RAX, Registers.STATE, Words.X87_ENVIRONMENT);
    e.store16(Registers.STATE, VcpuState.FCW, Registers.RAX);
    e.load16(Registers.RAX, Registers.STATE, STATUS);
    e.store16(Registers.STATE, VcpuState.FSW, Registers.RAX);
    e.load16(Registers.RAX, Registers.STATE, FULL_TAGS);
    e.move32(Registers.RCX, Registers.RAX);
    e.shiftRight(Registers.RCX, 1);
    e.operate(Emitter.AND, Registers.RAX, Registers.RCX);
    e.constant32(Registers.RCX, TAGS);
    everySecond(e, EXTRACT);
    e.invert(Registers.RAX);
    e.store8From(Registers.STATE, VcpuState.FTW, Registers.RAX);
    e.storeConstant(4, Registers.STATE, Words.X87_ENVIRONMENT, HOST_CONTROL);
    loadControl(e, Words.X87_ENVIRONMENT);
    e.store8(Registers.STATE, Words.X87_HELD, 0);
    e.store8(Registers.STATE, Words.X87_USABLE, 0);
  }

  private static int slot(int number) {
    return VcpuState.X87 + number * STRIDE;
  }

  /** PDEP or PEXT of EAX to EAX; ECX says which bits. */
  private static void everySecond(Emitter e, int prefix) {
    e.vex(0x02, prefix ^ Registers.RAX << 3, 0xf5, Registers.RAX, Registers.RCX);
    e.put(0xc0 | Registers.RAX << 3 | Registers.RCX);
  }

  /** FLDCW of a word of the struct. */
  static void loadControl(Emitter e, int word) {
    e.memory(false, 0xd9, 5, Registers.STATE, word);
  }

  /** FLDENV of 28 bytes. */
  private static void loadEnvironment(Emitter e) {
    e.memory(false, 0xd9, 4, Registers.STATE, Words.X87_ENVIRONMENT);
  }

  /** FNSTENV of 28 bytes. */
  private static void storeEnvironment(Emitter e) {
    e.memory(false, 0xd9, 6, Registers.STATE, Words.X87_ENVIRONMENT);
  }

  /** FLD of 10 bytes in the struct. */
  private static void push(Emitter e, int word) {
    e.memory(false, 0xdb, 5, Registers.STATE, word);
  }

  /** FSTP of 10 bytes in the struct. */
  private static void pop(Emitter e, int word) {
    e.memory(false, 0xdb, 7, Registers.STATE, word);
  }

  /** EMMS: all registers are empty, and the next one to be written is the last one. */
  private static void empty(Emitter e) {
    e.put(0x0f);
    e.put(0x77);
  }

  /** MOVD from MM0: as all MMX instructions, it makes the first register the top, all valid. */
  private static void readMmx(Emitter e, int to) {
    e.registers(false, 0x0f7e, 0, to);
  }
}
