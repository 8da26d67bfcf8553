package jvisor.devices.acpi;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
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

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private LoaderScript() {}

  static byte[] of(TableFile... files) {
    LoaderScript script = new LoaderScript();
    for (TableFile file : files) {
      ByteBuffer record = record(ALLOCATE, file);
      record.putInt(file.align()).put((byte) (file.below1M() ? BELOW_1M : ANYWHERE_BELOW_4G));
      script.append(record);
    }
    for (TableFile file : files) {
      for (TableFile.Pointer pointer : file.pointers()) {
        ByteBuffer record = record(ADD_POINTER, file);
        putName(record, pointer.target());
        record.putInt(pointer.at()).put((byte) pointer.size());
        script.append(record);
      }
    }
    for (TableFile file : files) {
      for (TableFile.Checksum checksum : file.checksums()) {
        ByteBuffer record = record(ADD_CHECKSUM, file);
        record.putInt(checksum.at()).putInt(checksum.start()).putInt(checksum.length());
        script.append(record);
      }
    }
    return script.out.toByteArray();
  }

  private void append(ByteBuffer record) {
    byte[] bytes = new byte[RECORD];
    record.clear().get(bytes);
    out.writeBytes(bytes);
  }

  private static ByteBuffer record(int command, TableFile file) {
    ByteBuffer record = ByteBuffer.allocate(RECORD).order(ByteOrder.LITTLE_ENDIAN);
    record.putInt(command);
    putName(record, file);
    return record;
  }

  private static void putName(ByteBuffer record, TableFile file) {
    int end = record.position() + NAME;
    record.put(file.name().getBytes(US_ASCII)).position(end);
  }
}
