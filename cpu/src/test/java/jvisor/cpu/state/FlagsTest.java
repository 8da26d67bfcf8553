package jvisor.cpu.state;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * All byte operands of the flag-setting operations, against the definitions of SDM vol. 1, 3.4.3.1.
 */
class FlagsTest {
  private final VcpuState state = new VcpuState();

  @AfterEach
  void close() {
    state.close();
  }

  private void expect(int result, boolean carry, boolean overflow, boolean adjust) {
    int r = result & 0xff;
    long expected =
        (carry ? Rflags.CF : 0)
            | (overflow ? Rflags.OF : 0)
            | (adjust ? Rflags.AF : 0)
            | (r == 0 ? Rflags.ZF : 0)
            | (r >= 0x80 ? Rflags.SF : 0)
            | (Integer.bitCount(r) % 2 == 0 ? Rflags.PF : 0);
    assertThat(Flags.arithmetic(state)).isEqualTo(expected);
  }

  @Test
  void additionOfAllBytesWithAndWithoutCarry() {
    for (int a = 0; a < 256; a++) {
      for (int b = 0; b < 256; b++) {
        for (int c = 0; c < 2; c++) {
          int r = a + b + c;
          Flags.add(state, a, b, r, 1);
          int signed = (byte) a + (byte) b + c;
          expect(r, r > 255, signed != (byte) signed, (a & 15) + (b & 15) + c > 15);
        }
      }
    }
  }

  @Test
  void subtractionOfAllBytesWithAndWithoutBorrow() {
    for (int a = 0; a < 256; a++) {
      for (int b = 0; b < 256; b++) {
        for (int c = 0; c < 2; c++) {
          int r = a - b - c;
          Flags.subtract(state, a, b, r, 1);
          int signed = (byte) a - (byte) b - c;
          expect(r, a < b + c, signed != (byte) signed, (a & 15) < (b & 15) + c);
        }
      }
    }
  }

  @Test
  void incrementAndDecrementKeepCarry() {
    for (int a = 0; a < 256; a++) {
      for (boolean carry : new boolean[] {false, true}) {
        Flags.setArithmetic(state, carry ? Rflags.CF : 0);
        Flags.increment(state, a + 1, 1);
        expect(a + 1, carry, a == 0x7f, (a & 15) == 15);
        Flags.setArithmetic(state, carry ? Rflags.CF : 0);
        Flags.decrement(state, a - 1, 1);
        expect(a - 1, carry, a == 0x80, (a & 15) == 0);
      }
    }
  }

  @Test
  void bitsAboveTheOperandDoNotMatter() {
    long noise = 0x5a5a_5a5a_5a5a_5a00L;
    for (int a = 0; a < 256; a += 3) {
      for (int b = 0; b < 256; b += 5) {
        Flags.add(state, a, b, a + b, 1);
        long clean = Flags.arithmetic(state);
        Flags.add(state, a | noise, b | noise << 3, (a | noise) + (b | noise << 3), 1);
        assertThat(Flags.arithmetic(state)).isEqualTo(clean);
      }
    }
  }

  @Test
  void wideOperandsSetCarryAndOverflowOfTheirTopBit() {
    Flags.add(state, 0x7fff_ffffL, 1, 0x8000_0000L, 4);
    assertThat(Flags.overflow(state)).isTrue();
    assertThat(Flags.carry(state)).isFalse();
    Flags.add(state, -1L, 1, 0, 8);
    assertThat(Flags.carry(state)).isTrue();
    assertThat(Flags.zero(state)).isTrue();
    Flags.subtract(state, Long.MIN_VALUE, 1, Long.MAX_VALUE, 8);
    assertThat(Flags.overflow(state)).isTrue();
  }

  @Test
  void everyCombinationCanBeSetAndReadBack() {
    for (long bits = 0; bits < 1 << 12; bits++) {
      long flags = bits & Rflags.ARITHMETIC;
      Flags.setArithmetic(state, bits);
      assertThat(Flags.arithmetic(state)).isEqualTo(flags);
      for (boolean on : new boolean[] {false, true}) {
        Flags.setArithmetic(state, bits);
        Flags.setCarry(state, on);
        assertThat(Flags.arithmetic(state)).isEqualTo(flags & ~Rflags.CF | (on ? Rflags.CF : 0));
        Flags.setArithmetic(state, bits);
        Flags.setZero(state, on);
        assertThat(Flags.arithmetic(state)).isEqualTo(flags & ~Rflags.ZF | (on ? Rflags.ZF : 0));
      }
    }
  }

  @Test
  void conditionsFollowTheirFlags() {
    for (long bits = 0; bits < 1 << 12; bits++) {
      Flags.setArithmetic(state, bits);
      boolean cf = (bits & Rflags.CF) != 0;
      boolean zf = (bits & Rflags.ZF) != 0;
      boolean sf = (bits & Rflags.SF) != 0;
      boolean of = (bits & Rflags.OF) != 0;
      boolean pf = (bits & Rflags.PF) != 0;
      boolean[] even = {of, cf, zf, cf || zf, sf, pf, sf != of, zf || sf != of};
      for (int code = 0; code < 16; code++) {
        assertThat(Flags.condition(state, code)).isEqualTo(even[code >> 1] == ((code & 1) == 0));
      }
    }
  }
}
