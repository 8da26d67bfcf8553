package jvisor.machine.boot;

import jvisor.machine.BootException;

/** A firmware image. The chipset maps it at the top of 4 GiB, and its last 128 KiB below 1 MiB. */
public final class FirmwareImage implements BootImage {
  /** The largest image, in bytes, that stays clear of the interrupt controllers. */
  public static final int LARGEST = 8 << 20;

  private static final int SMALLEST = 4 << 10;

  private final byte[] content;

  private FirmwareImage(byte[] content) {
    this.content = content;
  }

  static FirmwareImage open(HostFile file) throws BootException {
    long size = file.size();
    if (size > LARGEST || size % SMALLEST != 0) {
      throw file.error(
          "not a firmware image: its size must be a multiple of 4 KiB and at most 8 MiB");
    }
    return new FirmwareImage(file.readAll());
  }

  /** Its bytes, a positive multiple of 4 KiB, at most {@link #LARGEST}. */
  public byte[] content() {
    return content.clone();
  }

  /** The processor starts at the reset vector, 16 bytes below 4 GiB. */
  public EntryState entry() {
    return EntryState.reset();
  }
}
