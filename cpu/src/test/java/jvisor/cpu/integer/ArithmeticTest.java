package jvisor.cpu.integer;

import static jvisor.cpu.integer.Guest.RAX;
import static jvisor.cpu.integer.Guest.RBX;
import static jvisor.cpu.integer.Guest.RCX;
import static jvisor.cpu.integer.Guest.RDX;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Vector;
import org.junit.jupiter.api.Test;

/**
 * What random cases of the corpus are unlikely to meet: edges of division, bit strings, old quirks.
 */
class ArithmeticTest {
  private static BigInteger unsigned(long high, long low) {
    BigInteger mask = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
    return BigInteger.valueOf(high).and(mask).shiftLeft(64).or(BigInteger.valueOf(low).and(mask));
  }

  private static long random(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextLong() >>> random.nextInt(64);
      case 1 -> -1L >>> random.nextInt(64);
      case 2 -> (1L << random.nextInt(64)) + random.nextInt(3) - 1;
      default -> random.nextLong();
    };
  }

  @Test
  void unsigned128By64DivisionIsExact() {
    Random random = new Random(1);
    try (Guest g = Guest.longMode()) {
      for (int n = 0; n < 100_000; n++) {
        long high = random(random);
        long low = random(random);
        long divisor = random(random);
        if (Long.compareUnsigned(high, divisor) >= 0) {
          continue;
        }
        BigInteger[] expected = unsigned(high, low).divideAndRemainder(unsigned(0, divisor));
        g.set(RDX, high).set(RAX, low).set(RCX, divisor).run("48 f7 f1");
        assertThat(g.reg(RAX)).isEqualTo(expected[0].longValue());
        assertThat(g.reg(RDX)).isEqualTo(expected[1].longValue());
      }
    }
  }

  @Test
  void bitManipulationWithVexIsUndefinedInRealMode() {
    try (Guest g = Guest.real()) {
      g.cleanFault("c4e278f2c1", Vector.UD);
      g.cleanFault("c4e27bf6c1", Vector.UD);
    }
  }

  @Test
  void mulxWithOneDestinationLeavesTheHighHalf() {
    try (Guest g = Guest.longMode()) {
      g.set(RDX, -1L).set(RCX, 5).run("c4e2fbf6c1");
      assertThat(g.reg(RAX)).isEqualTo(4);
    }
  }

  @Test
  void signed128By64DivisionIsExactOrOverflows() {
    Random random = new Random(2);
    int overflows = 0;
    try (Guest g = Guest.longMode()) {
      for (int n = 0; n < 100_000; n++) {
        long divisor = random(random);
        long low = random(random);
        long high = random.nextBoolean() ? random(random) >> random.nextInt(64) : divisor >> 1;
        if (divisor == 0) {
          continue;
        }
        BigInteger dividend = BigInteger.valueOf(high).shiftLeft(64).add(unsigned(0, low));
        BigInteger[] expected = dividend.divideAndRemainder(BigInteger.valueOf(divisor));
        g.set(RDX, high).set(RAX, low).set(RCX, divisor);
        if (expected[0].bitLength() > 63) {
          g.fault("48 f7 f9", Vector.DE);
          overflows++;
        } else {
          g.run("48 f7 f9");
          assertThat(g.reg(RAX)).isEqualTo(expected[0].longValue());
          assertThat(g.reg(RDX)).isEqualTo(expected[1].longValue());
        }
      }
    }
    assertThat(overflows).isBetween(1_000, 90_000);
  }

  @Test
  void divisionOverflowsExactlyBeyondTheLargestQuotient() {
    try (Guest g = Guest.longMode()) {
      g.set(RAX, 0xff * 0x10 + 15).set(RCX, 0x10).run("f6 f1");
      assertThat(g.reg(RAX)).isEqualTo(0x0fff);
      g.set(RAX, 0x100 * 0x10);
      g.cleanFault("f6 f1", Vector.DE);
      g.set(RAX, -128 * 3 & 0xffff).set(RCX, 3).run("f6 f9");
      assertThat(g.reg(RAX)).isEqualTo(0x80);
      g.set(RAX, -129 * 3 & 0xffff);
      g.cleanFault("f6 f9", Vector.DE);
      g.set(RAX, 128 * 3);
      g.cleanFault("f6 f9", Vector.DE);
      g.set(RDX, 1L << 31).set(RAX, 0).set(RCX, -1);
      g.cleanFault("f7 f9", Vector.DE);
      g.set(RDX, -1).set(RAX, Long.MIN_VALUE).set(RCX, 1).run("48 f7 f9");
      assertThat(g.reg(RAX)).isEqualTo(Long.MIN_VALUE);
      g.set(RDX, -1).set(RCX, -1);
      g.cleanFault("48 f7 f9", Vector.DE);
      g.set(RCX, 0);
      g.cleanFault("48 f7 f1", Vector.DE);
      g.cleanFault("48 f7 f9", Vector.DE);
    }
  }

  @Test
  void aamByZeroIsADivideError() {
    try (Guest g = Guest.real()) {
      g.set(RAX, 0x1234);
      g.cleanFault("d4 00", Vector.DE);
      g.run("d4 0a");
      assertThat(g.reg(RAX)).isEqualTo(0x0502);
    }
  }

  @Test
  void bitStringsReachBothWaysFromTheirAddress() {
    try (Guest g = Guest.longMode()) {
      g.set(RBX, 0x5000).set(RAX, -1).run("48 0f ab 03");
      assertThat(g.at(0x4ff8, 8)).isEqualTo(Long.MIN_VALUE);
      g.set(RAX, 8 * 0x1000L + 3).run("48 0f ab 03");
      assertThat(g.at(0x6000, 8)).isEqualTo(8);
      g.run("48 0f a3 03");
      assertThat(g.c.rflags() & Rflags.CF).isNotZero();
      g.set(RAX, 0xffff).run("66 0f bb 03");
      assertThat(g.at(0x4ffe, 2)).isZero();
      g.run("48 0f ba 2b 43");
      assertThat(g.at(0x5000, 8)).isEqualTo(8);
    }
  }

  @Test
  void bitStringAddressesWrapAtTheAddressSize() {
    try (Guest g = Guest.real()) {
      g.set(RBX, 2).set(RAX, -33 & 0xffff).run("0f ab 07");
      assertThat(g.at(0xfffc, 2)).isEqualTo(0x8000);
    }
  }

  @Test
  void effectiveAddressesWrapAtTheAddressSize() {
    try (Guest g = Guest.real()) {
      g.set(RBX, 0xffff).set(Guest.RSI, 3).run("8d 00");
      assertThat(g.reg(RAX)).isEqualTo(2);
      g.set(RBX, 0xffff_ffffL).run("66 67 8d 43 02");
      assertThat(g.reg(RAX)).isEqualTo(1);
    }
  }

  @Test
  void randomNumbersComeFromTheMachine() {
    try (Guest g = Guest.longMode()) {
      g.set(RAX, -1).run("48 0f c7 f0");
      assertThat(g.reg(RAX)).isZero();
      assertThat(g.c.rflags() & Rflags.CF).isZero();
      g.c.setRandom(() -> 0x1234_5678_9abc_def0L);
      g.set(RAX, -1).set(RBX, -1).run("48 0f c7 f0").run("66 0f c7 fb");
      assertThat(g.reg(RAX)).isEqualTo(0x1234_5678_9abc_def0L);
      assertThat(g.reg(RBX)).isEqualTo(-0x1_0000L | 0xdef0);
      assertThat(g.c.rflags() & Rflags.ARITHMETIC).isEqualTo(Rflags.CF);
    }
  }

  @Test
  void crc32IsCastagnolis() {
    try (Guest g = Guest.longMode()) {
      long crc = 0xffff_ffffL;
      g.set(RAX, crc);
      for (char ch : "123456789".toCharArray()) {
        g.set(RCX, ch).run("f2 0f 38 f0 c1");
      }
      assertThat(~g.reg(RAX) & 0xffff_ffffL).isEqualTo(0xe306_9283L);
    }
  }

  @Test
  void directionFlagHasItsInstructions() {
    try (Guest g = Guest.longMode()) {
      g.run("fd");
      assertThat(g.c.rflags() & Rflags.DF).isNotZero();
      g.run("fc");
      assertThat(g.c.rflags() & Rflags.DF).isZero();
    }
  }
}
