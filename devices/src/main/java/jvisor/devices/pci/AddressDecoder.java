package jvisor.devices.pci;

import java.util.ArrayList;
import java.util.List;
import jvisor.platform.MmioBus;
import jvisor.platform.MmioDevice;
import jvisor.platform.PortBus;
import jvisor.platform.PortDevice;

/**
 * Windows that the guest moves about the two address spaces. Where the guest lays one over another,
 * or over what the board has fixed, the earlier one answers and the later one waits, invisible,
 * until the place is free; an address that does not exist makes a window invisible too. RAM always
 * wins, as processors ask {@link jvisor.platform.GuestMemory} before the bus.
 *
 * <p>Windows are created when the machine is built, so that their number does not depend on the
 * guest.
 */
public final class AddressDecoder {
  /** Bits of a guest physical address that can ever be decoded (SDM vol. 3, 4.1.4). */
  private static final int ADDRESS_BITS = 52;

  private final PortBus ports;
  private final MmioBus mmio;
  private final List<Window> windows = new ArrayList<>();

  /** Creates the decoder of these two buses. */
  public AddressDecoder(PortBus ports, MmioBus mmio) {
    this.ports = ports;
    this.mmio = mmio;
  }

  /** Creates a closed window for I/O ports. */
  public Window window(PortDevice device) {
    Window window = new PortWindow(device);
    windows.add(window);
    return window;
  }

  /** Creates a closed window for guest physical addresses. */
  public Window window(MmioDevice device) {
    Window window = new MemoryWindow(device);
    windows.add(window);
    return window;
  }

  private void settle() {
    for (Window window : windows) {
      window.tryShow();
    }
  }

  /** One movable window. */
  public abstract class Window {
    private boolean wanted;
    private boolean visible;
    private long base;
    private long length;

    Window() {}

    /** Opens the window at {@code base}, or moves it there. Any value is allowed. */
    public final void open(long base, long length) {
      if (wanted && this.base == base && this.length == length) {
        return;
      }
      hide();
      this.base = base;
      this.length = length;
      wanted = true;
      settle();
    }

    /** Closes the window; harmless if it is closed. */
    public final void close() {
      if (wanted) {
        wanted = false;
        hide();
        settle();
      }
    }

    /** Whether accesses reach the device at present. */
    public final boolean visible() {
      return visible;
    }

    /** Where the window is or would be; meaningless while closed. */
    public final long base() {
      return base;
    }

    private void hide() {
      if (visible) {
        visible = false;
        detach(base, length);
      }
    }

    private void tryShow() {
      if (wanted && !visible && attach(base, length)) {
        visible = true;
      }
    }

    abstract boolean attach(long base, long length);

    abstract void detach(long base, long length);
  }

  private final class PortWindow extends Window {
    private final PortDevice device;

    PortWindow(PortDevice device) {
      this.device = device;
    }

    @Override
    boolean attach(long base, long length) {
      if (base < 0 || length <= 0 || base > PortBus.PORTS - length) {
        return false;
      }
      if (!ports.isFree((int) base, (int) length)) {
        return false;
      }
      ports.attach((int) base, (int) length, device);
      return true;
    }

    @Override
    void detach(long base, long length) {
      ports.detach((int) base, (int) length);
    }
  }

  private final class MemoryWindow extends Window {
    private final MmioDevice device;

    MemoryWindow(MmioDevice device) {
      this.device = device;
    }

    @Override
    boolean attach(long base, long length) {
      if (base < 0 || length <= 0 || base > (1L << ADDRESS_BITS) - length) {
        return false;
      }
      if (!mmio.isFree(base, length)) {
        return false;
      }
      mmio.attach(base, length, device);
      return true;
    }

    @Override
    void detach(long base, long length) {
      mmio.detach(base);
    }
  }
}
