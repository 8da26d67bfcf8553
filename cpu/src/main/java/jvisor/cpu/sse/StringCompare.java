package jvisor.cpu.sse;

import jvisor.cpu.state.Flags;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/**
 * The string comparisons of SSE4.2 (SDM vol. 2, 4.1). An element is a byte or a word, signed or
 * not; a string ends at its explicit length or before its first zero. Bit j of a mask stands for
 * element j of the second operand.
 */
final class StringCompare {
  private static final int WORDS = 1;
  private static final int SIGNED = 2;
  private static final int NEGATE = 0x10;
  private static final int MASKED = 0x20;
  private static final int LAST_OR_EXPANDED = 0x40;
  private static final int RAX = 0;
  private static final int RCX = 1;
  private static final int RDX = 2;

  private StringCompare() {}

  /** Binds the instructions of this chapter. */
  static void bind(SemanticTable t) {
    t.bind(Mnemonic.PCMPESTRI, StringCompare::pcmpestri);
    t.bind(Mnemonic.PCMPESTRM, StringCompare::pcmpestrm);
    t.bind(Mnemonic.PCMPISTRI, StringCompare::pcmpistri);
    t.bind(Mnemonic.PCMPISTRM, StringCompare::pcmpistrm);
  }

  /** PCMPESTRI: explicit lengths, index to ECX. */
  static void pcmpestri(Vcpu c, Insn i) {
    VectorConditions.enter(c, i);
    long s = VectorAccess.source(c, i, i.b);
    int mask = compare(c, i, s, explicit(c, i, RAX), explicit(c, i, RDX));
    setIndex(c, i, mask);
  }

  /** PCMPISTRI: lengths by zeros, index to ECX. */
  static void pcmpistri(Vcpu c, Insn i) {
    VectorConditions.enter(c, i);
    long s = VectorAccess.source(c, i, i.b);
    int order = VectorAccess.immediate(i);
    long d = VectorAccess.xmm(c, i.a.index());
    int mask = compare(c, i, s, implicit(d, order), implicit(s, order));
    setIndex(c, i, mask);
  }

  /** PCMPESTRM: explicit lengths, mask to XMM0. */
  static void pcmpestrm(Vcpu c, Insn i) {
    VectorConditions.enter(c, i);
    long s = VectorAccess.source(c, i, i.b);
    int mask = compare(c, i, s, explicit(c, i, RAX), explicit(c, i, RDX));
    setMask(c, i, mask);
  }

  /** PCMPISTRM: lengths by zeros, mask to XMM0. */
  static void pcmpistrm(Vcpu c, Insn i) {
    VectorConditions.enter(c, i);
    long s = VectorAccess.source(c, i, i.b);
    int order = VectorAccess.immediate(i);
    long d = VectorAccess.xmm(c, i.a.index());
    int mask = compare(c, i, s, implicit(d, order), implicit(s, order));
    setMask(c, i, mask);
  }

  private static int elements(int order) {
    return (order & WORDS) != 0 ? 8 : 16;
  }

  /** The length in a register: its absolute value, at most all elements. */
  private static int explicit(Vcpu c, Insn i, int register) {
    long whole = c.state.reg(register);
    long value = i.operandSize == 8 ? whole : (int) whole;
    int all = elements(VectorAccess.immediate(i));
    return value > -all && value < all ? (int) Math.abs(value) : all;
  }

  /** The number of elements before the first zero. */
  private static int implicit(long vector, int order) {
    int all = elements(order);
    int n = 0;
    while (n < all && element(vector, n, order) != 0) {
      n++;
    }
    return n;
  }

  private static int element(long vector, int index, int order) {
    return switch (order & (WORDS | SIGNED)) {
      case 0 -> HostMemory.getByte(vector + index);
      case SIGNED -> (byte) HostMemory.getByte(vector + index);
      case WORDS -> HostMemory.getShort(vector + 2L * index);
      default -> (short) HostMemory.getShort(vector + 2L * index);
    };
  }

