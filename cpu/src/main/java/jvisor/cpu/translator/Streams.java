package jvisor.cpu.translator;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.VcpuState;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;
import org.jspecify.annotations.Nullable;

/**
 * The memory that a loop of one block accesses, if all of it lies in a few <em>streams</em>: places
 * that are so many bytes further in each round. Where a round's addresses are says then where all
 * the rounds' are, so one probe of a stream serves as many rounds as stay in its page.
 *
 * <p>An address suits if not more than one of its registers is changed in the loop, and that only
 * by adding constants to it.
 */
final class Streams {
  /** The most in one loop. */
  static final int MOST = 6;

  private static final int FARTHEST = 512;
  private static final int WIDEST = 2048;
  private static final int WORD = 8;

  private final List<Stream> all = new ArrayList<>();
  private final IdentityHashMap<Insn, Stream> streams = new IdentityHashMap<>();

  /** Where accesses are that have to be aligned, counted as {@link Stream#first} is. */
  private final IdentityHashMap<Insn, Long> aligned = new IdentityHashMap<>();

  private final long[] steps = new long[16];
  private final boolean[] moves = new boolean[16];

  /** The guest registers that are changed in another way than by a constant, a mask. */
  private int changed;

  private boolean flagsComeAgain;

  private Streams() {}

  /** The streams of a 64-bit block that branches to itself, or null if it does anything else. */
  static @Nullable Streams of(Insn[] block, Instructions instructions) {
    Streams found = new Streams();
    boolean all =
        found.flagsAreItsOwn(block)
            && found.registersMove(block, instructions)
            && found.find(block);
    Insn last = block[Math.max(block.length - 2, 0)];
    found.flagsComeAgain = Roles.memory(last) == null && FlagSource.exists(last);
    return all && found.areAligned() ? found : null;
  }

  /** The streams. */
  List<Stream> all() {
    return all;
  }

  /** That of an instruction's memory operand. */
  Stream of(Insn i) {
    Stream stream = streams.get(i);
    if (stream == null) {
      throw new IllegalArgumentException("in no stream: " + i);
    }
    return stream;
  }

  /** Whether the flags at the end of a round can be had again from registers. */
  boolean flagsComeAgain() {
    return flagsComeAgain;
  }

  /** By how much a register steps in a round. */
  long step(int register) {
    return steps[register];
  }

  /** Whether an operand is a register that steps and does nothing else; 64 bits. */
  boolean isStepping(Operand o) {
    return o.kind() == Operand.Kind.GPR
        && o.size() == WORD
        && isMoved(o.index())
        && !isChanged(o.index());
  }

  /** Whether an operand is a constant, or a register of the host's that stays the same; 64 bits. */
  boolean isFixed(Operand o) {
    return o.kind() == Operand.Kind.IMMEDIATE
        || o.kind() == Operand.Kind.GPR
            && o.size() == WORD
            && Registers.isPinned(o.index())
            && !isMoved(o.index())
            && !isChanged(o.index());
  }

  /** Whether all flags are written before any is read. */
  private boolean flagsAreItsOwn(Insn[] block) {
    for (Insn i : block) {
      int affected = i.row.flagsWritten() | i.row.flagsUndefined();
      if (Roles.flagsTested(i) != 0 || affected != 0 && affected != (int) Rflags.ARITHMETIC) {
        return false;
      }
      if (affected != 0) {
        return true;
      }
    }
    return false;
  }

  private boolean registersMove(Insn[] block, Instructions instructions) {
    for (int n = 0; n < block.length - 1; n++) {
      Insn i = block[n];
      if (!instructions.isOfHost(i)) {
        return false;
      }
      if (isStep(i)) {
        steps[i.a.index()] += step(i);
        moves[i.a.index()] = true;
      } else {
        change(i);
      }
    }
    return true;
  }

  private void change(Insn i) {
    change(i.a, i.row.writes(0));
    change(i.b, i.row.writes(1));
    if (!Effects.isExplicit(i)) {
      changed |= 0xf;
    }
  }

  private void change(Operand o, boolean written) {
    if (written && (o.kind() == Operand.Kind.GPR || o.kind() == Operand.Kind.HIGH8)) {
      changed |= 1 << o.index();
    }
  }

