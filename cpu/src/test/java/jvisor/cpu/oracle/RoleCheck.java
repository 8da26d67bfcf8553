package jvisor.cpu.oracle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;
import jvisor.isa.Roles;

/**
 * Holds cases that ran to their end against {@link Roles}: what is not announced as written stays,
 * and other values in what is not announced as read change nothing. Registers are looked at bit by
 * bit. Remembers which announcements showed.
 */
final class RoleCheck {
  private static final int LANES = 4;
  private static final int FIRST_IMPLICIT = 4;

  private final GuestProcessor processor;
  private final CaseState before;
  private final CaseState after;
  private final CaseState changed;
  private final CaseState afterChanged;
  private final List<String> complaints = new ArrayList<>();

  /** Bits that the instruction may depend on, or write, by register and by lane. */
  private final long[] read = new long[16];

  private final long[] written = new long[16];
  private final boolean[][] laneRead = new boolean[16][LANES];
  private final boolean[][] laneWritten = new boolean[16][LANES];

  /** Bits that a write of others may clear. */
  private final long[] cleared = new long[16];

  private final boolean[][] laneCleared = new boolean[16][LANES];
  private int operandAt = -1;
  private int operandSize;

  /** Bits: operands, then implicit registers, that made a difference, and that changed. */
  private long readShown;

  private long writeShown;

  /** {@code states} has room for four states, of which the first is for the cases. */
  RoleCheck(GuestProcessor processor, long states) {
    this.processor = processor;
    before = new CaseState(states);
    after = new CaseState(states + CaseState.SIZE);
    changed = new CaseState(states + 2L * CaseState.SIZE);
    afterChanged = new CaseState(states + 3L * CaseState.SIZE);
  }

  /** Where the next case is to be put. */
  CaseState state() {
    return before;
  }

  /** What was wrong with the cases so far. */
  List<String> complaints() {
    return complaints;
  }

  /** Forgets what has shown: the next cases are of another row. */
  void nextRow() {
    readShown = 0;
    writeShown = 0;
  }

  /** Checks the case that is in {@link #state}; false if it faults. */
  boolean check(Insn i, Draw d) {
    after.copyFrom(before);
    processor.run(before, after);
    if (after.get(CaseState.VECTOR) != CaseState.COMPLETED) {
      return false;
    }
    announced(i);
    whatIsWritten(i);
    whatIsNotRead(i, d);
    oneThatIsRead(i, d);
    return true;
  }

  // ---------------------------------------------------------------- what is announced

  private static Operand operand(Insn i, int position) {
    return switch (position) {
      case 0 -> i.a;
      case 1 -> i.b;
      case 2 -> i.c;
      default -> i.d;
    };
  }

  private static long bits(Operand register) {
    return register.kind() == Operand.Kind.HIGH8 ? 0xff00 : low(register.size());
  }

  private static long low(int bytes) {
    return bytes == 8 ? -1L : (1L << 8 * bytes) - 1;
  }

  private void announced(Insn i) {
    Roles roles = i.row.roles();
    for (int r = 0; r < 16; r++) {
      read[r] = (roles.implicitReads() >> r & 1) == 1 ? -1L : 0;
      written[r] = (roles.implicitWrites() >> r & 1) == 1 ? -1L : 0;
      Arrays.fill(laneRead[r], (roles.implicitReads() >> Roles.VECTORS + r & 1) == 1);
      Arrays.fill(laneWritten[r], (roles.implicitWrites() >> Roles.VECTORS + r & 1) == 1);
      cleared[r] = 0;
      Arrays.fill(laneCleared[r], false);
    }
    boolean onlyXmm0 = roles.implicitWrites() >>> Roles.VECTORS == 1;
    for (int lane = 2; onlyXmm0 && lane < LANES; lane++) {
      laneWritten[0][lane] = false;
      laneCleared[0][lane] = i.vex;
    }
    operandAt = -1;
    for (int n = 0; n < i.row.operands().size(); n++) {
      Operand operand = operand(i, n);
      switch (operand.kind()) {
        case GPR, HIGH8 -> {
          long bits = bits(operand);
          read[operand.index()] |= i.row.reads(n) ? bits : 0;
          written[operand.index()] |= i.row.writes(n) ? bits : 0;
          boolean half = i.row.writes(n) && operand.size() == 4;
          cleared[operand.index()] |= half ? ~bits : 0;
        }
        case VECTOR -> {
          for (int lane = 0; lane < LANES; lane++) {
            boolean named = 8 * lane < operand.size();
            laneRead[operand.index()][lane] |= i.row.reads(n) && named;
            laneWritten[operand.index()][lane] |= i.row.writes(n) && named;
            laneCleared[operand.index()][lane] |= i.row.writes(n) && !named && i.vex;
          }
        }
        case MEM -> address(i, operand.size());
        default -> {}
      }
    }
  }

