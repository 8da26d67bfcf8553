package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.ADDRESS;
import static jvisor.cpu.translator.Registers.ENTRY;
import static jvisor.cpu.translator.Registers.STATE;
import static jvisor.cpu.translator.Registers.TAG;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

  /** Lends itself for an address that must not need a REX prefix, and has no high byte. */
  private static final int HIGH_BASE = Registers.RDI;

  /** Bytes of a load from the struct. */
  private static final int LOAD = 7;

  private final Unit unit;
  private final Emitter e;
  private final Accesses accesses;
  private final OpenWindows windows;
  private final Set<Feature> hostFeatures;

  /** Which guest register each of {@link #SCRATCH} stands for, of {@link #lent} that do. */
  private final int[] guests = new int[SCRATCH.length + 1];

  private int lent;

  /** The guest register that is compared in the struct, or −1. */
  private int compared = -1;

  private final Encoder encoder = new Encoder();
  private final byte[] code = new byte[Encoder.MAX_LENGTH];

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
      windows.forget(TAG);
      move(i);
      return true;
    }
    Insn own = renumbered(i);
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
    Insn own = renumbered(i);
    return own != null
        && lent == 0
        && !(i.hasMemory() && namesHighByte(i))
        && encoder.encode(own, CodeMode.BITS64, code, 0) > 0;
  }

  /** Whether it names AH, CH, DH or BH, which no instruction with a REX prefix can. */
  static boolean namesHighByte(Insn i) {
    return i.a.kind() == Operand.Kind.HIGH8 || i.b.kind() == Operand.Kind.HIGH8;
  }

  /** Emits {@link #code}, whose address is in a register that is lent to it if {@code lends}. */
  private void put(int length, boolean lends) {
    if (lends) {
      e.move(TAG, HIGH_BASE);
      e.move(HIGH_BASE, ADDRESS);
    }
    e.put(code, length);
    if (lends) {
      e.move(HIGH_BASE, TAG);
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
    Insn own = renumbered(i);
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
      unit.requireVectors();
    }
    boolean pointed = X87.isPointedTo(i);
    if (X87.uses(i)) {
      unit.requireX87();
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
      windows.forget();
    }
    int affected = i.row.flagsWritten() | i.row.flagsUndefined();
    if (Roles.flagsTested(i) != 0 || affected != 0 && affected != ALL_FLAGS) {
      unit.flags.hold();
    } else if (affected != 0) {
      unit.flags.forget();
    }
    if (window != null) {
      windows.bring(window, own.base);
    }
    borrow(i);
    switch (i.mnemonic()) {
      case WAIT -> {}
      case FLDCW -> X87.loadControl(unit);
      case FCOMI, FCOMIP, FUCOMI, FUCOMIP -> {
        X87.clearC1(e);
        e.put(code, length);
      }
      default -> put(length, memory != null && namesHighByte(i));
    }
    giveBack(i);
    if (pointed) {
      unit.pointsTo(i, next - i.length);
    }
    if (affected != 0) {
      unit.flags.set(memory == null && lent < SCRATCH.length ? source(own, length) : null);
    }
  }

  /** How to have the flags again that the instruction just emitted has set. */
  private @Nullable FlagSource source(Insn own, int length) {
    byte[] loads = new byte[lent * LOAD];
    int scratch = 0;
    int inStruct = 0;
    for (int n = 0; n < lent; n++) {
      ByteBuffer.wrap(loads, n * LOAD, LOAD)
          .order(ByteOrder.LITTLE_ENDIAN)
          .put((byte) (0x49 | SCRATCH[n] >> 3 << 2))
          .put((byte) 0x8b)
          .put((byte) (0x80 | (SCRATCH[n] & 7) << 3 | STATE & 7))
          .putInt(Registers.slot(guests[n]));
      scratch |= 1 << SCRATCH[n];
      inStruct |= 1 << Roles.IN_STRUCT + guests[n];
    }
    if (compared >= 0) {
      inStruct |= 1 << Roles.IN_STRUCT + compared;
    }
    return FlagSource.of(own, code, length, loads, scratch, inStruct);
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
    windows.forget(ADDRESS);
    windows.forget(ENTRY);
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

  private int lentRegisters() {
    int registers = 0;
    for (int n = 0; n < lent; n++) {
      registers |= 1 << SCRATCH[n];
    }
    return registers;
  }

  /** Loads the scratch registers that stand for guest registers. */
  private void borrow(Insn i) {
    for (int n = 0; n < lent; n++) {
      windows.forget(SCRATCH[n]);
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
          isGuest(i.a, guests[n]) && i.row.writes(0) || isGuest(i.b, guests[n]) && i.row.writes(1);
      if (written) {
        e.store(STATE, Registers.slot(guests[n]), SCRATCH[n]);
      }
    }
  }

  /**
   * The instruction with host registers and its memory at {@code [ADDRESS]}, or null if it takes
   * more of them than there are.
   */
  private @Nullable Insn renumbered(Insn i) {
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

  /** {@code own} with its memory where a stream or window says that {@code i}'s is. */
  private Insn placed(Insn own, Insn i, int next) {
    Stream stream = accesses.stream(i);
    if (stream != null) {
      boolean moves = stream.moving != Insn.NO_REGISTER;
      int index = moves ? Registers.host(stream.moving) : Insn.NO_REGISTER;
      long displacement = Accesses.displacement(i, next) - stream.first;
      return placed(own, accesses.streamBase(stream), index, stream.scale, displacement);
    }
    Window window = windows.window();
    return window == null
        ? own
        : placed(own, windows.of(window, lentRegisters()), Insn.NO_REGISTER, 0, windows.distance());
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
