package jvisor.cpu.translator;

import jvisor.cpu.state.Control;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.system.SystemCalls;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;

/**
 * What emitted code needs to go from one privilege level to another, and what the processor has to
 * be told when it comes back: the words of the struct for both levels of 64-bit code, and what has
 * changed since emitted code was entered.
 *
 * <p>While emitted code runs, CS, SS and what {@link Vcpu} derives from registers may be those of
 * the level where it was entered. Nothing in emitted code reads them.
 */
final class Levels {
  /** Which level runs: {@link #USER}, {@link #SUPERVISOR}, or neither of 64-bit code; a byte. */
  static final int LEVEL = VcpuState.EMITTED_MORE;

  /** 0 unless an interrupt may wait until IF is set, or an NMI is being handled; a byte. */
  static final int INTERRUPTS_WAIT = VcpuState.EMITTED_MORE + 1;

  /** How the level was changed last since emitted code was entered; a byte. */
  static final int CHANGED = VcpuState.EMITTED_MORE + 2;

  /** 1 if EFLAGS.AC has changed since then; a byte. */
  static final int RIGHTS_CHANGED = VcpuState.EMITTED_MORE + 3;

  /** The budget right behind the last STI that has set IF. */
  static final int SHADOW = VcpuState.EMITTED_MORE + 0x08;

  /** {@link Words#CONTEXT} of user code. */
  static final int USER_CONTEXT = VcpuState.EMITTED_MORE + 0x10;

  /** {@link Words#JUMPS} of user code. */
  static final int USER_JUMPS = VcpuState.EMITTED_MORE + 0x18;

  /** {@link Words#CONTEXT} of a supervisor's code. */
  static final int SUPERVISOR_CONTEXT = VcpuState.EMITTED_MORE + 0x20;

  /** {@link Words#JUMPS} of a supervisor's code. */
  static final int SUPERVISOR_JUMPS = VcpuState.EMITTED_MORE + 0x28;

  /** Which bits of {@link Words#FLAGS} SYSCALL leaves. */
  static final int CALL_FLAGS = VcpuState.EMITTED_MORE + 0x30;

  /** Which bits of {@link VcpuState#SYSTEM_FLAGS} SYSCALL leaves. */
  static final int CALL_SYSTEM_FLAGS = VcpuState.EMITTED_MORE + 0x38;

  /** The selector of user code after SYSRET if the descriptor table has it, else none. */
  static final int USER_CODE = VcpuState.EMITTED_MORE + 0x40;

  /** The same of its stack, which lies before it. */
  static final int USER_STACK = VcpuState.EMITTED_MORE + 0x48;

  /** Where their descriptors are, first that of the stack; a linear address. */
  static final int USER_DESCRIPTORS = VcpuState.EMITTED_MORE + 0x50;

  /** The descriptor from which CS would be as SYSRET makes it. */
  static final int USER_CODE_DESCRIPTOR = VcpuState.EMITTED_MORE + 0x58;

  /** The same of SS. */
  static final int USER_STACK_DESCRIPTOR = VcpuState.EMITTED_MORE + 0x60;

  /** The budget right behind the last IRET that has set RF. */
  static final int RESUMED = VcpuState.EMITTED_MORE + 0x68;

  /** The image of RFLAGS that IRET has popped. */
  static final int POPPED_FLAGS = VcpuState.EMITTED_MORE + 0x70;

  /** The stack pointer that IRET has popped. */
  static final int POPPED_STACK = VcpuState.EMITTED_MORE + 0x78;

  /** {@code VmClock.pace}; RDTSC leaves if it is 0. */
  static final int PACE = VcpuState.EMITTED_MORE + 0x80;

  /** {@code VmClock.base}. */
  static final int TIME = VcpuState.EMITTED_MORE + 0x88;

  /** {@code VmClock.beyond}, and the budget less the instruction itself, as emitted code began. */
  static final int INSTRUCTIONS = VcpuState.EMITTED_MORE + 0x90;

  /**
   * The selector of a supervisor's code after SYSCALL if the descriptor table has it, else none.
   */
  static final int SUPERVISOR_CODE = VcpuState.LEVELS_EMITTED;

  /** That of its stack, as long as the level has not been changed: the next one, 0, or none. */
  static final int SUPERVISOR_STACK = VcpuState.LEVELS_EMITTED + 0x08;

  /** Where their descriptors are, first that of the code; a linear address. */
  static final int SUPERVISOR_DESCRIPTORS = VcpuState.LEVELS_EMITTED + 0x10;

  /** The descriptor from which CS would be as SYSCALL makes it. */
  static final int SUPERVISOR_CODE_DESCRIPTOR = VcpuState.LEVELS_EMITTED + 0x18;

  /** The same of SS. */
  static final int SUPERVISOR_STACK_DESCRIPTOR = VcpuState.LEVELS_EMITTED + 0x20;

  /** {@link #LEVEL} of 64-bit user code. */
  static final int USER = 1;

  /** {@link #LEVEL} of 64-bit code at level 0. */
  static final int SUPERVISOR = 2;

  /** {@link #CHANGED}: by SYSCALL. */
  static final int ENTERED = 1;

  /** {@link #CHANGED}: by SYSRET. */
  static final int RETURNED = 2;

  private static final long NEVER = -1;

  /** Matches no entry of the {@link TargetCache}, empty ones included. */
  private static final long NO_CONTEXT = -2;

  /** Accessed, flat, of level 0: 64-bit code, and data (SDM vol. 3, 3.4.5). */
  private static final long FLAT_CODE = 0x00af_9b00_0000_ffffL;

  private static final long FLAT_DATA = 0x00cf_9300_0000_ffffL;

  /** What makes a descriptor one of level 3. */
  private static final long DPL_3 = 0x6000_0000_0000L;

