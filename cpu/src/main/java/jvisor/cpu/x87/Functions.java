package jvisor.cpu.x87;

import jvisor.cpu.softfloat.ArcTangent80;
import jvisor.cpu.softfloat.FpEnv;
import jvisor.cpu.softfloat.HostFunctions;
import jvisor.cpu.softfloat.Logarithm80;
import jvisor.cpu.softfloat.Remainder80;
import jvisor.cpu.softfloat.SoftFloat80;
import jvisor.cpu.softfloat.Trigonometry80;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMath;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/** Square root, remainders, scaling and transcendental functions (SDM vol. 1, 8.3.5 to 8.3.9). */
final class Functions {
  private Functions() {}

  /** A function of one number that leaves its result in the environment. */
  @FunctionalInterface
  private interface Unary {
    void apply(long a, int se, FpEnv env);
  }

  /** A function of ST(1) and ST(0). */
  @FunctionalInterface
  private interface Binary {
    void apply(long a, int seA, long b, int seB, FpEnv env);
  }

  static void bind(SemanticTable t) {
    t.bind(Mnemonic.FSQRT, (c, i) -> unary(c, i, SoftFloat80::sqrt));
    t.bind(Mnemonic.FRNDINT, (c, i) -> unary(c, i, SoftFloat80::roundToIntegral));
    Unary f2xm1 = host(HostMath.F2XM1, Logarithm80::exp2Minus1);
    t.bind(Mnemonic.F2XM1, (c, i) -> unary(c, i, f2xm1));
    Binary fyl2x = host(HostMath.FYL2X, Logarithm80::yLog2);
    t.bind(Mnemonic.FYL2X, (c, i) -> binary(c, i, fyl2x));
    Binary fyl2xp1 = host(HostMath.FYL2XP1, Logarithm80::yLog2Plus1);
    t.bind(Mnemonic.FYL2XP1, (c, i) -> binary(c, i, fyl2xp1));
    Binary fpatan = host(HostMath.FPATAN, ArcTangent80::atan);
    t.bind(Mnemonic.FPATAN, (c, i) -> binary(c, i, fpatan));
    Unary fsin = host(HostMath.FSIN, Trigonometry80::sin);
    t.bind(Mnemonic.FSIN, (c, i) -> circular(c, i, fsin));
    Unary fcos = host(HostMath.FCOS, Trigonometry80::cos);
    t.bind(Mnemonic.FCOS, (c, i) -> circular(c, i, fcos));
    t.bind(Mnemonic.FSINCOS, Functions::fsincos);
    t.bind(Mnemonic.FPTAN, Functions::fptan);
    t.bind(Mnemonic.FPREM, (c, i) -> remainder(c, i, false));
    t.bind(Mnemonic.FPREM1, (c, i) -> remainder(c, i, true));
    t.bind(Mnemonic.FSCALE, Functions::fscale);
    t.bind(Mnemonic.FXTRACT, Functions::fxtract);
  }

  /** The host's function, or the software's where the host cannot. */
  private static Unary host(int function, Unary software) {
    return (a, se, env) -> {
      if (!HostFunctions.run(function, a, se, 0, 0, env)) {
        software.apply(a, se, env);
      }
    };
  }

  private static Binary host(int function, Binary software) {
    return (a, seA, b, seB, env) -> {
      if (!HostFunctions.run(function, b, seB, a, seA, env)) {
        software.apply(a, seA, b, seB, env);
      }
    };
  }

  private static void unary(Vcpu c, Insn i, Unary function) {
    Fpu.enter(c);
    if (Fpu.isEmpty(c, 0)) {
      Fpu.underflow(c, i, 0, 0);
      return;
    }
    function.apply(Fpu.significand(c, 0), Fpu.signExponent(c, 0), c.fp);
    Fpu.finish(c, i, 0, 0);
  }

  /** The result goes to ST(1) and ST(0) is popped. */
  private static void binary(Vcpu c, Insn i, Binary function) {
    Fpu.enter(c);
    if (Fpu.isEmpty(c, 0) || Fpu.isEmpty(c, 1)) {
      Fpu.underflow(c, i, 1, 1);
      return;
    }
    function.apply(
        Fpu.significand(c, 1),
        Fpu.signExponent(c, 1),
        Fpu.significand(c, 0),
        Fpu.signExponent(c, 0),
        c.fp);
    Fpu.finish(c, i, 1, 1);
  }

  /**
   * Enters, and handles an operand that is missing or out of range; true if there is one to use.
   */
  private static boolean hasAngle(Vcpu c, Insn i) {
    if (Fpu.isEmpty(c, 0)) {
      Fpu.clearCodes(c, Fpu.C2);
      Fpu.underflow(c, i, 0, 0);
      return false;
    }
    if (Trigonometry80.isOutOfRange(Fpu.significand(c, 0), Fpu.signExponent(c, 0))) {
      Fpu.report(c, i, Fpu.C2, Fpu.C1 | Fpu.C2);
      return false;
    }
    return true;
  }

  private static int rounded(Vcpu c) {
    return c.fp.roundedUp() ? Fpu.C1 : 0;
  }

  private static void circular(Vcpu c, Insn i, Unary function) {
    Fpu.enter(c);
    if (!hasAngle(c, i)) {
      return;
    }
    function.apply(Fpu.significand(c, 0), Fpu.signExponent(c, 0), c.fp);
    Fpu.report(c, i, rounded(c), Fpu.C1 | Fpu.C2);
    if (!c.fp.suppressed()) {
      Fpu.set(c, 0, c.fp.significand(), c.fp.signExponent());
    }
  }

