package jvisor.cpu.state;

import java.lang.invoke.VarHandle;
import jvisor.host.HostMemory;
import org.jspecify.annotations.Nullable;

/**
 * The one word that a running engine polls at block boundaries: nonzero means "look at interrupts,
 * requests and events before the next block". Any thread raises it; the processor's thread clears
 * it before it looks, so that nothing is lost.
 */
public final class Attention {
  private final long hva;
  private @Nullable Runnable alarm;

  /** The word of the processor with this state. */
  public Attention(VcpuState state) {
    hva = state.base + VcpuState.ATTENTION;
  }

  /**
   * Sets what runs after each {@link #raise} of this object, in the thread that raises: it wakes
   * the processor's thread if that sleeps. Before there are several threads.
   */
  public void onRaise(Runnable wake) {
    alarm = wake;
  }

  /** Asks the processor to look; whatever it is to find must be published before. Any thread. */
  public void raise() {
    VarHandle.fullFence();
    HostMemory.putInt(hva, 1);
    if (alarm != null) {
      alarm.run();
    }
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
