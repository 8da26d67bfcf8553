package jvisor.cpu.softfloat;

/**
 * One line of the SSE corpus: {@code operation mxcsr a b c result flags}, hexadecimal, where the
 * result is {@code !} if the processor trapped and flags are MXCSR's six status bits afterwards.
 */
record SseVector(
    String operation, int mxcsr, long a, long b, long c, boolean trap, long result, int flags) {

  static SseVector parse(String line) {
    String[] f = line.split(" ");
    boolean trap = f[5].startsWith("!");
    return new SseVector(
        f[0],
        Integer.parseInt(f[1], 16),
        Long.parseUnsignedLong(f[2], 16),
        Long.parseUnsignedLong(f[3], 16),
        Long.parseUnsignedLong(f[4], 16),
        trap,
        trap ? 0 : Long.parseUnsignedLong(f[5], 16),
        Integer.parseInt(f[6], 16));
  }

  /** Computes the same and returns what differs, or an empty string. */
  String difference(FpEnv env) {
    env.loadMxcsr(mxcsr);
    long r = compute(env);
    int after = mxcsr & FpEnv.ALL | env.flags();
    if (env.unmasked() != trap || after != flags || !trap && r != result) {
      return "%s: got %s%x %x".formatted(this, env.unmasked() ? "!" : "", r, after);
    }
    return "";
  }

  @Override
  public String toString() {
    return "%s %x %x %x %x %s%x %x"
        .formatted(operation, mxcsr, a, b, c, trap ? "!" : "", result, flags);
  }

  private static long unsigned(int r) {
    return r & 0xffffffffL;
  }

  private static long eflags(int relation) {
    return switch (relation) {
      case FpRelation.GREATER -> 0;
      case FpRelation.LESS -> 1;
      case FpRelation.EQUAL -> 0x40;
      default -> 0x45;
    };
  }

  long compute(FpEnv env) {
    if (operation.endsWith("64")) {
      return compute64(env);
    }
    return operation.endsWith("32") ? unsigned(compute32(env)) : convert(env);
  }

  private long compute64(FpEnv env) {
    return switch (operation) {
      case "add64" -> SoftFloat64.add(a, b, env);
      case "sub64" -> SoftFloat64.sub(a, b, env);
      case "mul64" -> SoftFloat64.mul(a, b, env);
      case "div64" -> SoftFloat64.div(a, b, env);
      case "min64" -> SoftFloat64.min(a, b, env);
      case "max64" -> SoftFloat64.max(a, b, env);
      case "sqrt64" -> SoftFloat64.sqrt(a, env);
      case "ucomi64" -> eflags(SoftFloat64.compare(a, b, false, env));
      case "comi64" -> eflags(SoftFloat64.compare(a, b, true, env));
      case "fma213_64" -> SoftFloat64.fma(b, a, c, 0, 0, env);
      case "fma132_64" -> SoftFloat64.fma(a, c, b, 0, 0, env);
      case "fma231_64" -> SoftFloat64.fma(b, c, a, 0, 0, env);
      case "fnms213_64" -> SoftFloat64.fma(b, a, c, 1, 1, env);
      case "round4_64" -> Convert64.roundToIntegral(a, mxcsr >>> 13 & 3, false, env);
      case "round12_64" -> Convert64.roundToIntegral(a, mxcsr >>> 13 & 3, true, env);
      default -> Convert64.roundToIntegral(a, operation.charAt(5) - '0', false, env);
    };
  }

  private int compute32(FpEnv env) {
    int x = (int) a;
    int y = (int) b;
    int z = (int) c;
    return switch (operation) {
      case "add32" -> SoftFloat32.add(x, y, env);
      case "sub32" -> SoftFloat32.sub(x, y, env);
      case "mul32" -> SoftFloat32.mul(x, y, env);
      case "div32" -> SoftFloat32.div(x, y, env);
      case "min32" -> SoftFloat32.min(x, y, env);
      case "max32" -> SoftFloat32.max(x, y, env);
      case "sqrt32" -> SoftFloat32.sqrt(x, env);
      case "ucomi32" -> (int) eflags(SoftFloat32.compare(x, y, false, env));
      case "comi32" -> (int) eflags(SoftFloat32.compare(x, y, true, env));
      case "fma213_32" -> SoftFloat32.fma(y, x, z, 0, 0, env);
      case "fma132_32" -> SoftFloat32.fma(x, z, y, 0, 0, env);
      case "fma231_32" -> SoftFloat32.fma(y, z, x, 0, 0, env);
      case "fnms213_32" -> SoftFloat32.fma(y, x, z, 1, 1, env);
      case "round4_32" -> Convert32.roundToIntegral(x, mxcsr >>> 13 & 3, false, env);
      case "round12_32" -> Convert32.roundToIntegral(x, mxcsr >>> 13 & 3, true, env);
      default -> Convert32.roundToIntegral(x, operation.charAt(5) - '0', false, env);
    };
  }

  private long convert(FpEnv env) {
    int x = (int) a;
    return switch (operation) {
      case "d2i" -> unsigned(Convert64.toInt32(a, false, env));
      case "d2l" -> Convert64.toInt64(a, false, env);
      case "td2i" -> unsigned(Convert64.toInt32(a, true, env));
      case "td2l" -> Convert64.toInt64(a, true, env);
      case "s2i" -> unsigned(Convert32.toInt32(x, false, env));
      case "s2l" -> Convert32.toInt64(x, false, env);
      case "ts2i" -> unsigned(Convert32.toInt32(x, true, env));
      case "ts2l" -> Convert32.toInt64(x, true, env);
      case "i2d" -> Convert64.fromInt32(x);
      case "l2d" -> Convert64.fromInt64(a, env);
      case "i2s" -> unsigned(Convert32.fromInt32(x, env));
      case "l2s" -> unsigned(Convert32.fromInt64(a, env));
      case "d2s" -> unsigned(Convert64.toFloat32(a, env));
      case "s2d" -> Convert32.toFloat64(x, env);
      default -> throw new IllegalArgumentException(operation);
    };
  }
}
