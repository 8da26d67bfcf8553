package jvisor.cpu.translator;

import java.util.Arrays;
import jvisor.isa.Insn;
import jvisor.isa.Operand;

/**
 * What the guest's registers hold on the way through a tree of {@link Part}s, as far as that is
 * what one of them held at its head, or nothing, and a number. Registers of 64 bits; code of 64
 * bits.
 */
final class Origins {
  /** No register: the value is the number alone. */
  static final int NUMBER = -1;

  /** The value is not known. */
  static final int UNKNOWN = -2;

  private static final int REGISTERS = 16;
  private static final int RSP = 4;
  private static final int RBP = 5;
  private static final int WIDE = 8;
  private static final long LOW = 0xffff_ffffL;

  /** The register at the head, {@link #NUMBER} or {@link #UNKNOWN}. */
  private final int[] from = new int[REGISTERS];

  private final long[] added = new long[REGISTERS];

  /** At the head of a translation. */
  Origins() {
    Arrays.setAll(from, register -> register);
  }

  private Origins(Origins other) {
    System.arraycopy(other.from, 0, from, 0, REGISTERS);
    System.arraycopy(other.added, 0, added, 0, REGISTERS);
  }

  /** The same, to go another way. */
  Origins copy() {
    return new Origins(this);
  }

  /** Which register at the head this one's value comes from, or as the constants say. */
  int from(int register) {
    return from[register];
  }

  /** What has been added. */
  long added(int register) {
    return added[register];
  }

  /** Whether a register holds what it held at the head. */
  boolean isAsAtHead(int register) {
    return from[register] == register && added[register] == 0;
  }

  /** {@code i} has been executed. */
  void pass(Insn i) {
    int to = i.a.kind() == Operand.Kind.GPR ? i.a.index() : -1;
    boolean wide = to >= 0 && i.a.size() == WIDE;
    boolean constant = i.b.kind() == Operand.Kind.IMMEDIATE;
    switch (i.mnemonic()) {
      case ADD -> step(i, to, wide && constant, i.b.value());
      case SUB -> step(i, to, wide && constant, -i.b.value());
      case INC -> step(i, to, wide, 1);
      case DEC -> step(i, to, wide, -1);
      case MOV -> moved(i, to, wide, constant);
      case XOR -> {
        boolean same = to >= 0 && i.b.kind() == Operand.Kind.GPR && i.b.index() == to;
        if (same && i.a.size() >= 4) {
          set(to, NUMBER, 0);
        } else {
          forget(i);
        }
      }
      case LEA -> {
        boolean plain =
            wide && i.addressSize == WIDE && i.base >= 0 && i.base < REGISTERS && i.index < 0;
        set(to, plain ? from[i.base] : UNKNOWN, plain ? added[i.base] + i.displacement : 0);
      }
      case PUSH, CALL -> add(RSP, -i.operandSize);
      case RET ->
          add(RSP, i.operandSize + (i.a.kind() == Operand.Kind.IMMEDIATE ? i.a.value() : 0));
      case POP -> {
        add(RSP, i.operandSize);
        forget(i.a, true);
      }
      case LEAVE -> {
        set(RSP, from[RBP], added[RBP] + i.operandSize);
        set(RBP, UNKNOWN, 0);
      }
      case CMP, TEST, JCC, JMP, NOP -> {}
      default -> forget(i);
    }
  }

  private void moved(Insn i, int to, boolean wide, boolean constant) {
    if (to < 0) {
      forget(i);
    } else if (constant && i.a.size() >= 4) {
      set(to, NUMBER, wide ? i.b.value() : i.b.value() & LOW);
    } else if (wide && i.b.kind() == Operand.Kind.GPR) {
      set(to, from[i.b.index()], added[i.b.index()]);
    } else {
      forget(i);
    }
  }

  private void step(Insn i, int register, boolean known, long by) {
    if (known) {
      add(register, by);
    } else if (register >= 0 && i.a.size() == 4 && isStep(i) && from[register] == NUMBER) {
      set(register, NUMBER, added[register] + by & LOW);
    } else {
      forget(i);
    }
  }

  private static boolean isStep(Insn i) {
    return switch (i.mnemonic()) {
      case INC, DEC -> true;
      default -> i.b.kind() == Operand.Kind.IMMEDIATE;
    };
  }

  private void add(int register, long by) {
    added[register] += by;
  }

  private void set(int register, int origin, long number) {
    from[register] = origin;
    added[register] = number;
  }

  /** Of what {@code i} may write nothing is known. */
  private void forget(Insn i) {
    if (!i.row.harmless()) {
      Arrays.fill(from, UNKNOWN);
      return;
    }
    forget(i.a, i.row.writes(0));
    forget(i.b, i.row.writes(1));
    if (!Effects.isExplicit(i)) {
      Arrays.fill(from, 0, 4, UNKNOWN);
    }
  }

  private void forget(Operand o, boolean written) {
    if (written && (o.kind() == Operand.Kind.GPR || o.kind() == Operand.Kind.HIGH8)) {
      set(o.index(), UNKNOWN, 0);
    }
  }
}
