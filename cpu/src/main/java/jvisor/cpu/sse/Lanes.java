package jvisor.cpu.sse;

import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Operand;

/**
 * Whole instructions from functions on 64-bit halves or 128-bit lanes: one half for the MMX form,
 * as many lanes as the destination has for the others. Callers pass lambdas that capture nothing,
 * so that the compiler sees through them.
 */
public final class Lanes {
  /** Bytes in a lane. */
  private static final int LANE = 16;

  private Lanes() {}

  /** Shifts the elements of a half. */
  @FunctionalInterface
  interface Shift {
    /** Shifts {@code a} by {@code n}, 0–255. */
    long apply(long a, int n);
  }

  /** An operation on lanes. */
  @FunctionalInterface
  public interface Lane {
    /**
     * Computes the lane at {@code d} from those at {@code a} and {@code b}, all hvas and possibly
     * the same; {@code order} is the immediate, its bits for this lane lowest.
     */
    void apply(long d, long a, long b, int order);
  }

  // ---------------------------------------------------------------- halves

  /** Vertical: each half of the result from the same halves of both sources. */
  public static void each(Vcpu c, Insn i, LongBinaryOperator f) {
    if (i.a.kind() == Operand.Kind.MMX) {
      mmx(c, i, f);
      return;
    }
    VectorConditions.enter(c, i);
    long b = VectorAccess.second(c, i);
    long a = VectorAccess.first(c, i);
    long d = VectorAccess.destination(c, i);
    each(d, a, b, f);
    if (VectorAccess.isWide(i, d)) {
      each(d + LANE, a + LANE, b + LANE, f);
    }
  }

  private static void each(long d, long a, long b, LongBinaryOperator f) {
    long lo = f.applyAsLong(HostMemory.getLong(a), HostMemory.getLong(b));
    long hi = f.applyAsLong(HostMemory.getLong(a + 8), HostMemory.getLong(b + 8));
    store(d, lo, hi);
  }

  /** Each half of the result from the same half of the one source. */
  static void unary(Vcpu c, Insn i, LongUnaryOperator f) {
    if (i.a.kind() == Operand.Kind.MMX) {
      VectorConditions.enterMmx(c);
      long s = HostMemory.getLong(VectorAccess.source(c, i, i.b));
      VectorAccess.setMmx(c, i.a.index(), f.applyAsLong(s));
      return;
    }
    VectorConditions.enter(c, i);
    long b = VectorAccess.source(c, i, i.b);
    long d = VectorAccess.destination(c, i);
    unary(d, b, f);
    if (VectorAccess.isWide(i, d)) {
      unary(d + LANE, b + LANE, f);
    }
  }

  private static void unary(long d, long b, LongUnaryOperator f) {
    long lo = f.applyAsLong(HostMemory.getLong(b));
    long hi = f.applyAsLong(HostMemory.getLong(b + 8));
    store(d, lo, hi);
  }

  /** Shifts by an immediate or by the low 64 bits of the source. */
  static void shift(Vcpu c, Insn i, Shift f) {
    if (i.a.kind() == Operand.Kind.MMX) {
      VectorConditions.enterMmx(c);
      int n = count(c, i);
      long d = HostMemory.getLong(VectorAccess.mmx(c, i.a.index()));
      VectorAccess.setMmx(c, i.a.index(), f.apply(d, n));
      return;
    }
    VectorConditions.enter(c, i);
    int n = count(c, i);
    long a = VectorAccess.first(c, i);
    long d = VectorAccess.destination(c, i);
    shift(d, a, n, f);
    if (VectorAccess.isWide(i, d)) {
      shift(d + LANE, a + LANE, n, f);
    }
  }

  private static void shift(long d, long a, int n, Shift f) {
    long lo = f.apply(HostMemory.getLong(a), n);
    long hi = f.apply(HostMemory.getLong(a + 8), n);
    store(d, lo, hi);
  }

  private static int count(Vcpu c, Insn i) {
    Operand o = VectorAccess.second(i);
    if (o.kind() == Operand.Kind.IMMEDIATE) {
      return (int) o.value() & 0xff;
    }
    long n = HostMemory.getLong(VectorAccess.source(c, i, o));
    return n < 0 || n > 255 ? 255 : (int) n;
  }

  private static void mmx(Vcpu c, Insn i, LongBinaryOperator f) {
    VectorConditions.enterMmx(c);
    long s = HostMemory.getLong(VectorAccess.source(c, i, i.b));
    long d = HostMemory.getLong(VectorAccess.mmx(c, i.a.index()));
    VectorAccess.setMmx(c, i.a.index(), f.applyAsLong(d, s));
  }

