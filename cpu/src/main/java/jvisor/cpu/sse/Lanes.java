package jvisor.cpu.sse;

import java.util.function.LongBinaryOperator;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Operand;

/**
 * Whole instructions from functions on 64-bit halves: one application for the MMX form, two for the
 * XMM form. Callers pass lambdas that capture nothing, so that the compiler sees through them.
 */
final class Lanes {
  private Lanes() {}

  /** Shifts the elements of a half. */
  @FunctionalInterface
  interface Shift {
    /** Shifts {@code a} by {@code n}, 0–255. */
    long apply(long a, int n);
  }

  /** Vertical: each half of the result from the same halves of destination and source. */
  static void each(Vcpu c, Insn i, LongBinaryOperator f) {
    if (i.a.kind() == Operand.Kind.MMX) {
      mmx(c, i, f);
      return;
    }
    VectorAccess.enter(c);
    long s = VectorAccess.source(c, i, i.b);
    long d = VectorAccess.xmm(c, i.a.index());
    long lo = f.applyAsLong(HostMemory.getLong(d), HostMemory.getLong(s));
    long hi = f.applyAsLong(HostMemory.getLong(d + 8), HostMemory.getLong(s + 8));
    HostMemory.putLong(d, lo);
    HostMemory.putLong(d + 8, hi);
  }

  /**
   * Horizontal: the low half of the result from all of the destination, the high half from the
   * source.
   */
  static void pairs(Vcpu c, Insn i, LongBinaryOperator f) {
    if (i.a.kind() == Operand.Kind.MMX) {
      mmx(c, i, f);
      return;
    }
    VectorAccess.enter(c);
    long s = VectorAccess.source(c, i, i.b);
    long d = VectorAccess.xmm(c, i.a.index());
    long lo = f.applyAsLong(HostMemory.getLong(d), HostMemory.getLong(d + 8));
    long hi = f.applyAsLong(HostMemory.getLong(s), HostMemory.getLong(s + 8));
    HostMemory.putLong(d, lo);
    HostMemory.putLong(d + 8, hi);
  }

  /** The low halves of destination and source, mixed by {@code f}, which takes 32 bits of each. */
  static void interleaveLow(Vcpu c, Insn i, LongBinaryOperator f) {
    if (i.a.kind() == Operand.Kind.MMX) {
      mmx(c, i, f);
      return;
    }
    VectorAccess.enter(c);
    long s = VectorAccess.source(c, i, i.b);
    interleave(c, i, HostMemory.getLong(s), 0, f);
  }

  /** The high halves of destination and source, mixed by {@code f}, which takes 32 bits of each. */
  static void interleaveHigh(Vcpu c, Insn i, LongBinaryOperator f) {
    if (i.a.kind() == Operand.Kind.MMX) {
      VectorAccess.enterMmx(c);
      long a = HostMemory.getLong(VectorAccess.source(c, i, i.b));
      long b = HostMemory.getLong(VectorAccess.mmx(c, i.a.index()));
      VectorAccess.setMmx(c, i.a.index(), f.applyAsLong(b >>> 32, a >>> 32));
      return;
    }
    VectorAccess.enter(c);
    long s = VectorAccess.source(c, i, i.b);
    interleave(c, i, HostMemory.getLong(s + 8), 8, f);
  }

  private static void interleave(Vcpu c, Insn i, long s, int half, LongBinaryOperator f) {
    long d = HostMemory.getLong(VectorAccess.xmm(c, i.a.index()) + half);
    VectorAccess.setXmm(c, i.a.index(), f.applyAsLong(d, s), f.applyAsLong(d >>> 32, s >>> 32));
  }

  /** Shifts by an immediate or by the low 64 bits of the source. */
  static void shift(Vcpu c, Insn i, Shift f) {
    if (i.a.kind() == Operand.Kind.MMX) {
      VectorAccess.enterMmx(c);
      int n = count(c, i);
      long d = HostMemory.getLong(VectorAccess.mmx(c, i.a.index()));
      VectorAccess.setMmx(c, i.a.index(), f.apply(d, n));
      return;
    }
    VectorAccess.enter(c);
    int n = count(c, i);
    long d = VectorAccess.xmm(c, i.a.index());
    HostMemory.putLong(d, f.apply(HostMemory.getLong(d), n));
    HostMemory.putLong(d + 8, f.apply(HostMemory.getLong(d + 8), n));
  }

  private static int count(Vcpu c, Insn i) {
    if (i.b.kind() == Operand.Kind.IMMEDIATE) {
      return (int) i.b.value() & 0xff;
    }
    long n = HostMemory.getLong(VectorAccess.source(c, i, i.b));
    return n < 0 || n > 255 ? 255 : (int) n;
  }

  private static void mmx(Vcpu c, Insn i, LongBinaryOperator f) {
    VectorAccess.enterMmx(c);
    long s = HostMemory.getLong(VectorAccess.source(c, i, i.b));
    long d = HostMemory.getLong(VectorAccess.mmx(c, i.a.index()));
    VectorAccess.setMmx(c, i.a.index(), f.applyAsLong(d, s));
  }
}
