package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.ADDRESS;
import static jvisor.cpu.translator.Registers.ENTRY;
import static jvisor.cpu.translator.Registers.STATE;
import static jvisor.cpu.translator.Registers.TAG;

import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;
import jvisor.isa.OperandForm;
import org.jspecify.annotations.Nullable;

/**
 * The registers of one instruction by the host's numbers. Scratch registers are lent for those that
 * are in the struct, but where one of these can be compared there.
 */
final class Renumbering {
  private static final int[] SCRATCH = {TAG, ENTRY, ADDRESS};

  /** Lends itself for an address that must not need a REX prefix, and has no high byte. */
  static final int HIGH_BASE = Registers.RDI;

  /** Which guest register each of {@link #SCRATCH} stands for, of {@link #lent} that do. */
  private final int[] guests = new int[SCRATCH.length + 1];

  private int lent;

  /** The guest register that is compared in the struct, or −1. */
  private int compared = -1;

  /** Whether it names AH, CH, DH or BH, which no instruction with a REX prefix can. */
  static boolean namesHighByte(Insn i) {
    return i.a.kind() == Operand.Kind.HIGH8 || i.b.kind() == Operand.Kind.HIGH8;
  }

  /**
   * The instruction with host registers and its memory at {@code [ADDRESS]}, or null if it takes
   * more of them than there are. From now on this is about that instruction.
   */
  @Nullable Insn of(Insn i) {
    lent = 0;
    int struct = inStruct(i);
    compared = struct < 0 ? -1 : (struct == 0 ? i.a : i.b).index();
    Operand a = struct == 0 ? asMemory(i.a) : replaced(i.a);
    Operand b = struct == 1 ? asMemory(i.b) : replaced(i.b);
    Operand c = replaced(i.c);
    Operand d = replaced(i.d);
    if (lent > (i.hasMemory() ? 2 : SCRATCH.length)) {
      return null;
    }
    int base =
        !i.hasMemory()
            ? struct < 0 ? Insn.NO_REGISTER : STATE
            : namesHighByte(i) ? HIGH_BASE : ADDRESS;
    return new Insn(
        i.row,
        i.length,
        i.operandSize,
        8,
        i.lock,
        i.repeat,
        Insn.DS,
        base,
        Insn.NO_REGISTER,
        0,
        struct < 0 ? 0 : Registers.slot(compared),
        opcode(i, a, b),
        a,
        b,
        c,
        d);
  }

  /**
   * Which operand of a comparison is a register that is in the struct, and can be compared there;
   * −1 if none.
   */
  private static int inStruct(Insn i) {
    boolean compares = i.mnemonic() == Mnemonic.CMP || i.mnemonic() == Mnemonic.TEST;
    for (int n = 0; compares && !i.hasMemory() && n < i.row.operands().size(); n++) {
      Operand o = n == 0 ? i.a : i.b;
      if (i.row.operands().get(n).field() == OperandForm.Field.RM
          && o.kind() == Operand.Kind.GPR
          && !Registers.isPinned(o.index())) {
        return n;
      }
    }
    return -1;
  }

  private static Operand asMemory(Operand register) {
    return new Operand(Operand.Kind.MEM, 0, register.size(), 0);
  }

  /** The opcode's last byte, which may hold the number of a register. */
  private static int opcode(Insn i, Operand a, Operand b) {
    for (int n = 0; n < i.row.operands().size(); n++) {
      if (i.row.operands().get(n).field() == OperandForm.Field.OPCODE) {
        return i.opcode & ~7 | (n == 0 ? a : b).index() & 7;
      }
    }
    return i.opcode;
  }

  private Operand replaced(Operand o) {
    if (o.kind() != Operand.Kind.GPR) {
      return o;
    }
    int host = Registers.isPinned(o.index()) ? Registers.host(o.index()) : lentFor(o.index());
    return host == o.index() ? o : new Operand(o.kind(), host, o.size(), o.value());
  }

  private int lentFor(int guest) {
    for (int n = 0; n < lent; n++) {
      if (guests[n] == guest) {
        return SCRATCH[n];
      }
    }
    if (lent < SCRATCH.length) {
      guests[lent] = guest;
    }
    return SCRATCH[Math.min(lent++, SCRATCH.length - 1)];
  }

  /** The scratch registers that are lent, a mask of bits by number. */
  int lent() {
    int registers = 0;
    for (int n = 0; n < lent; n++) {
      registers |= 1 << SCRATCH[n];
    }
    return registers;
  }

  /** Whether a scratch register is left. */
  boolean leavesScratch() {
    return lent < SCRATCH.length;
  }

  /** The registers in the struct that it uses, as {@link Roles#written} has them. */
  int inStruct() {
    int registers = compared < 0 ? 0 : 1 << Roles.IN_STRUCT + compared;
    for (int n = 0; n < lent; n++) {
      registers |= 1 << Roles.IN_STRUCT + guests[n];
    }
    return registers;
  }

  /** Loads all that are lent. */
  void load(Emitter e) {
    for (int n = 0; n < lent; n++) {
      e.load(SCRATCH[n], STATE, Registers.slot(guests[n]));
    }
  }

  /** Loads those whose values {@code i} uses; no window is in any of them. */
  void borrow(Insn i, Emitter e, HeldWindows held) {
    for (int n = 0; n < lent; n++) {
      held.forget(SCRATCH[n]);
      if (!(guests[n] == i.a.index() && i.a.kind() == Operand.Kind.GPR && Roles.onlyWritesFirst(i))
          || isGuest(i.b, guests[n])
          || isGuest(i.c, guests[n])) {
        e.load(SCRATCH[n], STATE, Registers.slot(guests[n]));
      }
    }
  }

  private static boolean isGuest(Operand o, int guest) {
    return o.kind() == Operand.Kind.GPR && o.index() == guest;
  }

  /** Stores those that {@code i} may have written. */
  void giveBack(Insn i, Emitter e) {
    for (int n = 0; n < lent; n++) {
      boolean written =
          isGuest(i.a, guests[n]) && i.row.writes(0) || isGuest(i.b, guests[n]) && i.row.writes(1);
      if (written) {
        e.store(STATE, Registers.slot(guests[n]), SCRATCH[n]);
      }
    }
  }
}
