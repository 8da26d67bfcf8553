package jvisor.cpu.avx;

import jvisor.cpu.sse.FloatLanes;
import jvisor.cpu.sse.Lanes;
import jvisor.cpu.sse.VectorAccess;
import jvisor.cpu.sse.VectorConditions;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;

/** Elements in another order, within lanes and across them. */
final class Permutations {
  private Permutations() {}

  /** Binds the instructions of this chapter. */
  static void bind(SemanticTable t) {
    t.bind(Mnemonic.VPERMILPS, Permutations::vpermilps);
    t.bind(Mnemonic.VPERMILPD, Permutations::vpermilpd);
    t.bind(Mnemonic.VPERM2F128, Permutations::vperm2f128);
    t.bind(Mnemonic.VPERM2I128, Permutations::vperm2f128);
    t.bind(Mnemonic.VPERMPS, Permutations::vpermd);
    t.bind(Mnemonic.VPERMD, Permutations::vpermd);
    t.bind(Mnemonic.VPERMPD, Permutations::vpermq);
    t.bind(Mnemonic.VPERMQ, Permutations::vpermq);
    t.bind(Mnemonic.VPBLENDD, Permutations::vpblendd);
  }

  /** VPERMILPS: doublewords of each lane, chosen by an immediate or by other doublewords. */
  static void vpermilps(Vcpu c, Insn i) {
    if (i.c.kind() == Operand.Kind.IMMEDIATE) {
      Lanes.unaryLanes(
          c,
          i,
          0,
          (d, a, b, order) -> chooseDwords(d, b, order, order >> 2, order >> 4, order >> 6));
      return;
    }
    Lanes.lanes(
        c,
        i,
        0,
        (d, a, b, order) ->
            chooseDwords(
                d,
                a,
                HostMemory.getInt(b),
                HostMemory.getInt(b + 4),
                HostMemory.getInt(b + 8),
                HostMemory.getInt(b + 12)));
  }

  private static void chooseDwords(long d, long s, int n0, int n1, int n2, int n3) {
    int e0 = HostMemory.getInt(s + 4L * (n0 & 3));
    int e1 = HostMemory.getInt(s + 4L * (n1 & 3));
    int e2 = HostMemory.getInt(s + 4L * (n2 & 3));
    int e3 = HostMemory.getInt(s + 4L * (n3 & 3));
    Lanes.store(d, FloatLanes.join(e0, e1), FloatLanes.join(e2, e3));
  }

  /** VPERMILPD: quadwords of each lane, chosen by an immediate or by bit 1 of other quadwords. */
  static void vpermilpd(Vcpu c, Insn i) {
    if (i.c.kind() == Operand.Kind.IMMEDIATE) {
      Lanes.unaryLanes(c, i, 2, (d, a, b, order) -> chooseQwords(d, b, order, order >> 1));
      return;
    }
    Lanes.lanes(
        c,
        i,
        0,
        (d, a, b, order) ->
            chooseQwords(d, a, HostMemory.getInt(b) >> 1, HostMemory.getInt(b + 8) >> 1));
  }

  private static void chooseQwords(long d, long s, int n0, int n1) {
    long lo = HostMemory.getLong(s + 8L * (n0 & 1));
    Lanes.store(d, lo, HostMemory.getLong(s + 8L * (n1 & 1)));
  }

  /** VPERM2F128, VPERM2I128: each lane one of the four of both sources, or zero. */
  static void vperm2f128(Vcpu c, Insn i) {
    VectorConditions.enterAvx(c);
    long b = VectorAccess.second(c, i);
    long a = VectorAccess.first(c, i);
    int order = VectorAccess.immediate(i);
    long low = lane(a, b, order);
    long high = lane(a, b, order >> 4);
    long keepLow = (order & 0x08) == 0 ? -1L : 0;
    long keepHigh = (order & 0x80) == 0 ? -1L : 0;
    VectorAccess.set(
        c,
        i,
        HostMemory.getLong(low) & keepLow,
        HostMemory.getLong(low + 8) & keepLow,
        HostMemory.getLong(high) & keepHigh,
        HostMemory.getLong(high + 8) & keepHigh);
  }

  private static long lane(long a, long b, int order) {
    return ((order & 2) == 0 ? a : b) + 16L * (order & 1);
  }

  /** VPERMD, VPERMPS: doublewords of the second source, chosen by those of the first. */
  static void vpermd(Vcpu c, Insn i) {
    VectorConditions.enterAvx(c);
    long b = VectorAccess.second(c, i);
    long a = VectorAccess.first(c, i);
    VectorAccess.set(c, i, choose(a, b), choose(a + 8, b), choose(a + 16, b), choose(a + 24, b));
  }

  private static long choose(long order, long s) {
    int low = HostMemory.getInt(s + 4L * (HostMemory.getInt(order) & 7));
    return FloatLanes.join(low, HostMemory.getInt(s + 4L * (HostMemory.getInt(order + 4) & 7)));
  }

  /** VPERMQ, VPERMPD: quadwords, chosen by an immediate. */
  static void vpermq(Vcpu c, Insn i) {
    VectorConditions.enterAvx(c);
    long s = VectorAccess.source(c, i, i.b);
    int order = VectorAccess.immediate(i);
    VectorAccess.set(
        c,
        i,
        HostMemory.getLong(s + 8L * (order & 3)),
        HostMemory.getLong(s + 8L * (order >> 2 & 3)),
        HostMemory.getLong(s + 8L * (order >> 4 & 3)),
        HostMemory.getLong(s + 8L * (order >> 6 & 3)));
  }

  /** VPBLENDD: doublewords of the second source where the immediate has ones. */
  static void vpblendd(Vcpu c, Insn i) {
    Lanes.lanes(
        c,
        i,
        4,
        (d, a, b, order) -> {
          int e0 = HostMemory.getInt((order & 1) != 0 ? b : a);
          int e1 = HostMemory.getInt(((order & 2) != 0 ? b : a) + 4);
          int e2 = HostMemory.getInt(((order & 4) != 0 ? b : a) + 8);
          int e3 = HostMemory.getInt(((order & 8) != 0 ? b : a) + 12);
          Lanes.store(d, FloatLanes.join(e0, e1), FloatLanes.join(e2, e3));
        });
  }
}
