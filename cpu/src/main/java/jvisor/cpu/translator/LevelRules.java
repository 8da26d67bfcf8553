package jvisor.cpu.translator;

import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.translator.Known.Kind;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;
import org.jspecify.annotations.Nullable;

/**
 * How emitted code may go from one privilege level to another: each word in force is replaced by
 * the one that {@link Levels} and the memory unit keep for that level, and whoever goes on to other
 * code has replaced all of them, or none; but code that has found itself to be a supervisor's may
 * replace its TLB table by that for the other setting of AC.
 */
final class LevelRules {
  /** How many words in force are followed. */
  static final int WORDS = 5;

  private static final int TABLE = 0;
  private static final int GENERATION = 1;
  private static final int JUMPS = 2;
  private static final int CONTEXT = 3;
  private static final int LEVEL = 4;
  private static final int WORD = 8;

  private LevelRules() {}

  /** The number of a word in force that a level has its own of, or -1. */
  private static int word(long offset) {
    if (offset == VcpuState.TLB_TABLE) {
      return TABLE;
    } else if (offset == VcpuState.TLB_GENERATION) {
      return GENERATION;
    } else if (offset == Words.JUMPS) {
      return JUMPS;
    }
    return offset == Words.CONTEXT ? CONTEXT : -1;
  }

  /** The value of a level's own word of this offset, or null if it is none. */
  static @Nullable Known value(long offset) {
    int at = (int) offset;
    return switch (at) {
      case VcpuState.USER_TABLE,
          VcpuState.USER_GENERATION,
          VcpuState.SUPERVISOR_TABLE,
          VcpuState.SUPERVISOR_AC_TABLE,
          VcpuState.SUPERVISOR_GENERATION,
          Levels.USER_JUMPS,
          Levels.USER_CONTEXT,
          Levels.SUPERVISOR_JUMPS,
          Levels.SUPERVISOR_CONTEXT ->
          Known.levelWord(at);
      default -> null;
    };
  }

  /** Whether a store of eight bytes of {@code value} to a word in force is one of a level's own. */
  static boolean replaces(long offset, Known value) {
    if (!value.is(Kind.LEVEL_WORD)) {
      return false;
    }
    int from = (int) value.add();
    return switch (word(offset)) {
      case TABLE ->
          from == VcpuState.USER_TABLE
              || from == VcpuState.SUPERVISOR_TABLE
              || from == VcpuState.SUPERVISOR_AC_TABLE;
      case GENERATION ->
          from == VcpuState.USER_GENERATION || from == VcpuState.SUPERVISOR_GENERATION;
      case JUMPS -> from == Levels.USER_JUMPS || from == Levels.SUPERVISOR_JUMPS;
      case CONTEXT -> from == Levels.USER_CONTEXT || from == Levels.SUPERVISOR_CONTEXT;
      default -> false;
    };
  }

  /** Whether {@code i} stores what may be stored to the words of levels, or to system state. */
  static boolean mayStore(Insn i, int size, Knowledge k) {
    long at = i.displacement;
    boolean move = i.mnemonic() == Mnemonic.MOV;
    if (move && size == WORD && i.b.kind() == Operand.Kind.GPR) {
      return at == VcpuState.SYSTEM_FLAGS
          || at == VcpuState.KERNEL_GS_BASE
          || at == VcpuState.SEGMENTS + Segment.FS * VcpuState.SEGMENT_STRIDE
          || at == VcpuState.SEGMENTS + Segment.GS * VcpuState.SEGMENT_STRIDE
          || at == Levels.SHADOW
          || at == Levels.RESUMED
          || at == Levels.POPPED_FLAGS
          || at == Levels.POPPED_STACK
          || replaces(at, k.get(i.b.index()));
    }
    boolean constant = move && size == 1 && i.b.kind() == Operand.Kind.IMMEDIATE;
    long value = i.b.value();
    return constant
        && (at == Levels.LEVEL && (value == Levels.USER || value == Levels.SUPERVISOR)
            || at == Levels.CHANGED && (value == Levels.ENTERED || value == Levels.RETURNED)
            || at == Levels.RIGHTS_CHANGED && value == 1
            || at == Words.X87_USABLE && value == 0);
  }

  /** Notes a store that is allowed. */
  static void stored(Insn i, Knowledge k) {
    if (i.displacement == Levels.LEVEL) {
      k.levelStored(LEVEL, Known.constant((int) i.b.value()));
    }
    int word = word(i.displacement);
    if (word >= 0 && i.b.kind() == Operand.Kind.GPR) {
      Known value = k.get(i.b.index());
      k.levelWordStored(word, value, word == CONTEXT);
    }
  }

  /** What a comparison of the byte that says which level runs tells if both are equal, or null. */
  static @Nullable Fact compared(Insn i, Knowledge k) {
    boolean byConstant = i.a.size() == 1 && i.b.kind() == Operand.Kind.IMMEDIATE;
    return byConstant && Effects.isWord(i, k, Levels.LEVEL) ? Fact.level((int) i.b.value()) : null;
  }

  /** Whether the words in force are all of one level where control goes elsewhere. */
  static boolean agree(Knowledge k) {
    Known table = k.inForce(TABLE);
    Known generation = k.inForce(GENERATION);
    Known jumps = k.inForce(JUMPS);
    Known context = k.inForce(CONTEXT);
    Known level = k.inForce(LEVEL);
    boolean same =
        isUntouched(level) && isUntouched(generation) && isUntouched(jumps) && isUntouched(context);
    if (same) {
      boolean own =
          isWord(table, VcpuState.SUPERVISOR_TABLE) || isWord(table, VcpuState.SUPERVISOR_AC_TABLE);
      return isUntouched(table) || own && k.facts.has(Fact.level(Levels.SUPERVISOR));
    }
    boolean user =
        level.equals(Known.constant(Levels.USER))
            && isWord(table, VcpuState.USER_TABLE)
            && isWord(generation, VcpuState.USER_GENERATION)
            && isWord(jumps, Levels.USER_JUMPS)
            && isWord(context, Levels.USER_CONTEXT);
    boolean supervisor =
        level.equals(Known.constant(Levels.SUPERVISOR))
            && isWord(table, VcpuState.SUPERVISOR_TABLE)
            && isWord(generation, VcpuState.SUPERVISOR_GENERATION)
            && isWord(jumps, Levels.SUPERVISOR_JUMPS)
            && isWord(context, Levels.SUPERVISOR_CONTEXT);
    return user || supervisor;
  }

  private static boolean isUntouched(Known word) {
    return word.is(Kind.UNTOUCHED);
  }

  private static boolean isWord(Known value, int offset) {
    return value.is(Kind.LEVEL_WORD) && value.add() == offset;
  }
}