  /** Sets the flags and answers IntRes2. */
  private static int compare(Vcpu c, Insn i, long s, int lengthA, int lengthB) {
    int order = VectorAccess.immediate(i);
    long d = VectorAccess.xmm(c, i.a.index());
    int all = elements(order);
    int mask =
        switch (order >> 2 & 3) {
          case 0 -> equalAny(d, s, lengthA, lengthB, order);
          case 1 -> ranges(d, s, lengthA, lengthB, order);
          case 2 -> equalEach(d, s, lengthA, lengthB, order);
          default -> equalOrdered(d, s, lengthA, lengthB, order);
        };
    if ((order & NEGATE) != 0) {
      mask ^= (order & MASKED) != 0 ? (1 << lengthB) - 1 : (1 << all) - 1;
    }
    Flags.setArithmetic(
        c.state,
        (mask != 0 ? Rflags.CF : 0)
            | (lengthB < all ? Rflags.ZF : 0)
            | (lengthA < all ? Rflags.SF : 0)
            | ((mask & 1) != 0 ? Rflags.OF : 0));
    return mask;
  }

  /** Which elements of the second string occur in the first. */
  private static int equalAny(long d, long s, int lengthA, int lengthB, int order) {
    int mask = 0;
    for (int j = 0; j < lengthB; j++) {
      int b = element(s, j, order);
      for (int k = 0; k < lengthA; k++) {
        if (element(d, k, order) == b) {
          mask |= 1 << j;
          break;
        }
      }
    }
    return mask;
  }

  /** Which elements of the second string lie in one of the ranges that pairs of the first give. */
  private static int ranges(long d, long s, int lengthA, int lengthB, int order) {
    int mask = 0;
    for (int j = 0; j < lengthB; j++) {
      int b = element(s, j, order);
      for (int k = 0; k + 1 < lengthA; k += 2) {
        if (element(d, k, order) <= b && b <= element(d, k + 1, order)) {
          mask |= 1 << j;
          break;
        }
      }
    }
    return mask;
  }

  /** Which elements are equal in both strings, or past the end of both. */
  private static int equalEach(long d, long s, int lengthA, int lengthB, int order) {
    int all = elements(order);
    int mask = 0;
    for (int j = 0; j < all; j++) {
      boolean inA = j < lengthA;
      boolean inB = j < lengthB;
      if (inA && inB ? element(d, j, order) == element(s, j, order) : inA == inB) {
        mask |= 1 << j;
      }
    }
    return mask;
  }

  /** At which elements of the second string the first one begins, as far as the vector shows. */
  private static int equalOrdered(long d, long s, int lengthA, int lengthB, int order) {
    int all = elements(order);
    int mask = 0;
    for (int j = 0; j < all; j++) {
      boolean begins = true;
      for (int k = 0; begins && k < lengthA && j + k < all; k++) {
        begins = j + k < lengthB && element(d, k, order) == element(s, j + k, order);
      }
      mask |= begins ? 1 << j : 0;
    }
    return mask;
  }

  private static void setIndex(Vcpu c, Insn i, int mask) {
    int order = VectorAccess.immediate(i);
    int index;
    if (mask == 0) {
      index = elements(order);
    } else if ((order & LAST_OR_EXPANDED) != 0) {
      index = 31 - Integer.numberOfLeadingZeros(mask);
    } else {
      index = Integer.numberOfTrailingZeros(mask);
    }
    c.state.setReg(RCX, index);
  }

  private static void setMask(Vcpu c, Insn i, int mask) {
    int order = VectorAccess.immediate(i);
    if ((order & LAST_OR_EXPANDED) == 0) {
      VectorAccess.set(c, i, 0, mask, 0);
      return;
    }
    boolean words = (order & WORDS) != 0;
    int half = words ? 4 : 8;
    VectorAccess.set(c, i, 0, expand(mask, half), expand(mask >> half, half));
  }

  /** All ones in each of {@code count} elements of a half whose bit is set. */
  private static long expand(int mask, int count) {
    int width = 64 / count;
    long r = 0;
    for (int k = 0; k < count; k++) {
      r |= (-(mask >> k & 1L) & -1L >>> 64 - width) << k * width;
    }
    return r;
  }
}