  /** FSINCOS: the sine replaces ST(0), then the cosine is pushed. */
  static void fsincos(Vcpu c, Insn i) {
    Fpu.enter(c);
    if (isStackFault(c, i)) {
      Fpu.clearCodes(c, Fpu.C2);
      return;
    }
    if (!hasAngle(c, i)) {
      return;
    }
    FpEnv e = c.fp;
    long a = Fpu.significand(c, 0);
    int se = Fpu.signExponent(c, 0);
    if (HostFunctions.run(HostMath.FSINCOS, a, se, 0, 0, e)) {
      pushSecond(c, i, e.host().significand(1), e.host().signExponent(1), Fpu.C1 | Fpu.C2);
      return;
    }
    Trigonometry80.sin(a, se, e);
    long sine = e.significand();
    int sineSe = e.signExponent();
    Trigonometry80.cos(a, se, e);
    pushSecond(c, i, sine, sineSe, Fpu.C1 | Fpu.C2);
  }

  /** FPTAN: the tangent replaces ST(0), then 1.0 is pushed; a NaN is pushed twice. */
  static void fptan(Vcpu c, Insn i) {
    Fpu.enter(c);
    if (isStackFault(c, i)) {
      Fpu.clearCodes(c, Fpu.C2);
      return;
    }
    if (!hasAngle(c, i)) {
      return;
    }
    FpEnv e = c.fp;
    if (HostFunctions.run(HostMath.FPTAN, Fpu.significand(c, 0), Fpu.signExponent(c, 0), 0, 0, e)) {
      pushSecond(c, i, e.host().significand(1), e.host().signExponent(1), Fpu.C1 | Fpu.C2);
      return;
    }
    Trigonometry80.tan(Fpu.significand(c, 0), Fpu.signExponent(c, 0), e);
    long tangent = e.significand();
    int tangentSe = e.signExponent();
    if (!SoftFloat80.isNan(tangent, tangentSe)) {
      e.give(1L << 63, 0x3fff);
    }
    pushSecond(c, i, tangent, tangentSe, Fpu.C1 | Fpu.C2);
  }

  private static void pushSecond(Vcpu c, Insn i, long first, int firstSe, int cleared) {
    Fpu.report(c, i, rounded(c), cleared);
    if (!c.fp.suppressed()) {
      Fpu.set(c, 0, first, firstSe);
      Fpu.push(c);
    }
  }

  /** Handles a stack fault of an instruction with two results, which makes both indefinite. */
  private static boolean isStackFault(Vcpu c, Insn i) {
    boolean empty = Fpu.isEmpty(c, 0);
    if (!empty && Fpu.isEmpty(c, 7)) {
      return false;
    }
    Fpu.stackFault(c, i, !empty);
    if (!c.fp.suppressed()) {
      SoftFloat80.indefinite(c.fp);
      Fpu.set(c, 0, c.fp.significand(), c.fp.signExponent());
      Fpu.push(c);
    }
    return true;
  }

  private static void remainder(Vcpu c, Insn i, boolean nearest) {
    Fpu.enter(c);
    if (Fpu.isEmpty(c, 0) || Fpu.isEmpty(c, 1)) {
      Fpu.clearCodes(c, Fpu.C2);
      Fpu.underflow(c, i, 0, 0);
      return;
    }
    int q =
        Remainder80.remainder(
            Fpu.significand(c, 0),
            Fpu.signExponent(c, 0),
            Fpu.significand(c, 1),
            Fpu.signExponent(c, 1),
            nearest,
            c.fp);
    if (q == Remainder80.NONE) {
      Fpu.report(c, i, 0, Fpu.C1 | Fpu.C2);
    } else {
      int codes =
          ((q & 4) != 0 ? Fpu.C0 : 0)
              | ((q & 2) != 0 ? Fpu.C3 : 0)
              | ((q & 1) != 0 ? Fpu.C1 : 0)
              | ((q & Remainder80.INCOMPLETE) != 0 ? Fpu.C2 : 0);
      Fpu.report(c, i, codes, Fpu.CODES);
    }
    if (!c.fp.suppressed()) {
      Fpu.set(c, 0, c.fp.significand(), c.fp.signExponent());
    }
  }

  static void fscale(Vcpu c, Insn i) {
    Fpu.enter(c);
    if (Fpu.isEmpty(c, 0) || Fpu.isEmpty(c, 1)) {
      Fpu.underflow(c, i, 0, 0);
      return;
    }
    SoftFloat80.scale(
        Fpu.significand(c, 0),
        Fpu.signExponent(c, 0),
        Fpu.significand(c, 1),
        Fpu.signExponent(c, 1),
        c.fp);
    Fpu.finish(c, i, 0, 0);
  }

  /** FXTRACT: the exponent replaces ST(0), then the significand is pushed. */
  static void fxtract(Vcpu c, Insn i) {
    Fpu.enter(c);
    if (isStackFault(c, i)) {
      return;
    }
    FpEnv e = c.fp;
    long a = Fpu.significand(c, 0);
    int se = Fpu.signExponent(c, 0);
    SoftFloat80.extractExponent(a, se, e);
    long exponent = e.significand();
    int exponentSe = e.signExponent();
    SoftFloat80.extractSignificand(a, se, e);
    pushSecond(c, i, exponent, exponentSe, Fpu.C1);
  }
}
