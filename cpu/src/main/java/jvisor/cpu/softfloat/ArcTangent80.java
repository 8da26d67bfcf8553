package jvisor.cpu.softfloat;

/** FPATAN (Intel SDM volume 2): the angle of a point, over the full circle. */
public final class ArcTangent80 {
  private static final long PI_HIGH = 0xc90fdaa22168c234L;
  private static final long PI_LOW = 0xc4c6628b80dc1cd1L;

  /** atan(i / 16) in units of 2^-127, upper and lower halves. */
  private static final long[] TABLE = {
    0x0000000000000000L, 0x0000000000000000L,
    0x07fd56edcb3f7a71L, 0xb6593c96e071706bL,
    0x0feadd4d5617b6e3L, 0x2c897989f3e888efL,
    0x17b97b4bce5b0226L, 0x8f6169f103938e91L,
    0x1f5b75f92c80dd62L, 0xadb8f3debef442fdL,
    0x26c4ee6e0fd7979aL, 0x716aed26349ebccaL,
    0x2dec3283c9bde11cL, 0xe2a8c848b73f9121L,
    0x34c9dd879847f96dL, 0x909f257a40079c4eL,
    0x3b58ce0ac3769ed1L, 0x5bf9117b2f0ea341L,
    0x4195fa536cc33f15L, 0x25b504e5b0d28ae0L,
    0x47802eaf7bfacfcdL, 0xae41af0b32e21ba4L,
    0x4d17c07338deed10L, 0x21137c711027f9deL,
    0x525e3e8c9a7b8492L, 0x0cd43f9522bed64fL,
    0x5756261c5a6c6040L, 0x0a392f179f290385L,
    0x5c029f15e118cf39L, 0xe596d2a90852221fL,
    0x606742dc56293320L, 0x44eeb16237497d12L,
    0x6487ed5110b4611aL, 0x62633145c06e0e69L,
  };

  private ArcTangent80() {}

  /** Computes the angle of the point ({@code x}, {@code y}), from -pi to pi. */
  public static void atan(long y, int seY, long x, int seX, FpEnv env) {
    if (SoftFloat80.isNoNumber(y, seY, x, seX, env) || SoftFloat80.aborted(y, seY, x, seX, env)) {
      return;
    }
    int sign = seY >>> 15;
    boolean left = (seX & SoftFloat80.SIGN) != 0;
    boolean infiniteY = SoftFloat80.isInfinite(y, seY);
    boolean infiniteX = SoftFloat80.isInfinite(x, seX);
    if (infiniteY || x == 0 && y != 0) {
      if (infiniteY && infiniteX) {
        quarters(left ? 3 : 1, sign, env);
      } else {
        quarters(2, sign, env);
      }
    } else if (y == 0 || infiniteX) {
      if (left) {
        quarters(4, sign, env);
      } else {
        env.result(seY & SoftFloat80.SIGN, 0);
      }
    } else {
      angle(y, seY, x, seX, env);
      env.sign = sign;
      env.lo |= 1;
      Rounding.x87(64, env);
    }
  }

  /** Delivers a multiple of pi / 4. */
  private static void quarters(int n, int sign, FpEnv env) {
    env.sign = sign;
    env.hi = PI_HIGH;
    env.lo = PI_LOW;
    env.exp = n == 4 ? 1 : n == 1 ? -1 : 0;
    if (n == 3) {
      Wide.add(sign, -1, PI_HIGH, PI_LOW, env);
    }
    Rounding.x87(64, env);
  }

  /** Leaves the magnitude of the angle in flight. */
  private static void angle(long y, int seY, long x, int seX, FpEnv env) {
    SoftFloat80.load(x, seX, env);
    int exp = env.exp;
    long hi = env.hi;
    SoftFloat80.load(y, seY, env);
    boolean steep = env.exp > exp || env.exp == exp && Long.compareUnsigned(env.hi, hi) > 0;
    if (steep) {
      int e = env.exp;
      long h = env.hi;
      env.exp = exp;
      env.hi = hi;
      exp = e;
      hi = h;
    }
    env.sign = 0;
    Wide.divide(exp, hi, 0, env);
    ofRatio(env);
    if (steep) {
      env.sign ^= 1;
      Wide.add(0, 0, PI_HIGH, PI_LOW, env);
    }
    if ((seX & SoftFloat80.SIGN) != 0) {
      env.sign ^= 1;
      Wide.add(0, 1, PI_HIGH, PI_LOW, env);
    }
  }

  /** Replaces the number in flight, positive and at most 1, by its arc tangent. */
  private static void ofRatio(FpEnv env) {
    if (env.exp < -5) {
      ofSmall(env);
      return;
    }
    // With c = i / 16 nearest to q: atan(q) = atan(c) + atan((q - c) / (1 + q c)).
    int sixteenths = env.exp == 0 ? 16 : (int) ((env.hi >>> 58 - env.exp) + 1 >>> 1);
    if (sixteenths == 0) {
      ofSmall(env);
      return;
    }
    int exp = env.exp;
    long hi = env.hi;
    long lo = env.lo;
    long c = (long) sixteenths << 59;
    int shift = Long.numberOfLeadingZeros(c);
    Wide.multiply(-shift, c << shift, 0, env);
    Wide.add(0, 0, Long.MIN_VALUE, 0, env);
    int denominatorExp = env.exp;
    long denominatorHi = env.hi;
    long denominatorLo = env.lo;
    Exact.add(0, exp, hi, lo & ~1L, 1, -shift, c << shift, 0, env);
    int i = 2 * sixteenths;
    if ((env.hi | env.lo) != 0) {
      Wide.divide(denominatorExp, denominatorHi, denominatorLo, env);
      ofSmall(env);
      int tableShift = Long.numberOfLeadingZeros(TABLE[i]);
      Wide.add(
          0,
          -tableShift,
          TABLE[i] << tableShift | TABLE[i + 1] >>> 64 - tableShift,
          TABLE[i + 1] << tableShift,
          env);
    } else {
      env.sign = 0;
      env.exp = 0;
      env.hi = TABLE[i];
      env.lo = TABLE[i + 1];
      Exact.normalize(env);
    }
  }

  private static void ofSmall(FpEnv env) {
    int exp = env.exp;
    long hi = env.hi;
    long lo = env.lo;
    Wide.multiply(exp, hi, lo, env);
    Wide.toFraction(env);
    Series.ARC_TANGENT.sum(env.hi, env.lo, true, env);
    Wide.multiply(exp, hi, lo, env);
  }
}
