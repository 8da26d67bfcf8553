package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.ADDRESS;
import static jvisor.cpu.translator.Registers.STATE;
import static jvisor.cpu.translator.Registers.TAG;

import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.VcpuState;

/** Pieces of code that several {@link Transitions} have in common. */
final class LevelCode {
  private static final int OF_SHIFT = 11;

  /** The flags of LAHF. */
  private static final int LOW_FLAGS = 0xd5;

  /** What a usual return takes over that is in the struct's system flags. */
  private static final int RETURNED = (int) (Rflags.IF | Rflags.ID);

  private final Unit unit;
  private final Emitter e;

  LevelCode(Unit unit) {
    this.unit = unit;
    this.e = unit.e;
  }

  /** Everywhere but at {@code level} the interpreter does it. */
  void require(int level) {
    e.compareWithConstant8(STATE, Levels.LEVEL, level);
    unit.leaveIf(Emitter.NOT_EQUAL);
  }

  /** The interpreter does what lets a waiting interrupt in, and what ends an NMI. */
  void noInterruptWaits() {
    e.compareWithZero8(STATE, Levels.INTERRUPTS_WAIT);
    unit.leaveIf(Emitter.NOT_EQUAL);
  }

  /**
   * All stores so far are seen by others before a later load takes place, as a serializing
   * instruction has it. Spoils {@code TAG}.
   */
  void fence() {
    e.operate(Emitter.XCHG, TAG, STATE, Words.TARGET);
  }

  /** The words of user code are in force from here on. */
  void becomeUser() {
    become(VcpuState.USER_TABLE, VcpuState.USER_GENERATION, Levels.USER_JUMPS, Levels.USER_CONTEXT);
    e.store8(STATE, Levels.LEVEL, Levels.USER);
    e.store8(STATE, Levels.CHANGED, Levels.RETURNED);
    e.store8(STATE, Words.X87_USABLE, 0);
  }

  /** The words of a supervisor's code are in force from here on. */
  void becomeSupervisor() {
    become(
        VcpuState.SUPERVISOR_TABLE,
        VcpuState.SUPERVISOR_GENERATION,
        Levels.SUPERVISOR_JUMPS,
        Levels.SUPERVISOR_CONTEXT);
    e.store8(STATE, Levels.LEVEL, Levels.SUPERVISOR);
    e.store8(STATE, Levels.CHANGED, Levels.ENTERED);
    e.store8(STATE, Words.X87_USABLE, 0);
  }

  /** Copies the words of a level to those in force. */
  private void become(int table, int generation, int jumps, int context) {
    copy(VcpuState.TLB_TABLE, table);
    copy(VcpuState.TLB_GENERATION, generation);
    copy(Words.JUMPS, jumps);
    copy(Words.CONTEXT, context);
    Returns.forget(e);
  }

  /** One word of the struct becomes as another; spoils {@code TAG}. */
  void copy(int to, int from) {
    e.load(TAG, STATE, from);
    e.store(STATE, to, TAG);
  }

  /** Puts all of RFLAGS into {@code TAG}; spoils {@code ADDRESS}. */
  void flagsImage() {
    e.load16(TAG, STATE, Words.FLAGS);
    e.move32(ADDRESS, TAG);
    e.and32(ADDRESS, 1);
    e.shiftLeft(ADDRESS, OF_SHIFT);
    e.shiftRight(TAG, 8);
    e.and32(TAG, LOW_FLAGS);
    e.operate(Emitter.OR, TAG, ADDRESS);
    e.operate(Emitter.OR, TAG, STATE, VcpuState.SYSTEM_FLAGS);
    e.or32(TAG, (int) Rflags.FIXED);
  }

  /** The arithmetic flags become those of the image in {@code TAG}; spoils {@code ADDRESS}. */
  void setFlags() {
    e.move32(ADDRESS, TAG);
    e.and32(ADDRESS, LOW_FLAGS);
    e.shiftLeft(ADDRESS, 8);
    e.shiftRight(TAG, OF_SHIFT);
    e.and32(TAG, 1);
    e.operate(Emitter.OR, TAG, ADDRESS);
    e.store16(STATE, Words.FLAGS, TAG);
  }

  /**
   * The system flags become those of the usual image in {@code TAG}, which is kept; spoils {@code
   * ADDRESS}.
   */
  void setSystemFlags() {
    e.load(ADDRESS, STATE, VcpuState.SYSTEM_FLAGS);
    e.and32(ADDRESS, (int) Rflags.FIXED);
    e.store(STATE, VcpuState.SYSTEM_FLAGS, ADDRESS);
    e.move32(ADDRESS, TAG);
    e.and32(ADDRESS, RETURNED);
    e.operate(Emitter.OR, ADDRESS, STATE, VcpuState.SYSTEM_FLAGS);
    e.store(STATE, VcpuState.SYSTEM_FLAGS, ADDRESS);
  }
}
