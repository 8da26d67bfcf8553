package jvisor.cpu.translator;

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
  private static final byte[] CPUID = {0x0f, (byte) 0xa2};
  private static final int RDI = 7;
  private static final int RSI = 6;
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
    leave = e.length();
    leave(e);
    e.align(16);
    int nowhere = e.length();
    e.constant32(Registers.ADDRESS, BOUNDARY | Returns.NOWHERE);
    e.jump(leave());
    e.align(16);
    enter = e.length();
    enter(e, place + nowhere);
    e.align(16);
    loadVectors = e.length();
    VectorTransfer.load(e, leave());
    e.align(16);
    loadX87 = e.length();
    X87Transfer.load(e, leave());
    e.align(16);
    fault = e.length();
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

  private static void enter(Emitter e, long nowhere) {
    for (int register : SAVED) {
      e.push(register);
    }
    e.lea(8, Registers.RSP, Registers.RSP, -8);
    e.move(Registers.STATE, RDI);
    e.move(Registers.ADDRESS, RSI);
    Returns.begin(e, nowhere);
    e.load(Registers.BUDGET, Registers.STATE, Words.BUDGET);
    for (int guest = 0; guest < PINNED; guest++) {
      e.load(Registers.host(guest), Registers.STATE, Registers.slot(guest));
    }
    e.jumpTo(Registers.ADDRESS);
  }

  private void leave(Emitter e) {
    Returns.forget(e);
    e.store(Registers.STATE, Words.BUDGET, Registers.BUDGET);
    for (int guest = 0; guest < PINNED; guest++) {
      e.store(Registers.STATE, Registers.slot(guest), Registers.host(guest));
    }
    e.compareWithZero16(Registers.STATE, Words.VECTORS_HELD);
    int neither = e.jumpAhead(Emitter.EQUAL);
    e.compareWithZero8(Registers.STATE, Words.X87_HELD);
    int noX87 = e.jumpAhead(Emitter.EQUAL);
    X87Transfer.store(e);
    e.bind(noX87);
    e.compareWithZero8(Registers.STATE, Words.VECTORS_HELD);
    int noVectors = e.jumpAhead(Emitter.EQUAL);
    VectorTransfer.store(e);
    e.bind(noVectors);
    e.bind(neither);
    e.move32(Registers.RAX, Registers.ADDRESS);
    e.lea(8, Registers.RSP, Registers.RSP, Returns.SIZE + 8);
    for (int i = SAVED.length - 1; i >= 0; i--) {
      e.pop(SAVED[i]);
    }
    e.ret();
  }
}
