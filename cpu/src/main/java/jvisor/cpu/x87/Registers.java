package jvisor.cpu.x87;

import jvisor.cpu.softfloat.FpEnv;
import jvisor.cpu.softfloat.SoftFloat80;
import jvisor.cpu.state.Flags;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/** Moves between registers, signs, and the stack itself (SDM vol. 1, 8.3.3 to 8.3.5 and 8.3.13). */
final class Registers {
  private Registers() {}

  static void bind(SemanticTable t) {
    t.bind(Mnemonic.FXCH, Registers::fxch);
    t.bind(Mnemonic.FCMOVB, (c, i) -> conditional(c, i, 2));
    t.bind(Mnemonic.FCMOVNB, (c, i) -> conditional(c, i, 3));
    t.bind(Mnemonic.FCMOVE, (c, i) -> conditional(c, i, 4));
    t.bind(Mnemonic.FCMOVNE, (c, i) -> conditional(c, i, 5));
    t.bind(Mnemonic.FCMOVBE, (c, i) -> conditional(c, i, 6));
    t.bind(Mnemonic.FCMOVNBE, (c, i) -> conditional(c, i, 7));
    t.bind(Mnemonic.FCMOVU, (c, i) -> conditional(c, i, 10));
    t.bind(Mnemonic.FCMOVNU, (c, i) -> conditional(c, i, 11));
    t.bind(Mnemonic.FCHS, (c, i) -> sign(c, i, ~0, 0x8000));
    t.bind(Mnemonic.FABS, (c, i) -> sign(c, i, ~0x8000, 0));
    t.bind(Mnemonic.FINCSTP, (c, i) -> rotate(c, i, 1));
    t.bind(Mnemonic.FDECSTP, (c, i) -> rotate(c, i, -1));
    t.bind(Mnemonic.FFREE, Registers::ffree);
    t.bind(Mnemonic.FFREEP, Registers::ffreep);
    t.bind(Mnemonic.FNOP, Registers::fnop);
  }

  static void fxch(Vcpu c, Insn i) {
    Fpu.enter(c);
    int n = i.a.index();
    FpEnv e = c.fp;
    boolean empty = Fpu.isEmpty(c, 0);
    boolean otherEmpty = Fpu.isEmpty(c, n);
    if (empty || otherEmpty) {
      Fpu.stackFault(c, i, false);
      if (e.suppressed()) {
        return;
      }
      SoftFloat80.indefinite(e);
    } else {
      Fpu.report(c, i);
    }
    long a = empty ? e.significand() : Fpu.significand(c, 0);
    int se = empty ? e.signExponent() : Fpu.signExponent(c, 0);
    long b = otherEmpty ? e.significand() : Fpu.significand(c, n);
    int seB = otherEmpty ? e.signExponent() : Fpu.signExponent(c, n);
    Fpu.set(c, 0, b, seB);
    Fpu.set(c, n, a, se);
  }

  private static void conditional(Vcpu c, Insn i, int condition) {
    Fpu.enter(c);
    int n = i.b.index();
    if (Fpu.isEmpty(c, 0) || Fpu.isEmpty(c, n)) {
      Fpu.underflow(c, i, 0, 0);
      return;
    }
    int from = Flags.condition(c.state, condition) ? n : 0;
    long a = Fpu.significand(c, from);
    int se = Fpu.signExponent(c, from);
    Fpu.report(c, i, 0, 0);
    Fpu.set(c, 0, a, se);
  }

  private static void sign(Vcpu c, Insn i, int and, int xor) {
    Fpu.enter(c);
    if (Fpu.isEmpty(c, 0)) {
      Fpu.underflow(c, i, 0, 0);
      return;
    }
    c.fp.give(Fpu.significand(c, 0), Fpu.signExponent(c, 0) & and ^ xor);
    Fpu.finish(c, i, 0, 0);
  }

  private static void rotate(Vcpu c, Insn i, int by) {
    Fpu.enter(c);
    Fpu.report(c, i);
    Fpu.setTop(c, Fpu.top(c) + by);
  }

  static void ffree(Vcpu c, Insn i) {
    Fpu.enter(c);
    Fpu.report(c, i);
    Fpu.free(c, i.a.index());
  }

  static void ffreep(Vcpu c, Insn i) {
    ffree(c, i);
    Fpu.pop(c);
  }

  /** FNOP waits; what the 8087 and the 80287 knew as FENI, FDISI and FSETPM does nothing at all. */
  static void fnop(Vcpu c, Insn i) {
    if (i.row.alias()) {
      Fpu.enterQuietly(c);
      return;
    }
    Fpu.enter(c);
    Fpu.report(c, i, 0, 0);
  }
}
