package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.ADDRESS;
import static jvisor.cpu.translator.Registers.BUDGET;
import static jvisor.cpu.translator.Registers.ENTRY;
import static jvisor.cpu.translator.Registers.RAX;
import static jvisor.cpu.translator.Registers.RCX;
import static jvisor.cpu.translator.Registers.RDX;
import static jvisor.cpu.translator.Registers.STACK;
import static jvisor.cpu.translator.Registers.STATE;
import static jvisor.cpu.translator.Registers.TAG;

import jvisor.cpu.state.Control;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.platform.VmClock;

/**
 * What system software does all the time, in 64-bit code: SYSCALL and SYSRET, IRET to user code,
 * SWAPGS, CLI and STI, CLAC and STAC, PUSHF and POPF, RDTSC, {@link SystemMoves}. Each is done if
 * everything is as usual, else it is the interpreter's: in user code what is not allowed there,
 * whatever would set TF, NT or AC or change IOPL, and everything that lets a waiting interrupt in.
 */
final class Transitions {
  private static final int R11 = 11;
  private static final int GS_BASE = VcpuState.SEGMENTS + Segment.GS * VcpuState.SEGMENT_STRIDE;
  private static final int IF = (int) Rflags.IF;
  private static final int AC = (int) Rflags.AC;

  /** What makes a SYSRET unusual. */
  private static final int SYSRET_UNUSUAL =
      (int) (Rflags.TF | Rflags.DF | Rflags.IOPL | Rflags.NT | Rflags.AC | Rflags.VIF | Rflags.VIP);

  /** What POPF may change that is not usual. */
  private static final int POPF_UNUSUAL =
      (int) (Rflags.TF | Rflags.DF | Rflags.IOPL | Rflags.NT | Rflags.AC | Rflags.ID);

  private final Unit unit;
  private final Emitter e;
  private final Accesses accesses;
  private final Branches branches;
  private final LevelCode code;
  private final SystemMoves moves;
  private final InterruptReturn interruptReturn;

  Transitions(Unit unit, Accesses accesses, Branches branches) {
    this.unit = unit;
    this.e = unit.e;
    this.accesses = accesses;
    this.branches = branches;
    code = new LevelCode(unit);
    moves = new SystemMoves(unit);
    interruptReturn = new InterruptReturn(unit, accesses, branches, code);
  }

  /** Whether {@link #emit} can emit it. */
  static boolean suits(Insn i, boolean narrow) {
    return !narrow
        && switch (i.mnemonic()) {
          case SYSCALL, SWAPGS, CLI, STI, CLAC, STAC -> true;
          case RDTSC, RDTSCP -> true;
          case SYSRET, PUSHF, POPF, IRET -> i.operandSize == 8;
          default -> SystemMoves.suits(i);
        };
  }

  /** Whether what comes behind it is next, though it ends its block. */
  static boolean fallsThrough(Insn i) {
    return switch (i.mnemonic()) {
      case SWAPGS, CLI, STI, CLAC, STAC, POPF, RDTSC, RDTSCP -> true;
      default -> SystemMoves.suits(i);
    };
  }

  /**
   * Whether emitted code goes on behind an instruction that ends its block, once the interpreter
   * has done it: once it is over it changes neither where control goes nor, at most times, the
   * context.
   */
  static boolean resumes(Insn i) {
    return switch (i.mnemonic()) {
      case RDTSC, RDTSCP, CPUID, RDMSR -> true;
      case XSAVE, XSAVEC, XSAVEOPT, XSAVES, XRSTOR, XRSTORS -> true;
      case MOVS, STOS, LODS, SCAS, CMPS -> true;
      default -> unsettles(i);
    };
  }

  /** Whether the interpreter has to look whether the context is the same behind it. */
  static boolean unsettles(Insn i) {
    return switch (i.mnemonic()) {
      case MOV_CR, MOV_SREG, INVLPG, INVPCID, WRMSR, CLTS, IN, OUT -> true;
      default -> false;
    };
  }

  /** Emits an instruction that {@link #suits}; {@code next} is the offset behind it. */
  void emit(Insn i, int next) {
    unit.flags.settleAndSpoil();
    switch (i.mnemonic()) {
      case SYSCALL -> syscall(next);
      case SYSRET -> sysret();
      case SWAPGS -> swapgs();
      case CLI -> cli();
      case STI -> sti();
      case CLAC -> alignmentCheck(false);
      case STAC -> alignmentCheck(true);
      case PUSHF -> pushf();
      case POPF -> popf();
      case IRET -> interruptReturn.emit();
      case RDTSC, RDTSCP -> timeStamp(i);
      default -> {
        if (SystemMoves.isPrivileged(i)) {
          code.require(Levels.SUPERVISOR);
        }
        moves.emit(i);
      }
    }
  }

  private void syscall(int next) {
    code.require(Levels.USER);
    e.testMemory32(STATE, VcpuState.SYSTEM_FLAGS, AC);
    unit.leaveIf(Emitter.NOT_EQUAL);
    e.load(ADDRESS, STATE, VcpuState.LSTAR);
    branches.lookUp(Levels.SUPERVISOR_JUMPS, Levels.SUPERVISOR_CONTEXT);
    accesses.fromBlock(8, RCX, next);
    branches.enterPage();
    code.flagsImage();
    e.store(STATE, Registers.slot(R11), TAG);
    e.load16(TAG, STATE, Words.FLAGS);
    e.operate(Emitter.AND, TAG, STATE, Levels.CALL_FLAGS);
    e.store16(STATE, Words.FLAGS, TAG);
    e.load(TAG, STATE, VcpuState.SYSTEM_FLAGS);
    e.operate(Emitter.AND, TAG, STATE, Levels.CALL_SYSTEM_FLAGS);
    e.store(STATE, VcpuState.SYSTEM_FLAGS, TAG);
    code.becomeSupervisor();
    e.jumpThrough(ENTRY, TargetCache.CODE);
  }

