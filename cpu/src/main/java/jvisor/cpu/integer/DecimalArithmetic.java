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
    int result = al + (adjust ? 6 : 0) + (carry ? 0x60 : 0) & 0xff;
    s.setReg(RAX, 1, result);
    Flags.set(s, result, 1, carry, false, adjust);
  }

  static void das(Vcpu c, Insn i) {
    VcpuState s = c.state;
    int al = (int) s.reg(RAX, 1);
    boolean oldCarry = Flags.carry(s);
    boolean adjust = (al & 15) > 9 || Flags.adjust(s);
    boolean high = al > 0x99 || oldCarry;
    int result = al - (adjust ? 6 : 0) - (high ? 0x60 : 0) & 0xff;
    s.setReg(RAX, 1, result);
    Flags.set(s, result, 1, high || (adjust && al < 6), false, adjust);
  }

  static void aaa(Vcpu c, Insn i) {
    VcpuState s = c.state;
    boolean adjust = (s.reg(RAX) & 15) > 9 || Flags.adjust(s);
    unpacked(s, adjust, s.reg(RAX, 2) + (adjust ? 0x106 : 0));
  }

  static void aas(Vcpu c, Insn i) {
    VcpuState s = c.state;
    boolean adjust = (s.reg(RAX) & 15) > 9 || Flags.adjust(s);
    unpacked(s, adjust, s.reg(RAX, 2) - (adjust ? 0x106 : 0));
  }

  private static void unpacked(VcpuState s, boolean adjust, long ax) {
    s.setReg(RAX, 2, ax & 0xff0f);
    Flags.set(s, ax & 15, 1, adjust, false, adjust);
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

  static void aad(Vcpu c, Insn i) {
    VcpuState s = c.state;
    int result = (int) s.reg(RAX, 1) + s.high8(RAX) * (int) i.a.value() & 0xff;
    s.setReg(RAX, 2, result);
    Flags.logic(s, result, 1);
  }
}
