package jvisor.cpu.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loops over floating-point numbers; Java's own arithmetic is IEEE 754's and must agree. */
class FloatProgramsTest {
  private static final int NUMBERS = 2000;
  private static final long X = GuestProgram.DATA + 0x1008;
  private static final long Y = GuestProgram.DATA + 0x9000;

  private static final String DAXPY =
      """
        ; y += xmm0 * x for rcx pairs
        movq xmm0, rax
        unpcklpd xmm0, xmm0
        shl rcx, 4
        neg rcx
        sub rsi, rcx
        sub rdi, rcx
      again:
        movupd xmm1, [rsi+rcx]
        mulpd xmm1, xmm0
        addpd xmm1, [rdi+rcx]
        movapd [rdi+rcx], xmm1
        add rcx, 16
        jnz again
        hlt
      """;

  private static final String MANDELBROT =
      """
        ; steps until the point (xmm8, xmm9) escapes, at most rcx, for rdx points
        mov rbx, rcx
        movsd xmm10, [rip+four]
      point:
        movsd xmm8, [rsi]
        movhpd xmm8, [rsi+8]
        movapd xmm9, xmm8
        unpckhpd xmm9, xmm9
        xorpd xmm0, xmm0
        xorps xmm1, xmm1
        xor eax, eax
      step:
        movapd xmm2, xmm0
        mulsd xmm2, xmm2
        movapd xmm3, xmm1
        mulsd xmm3, xmm3
        movapd xmm4, xmm2
        addsd xmm4, xmm3
        ucomisd xmm4, xmm10
        ja out
        mulsd xmm1, xmm0
        addsd xmm1, xmm1
        addsd xmm1, xmm9
        movapd xmm0, xmm2
        subsd xmm0, xmm3
        addsd xmm0, xmm8
        inc eax
        cmp eax, ebx
        jb step
      out:
        mov [rdi], eax
        add rsi, 16
        add rdi, 4
        dec rdx
        jnz point
        hlt
      align 8
      four: dq 0x4010000000000000
      """;

  private static final String NORMALIZE =
      """
        ; rcx vectors of four floats divided by their length, by horizontal sums
      again:
        movups xmm0, [rsi]
        movaps xmm1, xmm0
        mulps xmm1, xmm1
        haddps xmm1, xmm1
        haddps xmm1, xmm1
        sqrtps xmm1, xmm1
        divps xmm0, xmm1
        movups [rdi], xmm0
        add rsi, 16
        add rdi, 16
        dec rcx
        jnz again
        hlt
      """;

  private static final String ROUND_TRIP =
      """
        ; rcx doubles to integers, by truncation and by rounding, and back
      again:
        movsd xmm0, [rsi]
        cvttsd2si rax, xmm0
        cvtsd2si edx, xmm0
        cvtsi2sd xmm1, rax
        cvtsi2sd xmm2, edx
        addsd xmm1, xmm2
        roundsd xmm0, xmm0, 9
        subsd xmm1, xmm0
        movsd [rdi], xmm1
        add rsi, 8
        add rdi, 8
        dec rcx
        jnz again
        hlt
      """;

  private final Random random = new Random(5);

  private static ByteBuffer buffer(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private double[] numbers(double scale) {
    double[] x = new double[NUMBERS];
    for (int k = 0; k < NUMBERS; k++) {
      x[k] = random.nextGaussian() * scale;
    }
    return x;
  }

  private static void put(GuestProgram program, long gva, double[] x) {
    ByteBuffer buffer = buffer(8 * x.length);
    buffer.asDoubleBuffer().put(x);
    program.put(gva, buffer.array());
  }

  private static double[] get(GuestProgram program, long gva) {
    double[] x = new double[NUMBERS];
    ByteBuffer.wrap(program.get(gva, 8 * NUMBERS))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asDoubleBuffer()
        .get(x);
    return x;
  }

  private static void start(GuestProgram program, long count) {
    program.setReg(GuestProgram.RSI, X);
    program.setReg(GuestProgram.RDI, Y);
    program.setReg(GuestProgram.RCX, count);
    program.run();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void productsAndSumsOfPairs(boolean fast) {
    try (GuestProgram program = new GuestProgram(fast, DAXPY)) {
      double[] x = numbers(1e3);
      double[] y = numbers(1e-3);
      put(program, X, x);
      put(program, Y, y);
      program.setReg(GuestProgram.RAX, Double.doubleToRawLongBits(Math.PI));
      start(program, NUMBERS / 2);
      for (int k = 0; k < NUMBERS; k++) {
        y[k] = Math.PI * x[k] + y[k];
      }
      assertThat(get(program, Y)).isEqualTo(y);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void iterationsUntilAPointEscapes(boolean fast) {
    try (GuestProgram program = new GuestProgram(fast, MANDELBROT)) {
      double[] points = numbers(0.8);
      put(program, X, points);
      program.setReg(GuestProgram.RDX, NUMBERS / 2);
      start(program, 200);
      ByteBuffer steps = ByteBuffer.wrap(program.get(Y, 2 * NUMBERS));
      steps.order(ByteOrder.LITTLE_ENDIAN);
      for (int k = 0; k < NUMBERS; k += 2) {
        assertThat(steps.getInt()).isEqualTo(escape(points[k], points[k + 1], 200));
      }
    }
  }

  private static int escape(double re, double im, int most) {
    double x = 0;
    double y = 0;
    int n = 0;
    while (n < most && x * x + y * y <= 4) {
      double next = x * x - y * y + re;
      double xy = y * x;
      y = xy + xy + im;
      x = next;
      n++;
    }
    return n;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void vectorsOfLengthOne(boolean fast) {
    try (GuestProgram program = new GuestProgram(fast, NORMALIZE)) {
      ByteBuffer x = buffer(16 * NUMBERS);
      ByteBuffer y = buffer(16 * NUMBERS);
      for (int k = 0; k < NUMBERS; k++) {
        float[] v = new float[4];
        for (int n = 0; n < 4; n++) {
          v[n] = (float) random.nextGaussian();
          x.putFloat(v[n]);
        }
        float sum = v[0] * v[0] + v[1] * v[1] + (v[2] * v[2] + v[3] * v[3]);
        for (float element : v) {
          y.putFloat(element / (float) Math.sqrt(sum));
        }
      }
      program.put(X, x.array());
      program.setReg(GuestProgram.RSI, X);
      program.setReg(GuestProgram.RDI, Y + 4);
      program.setReg(GuestProgram.RCX, NUMBERS);
      program.run();
      assertThat(program.get(Y + 4, 16 * NUMBERS)).isEqualTo(y.array());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void numbersToIntegersAndBack(boolean fast) {
    try (GuestProgram program = new GuestProgram(fast, ROUND_TRIP)) {
      double[] x = numbers(1e5);
      put(program, X, x);
      start(program, NUMBERS);
      for (int k = 0; k < NUMBERS; k++) {
        x[k] = (double) (long) x[k] + Math.rint(x[k]) - Math.floor(x[k]);
      }
      assertThat(get(program, Y)).isEqualTo(x);
    }
  }
}
