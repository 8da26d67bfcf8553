package jvisor.machine.boot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import jvisor.machine.BootException;

/**
 * The multiboot header of a kernel (3.1). The addresses are valid if {@link #hasAddresses}.
 *
 * @param offset where it is in the file
 * @param flags what the kernel asks for
 */
record MultibootHeader(
    int offset,
    int flags,
    long headerAddress,
    long loadAddress,
    long loadEnd,
    long bssEnd,
    long entry) {
  private static final int MAGIC = 0x1bad_b002;
  private static final int SEARCHED = 8192;
  private static final int ADDRESSES = 1 << 16;

  /** Page-aligned modules, memory information and a video mode; the last is a wish. */
  private static final int KNOWN = 0x7;

  private static final int REQUIREMENTS = 0xffff;

  /** Looks for the header in the first 8 KiB. */
  static Optional<MultibootHeader> find(HostFile name, byte[] content) throws BootException {
    ByteBuffer file = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    int end = Math.min(content.length, SEARCHED);
    for (int at = 0; at + 12 <= end; at += 4) {
      int flags = file.getInt(at + 4);
      if (file.getInt(at) == MAGIC && MAGIC + flags + file.getInt(at + 8) == 0) {
        return Optional.of(read(name, file, at, flags));
      }
    }
    return Optional.empty();
  }

  private static MultibootHeader read(HostFile name, ByteBuffer file, int at, int flags)
      throws BootException {
    if ((flags & REQUIREMENTS & ~KNOWN) != 0) {
      throw name.error("a multiboot kernel that asks for what this machine does not know");
    }
    if ((flags & ADDRESSES) == 0) {
      return new MultibootHeader(at, flags, 0, 0, 0, 0, 0);
    }
    if (at + 32 > file.capacity()) {
      throw name.error("a multiboot kernel that is cut short; get the file again");
    }
    return new MultibootHeader(
        at,
        flags,
        word(file, at + 12),
        word(file, at + 16),
        word(file, at + 20),
        word(file, at + 24),
        word(file, at + 28));
  }

  private static long word(ByteBuffer file, int at) {
    return file.getInt(at) & 0xffff_ffffL;
  }

  /** Whether the header says where the file goes (the a.out kludge), whatever its format. */
  boolean hasAddresses() {
    return (flags & ADDRESSES) != 0;
  }
}
