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

  /** 0 unless an interrupt may wait until IF is set; a byte. */
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

  private static final long SYSTEM = Rflags.ALL & ~Rflags.ARITHMETIC & ~Rflags.FIXED;

  private final Vcpu c;
  private final long state;

  Levels(Vcpu c) {
    this.c = c;
    state = c.state.base;
    interruptsWait(true);
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
  }

  /** Whether an interrupt waits until IF is set. */
  void interruptsWait(boolean wait) {
    HostMemory.putByte(state + INTERRUPTS_WAIT, wait ? 1 : 0);
  }

  /** Emitted code is about to be entered. */
  void entering() {
    c.state.set(SHADOW, NEVER);
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
    int changed = HostMemory.getShort(state + CHANGED);
    if (changed == 0) {
      return false;
    }
    HostMemory.putShort(state + CHANGED, 0);
    switch (changed & 0xff) {
      case ENTERED -> SystemCalls.entered(c);
      case RETURNED -> SystemCalls.returned(c);
      default -> c.modeChanged();
    }
    return true;
  }
}
