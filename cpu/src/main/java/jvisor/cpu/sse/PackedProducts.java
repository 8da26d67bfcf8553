package jvisor.cpu.sse;

import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/** Products of packed integers, and what adds up within a vector. */
final class PackedProducts {
  /** The bits of its immediate that MPSADBW has for a lane. */
  private static final int BITS_OF_MPSADBW = 3;

  private PackedProducts() {}

  /** Binds the instructions of this chapter. */
  static void bind(SemanticTable t) {
    t.bind(Mnemonic.PMULLW, PackedProducts::pmullw);
    t.bind(Mnemonic.PMULHW, PackedProducts::pmulhw);
    t.bind(Mnemonic.PMULHUW, PackedProducts::pmulhuw);
    t.bind(Mnemonic.PMULHRSW, PackedProducts::pmulhrsw);
    t.bind(Mnemonic.PMULLD, PackedProducts::pmulld);
    t.bind(Mnemonic.PMULUDQ, PackedProducts::pmuludq);
    t.bind(Mnemonic.PMULDQ, PackedProducts::pmuldq);
    t.bind(Mnemonic.PMADDWD, PackedProducts::pmaddwd);
    t.bind(Mnemonic.PMADDUBSW, PackedProducts::pmaddubsw);
    t.bind(Mnemonic.PHADDW, PackedProducts::phaddw);
    t.bind(Mnemonic.PHADDSW, PackedProducts::phaddsw);
    t.bind(Mnemonic.PHADDD, PackedProducts::phaddd);
    t.bind(Mnemonic.PHSUBW, PackedProducts::phsubw);
    t.bind(Mnemonic.PHSUBSW, PackedProducts::phsubsw);
    t.bind(Mnemonic.PHSUBD, PackedProducts::phsubd);
    t.bind(Mnemonic.MPSADBW, PackedProducts::mpsadbw);
    t.bind(Mnemonic.PHMINPOSUW, PackedProducts::phminposuw);
  }

  /** PMULLW: low halves of products of words. */
  static void pmullw(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Products.words(a, b, (x, y) -> x * y));
  }

  /** PMULHW: high halves of signed products of words. */
  static void pmulhw(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Products.words(a, b, (x, y) -> x * y >> 16));
  }

  /** PMULHUW: high halves of unsigned products of words. */
  static void pmulhuw(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Products.words(a, b, (x, y) -> (x & 0xffff) * (y & 0xffff) >>> 16));
  }

  /** PMULHRSW: rounded high halves of signed products of words. */
  static void pmulhrsw(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Products.words(a, b, (x, y) -> (x * y >> 14) + 1 >> 1));
  }

  /** PMULLD: low halves of products of doublewords. */
  static void pmulld(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Products.lowDwords(a, b));
  }

  /** PMULUDQ: unsigned products of even doublewords. */
  static void pmuludq(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> (a & 0xffff_ffffL) * (b & 0xffff_ffffL));
  }

  /** PMULDQ: signed products of even doublewords. */
  static void pmuldq(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> (long) (int) a * (int) b);
  }

  /** PMADDWD: sums of neighbouring signed products of words. */
  static void pmaddwd(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Products.multiplyAdd(a, b));
  }

  /** PMADDUBSW: saturated sums of neighbouring products of unsigned and signed bytes. */
  static void pmaddubsw(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Products.multiplyAddBytes(a, b));
  }

  /** PHADDW: adds neighbouring words. */
  static void phaddw(Vcpu c, Insn i) {
    Lanes.pairs(
        c,
        i,
        (lo, hi) ->
            Swar.add(Products.evenWords(lo, hi), Products.evenWords(lo >>> 16, hi >>> 16), 16));
  }

  /** PHADDSW: adds neighbouring signed words, saturating. */
  static void phaddsw(Vcpu c, Insn i) {
    Lanes.pairs(
        c,
        i,
        (lo, hi) ->
            Swar.addSigned(
                Products.evenWords(lo, hi), Products.evenWords(lo >>> 16, hi >>> 16), 16));
  }

  /** PHADDD: adds neighbouring doublewords. */
  static void phaddd(Vcpu c, Insn i) {
    Lanes.pairs(
        c,
        i,
        (lo, hi) ->
            Swar.add(Products.evenDwords(lo, hi), Products.evenDwords(lo >>> 32, hi >>> 32), 32));
  }

  /** PHSUBW: subtracts neighbouring words. */
  static void phsubw(Vcpu c, Insn i) {
    Lanes.pairs(
        c,
        i,
        (lo, hi) ->
            Swar.subtract(
                Products.evenWords(lo, hi), Products.evenWords(lo >>> 16, hi >>> 16), 16));
  }

  /** PHSUBSW: subtracts neighbouring signed words, saturating. */
  static void phsubsw(Vcpu c, Insn i) {
    Lanes.pairs(
        c,
        i,
        (lo, hi) ->
            Swar.subtractSigned(
                Products.evenWords(lo, hi), Products.evenWords(lo >>> 16, hi >>> 16), 16));
  }

  /** PHSUBD: subtracts neighbouring doublewords. */
  static void phsubd(Vcpu c, Insn i) {
    Lanes.pairs(
        c,
        i,
        (lo, hi) ->
            Swar.subtract(
                Products.evenDwords(lo, hi), Products.evenDwords(lo >>> 32, hi >>> 32), 32));
  }

  /** MPSADBW: eight sums of absolute differences against one block of four bytes. */
  static void mpsadbw(Vcpu c, Insn i) {
    Lanes.lanes(
        c,
        i,
        BITS_OF_MPSADBW,
        (d, a, b, order) -> {
          long block = Swar.dword(HostMemory.getLong(b), HostMemory.getLong(b + 8), order & 3);
          long lo = HostMemory.getLong(a);
          long hi = HostMemory.getLong(a + 8);
          int at = order & 4;
          long low = Products.differences(lo, hi, at, block);
          Lanes.store(d, low, Products.differences(lo, hi, at + 4, block));
        });
  }

  /** PHMINPOSUW: the least unsigned word and its position. */
  static void phminposuw(Vcpu c, Insn i) {
    VectorConditions.enter(c, i);
    long s = VectorAccess.source(c, i, i.b);
    VectorAccess.set(c, i, Products.least(HostMemory.getLong(s), HostMemory.getLong(s + 8)), 0);
  }
}
