package jvisor.cpu.translator;

import jvisor.cpu.state.VcpuState;

/** How the guest's vector registers and MXCSR come into the host's and back to the struct. */
final class VectorTransfer {
  private static final int VECTORS = 16;

  /** Bytes in the lower half of a vector register. */
  private static final int HALF = 16;

  /** Opcodes of VMOVDQU. */
  private static final int LOAD = 0x6f;

  private static final int STORE = 0x7f;

  private static final int LOAD_MXCSR = 2;
  private static final int STORE_MXCSR = 3;

  private VectorTransfer() {}

  /**
   * Emits a routine that loads them, or goes to {@code leave}, an hva, if they are not ready.
   *
   * <p>Where all upper halves are zero they are made so by VZEROUPPER: otherwise each SSE
   * instruction would wait for whatever wrote its register last, to keep an upper half that nobody
   * uses (Intel Optimization Reference Manual, "Mixing AVX code with SSE code"; Zen 4 behaves
   * alike).
   */
  static void load(Emitter e, long leave) {
    e.compareWithZero8(Registers.STATE, Words.VECTORS_READY);
    int ready = e.jumpAhead(Emitter.NOT_EQUAL);
    e.jump(leave);
    e.bind(ready);
    mxcsr(e, STORE_MXCSR, Words.HOST_MXCSR);
    mxcsr(e, LOAD_MXCSR, VcpuState.MXCSR);
    loadHalf(e, 0, slot(0) + HALF);
    for (int i = 1; i < VECTORS; i++) {
      or(e, slot(i) + HALF);
    }
    test(e);
    int wide = e.jumpAhead(Emitter.NOT_EQUAL);
    zeroUpper(e);
    for (int i = 0; i < VECTORS; i++) {
      loadHalf(e, i, slot(i));
    }
    int loaded = e.jumpAhead();
    e.bind(wide);
    for (int i = 0; i < VECTORS; i++) {
      moveWhole(e, LOAD, i);
    }
    e.bind(loaded);
    e.store8(Registers.STATE, Words.VECTORS_HELD, 1);
    e.ret();
  }

  /** Emits what stores those that are held; the host's MXCSR is its own again. */
  static void store(Emitter e) {
    for (int i = 0; i < VECTORS; i++) {
      moveWhole(e, STORE, i);
    }
    mxcsr(e, STORE_MXCSR, VcpuState.MXCSR);
    mxcsr(e, LOAD_MXCSR, Words.HOST_MXCSR);
    zeroUpper(e);
    e.store8(Registers.STATE, Words.VECTORS_HELD, 0);
  }

  private static int slot(int number) {
    return VcpuState.VECTOR + number * VcpuState.VECTOR_STRIDE;
  }

  /** LDMXCSR or STMXCSR of a word of the struct. */
  private static void mxcsr(Emitter e, int operation, int word) {
    e.memory(false, 0x0fae, operation, Registers.STATE, word);
  }

  /** VMOVDQU of 32 bytes between a vector register and its slot. */
  private static void moveWhole(Emitter e, int opcode, int register) {
    e.vex(0x01, 0x7e, opcode, register, Registers.STATE);
    e.address(register, Registers.STATE, slot(register));
  }

  /** VMOVDQU of 16 bytes in the struct to a vector register. */
  private static void loadHalf(Emitter e, int register, int word) {
    e.vex(0x01, 0x7a, LOAD, register, Registers.STATE);
    e.address(register, Registers.STATE, word);
  }

  /** VPOR of 16 bytes in the struct to the first vector register. */
  private static void or(Emitter e, int word) {
    e.vex(0x01, 0x79, 0xeb, 0, Registers.STATE);
    e.address(0, Registers.STATE, word);
  }

  /** VPTEST of the low half of the first vector register with itself: ZF if it is zero. */
  private static void test(Emitter e) {
    e.vex(0x02, 0x79, 0x17, 0, 0);
    e.put(0xc0);
  }

  /** VZEROUPPER. */
  private static void zeroUpper(Emitter e) {
    e.put(0xc5);
    e.put(0xf8);
    e.put(0x77);
  }
}
