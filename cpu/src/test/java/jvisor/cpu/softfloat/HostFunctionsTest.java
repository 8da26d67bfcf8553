package jvisor.cpu.softfloat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import jvisor.host.HostMath;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The software's functions against those of the host's processor. */
class HostFunctionsTest {
  private static final int CASES = 20_000;
  private static final int CONTROL = 0x37f;

  private final Random random = new Random(1);
  private final FpEnv software = new FpEnv();
  private final FpEnv host = new FpEnv();

  @BeforeEach
  void theHostHasThem() {
    Assumptions.assumeTrue(HostMath.isAvailable(), "not an x86-64 Linux host");
  }

  @Test
  void sineIsAtMostOneUnitInTheLastPlaceOff() {
    for (int n = 0; n < CASES; n++) {
      long a = random.nextLong() | Long.MIN_VALUE;
      int se = 0x3fff - random.nextInt(20) | random.nextInt(2) << 15;
      software.loadControlWord(CONTROL);
      host.loadControlWord(CONTROL);
      Trigonometry80.sin(a, se, software);
      HostFunctions.run(HostMath.FSIN, a, se, 0, 0, host);
      assertNeighbours();
    }
  }

  @Test
  void logarithmIsAtMostOneUnitInTheLastPlaceOff() {
    for (int n = 0; n < CASES; n++) {
      long x = random.nextLong() | Long.MIN_VALUE;
      long y = random.nextLong() | Long.MIN_VALUE;
      int se = 0x3fff - 100 + random.nextInt(200);
      software.loadControlWord(CONTROL);
      host.loadControlWord(CONTROL);
      Logarithm80.yLog2(y, 0x4000, x, se, software);
      HostFunctions.run(HostMath.FYL2X, x, se, y, 0x4000, host);
      assertNeighbours();
    }
  }

  @Test
  void nothingIsLeftOnTheHostsStackByAnUnmaskedException() {
    host.loadControlWord(CONTROL & ~FpEnv.IE);
    HostFunctions.run(HostMath.FSIN, Long.MIN_VALUE, 0x7fff, 0, 0, host);
    assertThat(host.suppressed()).isTrue();
    host.loadControlWord(CONTROL);
    HostFunctions.run(HostMath.FPATAN, Long.MIN_VALUE, 0x3fff, 0, 0, host);
    assertThat(host.significand()).isZero();
    assertThat(host.flags()).isZero();
  }

  @Test
  void reciprocalsAreAsCloseAsTheManualAsks() {
    for (int n = 0; n < CASES; n++) {
      int bits = random.nextInt(0x00800000, 0x7e000000);
      double x = Float.intBitsToFloat(bits);
      double reciprocal = Float.intBitsToFloat(HostFunctions.reciprocal(bits));
      double root = Float.intBitsToFloat(HostFunctions.reciprocalSqrt(bits));
      assertThat(Math.abs(reciprocal * x - 1)).isLessThanOrEqualTo(1.5 / 4096);
      assertThat(Math.abs(root * Math.sqrt(x) - 1)).isLessThanOrEqualTo(1.5 / 4096);
    }
  }

  private void assertNeighbours() {
    int step = software.signExponent() - host.signExponent();
    assertThat(step).isBetween(-1, 1);
    long distance = software.significand() - host.significand();
    if (step != 0) {
      distance += step * Long.MIN_VALUE;
      distance = distance == Long.MIN_VALUE ? 0 : distance;
    }
    assertThat(distance).isBetween(-1L, 1L);
  }
}
