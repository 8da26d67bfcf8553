package jvisor.cpu.interpreter;

import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.CodeMode;

/**
 * What the ops of a block take for granted about code width and segmentation. Blocks are kept by
 * it: the same bytes entered on other ground are another block.
 */
enum Ground {
  /** Real, virtual-8086 and 16-bit protected code. */
  SEGMENTED_16(CodeMode.BITS16, 0xffff_ffffL),
  /** 32-bit code with segments that are checked and added at each access. */
  SEGMENTED_32(CodeMode.BITS32, 0xffff_ffffL),
  /**
   * 32-bit code where CS, DS, ES and SS all reach from 0 to 4 GiB, the latter three writable, as
   * every 32-bit system of today arranges them: an offset is a linear address.
   */
  FLAT_32(CodeMode.BITS32, 0xffff_ffffL),
  /** 64-bit code. */
  FLAT_64(CodeMode.BITS64, -1L);

  private static final long LIMIT = 0xffff_ffffL;
  private static final int FLAT_DATA = Segment.WRITABLE | Segment.BIG;
  private static final int DATA_KIND =
      FLAT_DATA | Segment.CODE | Segment.EXPAND_DOWN | Segment.UNUSABLE;

  /** The width of operands and addresses without prefixes. */
  final CodeMode mode;

  /** The bits that RIP has. */
  final long ripMask;

  Ground(CodeMode mode, long ripMask) {
    this.mode = mode;
    this.ripMask = ripMask;
  }

  /** Whether offsets are linear addresses, so that there are fast forms. */
  boolean isFlat() {
    return this == FLAT_64 || this == FLAT_32;
  }

  /** The ground on which {@code c} stands now. */
  static Ground of(Vcpu c) {
    return switch (c.codeMode()) {
      case BITS16 -> SEGMENTED_16;
      case BITS32 -> isFlat(c.state) ? FLAT_32 : SEGMENTED_32;
      case BITS64 -> FLAT_64;
    };
  }

  private static boolean isFlat(VcpuState s) {
    return spansAll(s, Segment.CS)
        && isFlatData(s, Segment.SS)
        && isFlatData(s, Segment.DS)
        && isFlatData(s, Segment.ES);
  }

  private static boolean isFlatData(VcpuState s, int segment) {
    return spansAll(s, segment) && (s.segmentAttributes(segment) & DATA_KIND) == FLAT_DATA;
  }

  private static boolean spansAll(VcpuState s, int segment) {
    return s.segmentBase(segment) == 0 && s.segmentLimit(segment) == LIMIT;
  }
}
