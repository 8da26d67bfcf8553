package jvisor.cpu.sse;

import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/** Sums, differences, averages, extremes and signs of packed integers. */
final class PackedArithmetic {
  private PackedArithmetic() {}

  /** Binds the instructions of this chapter. */
  static void bind(SemanticTable t) {
    t.bind(Mnemonic.PADDB, PackedArithmetic::paddb);
    t.bind(Mnemonic.PADDW, PackedArithmetic::paddw);
    t.bind(Mnemonic.PADDD, PackedArithmetic::paddd);
    t.bind(Mnemonic.PADDQ, PackedArithmetic::paddq);
    t.bind(Mnemonic.PSUBB, PackedArithmetic::psubb);
    t.bind(Mnemonic.PSUBW, PackedArithmetic::psubw);
    t.bind(Mnemonic.PSUBD, PackedArithmetic::psubd);
    t.bind(Mnemonic.PSUBQ, PackedArithmetic::psubq);
    t.bind(Mnemonic.PADDSB, PackedArithmetic::paddsb);
    t.bind(Mnemonic.PADDUSB, PackedArithmetic::paddusb);
    t.bind(Mnemonic.PSUBSB, PackedArithmetic::psubsb);
    t.bind(Mnemonic.PSUBUSB, PackedArithmetic::psubusb);
    t.bind(Mnemonic.PADDSW, PackedArithmetic::paddsw);
    t.bind(Mnemonic.PADDUSW, PackedArithmetic::paddusw);
    t.bind(Mnemonic.PSUBSW, PackedArithmetic::psubsw);
    t.bind(Mnemonic.PSUBUSW, PackedArithmetic::psubusw);
    t.bind(Mnemonic.PAVGB, PackedArithmetic::pavgb);
    t.bind(Mnemonic.PAVGW, PackedArithmetic::pavgw);
    t.bind(Mnemonic.PMAXSB, PackedArithmetic::pmaxsb);
    t.bind(Mnemonic.PMAXUB, PackedArithmetic::pmaxub);
    t.bind(Mnemonic.PMINSB, PackedArithmetic::pminsb);
    t.bind(Mnemonic.PMINUB, PackedArithmetic::pminub);
    t.bind(Mnemonic.PMAXSW, PackedArithmetic::pmaxsw);
    t.bind(Mnemonic.PMAXUW, PackedArithmetic::pmaxuw);
    t.bind(Mnemonic.PMINSW, PackedArithmetic::pminsw);
    t.bind(Mnemonic.PMINUW, PackedArithmetic::pminuw);
    t.bind(Mnemonic.PMAXSD, PackedArithmetic::pmaxsd);
    t.bind(Mnemonic.PMAXUD, PackedArithmetic::pmaxud);
    t.bind(Mnemonic.PMINSD, PackedArithmetic::pminsd);
    t.bind(Mnemonic.PMINUD, PackedArithmetic::pminud);
    t.bind(Mnemonic.PABSB, PackedArithmetic::pabsb);
    t.bind(Mnemonic.PABSW, PackedArithmetic::pabsw);
    t.bind(Mnemonic.PABSD, PackedArithmetic::pabsd);
    t.bind(Mnemonic.PSIGNB, PackedArithmetic::psignb);
    t.bind(Mnemonic.PSIGNW, PackedArithmetic::psignw);
    t.bind(Mnemonic.PSIGND, PackedArithmetic::psignd);
    t.bind(Mnemonic.PSADBW, PackedArithmetic::psadbw);
  }

