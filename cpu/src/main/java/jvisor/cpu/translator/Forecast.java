package jvisor.cpu.translator;

import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;

/**
 * Which way branches will go, as far as registers tell that are what they are: counters and ends of
 * short loops. A forecast that is wrong costs time and nothing else.
 */
final class Forecast {
  private static final int REGISTERS = 16;
  private static final int STACK = 4;
  private static final long LOW = 0xffff_ffffL;

  /** What the flags come from. */
  private enum Flags {
    UNKNOWN,
    /** A comparison of {@link #left} and {@link #right}. */
    COMPARED,
    /** The same, but for the carry. */
    WITHOUT_CARRY
  }

  /** What is to be expected of a branch. */
  enum Way {
    TAKEN,
    NOT_TAKEN,
    UNKNOWN
  }

  private final long[] values;
  private int known;
  private Flags flags = Flags.UNKNOWN;
  private long left;
  private long right;

  /** When the general-purpose registers hold these values. */
  Forecast(long[] registers) {
    values = registers.clone();
    known = (1 << REGISTERS) - 1;
  }

  private Forecast(Forecast other) {
    values = other.values.clone();
    known = other.known;
    flags = other.flags;
    left = other.left;
    right = other.right;
  }

  /** The same, to go another way. */
  Forecast copy() {
    return new Forecast(this);
  }

  /** The block is executed; answers which way its last instruction goes, if that is a branch. */
  Way pass(Insn[] block) {
    for (Insn i : block) {
      if (i.mnemonic() != Mnemonic.JCC) {
        pass(i);
      }
    }
    Insn last = block[block.length - 1];
    return last.mnemonic() == Mnemonic.JCC ? way(last.condition()) : Way.UNKNOWN;
  }

  /**
   * How often a block that branches to itself is executed before something else is; 0 if that
   * cannot be told or is more than {@code most}.
   */
  int turns(Insn[] block, int most) {
    Forecast then = copy();
    for (int turn = 1; turn <= most; turn++) {
      switch (then.pass(block)) {
        case TAKEN -> {}
        case NOT_TAKEN -> {
          return turn;
        }
        case UNKNOWN -> {
          return 0;
        }
      }
    }
    return 0;
  }

  private void pass(Insn i) {
    boolean register = i.a.kind() == Operand.Kind.GPR && i.a.size() >= 4;
    boolean operands = isKnown(i.a) && isKnown(i.b);
    long a = value(i.a);
    long b = value(i.b);
    boolean same = register && i.b.kind() == Operand.Kind.GPR && i.b.index() == i.a.index();
    switch (i.mnemonic()) {
      case CMP -> compared(operands, Flags.COMPARED, a, b);
      case TEST -> compared(operands, Flags.COMPARED, a & b, 0);
      case ADD -> result(i, register && operands, a + b);
      case SUB -> {
        set(i, register && operands, a - b);
        compared(register && operands, Flags.COMPARED, a, b);
      }
      case INC -> step(i, register && isKnown(i.a), a, 1);
      case DEC -> step(i, register && isKnown(i.a), a, -1);
      case AND -> result(i, register && operands, a & b);
      case OR -> result(i, register && operands, a | b);
      case XOR -> result(i, same || register && operands, same ? 0 : a ^ b);
      case MOV -> set(i, register && isKnown(i.b), b);
      case LEA -> set(i, register && isAddressKnown(i), address(i));
      case PUSH, CALL -> values[STACK] -= i.operandSize;
      case POP -> {
        values[STACK] += i.operandSize;
        forget(i.a, true);
      }
      case NOP, JMP -> {}
      default -> {
        forget(i);
        if ((i.row.flagsWritten() | i.row.flagsUndefined()) != 0) {
          flags = Flags.UNKNOWN;
        }
      }
    }
  }

  /** An operation whose result the flags tell, but not how it came about. */
  private void result(Insn i, boolean certain, long value) {
    set(i, certain, value);
    compared(certain, Flags.WITHOUT_CARRY, cut(value, i.a.size()), 0);
  }

  private void step(Insn i, boolean certain, long a, long by) {
    set(i, certain, a + by);
    compared(certain, Flags.WITHOUT_CARRY, cut(a + by, i.a.size()), 0);
  }

  private void compared(boolean certain, Flags how, long first, long second) {
    flags = certain ? how : Flags.UNKNOWN;
    left = first;
    right = second;
  }

  private void set(Insn i, boolean certain, long value) {
    if (certain) {
      values[i.a.index()] = i.a.size() == 8 ? value : value & LOW;
      known |= 1 << i.a.index();
    } else {
      forget(i);
    }
  }

  private void forget(Insn i) {
    if (!i.row.harmless() || !Effects.isExplicit(i)) {
      known = 0;
    }
    forget(i.a, i.row.writes(0));
    forget(i.b, i.row.writes(1));
  }

  private void forget(Operand o, boolean written) {
    if (written && (o.kind() == Operand.Kind.GPR || o.kind() == Operand.Kind.HIGH8)) {
      known &= ~(1 << o.index());
    }
  }

  private boolean isKnown(Operand o) {
    return o.kind() == Operand.Kind.IMMEDIATE
        || o.kind() == Operand.Kind.GPR && o.size() >= 4 && isKnown(o.index());
  }

  private boolean isKnown(int register) {
    return (known >> register & 1) != 0;
  }

  /** An operand that is known, as a signed number. */
  private long value(Operand o) {
    return switch (o.kind()) {
      case IMMEDIATE -> o.value();
      case GPR -> cut(values[o.index()], o.size());
      default -> 0;
    };
  }

  private static long cut(long value, int size) {
    return size == 8 ? value : (int) value;
  }

  private boolean isAddressKnown(Insn i) {
    return i.addressSize == 8
        && (i.base == Insn.NO_REGISTER || i.base < REGISTERS && isKnown(i.base))
        && (i.index == Insn.NO_REGISTER || i.index < REGISTERS && isKnown(i.index));
  }

  private long address(Insn i) {
    long base = i.base >= 0 && i.base < REGISTERS ? values[i.base] : 0;
    long index = i.index >= 0 && i.index < REGISTERS ? values[i.index] : 0;
    return base + (index << i.scale) + i.displacement;
  }

  /** Conditions as SDM vol. 2, appendix B.1.4.7 numbers them. */
  private Way way(int condition) {
    if (flags == Flags.UNKNOWN) {
      return Way.UNKNOWN;
    }
    int unsigned = Long.compareUnsigned(left, right);
    return switch (condition >> 1) {
      case 1 -> flags == Flags.COMPARED ? way(unsigned < 0, condition) : Way.UNKNOWN;
      case 2 -> way(left == right, condition);
      case 3 -> flags == Flags.COMPARED ? way(unsigned <= 0, condition) : Way.UNKNOWN;
      case 6 -> flags == Flags.COMPARED ? way(left < right, condition) : Way.UNKNOWN;
      case 7 -> flags == Flags.COMPARED ? way(left <= right, condition) : Way.UNKNOWN;
      default -> Way.UNKNOWN;
    };
  }

  private static Way way(boolean holds, int condition) {
    return holds == ((condition & 1) == 0) ? Way.TAKEN : Way.NOT_TAKEN;
  }
}
