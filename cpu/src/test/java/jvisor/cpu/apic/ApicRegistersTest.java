package jvisor.cpu.apic;

import static org.assertj.core.api.Assertions.assertThat;

import jvisor.cpu.state.VcpuState;
import org.junit.jupiter.api.Test;

/** The register page and the MSRs: values after reset, what can be written, what faults. */
class ApicRegistersTest {
  @Test
  void afterResetTheRegistersHoldTheManualsValues() {
    try (Rig rig = new Rig(4)) {
      LocalApic apic = rig.all[3];
      assertThat(apic.read(0x20L, 4)).isEqualTo(0x0300_0000);
      assertThat(apic.read(0x30L, 4)).isEqualTo(0x0106_0014);
      assertThat(apic.read(0xe0L, 4)).isEqualTo(0xffff_ffffL);
      assertThat(apic.read(0xf0L, 4)).isEqualTo(0xff);
      for (long lvt : new long[] {0x2f0, 0x320, 0x330, 0x340, 0x350, 0x360, 0x370}) {
        assertThat(apic.read(lvt, 4)).isEqualTo(Rig.MASKED);
      }
      for (long zero : new long[] {0x80, 0x90, 0xa0, 0xd0, 0x280, 0x300, 0x310, 0x380, 0x390}) {
        assertThat(apic.read(zero, 4)).isZero();
      }
    }
  }

  @Test
  void everyRegisterOfThePageKeepsExactlyItsWritableBits() {
    try (Rig rig = Rig.enabled()) {
      int[][] cases = {
        {0x20, 0xff00_0000},
        {0x30, 0x0106_0014},
        {0x80, 0xff},
        {0xd0, 0xff00_0000},
        {0xe0, -1},
        {0xf0, 0x13ff},
        {0x2f0, 0x107ff},
        {0x310, 0xff00_0000},
        {0x320, 0x700ff},
        {0x330, 0x107ff},
        {0x340, 0x107ff},
        {0x350, 0x1a7ff},
        {0x360, 0x1a7ff},
        {0x370, 0x100ff},
        {0x3e0, 0x0b},
      };
      for (int[] c : cases) {
        rig.set(c[0], -1);
        assertThat(rig.get(c[0])).as("offset %x", c[0]).isEqualTo(c[1]);
      }
      rig.set(0xe0, 0);
      assertThat(rig.get(0xe0)).isEqualTo(0x0fff_ffff);
    }
  }

  @Test
  void partsOfARegisterCanBeReadAndOnlyAlignedDoublewordsWritten() {
    try (Rig rig = Rig.enabled()) {
      assertThat(rig.apic.read(0x32L, 1) & 0xff).isEqualTo(0x06);
      assertThat(rig.apic.read(0x32L, 2) & 0xffff).isEqualTo(0x0106);
      assertThat(rig.apic.read(0x34L, 4)).isZero();
      assertThat(rig.apic.read(0x30L, 8)).isEqualTo(0x0106_0014);
      rig.apic.write(0x80, 1, 0x50);
      rig.apic.write(0x82, 4, 0x50);
      rig.apic.write(0x80, 8, 0x50);
      assertThat(rig.get(0x80)).isZero();
    }
  }

  @Test
  void msrsExistInX2apicModeOnly() {
    try (Rig rig = Rig.enabled()) {
      assertThat(rig.apic.isReadable(ApicRegister.ID)).isFalse();
      assertThat(rig.apic.write(ApicRegister.TPR, 0x20)).isFalse();
      rig.apic.setBase(rig.apic.base() | Rig.X2APIC);
      assertThat(rig.apic.isReadable(ApicRegister.ID)).isTrue();
      assertThat(rig.apic.write(ApicRegister.TPR, 0x20)).isTrue();
    }
  }

  @Test
  void exactlyTheManualsMsrsCanBeRead() {
    try (Rig rig = Rig.x2apic(1)) {
      StringBuilder readable = new StringBuilder();
      for (int register = 0; register < 0x100; register++) {
        if (rig.apic.isReadable(register)) {
          readable.append(Integer.toHexString(register)).append(' ');
        }
      }
      assertThat(readable)
          .hasToString(
              "2 3 8 a d f 10 11 12 13 14 15 16 17 18 19 1a 1b 1c 1d 1e 1f "
                  + "20 21 22 23 24 25 26 27 28 2f 30 32 33 34 35 36 37 38 39 3e ");
    }
  }

