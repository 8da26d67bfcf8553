package jvisor.cpu.softfloat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SseCorpusTest {
  @Test
  void everyOperationGivesTheResultFlagsAndTrapOfARealProcessor() throws IOException {
    FpEnv env = new FpEnv();
    List<String> differences = new ArrayList<>();
    int vectors = 0;
    for (String line : corpus("sse-corpus.txt")) {
      differences.add(SseVector.parse(line).difference(env));
      vectors++;
    }
    assertThat(vectors).isEqualTo(2600);
    assertThat(differences).containsOnly("");
  }

  @Test
  void fastAndExactPathsAgree() throws IOException {
    FpEnv env = new FpEnv();
    List<String> differences = new ArrayList<>();
    for (String line : corpus("sse-corpus.txt")) {
      SseVector vector = SseVector.parse(line);
      int quiet = vector.mxcsr() & 0x80c0 | 0x1f80;
      env.loadMxcsr(quiet);
      long fast = vector.compute(env);
      int flags = env.flags();
      env.loadMxcsr(quiet);
      env.fast = false;
      long exact = vector.compute(env);
      if (fast != exact || flags != env.flags()) {
        differences.add(
            "%s: fast %x %x, exact %x %x".formatted(vector, fast, flags, exact, env.flags()));
      }
    }
    assertThat(differences).isEmpty();
  }

  @Test
  void anUnmaskedExceptionOfOneElementHidesTheInexactResultOfAnother() {
    FpEnv env = new FpEnv();
    env.loadMxcsr(0x1f80 & ~0x80);
    SoftFloat32.add(Float.floatToRawIntBits(1), Float.floatToRawIntBits(1e-10f), env);
    assertThat(env.flags()).isEqualTo(FpEnv.PE);
    SoftFloat32.add(0x7f800000, 0xff800000, env);
    assertThat(env.flags()).isEqualTo(FpEnv.IE);
    assertThat(env.unmasked()).isTrue();
  }

  @Test
  void predicatesFollowTheTableOfVcmpps() {
    int[][] truth = {
      {2}, {1}, {1, 2}, {3}, {0, 1, 3}, {0, 2, 3}, {0, 3}, {0, 1, 2},
      {2, 3}, {1, 3}, {1, 2, 3}, {}, {0, 1}, {0, 2}, {0}, {0, 1, 2, 3}
    };
    List<Integer> signaling = List.of(1, 2, 5, 6, 9, 10, 13, 14, 16, 19, 20, 23, 24, 27, 28, 31);
    for (int predicate = 0; predicate < 32; predicate++) {
      List<Integer> holds = new ArrayList<>();
      for (int relation = 0; relation < 4; relation++) {
        if (FpRelation.holds(predicate, relation)) {
          holds.add(relation);
        }
      }
      assertThat(holds)
          .as("%d", predicate)
          .containsExactly(Arrays.stream(truth[predicate & 15]).boxed().toArray(Integer[]::new));
      assertThat(FpRelation.signaling(predicate)).isEqualTo(signaling.contains(predicate));
    }
  }

  @Test
  void approximationsStayWithinTheirBound() {
    for (int bits = 0x00800000; bits < 0x7f000000; bits += 0x1234567 / 16) {
      double x = Float.intBitsToFloat(bits);
      double r = Float.intBitsToFloat(Approximation32.reciprocal(bits)) * x;
      if (x < 0x1p126) {
        assertThat(Math.abs(r - 1)).isLessThan(1.5 / 4096);
      }
      double s = Float.intBitsToFloat(Approximation32.reciprocalSqrt(bits)) * Math.sqrt(x);
      assertThat(Math.abs(s - 1)).isLessThan(1.5 / 4096);
    }
    assertThat(Approximation32.reciprocal(0x80000001)).isEqualTo(0xff800000);
    assertThat(Approximation32.reciprocal(0x7f7fffff)).isZero();
    assertThat(Approximation32.reciprocalSqrt(0x80000000)).isEqualTo(0xff800000);
    assertThat(Approximation32.reciprocalSqrt(0xbf800000)).isEqualTo(0xffc00000);
    assertThat(Approximation32.reciprocalSqrt(0x7f800001)).isEqualTo(0x7fc00001);
  }

  static List<String> corpus(String name) throws IOException {
    try (InputStream in = Objects.requireNonNull(SseCorpusTest.class.getResourceAsStream(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .toList();
    }
  }
}
