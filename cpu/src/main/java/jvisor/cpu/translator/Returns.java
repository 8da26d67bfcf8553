package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.ADDRESS;
import static jvisor.cpu.translator.Registers.RSP;
import static jvisor.cpu.translator.Registers.STATE;
import static jvisor.cpu.translator.Registers.TAG;

/**
 * Where the guest's calls return to, on the host's stack: a call of the guest's is one of the
 * host's, so that the host's processor predicts where the return leads. For each there are two
 * words, the guest's return address and below it the host's. A return compares the former with what
 * it has popped off the guest's stack.
 *
 * <p>The lowest words stand for no call: their address is {@link #NOWHERE}, and their code leaves.
 * All are forgotten where emitted code is left, where the context changes, and where there are too
 * many: so what an address means has not changed since it was remembered.
 */
final class Returns {
  /** A linear address that is as good as any other. */
  static final int NOWHERE = 0;

  /** Bytes of a return. */
  static final int SIZE = 16;

  /** How many there may be; each thread has room for more. */
  private static final int MOST = 128;

  /** Where the guest's address is, from RSP on. */
  private static final int GUEST = 8;

  private final Unit unit;
  private final Emitter e;

  Returns(Unit unit) {
    this.unit = unit;
    this.e = unit.e;
  }

  /** Emits that there are none, as emitted code is entered; {@code nowhere} is the code for it. */
  static void begin(Emitter e, long nowhere) {
    e.constant32(TAG, NOWHERE);
    e.push(TAG);
    e.constant64(TAG, nowhere);
    e.push(TAG);
    e.store(STATE, Words.HOST_STACK, RSP);
    e.lea(8, TAG, RSP, -MOST * SIZE);
    e.store(STATE, Words.HOST_STACK_END, TAG);
  }

  /** Emits that there are none any more. Keeps the flags. */
  static void forget(Emitter e) {
    e.load(RSP, STATE, Words.HOST_STACK);
  }

  /** The next call is to return to the guest's address in a register. Spoils the flags. */
  void remember(int address) {
    e.operate(Emitter.CMP, RSP, STATE, Words.HOST_STACK_END);
    int full = e.jumpAhead(Emitter.BELOW);
    int room = e.length();
    e.push(address);
    unit.aside(() -> {
      e.bind(full);
      forget(e);
      e.jumpBack(room);
    });
  }

  /** Emits what a call comes back to first. Keeps the flags. */
  void back() {
    e.lea(8, RSP, RSP, SIZE - GUEST);
  }

  /**
   * Compares what the guest has popped, in {@code ADDRESS}, with what is remembered; answers the
   * jump that is taken if they differ.
   */
  int compare() {
    e.operate(Emitter.CMP, ADDRESS, RSP, GUEST);
    return e.jumpAhead(Emitter.NOT_EQUAL);
  }

  /** Emits that the last one, if there is any, is not the right one. Spoils the flags. */
  void drop() {
    e.operate(Emitter.CMP, RSP, STATE, Words.HOST_STACK);
    int none = e.jumpAhead(Emitter.EQUAL);
    e.lea(8, RSP, RSP, SIZE);
    e.bind(none);
  }
}