  @Test
  void exactlyTheManualsMsrsTakeAZero() {
    try (Rig rig = Rig.x2apic(1)) {
      StringBuilder writable = new StringBuilder();
      for (int register = 0; register < 0x100; register++) {
        if (rig.apic.write(register, 0)) {
          writable.append(Integer.toHexString(register)).append(' ');
        }
      }
      assertThat(writable).hasToString("8 b f 28 2f 30 32 33 34 35 36 37 38 3e 3f ");
    }
  }

  @Test
  void reservedBitsOfMsrsRaiseGp() {
    try (Rig rig = Rig.x2apic(1)) {
      long[][] cases = {
        {0x08, 0x100},
        {0x08, 1L << 32},
        {0x0b, 1},
        {0x0f, 0x400},
        {0x28, 1},
        {0x30, 1 << 13},
        {0x30, 1 << 16},
        {0x30, 1 << 20},
        {0x32, 0x100},
        {0x35, 1 << 17},
        {0x37, 0x700},
        {0x38, 1L << 32},
        {0x3e, 4},
        {0x3e, 0x10},
        {0x3f, 0x100},
      };
      for (long[] c : cases) {
        assertThat(rig.apic.write((int) c[0], c[1])).as("%x := %x", c[0], c[1]).isFalse();
      }
      assertThat(rig.apic.write(0x30, 0xffff_ffff_0000_0000L)).isTrue();
      assertThat(rig.apic.read(0x30)).isEqualTo(0xffff_ffff_0000_0000L);
    }
  }

  @Test
  void withoutTscDeadlinesTheirTimerModeIsReserved() {
    try (Rig rig = new Rig();
        VcpuState state = new VcpuState()) {
      LocalApic apic = rig.create(0, "default,-tsc_deadline", state);
      apic.setBase(apic.base() | Rig.X2APIC);
      apic.write(ApicRegister.SVR, 0x1ff);
      assertThat(apic.write(ApicRegister.LVT_TIMER, 0x40030)).isFalse();
      assertThat(apic.write(ApicRegister.LVT_TIMER, 0x20030)).isTrue();
    }
  }

  @Test
  void disablingBySoftwareMasksTheVectorTableUntilEnabled() {
    try (Rig rig = Rig.enabled()) {
      rig.set(0x350, 0x700);
      rig.set(0xf0, 0xff);
      assertThat(rig.get(0x350)).isEqualTo(0x10700);
      rig.set(0x350, 0x700);
      assertThat(rig.get(0x350)).isEqualTo(0x10700);
      rig.set(0xf0, 0x1ff);
      rig.set(0x350, 0x700);
      assertThat(rig.get(0x350)).isEqualTo(0x700);
    }
  }

  @Test
  void errorsShowAfterAWriteAndOnlyUntilTheNext() {
    try (Rig rig = Rig.enabled()) {
      rig.get(0x40);
      rig.message(5, false);
      assertThat(rig.get(0x280)).isZero();
      rig.set(0x280, 0);
      assertThat(rig.get(0x280)).isEqualTo(0xc0);
      assertThat(rig.get(0x280)).isEqualTo(0xc0);
      rig.set(0x280, 0);
      assertThat(rig.get(0x280)).isZero();
    }
  }

  @Test
  void errorsInterruptOncePerWriteOfTheStatus() {
    try (Rig rig = Rig.enabled()) {
      rig.set(0x370, 0xfe);
      rig.message(5, false);
      assertThat(Rig.takeAll(rig.apic)).containsExactly(0xfe);
      rig.message(6, false);
      assertThat(rig.apic.hasInterrupt()).isFalse();
      rig.set(0x280, 0);
      rig.message(7, false);
      assertThat(Rig.takeAll(rig.apic)).containsExactly(0xfe);
    }
  }

  @Test
  void anErrorEntryWithAnIllegalVectorDoesNotFeedOnItself() {
    try (Rig rig = Rig.enabled()) {
      rig.set(0x370, 3);
      rig.message(5, false);
      rig.set(0x280, 0);
      assertThat(rig.get(0x280)).isEqualTo(0x40);
      assertThat(rig.apic.hasInterrupt()).isFalse();
    }
  }

  @Test
  void commandsWithIllegalVectorsAreErrorsOfTheSender() {
    try (Rig rig = Rig.enabled(2)) {
      rig.set(0x310, 1 << 24);
      rig.set(0x300, 0x4000 | 0x0f);
      rig.set(0x280, 0);
      assertThat(rig.get(0x280)).isEqualTo(0x20);
      rig.all[1].write(0x280, 4, 0);
      assertThat(rig.all[1].read(0x280L, 4)).isEqualTo(0x40);
      assertThat(rig.all[1].hasInterrupt()).isFalse();
    }
  }
}
