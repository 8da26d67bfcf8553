package jvisor.cpu.integer;

import static jvisor.cpu.integer.DataTransfer.signExtend;

import jvisor.cpu.state.Flags;
import jvisor.cpu.state.GuestFault;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.state.Vector;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;

/** Multiplication and division (SDM vol. 2, MUL, IMUL, DIV, IDIV). */
public final class MultiplyDivide {
  private static final int RAX = 0;
  private static final int RDX = 2;

  private MultiplyDivide() {}

  /** Binds this chapter. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.MUL, MultiplyDivide::mul)
        .bind(Mnemonic.IMUL, MultiplyDivide::imul)
        .bind(Mnemonic.DIV, MultiplyDivide::div)
        .bind(Mnemonic.IDIV, MultiplyDivide::idiv);
  }

  static void mul(Vcpu c, Insn i) {
    int size = i.a.size();
    long b = c.read(i, i.a);
    long a = c.state.reg(RAX, size);
    long low = a * b;
    long high = size == 8 ? Math.unsignedMultiplyHigh(a, b) : low >>> (8 * size);
    setProduct(c.state, size, low, high);
    boolean carry = high != 0;
    Flags.setCarryOverflow(c.state, carry, carry);
  }

  /** The forms with one, two and three operands. */
  static void imul(Vcpu c, Insn i) {
    int size = i.a.size();
    boolean accumulator = i.b == Operand.NONE;
    long a;
    long b;
    if (accumulator) {
      b = signExtend(c.read(i, i.a), size);
      a = signExtend(c.state.reg(RAX, size), size);
    } else if (i.c == Operand.NONE) {
      b = signExtend(c.read(i, i.b), size);
      a = signExtend(c.read(i, i.a), size);
    } else {
      a = signExtend(c.read(i, i.b), size);
      b = i.c.value();
    }
    long low = a * b;
    boolean carry = size == 8 ? Math.multiplyHigh(a, b) != low >> 63 : low != signExtend(low, size);
    if (accumulator) {
      setProduct(c.state, size, low, size == 8 ? Math.multiplyHigh(a, b) : low >> (8 * size));
    } else {
      c.write(i, i.a, low);
    }
    Flags.setCarryOverflow(c.state, carry, carry);
  }

  private static void setProduct(VcpuState s, int size, long low, long high) {
    if (size == 1) {
      s.setReg(RAX, 2, low);
    } else {
      s.setReg(RAX, size, low);
      s.setReg(RDX, size, high);
    }
  }

  static void div(Vcpu c, Insn i) {
    int size = i.a.size();
    long divisor = c.read(i, i.a);
    if (divisor == 0) {
      throw divideError(c);
    }
    VcpuState s = c.state;
    if (size == 8) {
      long high = s.reg(RDX);
      long low = s.reg(RAX);
      if (Long.compareUnsigned(high, divisor) >= 0) {
        throw divideError(c);
      }
      long quotient = divide(high, low, divisor);
      s.setReg(RAX, quotient);
      s.setReg(RDX, low - quotient * divisor);
      setDivisionFlags(s);
      return;
    }
    long dividend = dividend(s, size);
    long quotient = Long.divideUnsigned(dividend, divisor);
    if (quotient >>> (8 * size) != 0) {
      throw divideError(c);
    }
    setQuotient(s, size, quotient, dividend - quotient * divisor);
  }

  static void idiv(Vcpu c, Insn i) {
    int size = i.a.size();
    long divisor = signExtend(c.read(i, i.a), size);
    if (divisor == 0) {
      throw divideError(c);
    }
    VcpuState s = c.state;
    if (size == 8) {
      idiv128(c, s.reg(RDX), s.reg(RAX), divisor);
      return;
    }
    long dividend = signExtend(dividend(s, size), 2 * size);
    long quotient = dividend / divisor;
    // -2^63 / -1 wraps to a quotient that is too large as well.
    if (quotient != signExtend(quotient, size)) {
      throw divideError(c);
    }
    setQuotient(s, size, quotient, dividend - quotient * divisor);
  }

  private static void idiv128(Vcpu c, long high, long low, long divisor) {
    boolean negative = high < 0;
    long absoluteLow = negative ? -low : low;
    long absoluteHigh = negative ? ~high + (low == 0 ? 1 : 0) : high;
    long absoluteDivisor = Math.abs(divisor);
    if (Long.compareUnsigned(absoluteHigh, absoluteDivisor) >= 0) {
      throw divideError(c);
    }
    long quotient = divide(absoluteHigh, absoluteLow, absoluteDivisor);
    if (negative != divisor < 0) {
      quotient = -quotient;
      if (quotient > 0) {
        throw divideError(c);
      }
    } else if (quotient < 0) {
      throw divideError(c);
    }
    c.state.setReg(RAX, quotient);
    c.state.setReg(RDX, low - quotient * divisor);
    setDivisionFlags(c.state);
  }

  /** AX, DX:AX or EDX:EAX, zero-extended. */
  private static long dividend(VcpuState s, int size) {
    return size == 1 ? s.reg(RAX, 2) : s.reg(RDX, size) << (8 * size) | s.reg(RAX, size);
  }

  private static void setQuotient(VcpuState s, int size, long quotient, long remainder) {
    if (size == 1) {
      s.setReg(RAX, 2, (remainder & 0xff) << 8 | (quotient & 0xff));
    } else {
      s.setReg(RAX, size, quotient);
      s.setReg(RDX, size, remainder);
    }
    setDivisionFlags(s);
  }

  /** All undefined in the manual: CF and OF stay, AF is set, the others are cleared. */
  private static void setDivisionFlags(VcpuState s) {
    Flags.set(s, 1, 8, Flags.carry(s), Flags.overflow(s), true);
  }

  private static GuestFault divideError(Vcpu c) {
    return c.exception(Vector.DE);
  }

  /**
   * The quotient of two unsigned numbers, 128 by 64 bits, for {@code high < divisor}: long division
   * with digits of 32 bits (Knuth, TAOCP vol. 2, 4.3.1, algorithm D).
   */
  static long divide(long high, long low, long divisor) {
    if (high == 0) {
      return Long.divideUnsigned(low, divisor);
    }
    int shift = Long.numberOfLeadingZeros(divisor);
    long d = divisor << shift;
    long n2 = shift == 0 ? high : high << shift | low >>> (64 - shift);
    long n10 = low << shift;
    long q1 = digit(n2, n10 >>> 32, d);
    long rest = (n2 << 32 | n10 >>> 32) - q1 * d;
    long q0 = digit(rest, n10 & 0xffff_ffffL, d);
    return (q1 << 32) + q0;
  }

  /**
   * One digit of the quotient: of {@code high} followed by the 32-bit {@code next}, by {@code d}.
   */
  private static long digit(long high, long next, long d) {
    long d1 = d >>> 32;
    long d0 = d & 0xffff_ffffL;
    long q = Long.divideUnsigned(high, d1);
    long rest = high - q * d1;
    while (q >>> 32 != 0 || Long.compareUnsigned(q * d0, rest << 32 | next) > 0) {
      q--;
      rest += d1;
      if (rest >>> 32 != 0) {
        break;
      }
    }
    return q;
  }
}
