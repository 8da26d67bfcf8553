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
  private final int fault;

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
    fault = e.length();
    e.load(Registers.RSP, Registers.STATE, Words.HOST_STACK);
    e.constant32(Registers.ADDRESS, FAULT);
    e.jump(leave());
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

  /** hva of the way out for what faults. */
  long fault() {
    return place + fault;
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
    e.compareWithZero8(Registers.STATE, Words.VECTORS_HELD);
    int absent = e.jumpAhead(Emitter.EQUAL);
    for (int i = 0; i < VECTORS; i++) {
      e.vector(true, i, Registers.STATE, vector(i));
    }
    e.mxcsr(STORE_MXCSR, Registers.STATE, VcpuState.MXCSR);
    e.mxcsr(LOAD_MXCSR, Registers.STATE, Words.HOST_MXCSR);
    e.zeroUpper();
    e.store8(Registers.STATE, Words.VECTORS_HELD, 0);
    e.bind(absent);
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

  private static int vector(int number) {
    return VcpuState.VECTOR + number * VcpuState.VECTOR_STRIDE;
  }
}