  private void sysret() {
    code.require(Levels.SUPERVISOR);
    code.noInterruptWaits();
    e.testMemory32(STATE, Registers.slot(R11), SYSRET_UNUSUAL);
    unit.leaveIf(Emitter.NOT_EQUAL);
    e.move(ADDRESS, RCX);
    branches.lookUp(Levels.USER_JUMPS, Levels.USER_CONTEXT);
    branches.enterPage();
    e.load(TAG, STATE, Registers.slot(R11));
    code.setSystemFlags();
    code.setFlags();
    code.becomeUser();
    e.jumpThrough(ENTRY, TargetCache.CODE);
  }

  private void swapgs() {
    code.require(Levels.SUPERVISOR);
    e.load(TAG, STATE, GS_BASE);
    e.load(ADDRESS, STATE, VcpuState.KERNEL_GS_BASE);
    e.store(STATE, VcpuState.KERNEL_GS_BASE, TAG);
    e.store(STATE, GS_BASE, ADDRESS);
  }

  private void cli() {
    code.require(Levels.SUPERVISOR);
    e.load(TAG, STATE, VcpuState.SYSTEM_FLAGS);
    e.and(TAG, ~IF);
    e.store(STATE, VcpuState.SYSTEM_FLAGS, TAG);
  }

  /** The next instruction has to come before any interrupt, also one that comes just now. */
  private void sti() {
    code.require(Levels.SUPERVISOR);
    code.noInterruptWaits();
    e.testMemory32(STATE, VcpuState.SYSTEM_FLAGS, IF);
    int set = e.jumpAhead(Emitter.NOT_EQUAL);
    e.load(TAG, STATE, VcpuState.SYSTEM_FLAGS);
    e.or32(TAG, IF);
    e.store(STATE, VcpuState.SYSTEM_FLAGS, TAG);
    e.store(STATE, Levels.SHADOW, BUDGET);
    e.bind(set);
  }

  private void alignmentCheck(boolean set) {
    code.require(Levels.SUPERVISOR);
    e.load(TAG, STATE, VcpuState.SYSTEM_FLAGS);
    if (set) {
      e.or32(TAG, AC);
    } else {
      e.and(TAG, ~AC);
    }
    e.store(STATE, VcpuState.SYSTEM_FLAGS, TAG);
    code.copy(
        VcpuState.TLB_TABLE, set ? VcpuState.SUPERVISOR_AC_TABLE : VcpuState.SUPERVISOR_TABLE);
    e.store8(STATE, Levels.RIGHTS_CHANGED, 1);
  }

  /** Time goes by instructions, of which the budget tells how many have been retired. */
  private void timeStamp(Insn i) {
    e.testMemory32(STATE, SystemMoves.CR4, (int) Control.CR4_TSD);
    unit.leaveIf(Emitter.NOT_EQUAL);
    e.load(TAG, STATE, Levels.PACE);
    e.compareConstant(TAG, 0);
    unit.leaveIf(Emitter.EQUAL);
    e.load(RAX, STATE, Levels.INSTRUCTIONS);
    e.operate(Emitter.SUB, RAX, BUDGET);
    e.multiplyBy(RAX, TAG);
    e.shiftRightSigned(RAX, VmClock.PACE_BITS);
    e.operate(Emitter.ADD, RAX, STATE, Levels.TIME);
    e.operate(Emitter.ADD, RAX, STATE, VcpuState.TSC_OFFSET);
    e.move(RDX, RAX);
    e.shiftRight(RDX, 32);
    e.move32(RAX, RAX);
    if (i.mnemonic() == Mnemonic.RDTSCP) {
      e.load(4, RCX, STATE, VcpuState.TSC_AUX);
    }
  }

  private void pushf() {
    e.lea(8, ADDRESS, STACK, -8);
    accesses.probe(8, true, false);
    e.move(ENTRY, ADDRESS);
    code.flagsImage();
    e.store(ENTRY, 0, TAG);
    e.lea(8, STACK, STACK, -8);
  }

  private void popf() {
    e.lea(8, ADDRESS, STACK, 0);
    accesses.probe(8, false, false);
    e.load(ADDRESS, ADDRESS, 0);
    e.move(TAG, ADDRESS);
    e.operate(Emitter.XOR, TAG, STATE, VcpuState.SYSTEM_FLAGS);
    e.test32(TAG, POPF_UNUSUAL);
    unit.leaveIf(Emitter.NOT_EQUAL);
    e.test32(TAG, IF);
    int same = e.jumpAhead(Emitter.EQUAL);
    code.require(Levels.SUPERVISOR);
    code.noInterruptWaits();
    e.and32(TAG, IF);
    e.operate(Emitter.XOR, TAG, STATE, VcpuState.SYSTEM_FLAGS);
    e.store(STATE, VcpuState.SYSTEM_FLAGS, TAG);
    e.bind(same);
    e.move(TAG, ADDRESS);
    code.setFlags();
    e.lea(8, STACK, STACK, 8);
  }
}
