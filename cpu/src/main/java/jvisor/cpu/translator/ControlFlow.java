package jvisor.cpu.translator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import jvisor.cpu.translator.UnsafeCode.Rule;
import jvisor.isa.CodeMode;
import jvisor.isa.Decoder;
import jvisor.isa.Disassembler;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;
import jvisor.isa.Row;
import org.jspecify.annotations.Nullable;

/**
 * The instructions of emitted code that are reached from its entries, in an order in which each
 * comes behind all those that lead to it, but for the jumps that close a loop.
 */
final class ControlFlow {
  private final Decoder decoder;
  private final byte[] code;
  private final int length;
  private final @Nullable Insn[] insns;
  private final List<Integer> order = new ArrayList<>();
  private final Set<List<Integer>> closing = new HashSet<>();

  /**
   * Follows the first {@code length} bytes of {@code code}.
   *
   * @param entries offsets at which it is entered
   * @throws UnsafeCode if something is reached that is no instruction
   */
  ControlFlow(Decoder decoder, byte[] code, int length, List<Integer> entries) {
    this.decoder = decoder;
    this.code = code;
    this.length = length;
    insns = new @Nullable Insn[length];
    BitSet open = new BitSet();
    entries.forEach(entry -> visit(entry, open));
    Collections.reverse(order);
  }

  /** Depth first: an instruction comes after all that it leads to. */
  private void visit(int entry, BitSet open) {
    Deque<Integer> path = new ArrayDeque<>();
    int[] tried = new int[length];
    step(entry, path, open);
    while (!path.isEmpty()) {
      int at = path.peek();
      int[] next = successors(at);
      if (tried[at] == next.length) {
        path.pop();
        open.clear(at);
        order.add(at);
      } else {
        int to = next[tried[at]++];
        if (to < length && open.get(to)) {
          closing.add(List.of(at, to));
        }
        step(to, path, open);
      }
    }
  }

  private void step(int to, Deque<Integer> path, BitSet open) {
    if (to < 0 || to >= length) {
      throw new UnsafeCode(Rule.DECODING, "behind the end");
    }
    if (insns[to] != null) {
      return;
    }
    Insn i = decoder.decode(code, to, length, CodeMode.BITS64);
    if (i == Decoder.TRUNCATED || i == Decoder.TOO_LONG || i.row == Row.INVALID) {
      throw new UnsafeCode(Rule.DECODING, "+0x" + Integer.toHexString(to));
    }
    insns[to] = i;
    open.set(to);
    path.push(to);
  }

  /** The offsets of the instructions. */
  List<Integer> order() {
    return order;
  }

  /** Whether going from one offset to the other closes a loop. */
  boolean closesLoop(int from, int to) {
    return closing.contains(List.of(from, to));
  }

  /** The instruction at an offset that is reached. */
  Insn insn(int at) {
    return Objects.requireNonNull(insns[at]);
  }

  /** That instruction as text. */
  String text(int at) {
    return "+0x%x: %s".formatted(at, Disassembler.text(insn(at)));
  }

  /** The offsets to which the instruction at {@code at} can lead in this code. */
  private int[] successors(int at) {
    Insn i = insn(at);
    int next = at + i.length;
    boolean relative = i.a.kind() == Operand.Kind.RELATIVE;
    long target = relative ? next + i.a.value() : 0;
    boolean inside = target > 0 && target < length;
    if (i.mnemonic() == Mnemonic.JMP) {
      return inside ? new int[] {(int) target} : new int[0];
    }
    if (i.mnemonic() == Mnemonic.RET) {
      return new int[0];
    }
    boolean both = i.mnemonic() == Mnemonic.JCC || i.mnemonic() == Mnemonic.CALL;
    return both && inside ? new int[] {next, (int) target} : new int[] {next};
  }
}
