package jvisor.devices.debug;

import jvisor.devices.ByteSink;
import jvisor.devices.ByteWidePorts;

/** The latch at port 0x80: keeps the last code written. */
public final class PostPort implements ByteWidePorts {
  /** Where it is. */
  public static final int PORT = 0x80;

  private final ByteSink codes;
  private int last;

  /**
   * Creates the latch with 0 in it.
   *
   * @param codes is told each code as it is written
   */
  public PostPort(ByteSink codes) {
    this.codes = codes;
  }

  /** The last code (0–255). */
  public int last() {
    return last;
  }

  @Override
  public int readByte(int offset) {
    return last;
  }

  @Override
  public void writeByte(int offset, int value) {
    last = value;
    codes.accept(value);
  }
}
