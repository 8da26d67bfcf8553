package jvisor.devices.acpi;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Bytes of tables under construction, with the places where addresses and checksums go once it is
 * known where the tables lie.
 */
final class TableFile {
  /**
   * A field that holds an offset into {@code target} until that file's address is added.
   *
   * @param at offset of the field
   * @param size 4 or 8 bytes
   * @param target the file it points into
   */
  record Pointer(int at, int size, TableFile target) {}

  /**
   * A byte that makes a range sum to zero.
   *
   * @param at offset of the byte
   * @param start offset of the range
   * @param length bytes in the range
   */
  record Checksum(int at, int start, int length) {}

  /** Bytes of the header that all tables but RSDP and FACS share. */
  static final int HEADER = 36;

  private final String name;
  private final int align;
  private final boolean below1M;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final List<Pointer> pointers = new ArrayList<>();
  private final List<Checksum> checksums = new ArrayList<>();

  /**
   * @param name the fw_cfg file's name
   * @param align alignment in guest memory, a power of two
   * @param below1M whether firmware must put it between 0xE0000 and 1 MiB
   */
  TableFile(String name, int align, boolean below1M) {
    this.name = name;
    this.align = align;
    this.below1M = below1M;
  }

  String name() {
    return name;
  }

  int align() {
    return align;
  }

  boolean below1M() {
    return below1M;
  }

  List<Pointer> pointers() {
    return pointers;
  }

  List<Checksum> checksums() {
    return checksums;
  }

  int position() {
    return out.size();
  }

  TableFile put(int size, long value) {
    for (int i = 0; i < size; i++) {
      out.write((int) (value >>> (8 * i)));
    }
    return this;
  }

  TableFile put(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  TableFile text(String text) {
    return put(text.getBytes(US_ASCII));
  }

  TableFile zeroes(int count) {
    return put(new byte[count]);
  }

  void alignTo(int alignment) {
    zeroes(-position() & (alignment - 1));
  }

  /** A field of 4 or 8 bytes that will hold the address of {@code offset} in {@code target}. */
  TableFile pointer(int size, TableFile target, int offset) {
    pointers.add(new Pointer(position(), size, target));
    return put(size, offset);
  }

  /** A byte that makes the {@code length} bytes from {@code start} on sum to zero. */
  TableFile checksum(int start, int length) {
    checksums.add(new Checksum(position(), start, length));
    return put(1, 0);
  }

  /**
   * The common header of a table (ACPI 6.3, 5.2.6).
   *
   * @param length bytes of the table with the header
   * @return where the table begins
   */
  int header(String signature, int revision, int length) {
    int start = position();
    text(signature).put(4, length).put(1, revision).checksum(start, length);
    text("JVISOR").text("JVISOR  ").put(4, 1).text("JVSR").put(4, 1);
    return start;
  }

  /** The content with offsets in place of addresses and zeroes in place of checksums. */
  byte[] unlinked() {
    return out.toByteArray();
  }

  /**
   * The content as it must lie in guest memory.
   *
   * @param addressOf the gpa of each file
   */
  byte[] linked(ToLongFunction<TableFile> addressOf) {
    byte[] bytes = unlinked();
    for (Pointer pointer : pointers) {
      long address = addressOf.applyAsLong(pointer.target);
      int carry = 0;
      for (int i = 0; i < pointer.size; i++) {
        int sum = (bytes[pointer.at + i] & 0xff) + (int) (address >>> (8 * i) & 0xff) + carry;
        bytes[pointer.at + i] = (byte) sum;
        carry = sum >>> 8;
      }
    }
    for (Checksum checksum : checksums) {
      byte sum = 0;
      for (int i = 0; i < checksum.length; i++) {
        sum += bytes[checksum.start + i];
      }
      bytes[checksum.at] -= sum;
    }
    return bytes;
  }
}
