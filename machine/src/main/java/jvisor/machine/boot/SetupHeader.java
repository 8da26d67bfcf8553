package jvisor.machine.boot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import jvisor.machine.BootException;

/**
 * The setup header of a bzImage. Fields that the kernel's protocol version does not have yet read
 * as what the protocol says about older kernels, or 0.
 */
final class SetupHeader {
  /** Where the header lies, in the file as in the zero page. */
  static final int START = 0x1f1;

  private static final int SETUP_SECTS = 0x1f1;
  private static final int SYSSIZE = 0x1f4;
  private static final int BOOT_FLAG = 0x1fe;
  private static final int JUMP_OFFSET = 0x201;
  private static final int MAGIC = 0x202;
  private static final int VERSION = 0x206;
  private static final int LOADFLAGS = 0x211;
  private static final int CODE32_START = 0x214;
  private static final int INITRD_ADDR_MAX = 0x22c;
  private static final int KERNEL_ALIGNMENT = 0x230;
  private static final int RELOCATABLE = 0x234;
  private static final int XLOADFLAGS = 0x236;
  private static final int CMDLINE_SIZE = 0x238;
  private static final int PAYLOAD_OFFSET = 0x248;
  private static final int PAYLOAD_LENGTH = 0x24c;
  private static final int PREF_ADDRESS = 0x258;
  private static final int INIT_SIZE = 0x260;

  private static final int SMALLEST = 0x268;
  private static final int LARGEST_END = 0x290;
  private static final int HDRS = 0x5372_6448;
  private static final int LOADED_HIGH = 0x01;
  private static final int KERNEL_64 = 0x01;
  private static final int SECTOR = 512;

  private final byte[] content;
  private final ByteBuffer file;
  private final int version;

  private SetupHeader(byte[] content) {
    this.content = content;
    this.file = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    this.version = file.getShort(VERSION) & 0xffff;
  }

  /** Whether a file has the header's two magic numbers. */
  static boolean isThere(byte[] content) {
    if (content.length < SMALLEST) {
      return false;
    }
    ByteBuffer file = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    return file.getShort(BOOT_FLAG) == (short) 0xaa55 && file.getInt(MAGIC) == HDRS;
  }

  /** Checks that the kernel is whole and can be entered in protected mode. */
  static SetupHeader parse(HostFile name, byte[] content) throws BootException {
    SetupHeader header = new SetupHeader(content);
    if (header.version < 0x202 || (header.byteAt(LOADFLAGS) & LOADED_HIGH) == 0) {
      throw name.error("a Linux kernel too old for this machine; it takes a bzImage");
    }
    long codeEnd = header.codeOffset() + 16 * (header.intAt(SYSSIZE) & 0xfff_ffffL);
    long payloadEnd = header.codeOffset() + header.payloadOffset() + header.payloadLength();
    if (header.codeOffset() >= content.length
        || codeEnd - 15 > content.length
        || payloadEnd > content.length) {
      throw name.error("a Linux kernel that is cut short; get the file again");
    }
    return header;
  }

  private int byteAt(int offset) {
    return file.get(offset) & 0xff;
  }

  private long intAt(int offset) {
    return file.getInt(offset) & 0xffff_ffffL;
  }

  /** Offset in the file of the protected-mode code. */
  int codeOffset() {
    int sectors = byteAt(SETUP_SECTS);
    return ((sectors == 0 ? 4 : sectors) + 1) * SECTOR;
  }

  /** The header's bytes, to be copied to {@link #START} of the zero page. */
  byte[] bytes() {
    int end = Math.min(MAGIC + byteAt(JUMP_OFFSET), LARGEST_END);
    return Arrays.copyOfRange(content, START, Math.max(end, START));
  }

  /** The address at which the protected-mode code wants to lie if it cannot be moved. */
  long code32Start() {
    return intAt(CODE32_START);
  }

  /** The highest gpa that the initial file system may occupy. */
  long initrdMax() {
    return version >= 0x203 ? intAt(INITRD_ADDR_MAX) : 0x37ff_ffffL;
  }

  boolean relocatable() {
    return version >= 0x205 && byteAt(RELOCATABLE) != 0;
  }

  /** The alignment of a relocatable kernel, a power of two of at least a page. */
  long alignment() {
    long alignment = version >= 0x205 ? intAt(KERNEL_ALIGNMENT) : 0;
    return Long.bitCount(alignment) == 1 && alignment >= 4096 ? alignment : 1 << 20;
  }

  boolean has64BitEntry() {
    return version >= 0x20c && (file.getShort(XLOADFLAGS) & KERNEL_64) != 0;
  }

  /** The most bytes that the command line may have, without the final zero. */
  long longestCommandLine() {
    return version >= 0x206 ? intAt(CMDLINE_SIZE) : 255;
  }

  /** Offset of the payload in the protected-mode code. */
  long payloadOffset() {
    return version >= 0x208 ? intAt(PAYLOAD_OFFSET) : 0;
  }

  /** Bytes of the payload, or 0 if there is none. */
  long payloadLength() {
    return version >= 0x208 ? intAt(PAYLOAD_LENGTH) : 0;
  }

  /** Where the kernel prefers to run, or 0 if it does not tell. */
  long preferredAddress() {
    return version >= 0x20a ? file.getLong(PREF_ADDRESS) : 0;
  }

  /** Bytes from the address where it runs that the kernel needs before it knows the memory map. */
  long initSize() {
    return version >= 0x20a ? intAt(INIT_SIZE) : 0;
  }
}
