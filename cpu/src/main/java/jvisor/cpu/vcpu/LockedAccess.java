package jvisor.cpu.vcpu;

import jvisor.cpu.mmu.Mmu;
import jvisor.cpu.state.GuestFault;
import jvisor.cpu.state.VcpuState;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.platform.MachineLock;

/**
 * Runs instructions whose access to memory is locked (SDM vol. 3, "Locked Atomic Operations") on a
 * machine of several threads. The semantic loads, computes and stores as ever, but the store takes
 * place only if memory still holds what has been loaded; if it does not, registers and flags are
 * put back and the semantic runs again. Where the host can do no such store – across eight bytes,
 * sixteen of them, on pages of code – all other processors wait, as they do after many attempts.
 */
public final class LockedAccess {
  private static final int PATIENCE = 64;
  private static final int REGISTERS = 16;

  private final long[] registers = new long[REGISTERS];
  private boolean running;
  private boolean lost;
  private long expected;

  LockedAccess() {}

  /** Whether {@code i} locks its access, by its prefix or because it always does. */
  public static boolean isLocked(Insn i) {
    return i.lock || i.mnemonic() == Mnemonic.XCHG && (i.a.isMemory() || i.b.isMemory());
  }

  /** Executes {@code i}, whose access is locked, by its semantic. */
  public void execute(Vcpu c, Semantic semantic, Insn i) {
    if (i.mnemonic() != Mnemonic.CMPXCHG16B) {
      VcpuState s = c.state;
      for (int n = 0; n < REGISTERS; n++) {
        registers[n] = s.reg(n);
      }
      long result = s.get(VcpuState.FLAG_RESULT);
      long aux = s.get(VcpuState.FLAG_AUX);
      for (int tries = 0; tries < PATIENCE; tries++) {
        if (attempt(c, semantic, i, result, aux)) {
          return;
        }
        putBack(s, result, aux);
      }
    }
    executeAlone(c, semantic, i);
  }

  private boolean attempt(Vcpu c, Semantic semantic, Insn i, long result, long aux) {
    running = true;
    lost = false;
    try {
      semantic.execute(c, i);
      return !lost;
    } catch (GuestFault fault) {
      putBack(c.state, result, aux);
      throw fault;
    } finally {
      running = false;
    }
  }

  private static void executeAlone(Vcpu c, Semantic semantic, Insn i) {
    MachineLock lock = c.mmu.memory().lock();
    lock.enter();
    try {
      lock.alone();
      semantic.execute(c, i);
    } finally {
      lock.exit();
    }
  }

  private void putBack(VcpuState s, long result, long aux) {
    for (int n = 0; n < REGISTERS; n++) {
      s.setReg(n, registers[n]);
    }
    s.set(VcpuState.FLAG_RESULT, result);
    s.set(VcpuState.FLAG_AUX, aux);
  }

  /**
   * Whether a locked instruction runs, so that stores of its operand go through {@link #replace}.
   */
  boolean isRunning() {
    return running;
  }

  /** The operand has been loaded. */
  void loaded(long value) {
    expected = value;
  }

  /** Stores the operand, if it is still what has been loaded. */
  void replace(Mmu mmu, long la, int size, long value) {
    lost |= !mmu.replace(la, size, expected, value);
  }
}
