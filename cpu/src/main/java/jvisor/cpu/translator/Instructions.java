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

/**
 * Harmless instructions, emitted as themselves: registers {@linkplain Renumbering renumbered}, the
 * memory operand replaced by its hva, guest registers that have no host register loaded before and
 * stored after.
 */
final class Instructions {
  private static final int ALL_FLAGS = (int) Rflags.ARITHMETIC;
  private final Unit unit;
  private final Emitter e;
  private final Accesses accesses;
  private final OpenWindows windows;
  private final Set<Feature> hostFeatures;
  private final Renumbering registers = new Renumbering();

  private final Encoder encoder = new Encoder();
  private final byte[] code = new byte[Encoder.MAX_LENGTH];
  private final Emitter scratch = new Emitter();

  Instructions(Unit unit, Accesses accesses, OpenWindows windows, Set<Feature> hostFeatures) {
    this.unit = unit;
    this.e = unit.e;
    this.accesses = accesses;
    this.windows = windows;
    this.hostFeatures = hostFeatures;
  }

  /**
   * Emits an instruction if it is harmless and there is a form of it for the host.
   *
   * @param next offset of the one behind it
   * @return false if nothing has been emitted
   */
  boolean emit(Insn i, int next, boolean narrow) {
    if (!suits(i, narrow)) {
      return false;
    }
    if (i.mnemonic() == Mnemonic.NOP) {
      return true;
    }
    if (i.mnemonic() == Mnemonic.LEA) {
      return loadAddress(i, next);
    }
    if (isRegisterMove(i)) {
      move(i);
      return true;
    }
    Insn own = registers.of(i);
    if (own != null && i.hasMemory()) {
      own = placed(own, i, next);
    }
    int length = own == null ? 0 : encoder.encode(own, CodeMode.BITS64, code, 0);
    if (own == null || length == 0) {
      return false;
    }
    emit(i, own, next, length);
    return true;
  }

  private boolean suits(Insn i, boolean narrow) {
    if (!i.row.harmless() || !hostFeatures.contains(i.row.feature())) {
      return false;
    }
    if (X87.uses(i) && !(hostFeatures.contains(Feature.FPU) && X87.suits(i))) {
      return false;
    }
    if (i.mnemonic() == Mnemonic.NOP) {
      return true;
    }
    boolean ofAllVectors = i.vex && i.row.operands().isEmpty();
    return !(narrow && ofAllVectors)
        && !(i.hasMemory() && (!Accesses.suits(i, narrow) || isBitString(i)));
  }

  /**
   * Whether {@link #emit} can emit a 64-bit instruction so that it uses no scratch register but for
   * the address of its memory operand.
   */
  boolean isOfHost(Insn i) {
    if (!suits(i, false) || X87.uses(i)) {
      return false;
    }
    if (i.mnemonic() == Mnemonic.NOP) {
      return true;
    }
    if (i.mnemonic() == Mnemonic.LEA) {
      return i.a.size() >= 4
          && Registers.isPinned(i.a.index())
          && (i.base == Insn.RIP || Registers.isPinned(i.base))
          && Registers.isPinned(i.index);
    }
    Insn own = registers.of(i);
    return own != null
        && registers.lent() == 0
        && !(i.hasMemory() && Renumbering.namesHighByte(i))
        && encoder.encode(own, CodeMode.BITS64, code, 0) > 0;
  }

  /** Emits {@link #code}, whose address is in a register that is lent to it if {@code lends}. */
  private void put(int length, boolean lends) {
    if (lends) {
      e.move(TAG, Renumbering.HIGH_BASE);
      e.move(Renumbering.HIGH_BASE, ADDRESS);
    }
    e.put(code, length);
    if (lends) {
      e.move(Renumbering.HIGH_BASE, TAG);
    }
  }

  /** Whether {@link #emit} can emit it. */
  boolean has(Insn i, boolean narrow) {
    if (!suits(i, narrow) || i.mnemonic() == Mnemonic.NOP || isRegisterMove(i)) {
      return suits(i, narrow);
    }
    if (i.mnemonic() == Mnemonic.LEA) {
      return i.a.size() >= 4;
    }
    Insn own = registers.of(i);
    return own != null && encoder.encode(own, CodeMode.BITS64, code, 0) > 0;
  }

  private static boolean isBitString(Insn i) {
    return switch (i.mnemonic()) {
      case BT, BTS, BTR, BTC -> i.b.kind() == Operand.Kind.GPR;
      default -> false;
    };
  }

