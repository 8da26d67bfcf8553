package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.ADDRESS;
import static jvisor.cpu.translator.Registers.ENTRY;
import static jvisor.cpu.translator.Registers.STATE;
import static jvisor.cpu.translator.Registers.TAG;

import java.util.Set;
import jvisor.cpu.state.Rflags;
import jvisor.isa.CodeMode;
import jvisor.isa.Encoder;
import jvisor.isa.Feature;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;
import jvisor.isa.OperandForm;
import org.jspecify.annotations.Nullable;

/**
 * Harmless instructions, emitted as themselves: registers renumbered, the memory operand replaced
 * by its hva, guest registers that have no host register loaded before and stored after.
 */
final class Instructions {
  private static final int ALL_FLAGS = (int) Rflags.ARITHMETIC;
  private static final int[] SCRATCH = {TAG, ENTRY, ADDRESS};

  private final Unit unit;
  private final Emitter e;
  private final Accesses accesses;
  private final Set<Feature> hostFeatures;

  /** Which guest register each of {@link #SCRATCH} stands for, of {@link #lent} that do. */
  private final int[] guests = new int[SCRATCH.length + 1];

  private int lent;

  Instructions(Unit unit, Accesses accesses, Set<Feature> hostFeatures) {
    this.unit = unit;
    this.e = unit.e;
    this.accesses = accesses;
    this.hostFeatures = hostFeatures;
  }

  /** Whether {@link #emit} can emit it. */
  boolean suits(Insn i, boolean narrow) {
    boolean ofAllVectors = i.vex && i.row.operands().isEmpty();
    if (!i.row.harmless()
        || !hostFeatures.contains(i.row.feature())
        || narrow && ofAllVectors) {
      return false;
    }
    if (i.hasMemory() && (!Accesses.suits(i, narrow) || isBitString(i))) {
      return isNoOperation(i);
    }
    return isNoOperation(i)
        || i.mnemonic() == Mnemonic.LEA && i.a.size() >= 4
        || i.mnemonic() != Mnemonic.LEA && rewritten(i) != null;
  }

  private static boolean isNoOperation(Insn i) {
    return i.mnemonic() == Mnemonic.NOP;
  }

  private static boolean isBitString(Insn i) {
    return switch (i.mnemonic()) {
      case BT, BTS, BTR, BTC -> i.b.kind() == Operand.Kind.GPR;
      default -> false;
    };
  }

  /** Emits an instruction that {@link #suits}; {@code next} is the offset of the one behind it. */
  void emit(Insn i, int next) {
    if (isNoOperation(i)) {
      return;
    }
    if (i.mnemonic() == Mnemonic.LEA) {
      loadAddress(i, next);
      return;
    }
    if (isRegisterMove(i)) {
      move(i);
      return;
    }
    if (usesVectors(i)) {
      unit.requireVectors();
    }
    Operand memory = Roles.memory(i);
    if (memory != null) {
      accesses.linearAddress(i, next);
      accesses.probe(memory.size(), Roles.writesMemory(i), i.row.aligned());
    }
    int affected = i.row.flagsWritten() | i.row.flagsUndefined();
    if (Roles.flagsTested(i) != 0 || affected != 0 && affected != ALL_FLAGS) {
      unit.hold();
    } else if (affected != 0) {
      unit.flagsForgotten();
    }
    Insn own = rewritten(i);
    byte[] code = own == null ? null : Encoder.encode(own, CodeMode.BITS64);
    if (code == null) {
      throw new IllegalStateException("cannot emit " + i);
    }
    borrow(i);
    e.put(code);
    giveBack(i);
    if (affected != 0) {
      unit.flagsSet();
    }
  }

  private static boolean usesVectors(Insn i) {
    for (int n = 0; n < i.row.operands().size(); n++) {
      if (i.row.operands().get(n).kind() == Operand.Kind.VECTOR) {
        return true;
      }
    }
    return i.vex && i.row.operands().isEmpty();
  }

  private void loadAddress(Insn i, int next) {
    int size = Math.min(i.a.size(), i.addressSize);
    int to = Registers.isPinned(i.a.index()) ? Registers.host(i.a.index()) : ADDRESS;
    accesses.effectiveAddress(i, to, next);
    if (size == 4 && i.addressSize == 8) {
      e.move32(to, to);
    }
    if (to == ADDRESS) {
      e.store(STATE, Registers.slot(i.a.index()), ADDRESS);
    }
  }

  private static boolean isRegisterMove(Insn i) {
    return i.mnemonic() == Mnemonic.MOV
        && i.a.kind() == Operand.Kind.GPR
        && i.b.kind() == Operand.Kind.GPR
        && i.a.size() >= 4;
  }

  private void move(Insn i) {
    boolean wide = i.a.size() == 8;
    int from = i.b.index();
    int to = i.a.index();
    if (Registers.isPinned(to)) {
      if (!Registers.isPinned(from)) {
        e.load(i.a.size(), Registers.host(to), STATE, Registers.slot(from));
      } else if (wide) {
        e.move(Registers.host(to), Registers.host(from));
      } else {
        e.move32(Registers.host(to), Registers.host(from));
      }
      return;
    }
    int register = TAG;
    if (!Registers.isPinned(from)) {
      e.load(i.a.size(), TAG, STATE, Registers.slot(from));
    } else if (wide) {
      register = Registers.host(from);
    } else {
      e.move32(TAG, Registers.host(from));
    }
    e.store(STATE, Registers.slot(to), register);
  }

  // ---------------------------------------------------------------- registers

  /** Loads the scratch registers that stand for guest registers. */
  private void borrow(Insn i) {
    for (int n = 0; n < lent; n++) {
      if (!(guests[n] == i.a.index() && i.a.kind() == Operand.Kind.GPR && Roles.onlyWritesFirst(i))
          || isSource(i, guests[n])) {
        e.load(SCRATCH[n], STATE, Registers.slot(guests[n]));
      }
    }
  }

  private static boolean isSource(Insn i, int guest) {
    return isGuest(i.b, guest) || isGuest(i.c, guest);
  }

  private static boolean isGuest(Operand o, int guest) {
    return o.kind() == Operand.Kind.GPR && o.index() == guest;
  }

  /** Stores those that the instruction may have written. */
  private void giveBack(Insn i) {
    for (int n = 0; n < lent; n++) {
      boolean written =
          isGuest(i.a, guests[n]) && Roles.writesFirst(i)
              || isGuest(i.b, guests[n]) && Roles.writesSecond(i);
      if (written) {
        e.store(STATE, Registers.slot(guests[n]), SCRATCH[n]);
      }
    }
  }

  /** The instruction with host registers, its memory at {@code [ADDRESS]}; null if impossible. */
  private @Nullable Insn rewritten(Insn i) {
    lent = 0;
    Operand a = replaced(i.a);
    Operand b = replaced(i.b);
    Operand c = replaced(i.c);
    Operand d = replaced(i.d);
    if (lent > (i.hasMemory() ? 2 : SCRATCH.length)) {
      return null;
    }
    int base = i.hasMemory() ? ADDRESS : Insn.NO_REGISTER;
    Insn own =
        new Insn(
            Roles.wideRow(i),
            i.length,
            i.operandSize,
            8,
            i.lock,
            i.repeat,
            Insn.DS,
            base,
            Insn.NO_REGISTER,
            0,
            0,
            opcode(i, a, b),
            a,
            b,
            c,
            d);
    return Encoder.encode(own, CodeMode.BITS64) == null ? null : own;
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
}
