package jvisor.cpu.x87;

import jvisor.cpu.softfloat.FpEnv;
import jvisor.cpu.softfloat.FpRelation;
import jvisor.cpu.softfloat.SoftFloat80;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/** Comparisons and classification (SDM vol. 1, 8.3.6). */
final class Comparison {
  private Comparison() {}

  static void bind(SemanticTable t) {
    t.bind(Mnemonic.FCOM, (c, i) -> compare(c, i, true, 0));
    t.bind(Mnemonic.FCOMP, (c, i) -> compare(c, i, true, 1));
    t.bind(Mnemonic.FCOMPP, (c, i) -> registers(c, i, 1, true, 2));
    t.bind(Mnemonic.FUCOM, (c, i) -> compare(c, i, false, 0));
    t.bind(Mnemonic.FUCOMP, (c, i) -> compare(c, i, false, 1));
    t.bind(Mnemonic.FUCOMPP, (c, i) -> registers(c, i, 1, false, 2));
    t.bind(Mnemonic.FICOM, (c, i) -> integer(c, i, 0));
    t.bind(Mnemonic.FICOMP, (c, i) -> integer(c, i, 1));
    t.bind(Mnemonic.FCOMI, (c, i) -> toFlags(c, i, true, 0));
    t.bind(Mnemonic.FCOMIP, (c, i) -> toFlags(c, i, true, 1));
    t.bind(Mnemonic.FUCOMI, (c, i) -> toFlags(c, i, false, 0));
    t.bind(Mnemonic.FUCOMIP, (c, i) -> toFlags(c, i, false, 1));
    t.bind(Mnemonic.FTST, Comparison::ftst);
    t.bind(Mnemonic.FXAM, Comparison::fxam);
  }

  private static void compare(Vcpu c, Insn i, boolean signaling, int pops) {
    if (!i.a.isMemory()) {
      registers(c, i, i.a.index(), signaling, pops);
      return;
    }
    Fpu.enter(c);
    DataTransfer.fetch(c, i);
    withSource(c, i, signaling, pops);
  }

  private static void integer(Vcpu c, Insn i, int pops) {
    Fpu.enter(c);
    DataTransfer.fetchInteger(c, i);
    withSource(c, i, true, pops);
  }

  private static void registers(Vcpu c, Insn i, int n, boolean signaling, int pops) {
    Fpu.enter(c);
    if (Fpu.isEmpty(c, n)) {
      underflow(c, i, pops);
      return;
    }
    c.fp.give(Fpu.significand(c, n), Fpu.signExponent(c, n));
    withSource(c, i, signaling, pops);
  }

  static void ftst(Vcpu c, Insn i) {
    Fpu.enter(c);
    c.fp.give(0, 0);
    withSource(c, i, true, 0);
  }

  /** Compares ST(0) with the number in {@code c.fp}. */
  private static void withSource(Vcpu c, Insn i, boolean signaling, int pops) {
    if (Fpu.isEmpty(c, 0)) {
      underflow(c, i, pops);
      return;
    }
    finish(c, i, relation(c, signaling), 0, pops);
  }

  private static int relation(Vcpu c, boolean signaling) {
    FpEnv e = c.fp;
    return SoftFloat80.compare(
        Fpu.significand(c, 0),
        Fpu.signExponent(c, 0),
        e.significand(),
        e.signExponent(),
        signaling,
        e);
  }

  private static void underflow(Vcpu c, Insn i, int pops) {
    c.fp.raise(FpEnv.IE);
    finish(c, i, FpRelation.UNORDERED, Fpu.SF, pops);
  }

  private static void finish(Vcpu c, Insn i, int relation, int fault, int pops) {
    int codes =
        switch (relation) {
          case FpRelation.GREATER -> 0;
          case FpRelation.LESS -> Fpu.C0;
          case FpRelation.EQUAL -> Fpu.C3;
          default -> Fpu.C0 | Fpu.C2 | Fpu.C3;
        };
    Fpu.report(c, i, codes | fault, Fpu.CODES);
    pop(c, pops);
  }

  private static void pop(Vcpu c, int pops) {
    for (int n = 0; n < pops && !c.fp.suppressed(); n++) {
      Fpu.pop(c);
    }
  }

  private static void toFlags(Vcpu c, Insn i, boolean signaling, int pops) {
    Fpu.enter(c);
    int n = i.b.index();
    int relation = FpRelation.UNORDERED;
    if (Fpu.isEmpty(c, 0) || Fpu.isEmpty(c, n)) {
      Fpu.stackFault(c, i, false);
    } else {
      c.fp.give(Fpu.significand(c, n), Fpu.signExponent(c, n));
      relation = relation(c, signaling);
      Fpu.report(c, i, 0, Fpu.C1);
    }
    long flags =
        switch (relation) {
          case FpRelation.GREATER -> 0;
          case FpRelation.LESS -> Rflags.CF;
          case FpRelation.EQUAL -> Rflags.ZF;
          default -> Rflags.ZF | Rflags.PF | Rflags.CF;
        };
    c.setRflags(flags, Rflags.ARITHMETIC);
    pop(c, pops);
  }

  static void fxam(Vcpu c, Insn i) {
    Fpu.enter(c);
    long a = Fpu.significand(c, 0);
    int se = Fpu.signExponent(c, 0);
    int codes;
    if (Fpu.isEmpty(c, 0)) {
      codes = Fpu.C3 | Fpu.C0;
    } else if (SoftFloat80.isUnsupported(a, se)) {
      codes = 0;
    } else if (SoftFloat80.isNan(a, se)) {
      codes = Fpu.C0;
    } else if (SoftFloat80.isInfinite(a, se)) {
      codes = Fpu.C2 | Fpu.C0;
    } else if (a == 0) {
      codes = Fpu.C3;
    } else if (SoftFloat80.isDenormal(a, se)) {
      codes = Fpu.C3 | Fpu.C2;
    } else {
      codes = Fpu.C2;
    }
    Fpu.report(c, i, codes | ((se & 0x8000) != 0 ? Fpu.C1 : 0), Fpu.CODES);
  }
}
