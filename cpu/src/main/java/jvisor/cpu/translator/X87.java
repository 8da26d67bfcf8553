package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.ADDRESS;
import static jvisor.cpu.translator.Registers.ENTRY;
import static jvisor.cpu.translator.Registers.STATE;
import static jvisor.cpu.translator.Registers.TAG;

import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;

/**
 * What x87 and MMX instructions need beyond other harmless ones. While the guest's x87 state is in
 * the host's, all exceptions are masked, so none of them faults but for its memory operand. What
 * the host keeps as pointers to the last instruction and operand is of the host's code; the guest's
 * are written to the struct.
 */
final class X87 {
  /** The exceptions' masks in the control word. */
  static final int MASKS = 0x3f;

  /** Opcodes of one byte from here on, eight of them, are x87 instructions. */
  private static final int ESCAPES = 0xd8;

  private X87() {}

  /** Whether {@code i} reads or writes the x87 state, of which the MMX registers are a part. */
  static boolean uses(Insn i) {
    if (isOfFpu(i)) {
      return true;
    }
    for (int n = 0; n < i.row.operands().size(); n++) {
      if (i.row.operands().get(n).kind() == Operand.Kind.MMX) {
        return true;
      }
    }
    return i.mnemonic() == Mnemonic.EMMS || i.mnemonic() == Mnemonic.WAIT;
  }

  private static boolean isOfFpu(Insn i) {
    return i.row.encoding().map() == 0 && (i.row.encoding().opcode() & -8) == ESCAPES;
  }

  /** Whether {@code i} becomes the last instruction, and its operand the last one, of the FPU. */
  static boolean isPointedTo(Insn i) {
    return isOfFpu(i)
        && switch (i.mnemonic()) {
          case FNCLEX, FLDCW, FNSTCW, FNSTSW -> false;
          default -> true;
        };
  }

  /** Whether there is a form of {@code i}, which uses the state and is harmless. */
  static boolean suits(Insn i) {
    return !i.hasMemory() || i.segment < Insn.FS;
  }

  /**
   * Loads the control word at {@code ADDRESS}, an hva, if that masks all exceptions. It is read
   * once: another processor may write it meanwhile.
   */
  static void loadControl(Unit unit) {
    Emitter e = unit.e;
    e.load16(TAG, ADDRESS, 0);
    e.move32(ENTRY, TAG);
    e.or32(ENTRY, MASKS);
    e.compare(4, ENTRY, TAG);
    unit.leaveIf(Emitter.NOT_EQUAL);
    e.store16(STATE, Words.X87_CONTROL, ENTRY);
    X87Transfer.loadControl(e, Words.X87_CONTROL);
  }

  /**
   * FDECSTP and FINCSTP, which clear C1 as the manuals want it of FCOMI and its kin; some
   * processors' keep it.
   */
  static void clearC1(Emitter e) {
    e.put(0xd9);
    e.put(0xf6);
    e.put(0xd9);
    e.put(0xf7);
  }

  /**
   * Where the last instruction of the FPU is, and which segment its last operand is in.
   *
   * @param offset of the instruction in the running page
   * @param segment a number as in {@link Insn}, or {@link Insn#NO_REGISTER} if that stays
   */
  record Pointers(int offset, int segment) {
    /** Writes them to the struct. Keeps the flags. */
    void write(Emitter e) {
      e.load(TAG, STATE, Words.PAGE_BASE);
      e.lea(8, TAG, TAG, offset);
      e.store(STATE, VcpuState.FIP, TAG);
      copy(e, VcpuState.FCS, Segment.CS);
      if (segment != Insn.NO_REGISTER) {
        copy(e, VcpuState.FDS, segment);
      }
    }

    private static void copy(Emitter e, int to, int segment) {
      e.load16(
          TAG,
          STATE,
          VcpuState.SEGMENTS + segment * VcpuState.SEGMENT_STRIDE + VcpuState.SEGMENT_SELECTOR);
      e.store16(STATE, to, TAG);
    }
  }
}
