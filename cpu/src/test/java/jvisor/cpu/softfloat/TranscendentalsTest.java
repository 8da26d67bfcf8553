package jvisor.cpu.softfloat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** The transcendental functions against the host's, and against themselves with other roundings. */
class TranscendentalsTest {
  private static final int NUMBERS = 5000;
  private static final double LN2 = Math.log(2);

  private final FpEnv env = new FpEnv();
  private final Random random = new Random(1);

  /** A function of one number. */
  private interface Function {
    void apply(long a, int se, FpEnv env);
  }

  private static void one(FpEnv env) {
    Convert80.fromInteger(1, env);
  }

  private static void log2(long a, int se, FpEnv env) {
    one(env);
    Logarithm80.yLog2(env.significand(), env.signExponent(), a, se, env);
  }

  private static void log2Plus1(long a, int se, FpEnv env) {
    one(env);
    Logarithm80.yLog2Plus1(env.significand(), env.signExponent(), a, se, env);
  }

  private static void atan(long a, int se, FpEnv env) {
    one(env);
    ArcTangent80.atan(a, se, env.significand(), env.signExponent(), env);
  }

  private double apply(Function function, double x) {
    env.loadControlWord(0x37f);
    Convert80.fromFloat64(Double.doubleToRawLongBits(x), env);
    function.apply(env.significand(), env.signExponent(), env);
    long bits = Convert80.toFloat64(env.significand(), env.signExponent(), env);
    return Double.longBitsToDouble(bits);
  }

  private void agree(Function function, DoubleUnaryOperator host, double scale) {
    for (int i = 0; i < NUMBERS; i++) {
      double x = random.nextGaussian() * scale * Math.scalb(1, -random.nextInt(20));
      double expected = host.applyAsDouble(x);
      assertThat(Math.abs(apply(function, x) - expected))
          .as("f(%s) = %s", x, expected)
          .isLessThanOrEqualTo(4 * Math.ulp(expected));
    }
  }

  @Test
  void theyAgreeWithTheHost() {
    agree(Trigonometry80::sin, StrictMath::sin, 20);
    agree(Trigonometry80::cos, StrictMath::cos, 20);
    agree(Trigonometry80::tan, StrictMath::tan, 20);
    agree(TranscendentalsTest::atan, StrictMath::atan, 20);
    agree((a, se, e) -> log2(a, se & 0x7fff, e), x -> StrictMath.log(Math.abs(x)) / LN2, 1e9);
    agree(TranscendentalsTest::log2Plus1, x -> StrictMath.log1p(x) / LN2, 0.05);
    agree(Logarithm80::exp2Minus1, x -> StrictMath.expm1(x * LN2), 0.1);
  }

  @Test
  void anglesFillTheCircle() {
    for (int i = 0; i < NUMBERS; i++) {
      double x = random.nextGaussian();
      double y = random.nextGaussian() * Math.scalb(1, random.nextInt(60) - 30);
      env.loadControlWord(0x37f);
      Convert80.fromFloat64(Double.doubleToRawLongBits(x), env);
      long significand = env.significand();
      int signExponent = env.signExponent();
      Convert80.fromFloat64(Double.doubleToRawLongBits(y), env);
      ArcTangent80.atan(env.significand(), env.signExponent(), significand, signExponent, env);
      long bits = Convert80.toFloat64(env.significand(), env.signExponent(), env);
      double expected = StrictMath.atan2(y, x);
      assertThat(Math.abs(Double.longBitsToDouble(bits) - expected))
          .isLessThanOrEqualTo(2 * Math.ulp(expected));
    }
  }

  private void rounds(Function function, long significand, int signExponent) {
    env.loadControlWord(0x77f);
    function.apply(significand, signExponent, env);
    long down = env.significand();
    int downExponent = env.signExponent();
    env.loadControlWord(0xb7f);
    function.apply(significand, signExponent, env);
    long up = env.significand();
    if (downExponent == env.signExponent()) {
      int direction = (downExponent & 0x8000) == 0 ? 1 : -1;
      assertThat(up - down).isEqualTo(direction);
    }
    env.loadControlWord(0x37f);
    function.apply(significand, signExponent, env);
    assertThat(env.significand() == up || env.significand() == down).isTrue();
    assertThat(env.flags() & ~FpEnv.UE).isEqualTo(FpEnv.PE);
  }

  @Test
  void directedRoundingsEncloseTheResult() {
    for (int i = 0; i < NUMBERS; i++) {
      long significand = random.nextLong() | Long.MIN_VALUE;
      int sign = random.nextInt(2) << 15;
      int small = sign | 0x3fff - 1 - random.nextInt(100);
      rounds(Trigonometry80::sin, significand, small);
      rounds(Trigonometry80::cos, significand, small);
      rounds(Trigonometry80::tan, significand, small);
      rounds(TranscendentalsTest::atan, significand, small);
      rounds(TranscendentalsTest::log2Plus1, significand, small);
      rounds(Logarithm80::exp2Minus1, significand, small);
      rounds(TranscendentalsTest::log2, significand, 1 + random.nextInt(0x7ffd));
      rounds(Trigonometry80::sin, significand, sign | 0x3fff + random.nextInt(63));
    }
  }

  @Test
  void multiplesOfTheProcessorsOwnPiHaveNoSine() {
    // 66 bits of pi, of which a register holds 64: their difference is the sine.
    env.loadControlWord(0x37f);
    Trigonometry80.sin(0xc90fdaa22168c234L, 0x4000, env);
    assertThat(env.significand()).isEqualTo(0xc000000000000000L);
    assertThat(env.signExponent()).isEqualTo(0x3fff - 63);
  }
}
