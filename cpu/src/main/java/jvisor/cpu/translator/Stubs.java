package jvisor.cpu.translator;

import jvisor.cpu.state.VcpuState;

/**
 * The way into emitted code and the ways out, at the beginning of the code memory.
 *
 * <p>In: a function of the hva of the struct and of the code to run, which loads the registers that
 * are pinned. Out: with the exit word ({@link jvisor.cpu.interpreter.HotTier}) in {@code ADDRESS};
 * everything is back in the struct.
 */
final class Stubs {
  /** In an exit word, with an offset in the page: the guest is there, between two blocks. */
  static final int BOUNDARY = 1 << 31;

  /** The exit word of code that has faulted. */
  static final int FAULT = -2;

  private static final int PINNED = 10;
  private static final int VECTORS = 16;

  /** Bytes in the lower half of a vector register. */
  private static final int HALF = 16;

  private static final int X87_REGISTERS = 8;
  private static final int X87_STRIDE = 16;

  /** Every second bit of a tag word of two bits for each register, which are 11 if it is empty. */
  private static final int TAGS = 0x5555;

  private static final int ALL_VALID = 0xff;
  private static final int STATUS = Words.X87_ENVIRONMENT + 4;
  private static final int FULL_TAGS = Words.X87_ENVIRONMENT + 8;

  /** What the host's control word is wherever Java runs, as the ABI has it. */
  private static final int HOST_CONTROL = 0x37f;

  private static final byte[] CPUID = {0x0f, (byte) 0xa2};
  private static final int RDI = 7;
  private static final int RSI = 6;
  private static final int LOAD_MXCSR = 2;
  private static final int STORE_MXCSR = 3;
  private static final int[] SAVED = {
    Registers.RBX, Registers.RBP, Registers.ENTRY, Registers.BUDGET, Registers.TAG, Registers.STATE
  };

  private final long place;
  private final int enter;
  private final int leave;
  private final int loadVectors;
  private final int loadX87;
  private final int fault;
  private final int serialize;

  /** Emits them with {@code e}, to be placed at {@code place}. */
  Stubs(Emitter e, long place) {
    this.place = place;
    e.begin(place);
    enter = e.length();
    enter(e);
    e.align(16);
    leave = e.length();
    leave(e);
    e.align(16);
    loadVectors = e.length();
    loadVectors(e);
    e.align(16);
    loadX87 = e.length();
    loadX87(e);
    e.align(16);
    fault = e.length();
    e.load(Registers.RSP, Registers.STATE, Words.HOST_STACK);
    e.constant32(Registers.ADDRESS, FAULT);
    e.jump(leave());
    e.align(16);
    serialize = e.length();
    serialize(e);
    e.align(64);
  }

  /** Offset of the way in. */
  int enter() {
    return enter;
  }

  /** hva of the way out with an exit word. */
  long leave() {
    return place + leave;
  }

  /**
   * hva of the routine that brings the guest's vector registers into the host's, or leaves if
   * vector instructions are not ready. Keeps all but the flags.
   */
  long loadVectors() {
    return place + loadVectors;
  }

  /**
   * hva of the routine that brings the guest's x87 state into the host's, or leaves if x87
   * instructions are not ready, or not all exceptions are masked. Keeps all but the flags.
   */
  long loadX87() {
    return place + loadX87;
  }

  /** hva of the way out for what faults. */
  long fault() {
    return place + fault;
  }

  /** Offset of a function that makes sure that the thread runs what has been written as code. */
  int serialize() {
    return serialize;
  }

  /** CPUID serializes (SDM volume 3, "Serializing Instructions"). */
  private static void serialize(Emitter e) {
    e.push(Registers.RBX);
    e.constant32(Registers.RAX, 0);
    e.put(CPUID, CPUID.length);
    e.pop(Registers.RBX);
    e.ret();
  }

  private static void enter(Emitter e) {
    for (int register : SAVED) {
      e.push(register);
    }
    e.lea(8, Registers.RSP, Registers.RSP, -8);
    e.move(Registers.STATE, RDI);
    e.move(Registers.ADDRESS, RSI);
    e.store(Registers.STATE, Words.HOST_STACK, Registers.RSP);
    e.load(Registers.BUDGET, Registers.STATE, Words.BUDGET);
    for (int guest = 0; guest < PINNED; guest++) {
      e.load(Registers.host(guest), Registers.STATE, Registers.slot(guest));
    }
    e.jumpTo(Registers.ADDRESS);
  }