  private void address(Insn i, int size) {
    if (i.base >= 0 && i.base != Insn.RIP) {
      read[i.base] |= low(i.addressSize);
    }
    if (i.index >= 0 && i.vectorIndexSize() == 0) {
      read[i.index] |= low(i.addressSize);
    } else if (i.index >= 0) {
      Arrays.fill(laneRead[i.index], 0, i.vectorIndexSize() / 8, true);
    }
    if (i.mnemonic() != Mnemonic.LEA && i.vectorIndexSize() == 0 && size > 0) {
      operandAt = CaseState.memoryOffset(Addresses.operand(i, before), size);
      operandSize = size;
    }
  }

  // ---------------------------------------------------------------- writes

  private void whatIsWritten(Insn i) {
    for (int r = 0; r < 16; r++) {
      long difference = before.gpr(r) ^ after.gpr(r);
      complain((difference & ~(written[r] | cleared[r])) != 0, i, "writes register " + r);
      for (int lane = 0; lane < LANES; lane++) {
        boolean differs = before.vector(r, lane) != after.vector(r, lane);
        boolean may = laneWritten[r][lane] || laneCleared[r][lane];
        complain(differs && !may, i, "writes vector " + r + " lane " + lane);
        writeShown |= differs ? shown(i, Operand.Kind.VECTOR, r) : 0;
      }
      writeShown |= difference != 0 ? shown(i, Operand.Kind.GPR, r) : 0;
    }
    int end = CaseState.SIZE;
    for (int at = next(before, after, CaseState.MEMORY, end);
        at < end;
        at = next(before, after, at + 1, end)) {
      boolean inside = isInOperand(at);
      boolean announced = i.row.roles().stores() && (inside || operandAt < 0 || isBitString(i));
      complain(!announced && !hasImplicitMemory(i), i, "writes memory");
      writeShown |= announced ? shown(i, Operand.Kind.MEM, 0) : 0;
    }
  }

  /** The first offset from {@code at} on where two states differ, or {@code end}. */
  private static int next(CaseState x, CaseState y, int at, int end) {
    int place = at;
    while (place < end && x.byteAt(place) == y.byteAt(place)) {
      boolean eight = (place & 7) == 0 && x.get(place) == y.get(place);
      place += eight ? 8 : 1;
    }
    return Math.min(place, end);
  }

  private boolean isInOperand(int at) {
    return operandAt >= 0 && at >= operandAt && at < operandAt + operandSize;
  }

  private static boolean isBitString(Insn i) {
    return switch (i.mnemonic()) {
      case BT, BTS, BTR, BTC -> i.a.isMemory() && i.b.kind() == Operand.Kind.GPR;
      default -> false;
    };
  }

  private static boolean hasImplicitMemory(Insn i) {
    int stackAndStrings = 1 << 4 | 1 << 6 | 1 << 7;
    return (i.row.roles().implicitReads() & stackAndStrings) != 0;
  }

  private static long shown(Insn i, Operand.Kind kind, int register) {
    long bits = 0;
    for (int n = 0; n < i.row.operands().size(); n++) {
      Operand operand = operand(i, n);
      boolean high = operand.kind() == Operand.Kind.HIGH8 && kind == Operand.Kind.GPR;
      boolean same = kind == Operand.Kind.MEM || operand.index() == register;
      bits |= (operand.kind() == kind || high) && same ? 1L << n : 0;
    }
    int implicit = kind == Operand.Kind.VECTOR ? Roles.VECTORS + register : register;
    return kind == Operand.Kind.MEM ? bits : bits | 1L << FIRST_IMPLICIT + implicit;
  }

  // ---------------------------------------------------------------- reads

  private void whatIsNotRead(Insn i, Draw d) {
    changed.copyFrom(before);
    for (int r = 0; r < (before.is64() ? 16 : 8); r++) {
      long other = before.is64() ? d.next() : d.next() & 0xffff_ffffL;
      changed.setGpr(r, before.gpr(r) & read[r] | other & ~read[r]);
      for (int lane = 0; lane < LANES; lane++) {
        if (!laneRead[r][lane]) {
          changed.setVector(r, lane, d.next());
        }
      }
    }
    for (int n = 0; operandAt >= 0 && !i.row.roles().loads() && n < operandSize; n++) {
      HostMemory.putByte(changed.at() + operandAt + n, d.bits(0xff));
    }
    afterChanged.copyFrom(changed);
    processor.run(changed, afterChanged);
    for (int r = 0; r < 16; r++) {
      complain(!isRegisterExplained(r), i, "depends on other registers for register " + r);
      for (int lane = 0; lane < LANES; lane++) {
        boolean is = afterChanged.vector(r, lane) == after.vector(r, lane);
        boolean stays = afterChanged.vector(r, lane) == changed.vector(r, lane);
        boolean as = laneWritten[r][lane] ? is : stays || laneCleared[r][lane] && is;
        complain(!as, i, "depends on other registers for vector " + r + " lane " + lane);
      }
    }
    int end = CaseState.SIZE;
    for (int at = next(after, afterChanged, CaseState.MEMORY, end);
        at < end;
        at = next(after, afterChanged, at + 1, end)) {
      boolean kept = isInOperand(at) && afterChanged.byteAt(at) == changed.byteAt(at);
      complain(!kept, i, "depends on other registers for memory");
    }
    boolean sameRest = next(after, afterChanged, CaseState.FLAGS, CaseState.XMM) == CaseState.XMM;
    complain(!sameRest, i, "depends on other registers for flags or exceptions");
  }

