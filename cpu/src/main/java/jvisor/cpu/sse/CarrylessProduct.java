package jvisor.cpu.sse;

import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/**
 * PCLMULQDQ: products of polynomials over GF(2).
 *
 * <p>Ordinary multiplication does it if no carry reaches a bit that counts: operands with one bit
 * in four make sums of at most 16 at every fourth bit, and only at the top can a sum be 16. The
 * upper half of the product is the lower half of that of the reversed operands, reversed.
 */
final class CarrylessProduct {
  private static final long EVERY_FOURTH = 0x1111_1111_1111_1111L;

  private CarrylessProduct() {}

  /** Binds the instructions of this chapter. */
  static void bind(SemanticTable t) {
    t.bind(Mnemonic.PCLMULQDQ, CarrylessProduct::pclmulqdq);
  }

  /** Bits 0–63 of the product. */
  static long low(long a, long b) {
    long a0 = a & EVERY_FOURTH;
    long a1 = a & EVERY_FOURTH << 1;
    long a2 = a & EVERY_FOURTH << 2;
    long a3 = a & EVERY_FOURTH << 3;
    long b0 = b & EVERY_FOURTH;
    long b1 = b & EVERY_FOURTH << 1;
    long b2 = b & EVERY_FOURTH << 2;
    long b3 = b & EVERY_FOURTH << 3;
    long r0 = a0 * b0 ^ a1 * b3 ^ a2 * b2 ^ a3 * b1;
    long r1 = a0 * b1 ^ a1 * b0 ^ a2 * b3 ^ a3 * b2;
    long r2 = a0 * b2 ^ a1 * b1 ^ a2 * b0 ^ a3 * b3;
    long r3 = a0 * b3 ^ a1 * b2 ^ a2 * b1 ^ a3 * b0;
    return r0 & EVERY_FOURTH
        | r1 & EVERY_FOURTH << 1
        | r2 & EVERY_FOURTH << 2
        | r3 & EVERY_FOURTH << 3;
  }

  /** Bits 64–127 of the product; the last is 0. */
  static long high(long a, long b) {
    return Long.reverse(low(Long.reverse(a), Long.reverse(b))) >>> 1;
  }

  /** PCLMULQDQ: the product of one half of each operand. */
  static void pclmulqdq(Vcpu c, Insn i) {
    Lanes.lanes(
        c,
        i,
        0,
        (d, a, b, order) -> {
          long x = HostMemory.getLong(a + 8L * (order & 1));
          long y = HostMemory.getLong(b + 8L * (order >> 4 & 1));
          Lanes.store(d, low(x, y), high(x, y));
        });
  }
}
