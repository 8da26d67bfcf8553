package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.ADDRESS;
import static jvisor.cpu.translator.Registers.STATE;
import static jvisor.cpu.translator.Registers.TAG;

import jvisor.cpu.state.Control;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.isa.Insn;
import jvisor.isa.Operand;

/**
 * Instructions of 64-bit code that only move a value from or to a register of the system's kind: it
 * is a word of the struct, and no more than that word changes.
 */
final class SystemMoves {
  static final int CR4 = VcpuState.CR + 8 * 4;
  private static final int UPPER = 16;

  private final Unit unit;
  private final Emitter e;

  SystemMoves(Unit unit) {
    this.unit = unit;
    this.e = unit.e;
  }

  /** Whether {@link #emit} can emit it in 64-bit code. */
  static boolean suits(Insn i) {
    return switch (i.mnemonic()) {
      case CLD -> true;
      case RDFSBASE, RDGSBASE, WRFSBASE, WRGSBASE -> true;
      case MOV_SREG -> i.a.kind() == Operand.Kind.GPR && i.b.kind() == Operand.Kind.SEGMENT;
      case MOV_CR -> i.b.kind() == Operand.Kind.CONTROL && isPlain(i.b.index());
      default -> false;
    };
  }

  private static boolean isPlain(int control) {
    return control == 0 || control >= 2 && control <= 4;
  }

  /** Whether only a supervisor may execute it. */
  static boolean isPrivileged(Insn i) {
    return switch (i.mnemonic()) {
      case MOV_CR -> true;
      default -> false;
    };
  }

  /** Emits an instruction that {@link #suits}, where the host's flags hold nothing. */
  void emit(Insn i) {
    switch (i.mnemonic()) {
      case CLD -> {
        e.load(TAG, STATE, VcpuState.SYSTEM_FLAGS);
        e.and(TAG, ~(int) Rflags.DF);
        e.store(STATE, VcpuState.SYSTEM_FLAGS, TAG);
      }
      case MOV_SREG -> {
        requireSelector(i.b.index());
        int segment = VcpuState.SEGMENTS + i.b.index() * VcpuState.SEGMENT_STRIDE;
        e.load16(TAG, STATE, segment + VcpuState.SEGMENT_SELECTOR);
        write(i.a.index(), i.a.size());
      }
      case MOV_CR -> {
        e.load(TAG, STATE, VcpuState.CR + 8 * i.b.index());
        write(i.a.index(), 8);
      }
      case RDFSBASE, RDGSBASE -> {
        requireInstruction();
        e.load(i.a.size(), TAG, STATE, base(i));
        write(i.a.index(), 8);
      }
      default -> {
        requireInstruction();
        read(i.a.index(), i.a.size());
        e.move(ADDRESS, TAG);
        e.shiftLeft(ADDRESS, UPPER);
        e.shiftRightSigned(ADDRESS, UPPER);
        e.compare(8, ADDRESS, TAG);
        unit.leaveIf(Emitter.NOT_EQUAL);
        e.store(STATE, base(i), TAG);
      }
    }
  }

  private static int base(Insn i) {
    int segment =
        switch (i.mnemonic()) {
          case RDFSBASE, WRFSBASE -> Segment.FS;
          default -> Segment.GS;
        };
    return VcpuState.SEGMENTS + segment * VcpuState.SEGMENT_STRIDE;
  }

  /** CS and SS are in the struct unless the level has changed since emitted code was entered. */
  private void requireSelector(int segment) {
    if (segment == Segment.CS || segment == Segment.SS) {
      e.compareWithZero8(STATE, Levels.CHANGED);
      unit.leaveIf(Emitter.NOT_EQUAL);
    }
  }

  private void requireInstruction() {
    e.testMemory32(STATE, CR4, (int) Control.CR4_FSGSBASE);
    unit.leaveIf(Emitter.EQUAL);
  }

  /** Guest register {@code guest} goes to {@code TAG}, zero-extended. */
  private void read(int guest, int size) {
    if (!Registers.isPinned(guest)) {
      e.load(size, TAG, STATE, Registers.slot(guest));
    } else if (size == 4) {
      e.move32(TAG, Registers.host(guest));
    } else {
      e.move(TAG, Registers.host(guest));
    }
  }

  /** Two bytes, or all eight, of guest register {@code guest} become those of {@code TAG}. */
  private void write(int guest, int size) {
    if (!Registers.isPinned(guest)) {
      if (size == 2) {
        e.store16(STATE, Registers.slot(guest), TAG);
      } else {
        e.store(STATE, Registers.slot(guest), TAG);
      }
      return;
    }
    int host = Registers.host(guest);
    if (size == 2) {
      e.and(host, -1 << 16);
      e.operate(Emitter.OR, host, TAG);
    } else {
      e.move(host, TAG);
    }
  }
}