  private static final long NO_SELECTOR = -1;

  /** In a selector: of the local descriptor table (SDM vol. 3, 3.4.2). */
  private static final int IN_LDT = 4;

  private static final long SYSTEM = Rflags.ALL & ~Rflags.ARITHMETIC & ~Rflags.FIXED;

  private final Vcpu c;
  private final long state;

  Levels(Vcpu c) {
    this.c = c;
    state = c.state.base;
    interruptsWait(true);
    c.state.set(USER_CODE_DESCRIPTOR, FLAT_CODE | DPL_3);
    c.state.set(USER_STACK_DESCRIPTOR, FLAT_DATA | DPL_3);
    c.state.set(SUPERVISOR_CODE_DESCRIPTOR, FLAT_CODE);
    c.state.set(SUPERVISOR_STACK_DESCRIPTOR, FLAT_DATA);
  }

  /**
   * What 64-bit code takes for granted has changed.
   *
   * @param user the context of user code
   * @param supervisor the context of a supervisor's
   */
  void contextChanged(long user, long supervisor, TargetCache targets) {
    boolean calls = (c.state.get(VcpuState.EFER) & Control.EFER_SCE) != 0;
    int cpl = c.is64Bit() ? c.cpl() : -1;
    HostMemory.putByte(state + LEVEL, cpl == 3 ? USER : cpl == 0 ? SUPERVISOR : 0);
    c.state.set(USER_CONTEXT, calls ? user : NO_CONTEXT);
    c.state.set(USER_JUMPS, targets.table(user));
    c.state.set(SUPERVISOR_CONTEXT, calls ? supervisor : NO_CONTEXT);
    c.state.set(SUPERVISOR_JUMPS, targets.table(supervisor));
    long mask = c.state.get(VcpuState.FMASK);
    c.state.set(CALL_FLAGS, ~NativeRunner.slot(mask));
    c.state.set(CALL_SYSTEM_FLAGS, ~(mask & SYSTEM));
    userSelectors();
    supervisorSelectors(cpl == 3, cpl == 3 ? calls : SystemCalls.hasCode(c));
  }

  /** Which selectors IRET may load for user code: those of SYSRET, if GDTR reaches them. */
  private void userSelectors() {
    int first = (int) (c.state.get(VcpuState.STAR) >>> 48);
    int stack = first + 8 | 3;
    int code = first + 16 | 3;
    boolean there = (first & IN_LDT) == 0 && (code | 7) <= c.state.get(VcpuState.GDTR_LIMIT);
    c.state.set(USER_CODE, there ? code : NO_SELECTOR);
    c.state.set(USER_STACK, stack);
    c.state.set(USER_DESCRIPTORS, c.state.get(VcpuState.GDTR_BASE) + (stack & ~7));
  }

  /**
   * Which selectors IRET may load at level 0 without a change of CS and SS: those that SYSCALL has
   * loaded, or would have; of SS also the null one, if it is there.
   *
   * @param fromUser whether emitted code can be at level 0 by SYSCALL only
   * @param usual whether CS can be none but SYSCALL's there
   */
  private void supervisorSelectors(boolean fromUser, boolean usual) {
    int code = SystemCalls.codeSelector(c);
    int stack = code + 8;
    boolean there = (code & IN_LDT) == 0 && (stack | 7) <= c.state.get(VcpuState.GDTR_LIMIT);
    c.state.set(SUPERVISOR_CODE, usual && there ? code : NO_SELECTOR);
    c.state.set(SUPERVISOR_DESCRIPTORS, c.state.get(VcpuState.GDTR_BASE) + code);
    boolean known = fromUser || SystemCalls.hasStack(c);
    c.state.set(SUPERVISOR_STACK, known ? stack : SystemCalls.hasNullStack(c) ? 0 : NO_SELECTOR);
  }

  /** If emitted code goes on at level 0, now or later, SS is SYSCALL's. */
  private void hasCalled() {
    c.state.set(SUPERVISOR_STACK, SystemCalls.codeSelector(c) + 8L);
  }

  /** Whether an interrupt waits until IF is set, or an NMI is being handled. */
  void interruptsWait(boolean wait) {
    HostMemory.putByte(state + INTERRUPTS_WAIT, wait ? 1 : 0);
  }

  /** Emitted code may run so many instructions before the interpreter's loop is back. */
  void setBudget(long instructions) {
    long pace = c.clock.pace();
    c.state.set(PACE, pace);
    if (pace != 0) {
      c.state.set(TIME, c.clock.base());
      c.state.set(INSTRUCTIONS, c.clock.beyond() + instructions - 1);
    }
  }

  /** Emitted code is about to be entered. */
  void entering() {
    c.state.set(SHADOW, NEVER);
    c.state.set(RESUMED, NEVER);
  }

  /**
   * Emitted code has been left: the processor learns what has changed. Answers whether that is the
   * context.
   */
  boolean left() {
    if (c.state.get(SHADOW) == c.state.get(Words.BUDGET)) {
      c.setInterruptShadow(true);
      c.attention.raise();
    }
    if (c.state.get(RESUMED) == c.state.get(Words.BUDGET)) {
      c.state.setSystemFlags(c.state.systemFlags() | Rflags.RF);
    }
    int changed = HostMemory.getShort(state + CHANGED);
    if (changed == 0) {
      return false;
    }
    HostMemory.putShort(state + CHANGED, 0);
    int how = changed & 0xff;
    switch (how) {
      case ENTERED -> SystemCalls.entered(c);
      case RETURNED -> SystemCalls.returned(c);
      default -> c.modeChanged();
    }
    if (how == ENTERED || how == RETURNED) {
      hasCalled();
    }
    return true;
  }
}