  private void emit(Insn i, Insn own, int next, int length) {
    if (usesVectors(i)) {
      unit.held.requireVectors();
    }
    boolean pointed = X87.isPointedTo(i);
    if (X87.uses(i)) {
      unit.held.requireX87();
    }
    Operand memory = Roles.memory(i);
    Stream stream = memory == null ? null : accesses.stream(i);
    Window window = memory == null ? null : windows.window();
    if (stream != null) {
      accesses.bringStream(stream);
    } else if (memory != null && window == null) {
      accesses.linearAddress(i, next);
      if (pointed) {
        accesses.pointsTo();
      }
      accesses.probe(memory.size(), Roles.writesMemory(i), i.row.aligned());
      windows.held.forget();
    }
    int affected = i.row.flagsWritten() | i.row.flagsUndefined();
    if (Roles.flagsTested(i) != 0 || affected != 0 && affected != ALL_FLAGS) {
      unit.flags.hold();
    } else if (affected != 0) {
      unit.flags.forget();
    }
    if (window != null) {
      windows.held.bring(window, own.base);
    }
    registers.borrow(i, e, windows.held);
    switch (i.mnemonic()) {
      case WAIT -> {}
      case FLDCW -> X87.loadControl(unit);
      case FCOMI, FCOMIP, FUCOMI, FUCOMIP -> {
        X87.clearC1(e);
        e.put(code, length);
      }
      default -> put(length, memory != null && Renumbering.namesHighByte(i));
    }
    registers.giveBack(i, e);
    if (pointed) {
      unit.held.pointsTo(i, next - i.length);
    }
    if (affected != 0) {
      boolean again = memory == null && registers.leavesScratch();
      unit.flags.set(again ? FlagSource.of(own, code, length, registers, scratch) : null);
    }
  }

  /** Whether some of these read or write vector registers. */
  static boolean useVectors(Insn[] block) {
    for (Insn i : block) {
      if (usesVectors(i)) {
        return true;
      }
    }
    return false;
  }

  /** Whether it reads or writes vector registers. */
  static boolean usesVectors(Insn i) {
    for (int n = 0; n < i.row.operands().size(); n++) {
      if (i.row.operands().get(n).kind() == Operand.Kind.VECTOR) {
        return true;
      }
    }
    return i.vex && i.row.operands().isEmpty();
  }

  private boolean loadAddress(Insn i, int next) {
    if (i.a.size() < 4) {
      return false;
    }
    int size = Math.min(i.a.size(), i.addressSize);
    int to = Registers.isPinned(i.a.index()) ? Registers.host(i.a.index()) : ADDRESS;
    accesses.effectiveAddress(i, to, next);
    windows.held.forget(ADDRESS);
    windows.held.forget(ENTRY);
    if (size == 4 && i.addressSize == 8) {
      e.move32(to, to);
    }
    if (to == ADDRESS) {
      e.store(STATE, Registers.slot(i.a.index()), ADDRESS);
    }
    return true;
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
    windows.held.forget(TAG);
    if (!Registers.isPinned(from)) {
      e.load(i.a.size(), TAG, STATE, Registers.slot(from));
    } else if (wide) {
      register = Registers.host(from);
    } else {
      e.move32(TAG, Registers.host(from));
    }
    e.store(STATE, Registers.slot(to), register);
  }

  /** {@code own} with its memory where a stream or window says that {@code i}'s is. */
  private Insn placed(Insn own, Insn i, int next) {
    Stream stream = accesses.stream(i);
    if (stream != null) {
      boolean moves = stream.moving != Insn.NO_REGISTER;
      int index = moves ? Registers.host(stream.moving) : Insn.NO_REGISTER;
      long displacement =
          Accesses.displacement(i, next)
              - stream.first
              + accesses.ahead(stream.moving, stream.scale);
      return placed(own, accesses.streamBase(stream), index, stream.scale, displacement);
    }
    Window window = windows.window();
    return window == null
        ? own
        : placed(
            own,
            windows.held.of(window, registers.lent()),
            Insn.NO_REGISTER,
            0,
            windows.distance());
  }

  private static Insn placed(Insn own, int base, int index, int scale, long displacement) {
    return new Insn(
        own.row,
        own.length,
        own.operandSize,
        8,
        own.lock,
        own.repeat,
        Insn.DS,
        base,
        index,
        scale,
        displacement,
        own.opcode,
        own.a,
        own.b,
        own.c,
        own.d);
  }
}
