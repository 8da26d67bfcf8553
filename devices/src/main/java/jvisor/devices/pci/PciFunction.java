package jvisor.devices.pci;

import java.util.ArrayList;
import java.util.List;
import jvisor.platform.Device;
import jvisor.platform.MmioDevice;
import jvisor.platform.PortDevice;
import org.jspecify.annotations.Nullable;

/**
 * A PCI function with a type 0 header (PCI 3.0, 6.1): identity, command and status, base address
 * registers that move their windows, capabilities, and an INTx pin. A device owns one and adds what
 * it has before the machine starts; the base class reacts to what the guest writes.
 */
public class PciFunction implements Device {
  static final int COMMAND = 0x04;
  static final int STATUS = 0x06;
  static final int HEADER_TYPE = 0x0e;
  static final int BAR0 = 0x10;
  static final int CAPABILITIES = 0x34;
  static final int INTERRUPT_LINE = 0x3c;
  static final int INTERRUPT_PIN = 0x3d;

  static final int COMMAND_IO = 1;
  static final int COMMAND_MEMORY = 1 << 1;
  static final int COMMAND_MASTER = 1 << 2;
  static final int COMMAND_INTX_DISABLE = 1 << 10;
  private static final int COMMAND_WRITABLE = 0x0547;
  private static final int STATUS_INTX = 1 << 3;
  private static final int STATUS_CAPABILITIES = 1 << 4;
  private static final int STATUS_CLEARABLE = 0xf900;
  private static final int FIRST_CAPABILITY = 0x40;
  private static final int BARS = 6;

  private final String name;
  private final ConfigSpace config;
  private final @Nullable Bar[] bars = new @Nullable Bar[BARS];
  private final List<Capability> capabilities = new ArrayList<>();
  private int nextCapability = FIRST_CAPABILITY;
  private int lastCapability = CAPABILITIES;
  private int pin;
  private boolean interrupt;
  private boolean pinDriven;
  private @Nullable PciBus bus;
  private int slot;

  /**
   * @param name for logs and errors, unique within its machine
   * @param identity what the function says it is
   * @param configSize {@link ConfigSpace#CONVENTIONAL} or {@link ConfigSpace#EXTENDED}
   */
  public PciFunction(String name, PciIdentity identity, int configSize) {
    this.name = name;
    config = new ConfigSpace(configSize);
    config.define(0x00, 2, identity.vendor(), 0);
    config.define(0x02, 2, identity.device(), 0);
    config.define(COMMAND, 2, 0, COMMAND_WRITABLE);
    config.defineClearable(STATUS, 2, STATUS_CLEARABLE);
    config.define(0x08, 1, identity.revision(), 0);
    config.define(0x09, 3, identity.classCode(), 0);
    config.define(0x0c, 1, 0, 0xff);
    config.define(0x2c, 2, identity.subsystemVendor(), 0);
    config.define(0x2e, 2, identity.subsystem(), 0);
    config.define(INTERRUPT_LINE, 1, 0, 0xff);
  }

  @Override
  public final String name() {
    return name;
  }

  /** The configuration registers, for the device itself. */
  public final ConfigSpace config() {
    return config;
  }

  /**
   * Adds an I/O base address register; the function must be on its bus.
   *
   * @param index 0–5
   * @param size ports in the window, a power of two, 4–256
   */
  public final void addPortBar(int index, int size, PortDevice device) {
    if (Integer.bitCount(size) != 1 || size < 4 || size > 256) {
      throw new IllegalArgumentException("I/O window of " + size + " ports");
    }
    addBar(index, BarKind.IO, size, onBus().decoder().window(device));
  }

  /**
   * Adds a memory base address register; the function must be on its bus.
   *
   * @param index 0–5, at most 4 for those of two registers
   * @param size bytes in the window, a power of two, at least 16
   */
  public final void addMemoryBar(int index, BarKind kind, long size, MmioDevice device) {
    boolean fits = kind.registers() == 2 || size <= 1L << 31;
    if (kind == BarKind.IO || Long.bitCount(size) != 1 || size < 16 || !fits) {
      throw new IllegalArgumentException("memory window " + kind + " of " + size + " bytes");
    }
    addBar(index, kind, size, onBus().decoder().window(device));
  }

  private void addBar(int index, BarKind kind, long size, AddressDecoder.Window window) {
    boolean taken = bars[index] != null || (index > 0 && spansTwo(bars[index - 1]));
    if (taken || index + kind.registers() > BARS) {
      throw new IllegalArgumentException("BAR " + index + " of " + name);
    }
    bars[index] = new Bar(config, index, kind, size, window);
  }

