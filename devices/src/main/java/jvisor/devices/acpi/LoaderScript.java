package jvisor.devices.acpi;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes the commands by which firmware loads and links table files from fw_cfg: little-endian
 * records of 128 bytes. Checksums come behind all pointers.
 */
final class LoaderScript {
  private static final int RECORD = 128;
  private static final int NAME = 56;
  private static final int ALLOCATE = 1;
  private static final int ADD_POINTER = 2;
  private static final int ADD_CHECKSUM = 3;
  private static final int ANYWHERE_BELOW_4G = 1;
  private static final int BELOW_1M = 2;

  private final ByteBuffer out;

  private LoaderScript(ByteBuffer out) {
    this.out = out;
  }

  static byte[] of(TableFile... files) {
    int commands = 0;
    for (TableFile file : files) {
      commands += 1 + file.pointers().size() + file.checksums().size();
    }
    byte[] bytes = new byte[RECORD * commands];
    LoaderScript script = new LoaderScript(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    for (TableFile file : files) {
      script.begin(ALLOCATE).name(file).number(file.align());
      script.octet(file.below1M() ? BELOW_1M : ANYWHERE_BELOW_4G).end();
    }
    for (TableFile file : files) {
      for (TableFile.Pointer pointer : file.pointers()) {
        script.begin(ADD_POINTER).name(file).name(pointer.target());
        script.number(pointer.at()).octet(pointer.size()).end();
      }
    }
    for (TableFile file : files) {
      for (TableFile.Checksum checksum : file.checksums()) {
        script.begin(ADD_CHECKSUM).name(file).number(checksum.at());
        script.number(checksum.start()).number(checksum.length()).end();
      }
    }
    return bytes;
  }

  private LoaderScript begin(int command) {
    return number(command);
  }

  private LoaderScript number(int value) {
    out.putInt(value);
    return this;
  }

  private LoaderScript octet(int value) {
    out.put((byte) value);
    return this;
  }

  private LoaderScript name(TableFile file) {
    int end = out.position() + NAME;
    out.put(file.name().getBytes(US_ASCII)).position(end);
    return this;
  }

  private void end() {
    out.position((out.position() + RECORD - 1) / RECORD * RECORD);
  }
}