  /** PADDB: adds bytes. */
  static void paddb(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.add(a, b, 8));
  }

  /** PADDW: adds words. */
  static void paddw(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.add(a, b, 16));
  }

  /** PADDD: adds doublewords. */
  static void paddd(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.add(a, b, 32));
  }

  /** PADDQ: adds quadwords. */
  static void paddq(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> a + b);
  }

  /** PSUBB: subtracts bytes. */
  static void psubb(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.subtract(a, b, 8));
  }

  /** PSUBW: subtracts words. */
  static void psubw(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.subtract(a, b, 16));
  }

  /** PSUBD: subtracts doublewords. */
  static void psubd(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.subtract(a, b, 32));
  }

  /** PSUBQ: subtracts quadwords. */
  static void psubq(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> a - b);
  }

  /** PADDSB: adds signed bytes, saturating. */
  static void paddsb(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.addSigned(a, b, 8));
  }

  /** PADDUSB: adds unsigned bytes, saturating. */
  static void paddusb(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.addUnsigned(a, b, 8));
  }

  /** PSUBSB: subtracts signed bytes, saturating. */
  static void psubsb(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.subtractSigned(a, b, 8));
  }

  /** PSUBUSB: subtracts unsigned bytes, saturating. */
  static void psubusb(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.subtractUnsigned(a, b, 8));
  }

  /** PADDSW: adds signed words, saturating. */
  static void paddsw(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.addSigned(a, b, 16));
  }

  /** PADDUSW: adds unsigned words, saturating. */
  static void paddusw(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.addUnsigned(a, b, 16));
  }

  /** PSUBSW: subtracts signed words, saturating. */
  static void psubsw(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.subtractSigned(a, b, 16));
  }

  /** PSUBUSW: subtracts unsigned words, saturating. */
  static void psubusw(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.subtractUnsigned(a, b, 16));
  }

  /** PAVGB: averages unsigned bytes. */
  static void pavgb(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.average(a, b, 8));
  }

  /** PAVGW: averages unsigned words. */
  static void pavgw(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.average(a, b, 16));
  }

  /** PMAXSB: greater signed bytes. */
  static void pmaxsb(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.max(a, b, 8));
  }

  /** PMAXUB: greater unsigned bytes. */
  static void pmaxub(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.maxUnsigned(a, b, 8));
  }

  /** PMINSB: lesser signed bytes. */
  static void pminsb(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.min(a, b, 8));
  }

  /** PMINUB: lesser unsigned bytes. */
  static void pminub(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.minUnsigned(a, b, 8));
  }

  /** PMAXSW: greater signed words. */
  static void pmaxsw(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.max(a, b, 16));
  }

  /** PMAXUW: greater unsigned words. */
  static void pmaxuw(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.maxUnsigned(a, b, 16));
  }

  /** PMINSW: lesser signed words. */
  static void pminsw(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.min(a, b, 16));
  }

  /** PMINUW: lesser unsigned words. */
  static void pminuw(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.minUnsigned(a, b, 16));
  }

  /** PMAXSD: greater signed doublewords. */
  static void pmaxsd(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.max(a, b, 32));
  }

  /** PMAXUD: greater unsigned doublewords. */
  static void pmaxud(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.maxUnsigned(a, b, 32));
  }

  /** PMINSD: lesser signed doublewords. */
  static void pminsd(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.min(a, b, 32));
  }

  /** PMINUD: lesser unsigned doublewords. */
  static void pminud(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.minUnsigned(a, b, 32));
  }

  /** PABSB: absolute values of bytes. */
  static void pabsb(Vcpu c, Insn i) {
    Lanes.unary(c, i, b -> Swar.absolute(b, 8));
  }

  /** PABSW: absolute values of words. */
  static void pabsw(Vcpu c, Insn i) {
    Lanes.unary(c, i, b -> Swar.absolute(b, 16));
  }

  /** PABSD: absolute values of doublewords. */
  static void pabsd(Vcpu c, Insn i) {
    Lanes.unary(c, i, b -> Swar.absolute(b, 32));
  }

  /** PSIGNB: gives bytes the sign of others. */
  static void psignb(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.sign(a, b, 8));
  }

  /** PSIGNW: gives words the sign of others. */
  static void psignw(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.sign(a, b, 16));
  }

  /** PSIGND: gives doublewords the sign of others. */
  static void psignd(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.sign(a, b, 32));
  }

  /** PSADBW: sums of absolute differences of bytes. */
  static void psadbw(Vcpu c, Insn i) {
    Lanes.each(c, i, Swar::sumOfDifferences);
  }
}