  private static boolean spansTwo(@Nullable Bar bar) {
    return bar != null && bar.spansTwo();
  }

  /** Adds a capability behind those there are, in the first 256 bytes. */
  public final void addCapability(Capability capability) {
    addCapability(nextCapability, capability);
    nextCapability = (nextCapability + capability.length() + 3) & -4;
  }

  /** Adds a capability at the offset that a datasheet fixes. */
  public final void addCapability(int offset, Capability capability) {
    if (offset < FIRST_CAPABILITY || offset + capability.length() > ConfigSpace.CONVENTIONAL) {
      throw new IllegalArgumentException("no room for capability " + capability.id());
    }
    int pointer = lastCapability == CAPABILITIES ? CAPABILITIES : lastCapability + 1;
    config.define(pointer, 1, offset, 0);
    config.define(offset, 1, capability.id(), 0);
    config.define(STATUS, 2, config.get(STATUS, 2) | STATUS_CAPABILITIES, 0);
    lastCapability = offset;
    capabilities.add(capability);
    capability.place(this, offset);
  }

  /** Gives the function an interrupt pin: 1 for INTA# to 4 for INTD#. */
  public final void interruptPin(int number) {
    pin = number;
    config.define(INTERRUPT_PIN, 1, number, 0);
  }

  /** Requests (or stops requesting) an interrupt by the pin, as the INTx gate in Command allows. */
  public final void interrupt(boolean request) {
    interrupt = request;
    drivePin();
  }

  /** Whether the function may write memory and send messages (Command bit 2). */
  public final boolean busMaster() {
    return (config.get(COMMAND, 2) & COMMAND_MASTER) != 0;
  }

  /** Sends a message-signalled interrupt, if the function is a bus master. */
  final void sendMessage(long address, int data) {
    if (bus != null && busMaster()) {
      bus.messages().send(address, data);
    }
  }

  final void plugInto(PciBus target, int device) {
    bus = target;
    slot = device;
  }

  private PciBus onBus() {
    if (bus == null) {
      throw new IllegalStateException(name + " is on no bus");
    }
    return bus;
  }

  /** A read by software of 1–4 bytes at any offset. */
  final int readConfig(int offset, int size) {
    for (Capability capability : capabilities) {
      int at = offset - capability.offset();
      if (at < capability.length() && at + size > 0) {
        capability.reading(at, size);
      }
    }
    configReading(offset, size);
    return config.read(offset, size);
  }

  /** A write by software of 1–4 bytes at any offset. */
  final void writeConfig(int offset, int size, int value) {
    config.write(offset, size, value);
    boolean command = offset < COMMAND + 2 && offset + size > COMMAND;
    if (command || touchesBar(offset, size)) {
      decode();
    }
    if (command) {
      drivePin();
    }
    for (Capability capability : capabilities) {
      int at = offset - capability.offset();
      if (at < capability.length() && at + size > 0) {
        capability.written(at, size);
      }
    }
    configWritten(offset, size);
  }

  /** Software is about to read {@code size} bytes at {@code offset}. */
  protected void configReading(int offset, int size) {}

  /** Software wrote {@code size} bytes at {@code offset}; {@link #config} holds the result. */
  protected void configWritten(int offset, int size) {}

  private boolean touchesBar(int offset, int size) {
    for (Bar bar : bars) {
      if (bar != null && bar.touches(offset, size)) {
        return true;
      }
    }
    return false;
  }

  private void decode() {
    long command = config.get(COMMAND, 2);
    for (Bar bar : bars) {
      if (bar != null) {
        bar.decode(config, (command & COMMAND_IO) != 0, (command & COMMAND_MEMORY) != 0);
      }
    }
  }

  private void drivePin() {
    long status = config.get(STATUS, 2) & ~STATUS_INTX;
    config.set(STATUS, 2, interrupt ? status | STATUS_INTX : status);
    boolean level = interrupt && (config.get(COMMAND, 2) & COMMAND_INTX_DISABLE) == 0;
    if (level != pinDriven && pin != 0 && bus != null) {
      pinDriven = level;
      bus.pinChanged(slot, pin - 1, level);
    }
  }

  /** Returns the function to its power-on state; a device overrides this and calls it. */
  @Override
  public void reset() {
    config.reset();
    interrupt = false;
    drivePin();
    decode();
    for (Capability capability : capabilities) {
      capability.reset();
    }
  }
}
