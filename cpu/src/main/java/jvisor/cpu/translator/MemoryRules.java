package jvisor.cpu.translator;

import java.util.Set;
import jvisor.cpu.mmu.TlbLayout;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.translator.UnsafeCode.Rule;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;
import org.jspecify.annotations.Nullable;

/** Which memory emitted code may reach. */
final class MemoryRules {
  private static final int GPRS_END = VcpuState.gpr(16);
  private static final int WORD = 8;

  private MemoryRules() {}

  /**
   * The rule that {@code i}'s memory operand breaks in a translation of blocks with these numbers,
   * or null.
   */
  static @Nullable Rule broken(Insn i, Knowledge before, Set<Integer> numbers) {
    Operand memory = operand(i);
    boolean plain =
        i.base >= 0
            && i.base < 16
            && i.addressSize == 8
            && i.segment < Insn.FS
            && memory.size() > 0;
    if (!plain) {
      return Rule.ADDRESS_FORM;
    }
    boolean write = writes(i);
    if (i.index != Insn.NO_REGISTER) {
      Known frame = StreamRules.frame(i, before);
      return frame == null
          ? Rule.ADDRESS_FORM
          : before.facts.admits(frame, i.displacement, memory.size(), write) ? null : Rule.PROBE;
    }
    Known base = before.get(i.base);
    return switch (base.kind()) {
      case STATE -> inState(i, memory.size(), write, before);
      case COUNTS -> isOwnCount(i, memory.size(), numbers) ? null : Rule.ADDRESS_FORM;
      case ENTRY, TARGET_ENTRY -> inEntry(i, base, memory.size(), write);
      case FRAME ->
          before.facts.admits(base, i.displacement, memory.size(), write) ? null : Rule.PROBE;
      case SUM -> Rule.PROBE;
      default -> Rule.ADDRESS_FORM;
    };
  }

  private static @Nullable Rule inState(Insn i, int size, boolean write, Knowledge before) {
    long first = i.displacement;
    if (first < 0 || first + size > VcpuState.SIZE) {
      return Rule.STATE_BOUNDS;
    }
    if (!write) {
      return null;
    }
    boolean registers = first >= VcpuState.GPR && first + size <= GPRS_END;
    boolean own =
        isWithin(first, size, Words.FLAGS)
            || isWithin(first, size, Words.PAGE_BASE)
            || Frames.at(first) >= 0 && Frames.at(first + size - 1) >= 0
            || isWithin(first, size, Words.TARGET_CODE)
            || StreamRules.word(first) >= 0 && size == WORD
            || isWithin(first, size, Words.TARGET)
            || isWithin(first, size, Words.SHUTS)
            || isWithin(first, size, Words.SHUT)
            || mayStoreX87(i, size, before);
    return registers || own || LevelRules.mayStore(i, size, before) ? null : Rule.STATE_WRITE;
  }

  /** What the FPU's last instruction and operand are, and control words that mask exceptions. */
  private static boolean mayStoreX87(Insn i, int size, Knowledge before) {
    long at = i.displacement;
    if (at == VcpuState.FIP || at == VcpuState.FDP) {
      return size == WORD;
    }
    if (at == VcpuState.FCS || at == VcpuState.FDS) {
      return size == 2;
    }
    return at == Words.X87_CONTROL
        && size == 2
        && i.mnemonic() == Mnemonic.MOV
        && i.b.kind() == Operand.Kind.GPR
        && before.get(i.b.index()).is(Known.Kind.MASKED_CONTROL);
  }

  private static boolean isWithin(long first, int size, int word) {
    return first >= word && first + size <= word + WORD;
  }

  /** Whether an access reaches any byte of a word of the struct. */
  static boolean overlaps(long first, int size, int word) {
    return first < word + WORD && word < first + size;
  }

  private static boolean isOwnCount(Insn i, int size, Set<Integer> numbers) {
    int number = (int) (i.displacement >> ExecutionCounts.ENTRY_SHIFT);
    return size == WORD
        && i.displacement == (long) number << ExecutionCounts.ENTRY_SHIFT
        && numbers.contains(number);
  }

  private static @Nullable Rule inEntry(Insn i, Known base, int size, boolean write) {
    int at = (int) i.displacement;
    boolean there =
        base.is(Known.Kind.ENTRY)
            ? at == TlbLayout.READ_TAG || at == TlbLayout.WRITE_TAG || at == TlbLayout.ADDEND
            : at == 0 || at == TargetCache.CONTEXT || at == TargetCache.CODE;
    return there && at == i.displacement && size == WORD && !write ? null : Rule.ENTRY_ACCESS;
  }

  private static Operand operand(Insn i) {
    return i.a.isMemory() ? i.a : i.b.isMemory() ? i.b : i.c;
  }

  /** Whether the memory operand may be written. All that stores has it first. */
  private static boolean writes(Insn i) {
    return i.a.isMemory()
        && (i.row.writes(0) || !X87.uses(i))
        && switch (i.mnemonic()) {
          case CMP, TEST, BT, MUL, JMP, CALL -> false;
          case IMUL -> i.b != Operand.NONE;
          default -> true;
        };
  }
}
