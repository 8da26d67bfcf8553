package jvisor.devices.debug;

import jvisor.devices.ByteSink;
import jvisor.devices.ByteWidePorts;

/** One port that takes text; reading it answers 0xE9, by which software finds it. */
public final class DebugConsole implements ByteWidePorts {
  /** The port of Bochs. */
  public static final int BOCHS_PORT = 0xe9;

  /** The port of SeaBIOS and OVMF. */
  public static final int FIRMWARE_PORT = 0x402;

  private static final int PRESENT = 0xe9;

  private final ByteSink sink;

  /** Creates a console that writes to {@code sink}. */
  public DebugConsole(ByteSink sink) {
    this.sink = sink;
  }

  @Override
  public int readByte(int offset) {
    return PRESENT;
  }

  @Override
  public void writeByte(int offset, int value) {
    sink.accept(value);
  }
}