  /** Whether what is written is as before, and the rest as it was changed or cleared. */
  private boolean isRegisterExplained(int r) {
    long now = afterChanged.gpr(r);
    long same = now ^ after.gpr(r);
    long kept = now ^ changed.gpr(r);
    return (same & written[r]) == 0
        && (kept & ~written[r] & ~cleared[r]) == 0
        && ((same & cleared[r] & ~written[r]) == 0 || (kept & cleared[r] & ~written[r]) == 0);
  }

  /** Changes one of the registers or the memory that is read, to see whether that shows. */
  private void oneThatIsRead(Insn i, Draw d) {
    int implicit = i.row.roles().implicitReads();
    int operands = i.row.operands().size();
    int choice = d.below(operands + Integer.bitCount(implicit) + 1);
    changed.copyFrom(before);
    if (choice < operands) {
      alter(operand(i, choice), d);
    } else {
      for (int n = operands; n < choice; n++) {
        implicit &= implicit - 1;
      }
      if (implicit == 0) {
        return;
      }
      choice = FIRST_IMPLICIT + Integer.numberOfTrailingZeros(implicit);
      int number = choice - FIRST_IMPLICIT;
      alter(number >= Roles.VECTORS, number & 15, -1L, d);
    }
    afterChanged.copyFrom(changed);
    processor.run(changed, afterChanged);
    readShown |= differs(i) ? 1L << choice : 0;
  }

  private void alter(Operand operand, Draw d) {
    switch (operand.kind()) {
      case GPR, HIGH8 -> alter(false, operand.index(), bits(operand), d);
      case VECTOR -> alter(true, operand.index(), -1L, d);
      case MEM -> {
        for (int n = 0; operandAt >= 0 && n < operandSize; n++) {
          HostMemory.putByte(changed.at() + operandAt + n, d.bits(0xff));
        }
      }
      default -> {}
    }
  }

  private void alter(boolean vector, int number, long bits, Draw d) {
    if (!vector) {
      long value = before.gpr(number) & ~bits | d.integer() & bits;
      changed.setGpr(number, before.is64() ? value : value & 0xffff_ffffL);
      return;
    }
    for (int lane = 0; lane < LANES; lane++) {
      changed.setVector(number, lane, d.integer());
    }
  }

  /**
   * Whether an outcome is another one, and not because a value was changed and stayed – unless it
   * stayed beside something written.
   */
  private boolean differs(Insn i) {
    boolean stayed = false;
    for (int at = next(after, afterChanged, 0, CaseState.SIZE);
        at < CaseState.SIZE;
        at = next(after, afterChanged, at + 1, CaseState.SIZE)) {
      boolean stays =
          afterChanged.byteAt(at) == changed.byteAt(at) && after.byteAt(at) == before.byteAt(at);
      if (!stays) {
        return true;
      }
      stayed = true;
    }
    boolean written =
        next(before, after, CaseState.GPR, CaseState.FLAGS) < CaseState.FLAGS
            || next(before, after, CaseState.XMM, CaseState.MEMORY) < CaseState.MEMORY;
    return stayed && written && i.row.mnemonic() != Mnemonic.NOP;
  }

  // ---------------------------------------------------------------- results

  private void complain(boolean wrong, Insn i, String what) {
    if (wrong) {
      complaints.add("%s (%s, %s) %s".formatted(i.row, i, before.mode(), what));
    }
  }

  /** The announcements of {@code i}'s row that no case has shown: {@code r0}, {@code iw2}. */
  String unshown(Insn i) {
    Roles roles = i.row.roles();
    StringBuilder text = new StringBuilder();
    for (int n = 0; n < i.row.operands().size(); n++) {
      if (isLookedAt(operand(i, n)) && i.row.operands().get(n).vectorIndexSize() == 0) {
        text.append(i.row.reads(n) && (readShown >> n & 1) == 0 ? " r" + n : "");
        text.append(i.row.writes(n) && (writeShown >> n & 1) == 0 ? " w" + n : "");
      }
    }
    for (int n = 0; n < 32; n++) {
      boolean read = (readShown >> FIRST_IMPLICIT + n & 1) == 1;
      boolean written = (writeShown >> FIRST_IMPLICIT + n & 1) == 1;
      text.append((roles.implicitReads() >> n & 1) == 1 && !read ? " ir" + n : "");
      text.append((roles.implicitWrites() >> n & 1) == 1 && !written ? " iw" + n : "");
    }
    return text.toString();
  }

  private static boolean isLookedAt(Operand operand) {
    return switch (operand.kind()) {
      case GPR, HIGH8, VECTOR -> true;
      case MEM -> operand.size() > 0;
      default -> false;
    };
  }
}
