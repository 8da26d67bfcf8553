package jvisor.machine.boot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jvisor.platform.GuestMemory;

/**
 * Where the monitor puts what a protocol wants besides the kernel. It keeps clear of page 0 and of
 * 0x8000–0xDFFF, where unit tests and the real-mode parts of kernels like to be.
 *
 * <table>
 *   <caption>Guest physical addresses</caption>
 *   <tr><td>0x10000<td>the structure that the protocol passes: zero page, start info, multiboot
 *   <tr><td>0x11000<td>descriptor table
 *   <tr><td>0x12000<td>identity page tables, 6 pages
 *   <tr><td>0x1C000<td>a stack, growing down from 0x20000
 *   <tr><td>0x20000<td>command line, up to 64 KiB
 *   <tr><td>0x30000<td>memory map and module list
 * </table>
 */
final class BootArea {
  static final long INFORMATION = 0x1_0000;
  static final long COMMAND_LINE = 0x2_0000;
  static final int LONGEST_COMMAND_LINE = 0xfffe;
  static final long MEMORY_MAP = 0x3_0000;
  static final long MODULES = 0x3_e000;
  static final long MODULE_NAME = 0x3_f000;
  static final int LONGEST_MODULE_NAME = 0xffe;

  /** All of it. */
  static final Range RANGE = new Range(0x1_0000, 0x4_0000);

  private static final long GDT = 0x1_1000;
  private static final long PAGE_TABLES = 0x1_2000;
  private static final long STACK = 0x2_0000 - 16;

  private static final long CODE_64 = 0x00af_9b00_0000_ffffL;
  private static final long CODE_32 = 0x00cf_9b00_0000_ffffL;
  private static final long DATA = 0x00cf_9300_0000_ffffL;
  private static final long TASK = 0x0000_8b00_0000_0067L;

  private static final long PRESENT_WRITABLE = 0x3;
  private static final long LARGE = 0x80;
  private static final int GIGABYTES = 4;

  private BootArea() {}

  /** Writes the descriptor table of a 32-bit entry and describes it. */
  static EntryState protectedEntry(BootMemory memory, long rip, long rsi, long rbx, long rax) {
    int limit = writeGdt(memory, CODE_32);
    return new EntryState(EntryState.Mode.PROTECTED, rip, STACK, rsi, rbx, rax, 0, GDT, limit);
  }

  /** Writes the tables of a 64-bit entry and describes it. */
  static EntryState longEntry(BootMemory memory, long rip, long rsi) {
    int limit = writeGdt(memory, CODE_64);
    writePageTables(memory);
    return new EntryState(EntryState.Mode.LONG, rip, STACK, rsi, 0, 0, PAGE_TABLES, GDT, limit);
  }

  private static int writeGdt(BootMemory memory, long code) {
    ByteBuffer table = buffer(5 * 8);
    table.putLong(0).putLong(0).putLong(code).putLong(DATA).putLong(TASK);
    memory.write(GDT, table);
    return table.capacity() - 1;
  }

  /** Maps the first 4 GiB to themselves by pages of 2 MiB. */
  private static void writePageTables(BootMemory memory) {
    int page = GuestMemory.PAGE;
    ByteBuffer tables = buffer((2 + GIGABYTES) * page);
    long directories = PAGE_TABLES + 2L * page;
    tables.putLong(0, PAGE_TABLES + page | PRESENT_WRITABLE);
    for (int i = 0; i < GIGABYTES; i++) {
      tables.putLong(page + 8 * i, directories + (long) i * page | PRESENT_WRITABLE);
    }
    for (int i = 0; i < GIGABYTES * 512; i++) {
      tables.putLong(2 * page + 8 * i, (long) i << 21 | LARGE | PRESENT_WRITABLE);
    }
    memory.write(PAGE_TABLES, tables);
  }

  /** An empty little-endian buffer. */
  static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
