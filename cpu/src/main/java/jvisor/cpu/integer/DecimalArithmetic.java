package jvisor.cpu.integer;

import jvisor.cpu.state.Flags;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.state.Vector;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/** Decimal arithmetic (SDM vol. 1, 5.1.3): packed and unpacked BCD, outside 64-bit mode only. */
public final class DecimalArithmetic {
  private static final int RAX = 0;

  private DecimalArithmetic() {}

  /** Binds this chapter. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.DAA, DecimalArithmetic::daa)
        .bind(Mnemonic.DAS, DecimalArithmetic::das)
        .bind(Mnemonic.AAA, DecimalArithmetic::aaa)
        .bind(Mnemonic.AAS, DecimalArithmetic::aas)
        .bind(Mnemonic.AAM, DecimalArithmetic::aam)
        .bind(Mnemonic.AAD, DecimalArithmetic::aad);
  }

  static void daa(Vcpu c, Insn i) {
    VcpuState s = c.state;
    int al = (int) s.reg(RAX, 1);
    boolean adjust = (al & 15) > 9 || Flags.adjust(s);
    boolean carry = al > 0x99 || Flags.carry(s);
    int result = (al + (adjust ? 6 : 0) + (carry ? 0x60 : 0)) & 0xff;
    s.setReg(RAX, 1, result);
    Flags.set(s, result, 1, carry, al < 0x80 && result >= 0x80, adjust);
  }

  static void das(Vcpu c, Insn i) {
    VcpuState s = c.state;
    int al = (int) s.reg(RAX, 1);
    boolean adjust = (al & 15) > 9 || Flags.adjust(s);
    boolean high = al > 0x99 || Flags.carry(s);
    int result = (al - (adjust ? 6 : 0) - (high ? 0x60 : 0)) & 0xff;
    s.setReg(RAX, 1, result);
    boolean carry = high || (adjust && al < 6);
    Flags.set(s, result, 1, carry, al >= 0x80 && result < 0x80, adjust);
  }

  /** SF, ZF, PF and OF, undefined in the manual, are those of the 16-bit addition to AX. */
  static void aaa(Vcpu c, Insn i) {
    VcpuState s = c.state;
    long ax = s.reg(RAX, 2);
    boolean adjust = (ax & 15) > 9 || Flags.adjust(s);
    long sum = ax + (adjust ? 0x106 : 0);
    s.setReg(RAX, 2, sum & 0xff0f);
    Flags.set(s, sum, 2, adjust, (~ax & sum & 0x8000) != 0, adjust);
  }

  /** As {@link #aaa}, of the subtraction. */
  static void aas(Vcpu c, Insn i) {
    VcpuState s = c.state;
    long ax = s.reg(RAX, 2);
    boolean adjust = (ax & 15) > 9 || Flags.adjust(s);
    long difference = ax - (adjust ? 0x106 : 0);
    s.setReg(RAX, 2, difference & 0xff0f);
    Flags.set(s, difference, 2, adjust, (ax & ~difference & 0x8000) != 0, adjust);
  }

  static void aam(Vcpu c, Insn i) {
    int base = (int) i.a.value() & 0xff;
    if (base == 0) {
      throw c.exception(Vector.DE);
    }
    int al = (int) c.state.reg(RAX, 1);
    c.state.setReg(RAX, 2, (al / base) << 8 | al % base);
    Flags.logic(c.state, al % base, 1);
  }

  /** CF, AF and OF, undefined in the manual, are those of the addition to AL. */
  static void aad(Vcpu c, Insn i) {
    VcpuState s = c.state;
    long al = s.reg(RAX, 1);
    long tens = s.high8(RAX) * i.a.value();
    long result = al + tens;
    s.setReg(RAX, 2, result & 0xff);
    Flags.add(s, al, tens, result, 1);
  }
}
