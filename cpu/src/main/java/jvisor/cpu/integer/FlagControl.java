package jvisor.cpu.integer;

import jvisor.cpu.state.Flags;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/** Flag control without privilege (SDM vol. 1, 5.1.11). */
public final class FlagControl {
  private static final int RAX = 0;
  private static final long IN_AH = Rflags.SF | Rflags.ZF | Rflags.AF | Rflags.PF | Rflags.CF;

  private FlagControl() {}

  /** Binds this chapter. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.CLC, FlagControl::clc)
        .bind(Mnemonic.STC, FlagControl::stc)
        .bind(Mnemonic.CMC, FlagControl::cmc)
        .bind(Mnemonic.CLD, FlagControl::cld)
        .bind(Mnemonic.STD, FlagControl::std)
        .bind(Mnemonic.LAHF, FlagControl::lahf)
        .bind(Mnemonic.SAHF, FlagControl::sahf)
        .bind(Mnemonic.SALC, FlagControl::salc);
  }

  static void clc(Vcpu c, Insn i) {
    Flags.setCarry(c.state, false);
  }

  static void stc(Vcpu c, Insn i) {
    Flags.setCarry(c.state, true);
  }

  static void cmc(Vcpu c, Insn i) {
    Flags.setCarry(c.state, !Flags.carry(c.state));
  }

  static void cld(Vcpu c, Insn i) {
    c.state.setSystemFlags(c.state.systemFlags() & ~Rflags.DF);
  }

  static void std(Vcpu c, Insn i) {
    c.state.setSystemFlags(c.state.systemFlags() | Rflags.DF);
  }

  static void lahf(Vcpu c, Insn i) {
    c.state.setHigh8(RAX, (Flags.arithmetic(c.state) & IN_AH) | Rflags.FIXED);
  }

  static void sahf(Vcpu c, Insn i) {
    long ah = c.state.high8(RAX);
    Flags.setArithmetic(c.state, (Flags.arithmetic(c.state) & Rflags.OF) | (ah & IN_AH));
  }

  /** D6, in no Intel manual but in every processor: AL is all ones if CF is set, else zero. */
  static void salc(Vcpu c, Insn i) {
    c.state.setReg(RAX, 1, Flags.carry(c.state) ? 0xff : 0);
  }
}