  // ---------------------------------------------------------------- lanes

  /**
   * Horizontal: the low half of a lane from all of the first source's, the high half from the
   * second's.
   */
  static void pairs(Vcpu c, Insn i, LongBinaryOperator f) {
    if (i.a.kind() == Operand.Kind.MMX) {
      mmx(c, i, f);
      return;
    }
    VectorConditions.enter(c, i);
    long b = VectorAccess.second(c, i);
    long a = VectorAccess.first(c, i);
    long d = VectorAccess.destination(c, i);
    pairs(d, a, b, f);
    if (VectorAccess.isWide(i, d)) {
      pairs(d + LANE, a + LANE, b + LANE, f);
    }
  }

  private static void pairs(long d, long a, long b, LongBinaryOperator f) {
    long lo = f.applyAsLong(HostMemory.getLong(a), HostMemory.getLong(a + 8));
    long hi = f.applyAsLong(HostMemory.getLong(b), HostMemory.getLong(b + 8));
    store(d, lo, hi);
  }

  /** The low halves of both sources' lanes, mixed by {@code f}, which takes 32 bits of each. */
  static void interleaveLow(Vcpu c, Insn i, LongBinaryOperator f) {
    if (i.a.kind() == Operand.Kind.MMX) {
      mmx(c, i, f);
      return;
    }
    interleave(c, i, 0, f);
  }

  /** The high halves of both sources' lanes, mixed by {@code f}, which takes 32 bits of each. */
  static void interleaveHigh(Vcpu c, Insn i, LongBinaryOperator f) {
    if (i.a.kind() == Operand.Kind.MMX) {
      VectorConditions.enterMmx(c);
      long b = HostMemory.getLong(VectorAccess.source(c, i, i.b));
      long a = HostMemory.getLong(VectorAccess.mmx(c, i.a.index()));
      VectorAccess.setMmx(c, i.a.index(), f.applyAsLong(a >>> 32, b >>> 32));
      return;
    }
    interleave(c, i, 8, f);
  }

  private static void interleave(Vcpu c, Insn i, int half, LongBinaryOperator f) {
    VectorConditions.enter(c, i);
    long b = VectorAccess.second(c, i) + half;
    long a = VectorAccess.first(c, i) + half;
    long d = VectorAccess.destination(c, i);
    interleave(d, a, b, f);
    if (VectorAccess.isWide(i, d)) {
      interleave(d + LANE, a + LANE, b + LANE, f);
    }
  }

  private static void interleave(long d, long a, long b, LongBinaryOperator f) {
    long x = HostMemory.getLong(a);
    long y = HostMemory.getLong(b);
    store(d, f.applyAsLong(x, y), f.applyAsLong(x >>> 32, y >>> 32));
  }

  /**
   * Each lane of the result from the same lanes of both sources, using up {@code bits} of the
   * immediate.
   */
  public static void lanes(Vcpu c, Insn i, int bits, Lane f) {
    VectorConditions.enter(c, i);
    long b = VectorAccess.second(c, i);
    long a = VectorAccess.first(c, i);
    long d = VectorAccess.destination(c, i);
    int order = VectorAccess.immediate(i);
    f.apply(d, a, b, order);
    if (VectorAccess.isWide(i, d)) {
      f.apply(d + LANE, a + LANE, b + LANE, order >> bits);
    }
  }

  /**
   * Each lane of the result from the same lane of the one source, which is both for {@code f},
   * using up {@code bits} of the immediate.
   */
  public static void unaryLanes(Vcpu c, Insn i, int bits, Lane f) {
    VectorConditions.enter(c, i);
    long b = VectorAccess.source(c, i, i.b);
    long d = VectorAccess.destination(c, i);
    int order = VectorAccess.immediate(i);
    f.apply(d, b, b, order);
    if (VectorAccess.isWide(i, d)) {
      f.apply(d + LANE, b + LANE, b + LANE, order >> bits);
    }
  }

  /** Each lane of the result from that of the first source; {@code order} is the second. */
  static void shiftLanes(Vcpu c, Insn i, Lane f) {
    VectorConditions.enter(c, i);
    long a = VectorAccess.first(c, i);
    long d = VectorAccess.destination(c, i);
    int order = (int) VectorAccess.second(i).value() & 0xff;
    f.apply(d, a, a, order);
    if (VectorAccess.isWide(i, d)) {
      f.apply(d + LANE, a + LANE, a + LANE, order);
    }
  }

  /** Writes a lane. */
  public static void store(long d, long lo, long hi) {
    HostMemory.putLong(d, lo);
    HostMemory.putLong(d + 8, hi);
  }
}
