package jvisor.cpu.state;

import java.lang.invoke.VarHandle;
import jvisor.host.HostMemory;

/**
 * The one word that a running engine polls at block boundaries: nonzero means "look at interrupts,
 * requests and events before the next block". Any thread raises it; the processor's thread clears
 * it before it looks, so that nothing is lost.
 */
public final class Attention {
  private final long hva;

  /** The word of the processor with this state. */
  public Attention(VcpuState state) {
    hva = state.base + VcpuState.ATTENTION;
  }

  /** Asks the processor to look; whatever it is to find must be published before. Any thread. */
  public void raise() {
    VarHandle.fullFence();
    HostMemory.putInt(hva, 1);
  }

  /** Clears the word; look at all sources afterwards. Processor's thread. */
  public void clear() {
    HostMemory.putInt(hva, 0);
    VarHandle.fullFence();
  }

  /** Whether someone asked. */
  public boolean raised() {
    return HostMemory.getInt(hva) != 0;
  }
}
