package jvisor.cpu.translator;

import jvisor.isa.Insn;
import org.jspecify.annotations.Nullable;

/**
 * What an instruction that {@link Stack} or {@link Branches} emit accesses on the stack, without
 * naming it.
 *
 * @param register the guest's register that the address comes from, RSP or RBP
 * @param distance from that register to the first byte
 * @param size bytes
 * @param written whether they are written, read or not
 */
record StackAccess(int register, int distance, int size, boolean written) {
  private static final int RSP = 4;
  private static final int RBP = 5;

  /** That of {@code i}, which is emitted, or null if there is none. */
  static @Nullable StackAccess of(Insn i) {
    int size = i.operandSize;
    return switch (i.mnemonic()) {
      case PUSH, CALL -> new StackAccess(RSP, -size, size, true);
      case POP, RET -> new StackAccess(RSP, 0, size, false);
      case LEAVE -> new StackAccess(RBP, 0, size, false);
      default -> null;
    };
  }
}
