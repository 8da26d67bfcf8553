package jvisor.cpu.system;

import jvisor.cpu.state.Segment;

/**
 * The fields of an eight-byte descriptor held in a long (SDM vol. 3, figures 3-8, 5-8, 6-2 and
 * 7-3). Types carry the S bit on top: 0x00–0x0f are system descriptors, 0x10–0x17 data, 0x18–0x1f
 * code.
 */
final class Descriptor {
  static final int TSS16_AVAILABLE = 1;
  static final int LDT = 2;
  static final int TSS16_BUSY = 3;
  static final int CALL_GATE16 = 4;
  static final int TASK_GATE = 5;
  static final int INTERRUPT_GATE16 = 6;
  static final int TRAP_GATE16 = 7;
  static final int TSS32_AVAILABLE = 9;
  static final int TSS32_BUSY = 11;
  static final int CALL_GATE32 = 12;
  static final int INTERRUPT_GATE32 = 14;
  static final int TRAP_GATE32 = 15;

  /** A TSS type's busy bit. */
  static final int BUSY = 2;

  private Descriptor() {}

  static int attributes(long d) {
    return (int) (d >>> 32) & Segment.ATTRIBUTE_MASK;
  }

  /** The 32-bit base. */
  static long base(long d) {
    return d >>> 16 & 0xff_ffff | d >>> 32 & 0xff00_0000L;
  }

  /** The limit in bytes. */
  static long limit(long d) {
    long raw = d & 0xffff | d >>> 32 & 0xf_0000;
    return ((int) (d >>> 32) & Segment.GRANULAR) != 0 ? raw << 12 | 0xfff : raw;
  }

  static int type(long d) {
    return (int) (d >>> 40) & 0x1f;
  }

  static int dpl(long d) {
    return (int) (d >>> 45) & 3;
  }

  static boolean present(long d) {
    return (d >>> 47 & 1) != 0;
  }

  static boolean isSystem(long d) {
    return (type(d) & 0x10) == 0;
  }

  static boolean isCode(long d) {
    return (type(d) & 0x18) == 0x18;
  }

  static boolean isConforming(long d) {
    return (type(d) & 0x1c) == 0x1c;
  }

  static boolean isReadable(long d) {
    int type = type(d);
    return (type & 0x18) == 0x10 || (type & 0x1a) == 0x1a;
  }

  static boolean isWritableData(long d) {
    return (type(d) & 0x1a) == 0x12;
  }

  /** A code segment's L bit: 64-bit code, in long mode. */
  static boolean isLong(long d) {
    return ((int) (d >>> 32) & Segment.LONG) != 0;
  }

  /** The D/B bit. */
  static boolean isBig(long d) {
    return ((int) (d >>> 32) & Segment.BIG) != 0;
  }

  static int gateSelector(long d) {
    return (int) (d >>> 16) & 0xffff;
  }

  /** A gate's offset, 16 or 32 bits by its type. */
  static long gateOffset(long d) {
    long low = d & 0xffff;
    return (type(d) & 8) != 0 ? low | d >>> 32 & 0xffff_0000L : low;
  }

  static boolean isNull(int selector) {
    return (selector & 0xfffc) == 0;
  }
}