  private boolean find(Insn[] block) {
    long[] moved = new long[16];
    int next = 0;
    for (int n = 0; n < block.length - 1; n++) {
      Insn i = block[n];
      next += i.length;
      Operand memory = i.mnemonic() == Mnemonic.LEA ? null : Roles.memory(i);
      if (memory != null && !add(i, memory.size(), next, moved)) {
        return false;
      }
      if (isStep(i)) {
        moved[i.a.index()] += step(i);
      }
    }
    return true;
  }

  private boolean add(Insn i, int size, int next, long[] moved) {
    boolean baseMoves = isMoved(i.base);
    boolean indexMoves = isMoved(i.index);
    if (i.addressSize != WORD
        || isChanged(i.base)
        || isChanged(i.index)
        || baseMoves && indexMoves) {
      return false;
    }
    int moving = baseMoves ? i.base : indexMoves ? i.index : Insn.NO_REGISTER;
    int scale = indexMoves ? i.scale : 0;
    long step = moving < 0 ? 0 : steps[moving] << scale;
    long at = Accesses.displacement(i, next) + (moving < 0 ? 0 : moved[moving] << scale);
    if (Math.abs(step) > FARTHEST || at != (int) at) {
      return false;
    }
    Stream stream = near(i, at, size);
    if (stream == null) {
      if (all.size() == MOST) {
        return false;
      }
      stream = new Stream(all.size(), i, moving, scale, (int) step, at);
      all.add(stream);
    }
    stream.first = Math.min(stream.first, at);
    stream.end = Math.max(stream.end, at + size);
    stream.written |= Roles.writesMemory(i);
    if (i.row.aligned()) {
      stream.alignment = Math.max(stream.alignment, size);
      aligned.put(i, at);
    }
    streams.put(i, stream);
    return true;
  }

  private @Nullable Stream near(Insn i, long at, int size) {
    for (Stream stream : all) {
      boolean near = Math.max(stream.end, at + size) - Math.min(stream.first, at) <= WIDEST;
      if (near && stream.isLike(i)) {
        return stream;
      }
    }
    return null;
  }

  /** Whether all addresses that have to be aligned are if the first ones are. */
  private boolean areAligned() {
    for (Map.Entry<Insn, Long> each : aligned.entrySet()) {
      Stream stream = of(each.getKey());
      if ((each.getValue() - stream.first | stream.step) % stream.alignment != 0) {
        return false;
      }
    }
    return true;
  }

  private boolean isMoved(int register) {
    return register >= 0 && register < moves.length && moves[register];
  }

  private boolean isChanged(int register) {
    return register >= 0 && register < moves.length && (changed >> register & 1) != 0;
  }

  /** Whether it adds a constant to a register, which has a host register of its own. */
  static boolean isStep(Insn i) {
    if (i.a.kind() != Operand.Kind.GPR || i.a.size() != WORD || !Registers.isPinned(i.a.index())) {
      return false;
    }
    return switch (i.mnemonic()) {
      case ADD, SUB -> i.b.kind() == Operand.Kind.IMMEDIATE;
      case INC, DEC -> true;
      case LEA -> i.base == i.a.index() && i.index == Insn.NO_REGISTER && i.addressSize == WORD;
      default -> false;
    };
  }

  /** The constant. */
  static long step(Insn i) {
    return switch (i.mnemonic()) {
      case ADD -> i.b.value();
      case SUB -> -i.b.value();
      case INC -> 1;
      case DEC -> -1;
      default -> i.displacement;
    };
  }

  // ---------------------------------------------------------------- words of the struct

  /** The budget when rounds are counted; then what of it is not for these rounds. */
  static final int REST = VcpuState.STREAMS;

  /**
   * The word of stream {@code number}: its first access's hva without what the moving register adds
   * to it.
   */
  static int word(int number) {
    return REST + WORD + number * WORD;
  }

  /** The stream whose word is at this offset of the struct, or −1. */
  static int at(long offset) {
    long from = offset - word(0);
    return from >= 0 && from < (long) MOST * WORD && from % WORD == 0 ? (int) from / WORD : -1;
  }
}
