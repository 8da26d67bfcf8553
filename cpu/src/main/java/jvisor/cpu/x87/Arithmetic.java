package jvisor.cpu.x87;

import jvisor.cpu.softfloat.FpEnv;
import jvisor.cpu.softfloat.SoftFloat80;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/** Addition to division, with memory, integer, register and popping forms (SDM vol. 1, 8.3.5). */
final class Arithmetic {
  private Arithmetic() {}

  /** An operation on two numbers that leaves its result in the environment. */
  @FunctionalInterface
  private interface Operation {
    void apply(long a, int seA, long b, int seB, FpEnv env);
  }

  private static final Operation ADD = SoftFloat80::add;
  private static final Operation SUB = SoftFloat80::sub;
  private static final Operation MUL = SoftFloat80::mul;
  private static final Operation DIV = SoftFloat80::div;
  private static final Operation SUBR = (a, seA, b, seB, e) -> SoftFloat80.sub(b, seB, a, seA, e);
  private static final Operation DIVR = (a, seA, b, seB, e) -> SoftFloat80.div(b, seB, a, seA, e);

  static void bind(SemanticTable t) {
    t.bind(Mnemonic.FADD, (c, i) -> binary(c, i, ADD, 0));
    t.bind(Mnemonic.FADDP, (c, i) -> binary(c, i, ADD, 1));
    t.bind(Mnemonic.FIADD, (c, i) -> integer(c, i, ADD));
    t.bind(Mnemonic.FSUB, (c, i) -> binary(c, i, SUB, 0));
    t.bind(Mnemonic.FSUBP, (c, i) -> binary(c, i, SUB, 1));
    t.bind(Mnemonic.FISUB, (c, i) -> integer(c, i, SUB));
    t.bind(Mnemonic.FSUBR, (c, i) -> binary(c, i, SUBR, 0));
    t.bind(Mnemonic.FSUBRP, (c, i) -> binary(c, i, SUBR, 1));
    t.bind(Mnemonic.FISUBR, (c, i) -> integer(c, i, SUBR));
    t.bind(Mnemonic.FMUL, (c, i) -> binary(c, i, MUL, 0));
    t.bind(Mnemonic.FMULP, (c, i) -> binary(c, i, MUL, 1));
    t.bind(Mnemonic.FIMUL, (c, i) -> integer(c, i, MUL));
    t.bind(Mnemonic.FDIV, (c, i) -> binary(c, i, DIV, 0));
    t.bind(Mnemonic.FDIVP, (c, i) -> binary(c, i, DIV, 1));
    t.bind(Mnemonic.FIDIV, (c, i) -> integer(c, i, DIV));
    t.bind(Mnemonic.FDIVR, (c, i) -> binary(c, i, DIVR, 0));
    t.bind(Mnemonic.FDIVRP, (c, i) -> binary(c, i, DIVR, 1));
    t.bind(Mnemonic.FIDIVR, (c, i) -> integer(c, i, DIVR));
  }

  /** The destination is the first operand of the operation, in registers as in memory forms. */
  private static void binary(Vcpu c, Insn i, Operation operation, int pops) {
    Fpu.enter(c);
    if (i.a.isMemory()) {
      DataTransfer.fetch(c, i);
      withSource(c, i, operation);
      return;
    }
    int a = i.a.index();
    int b = i.b.index();
    if (Fpu.isEmpty(c, a) || Fpu.isEmpty(c, b)) {
      Fpu.underflow(c, i, a, pops);
      return;
    }
    operation.apply(
        Fpu.significand(c, a),
        Fpu.signExponent(c, a),
        Fpu.significand(c, b),
        Fpu.signExponent(c, b),
        c.fp);
    Fpu.finish(c, i, a, pops);
  }

  private static void integer(Vcpu c, Insn i, Operation operation) {
    Fpu.enter(c);
    DataTransfer.fetchInteger(c, i);
    withSource(c, i, operation);
  }

  private static void withSource(Vcpu c, Insn i, Operation operation) {
    if (Fpu.isEmpty(c, 0)) {
      Fpu.underflow(c, i, 0, 0);
      return;
    }
    FpEnv e = c.fp;
    operation.apply(
        Fpu.significand(c, 0), Fpu.signExponent(c, 0), e.significand(), e.signExponent(), e);
    Fpu.finish(c, i, 0, 0);
  }
}