  private void leave(Emitter e) {
    e.store(Registers.STATE, Words.BUDGET, Registers.BUDGET);
    for (int guest = 0; guest < PINNED; guest++) {
      e.store(Registers.STATE, Registers.slot(guest), Registers.host(guest));
    }
    e.compareWithZero16(Registers.STATE, Words.VECTORS_HELD);
    int neither = e.jumpAhead(Emitter.EQUAL);
    e.compareWithZero8(Registers.STATE, Words.X87_HELD);
    int noX87 = e.jumpAhead(Emitter.EQUAL);
    storeX87(e);
    e.bind(noX87);
    e.compareWithZero8(Registers.STATE, Words.VECTORS_HELD);
    int noVectors = e.jumpAhead(Emitter.EQUAL);
    for (int i = 0; i < VECTORS; i++) {
      e.vector(true, i, Registers.STATE, vector(i));
    }
    e.mxcsr(STORE_MXCSR, Registers.STATE, VcpuState.MXCSR);
    e.mxcsr(LOAD_MXCSR, Registers.STATE, Words.HOST_MXCSR);
    e.zeroUpper();
    e.store8(Registers.STATE, Words.VECTORS_HELD, 0);
    e.bind(noVectors);
    e.bind(neither);
    e.move32(Registers.RAX, Registers.ADDRESS);
    e.lea(8, Registers.RSP, Registers.RSP, 8);
    for (int i = SAVED.length - 1; i >= 0; i--) {
      e.pop(SAVED[i]);
    }
    e.ret();
  }

  /**
   * Where all upper halves are zero they are made so by VZEROUPPER: otherwise each SSE instruction
   * would wait for whatever wrote its register last, to keep an upper half that nobody uses (Intel
   * Optimization Reference Manual, "Mixing AVX code with SSE code"; Zen 4 behaves alike).
   */
  private void loadVectors(Emitter e) {
    e.compareWithZero8(Registers.STATE, Words.VECTORS_READY);
    int ready = e.jumpAhead(Emitter.NOT_EQUAL);
    e.lea(8, Registers.RSP, Registers.RSP, 8);
    e.jump(leave());
    e.bind(ready);
    e.mxcsr(STORE_MXCSR, Registers.STATE, Words.HOST_MXCSR);
    e.mxcsr(LOAD_MXCSR, Registers.STATE, VcpuState.MXCSR);
    e.loadHalfVector(0, Registers.STATE, vector(0) + HALF);
    for (int i = 1; i < VECTORS; i++) {
      e.orHalfVector(0, Registers.STATE, vector(i) + HALF);
    }
    e.testHalfVector(0);
    int wide = e.jumpAhead(Emitter.NOT_EQUAL);
    e.zeroUpper();
    for (int i = 0; i < VECTORS; i++) {
      e.loadHalfVector(i, Registers.STATE, vector(i));
    }
    int loaded = e.jumpAhead();
    e.bind(wide);
    for (int i = 0; i < VECTORS; i++) {
      e.vector(false, i, Registers.STATE, vector(i));
    }
    e.bind(loaded);
    e.store8(Registers.STATE, Words.VECTORS_HELD, 1);
    e.ret();
  }

  /**
   * Behind an instruction that reads an MMX register the first register is the top and all are
   * valid (SDM vol. 1, 9.5), so eight pops store all of them, those too that were empty, and leave
   * none.
   */
  private static void storeX87(Emitter e) {
    e.storeEnvironment(Registers.STATE, Words.X87_ENVIRONMENT);
    e.readMmx(Registers.RAX);
    for (int i = 0; i < X87_REGISTERS; i++) {
      e.popX87(Registers.STATE, x87(i));
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
    e.extract(Registers.RAX, Registers.RAX, Registers.RCX);
    e.invert(Registers.RAX);
    e.store8From(Registers.STATE, VcpuState.FTW, Registers.RAX);
    e.storeConstant(4, Registers.STATE, Words.X87_ENVIRONMENT, HOST_CONTROL);
    e.loadControl(Registers.STATE, Words.X87_ENVIRONMENT);
    e.store8(Registers.STATE, Words.X87_HELD, 0);
    e.store8(Registers.STATE, Words.X87_USABLE, 0);
  }

  /**
   * Leaves as well if the level has changed since emitted code was entered: the selectors that the
   * FPU records would be those of the old one.
   */
  private void loadX87(Emitter e) {
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
    e.deposit(Registers.RAX, Registers.RAX, Registers.RCX);
    e.lea(8, Registers.RAX, Registers.RAX, Registers.RAX, 1, 0);
    e.store16(Registers.STATE, FULL_TAGS, Registers.RAX);
    e.emptyX87();
    for (int i = X87_REGISTERS - 1; i >= 0; i--) {
      e.pushX87(Registers.STATE, x87(i));
    }
    e.loadEnvironment(Registers.STATE, Words.X87_ENVIRONMENT);
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
    e.lea(8, Registers.RSP, Registers.RSP, 8);
    e.jump(leave());
  }

  private static int x87(int number) {
    return VcpuState.X87 + number * X87_STRIDE;
  }

  private static int vector(int number) {
    return VcpuState.VECTOR + number * VcpuState.VECTOR_STRIDE;
  }
}
