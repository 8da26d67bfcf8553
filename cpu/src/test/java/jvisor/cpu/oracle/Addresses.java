package jvisor.cpu.oracle;

import jvisor.isa.Insn;

/** Where the operands of a case lie. */
final class Addresses {
  private static final int STACK_POINTER = 4;

  private Addresses() {}

  /** The base of a segment. */
  static long segmentBase(int segment, CaseState s) {
    return switch (segment) {
      case Insn.FS -> s.get(CaseState.FS_BASE);
      case Insn.GS -> s.get(CaseState.GS_BASE);
      case Insn.CS -> codeBase(s);
      default -> s.is64() ? 0 : LocalSegment.base(s.selector(segment));
    };
  }

  /** The base of the code segment. */
  static long codeBase(CaseState s) {
    return LocalSegment.base((int) s.get(CaseState.CS));
  }

  /** Bytes of the stack pointer. */
  static int stackSize(CaseState s) {
    if (s.is64()) {
      return 8;
    }
    return hasSmallStack(s) ? 2 : 4;
  }

  /** Whether the stack segment is one of 16-bit offsets, which 64-bit code does not heed. */
  static boolean hasSmallStack(CaseState s) {
    LocalSegment stack = LocalSegment.of(s.selector(Insn.SS));
    return stack != null && !stack.isBig();
  }

  /** The linear address to which a register points. */
  static long pointed(int segment, int register, int size, CaseState s) {
    long offset = size == 8 ? s.gpr(register) : s.gpr(register) & (1L << 8 * size) - 1;
    long la = segmentBase(segment, s) + offset;
    return s.is64() ? la : la & 0xffff_ffffL;
  }

  /** The linear address to which the stack pointer points. */
  static long stack(CaseState s) {
    return pointed(Insn.SS, STACK_POINTER, stackSize(s), s);
  }

  /** The linear address of the memory operand. */
  static long operand(Insn i, CaseState s) {
    long offset = i.displacement;
    if (i.base == Insn.RIP) {
      offset += s.get(CaseState.RIP) + i.length;
    } else if (i.base >= 0) {
      offset += s.gpr(i.base);
    }
    if (i.index >= 0) {
      offset += s.gpr(i.index) << i.scale;
    }
    if (i.addressSize < 8) {
      offset &= (1L << 8 * i.addressSize) - 1;
    }
    long la = segmentBase(i.segment, s) + offset;
    return s.is64() ? la : la & 0xffff_ffffL;
  }
}
