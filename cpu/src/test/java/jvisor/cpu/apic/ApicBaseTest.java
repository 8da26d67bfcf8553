package jvisor.cpu.apic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import jvisor.cpu.state.VcpuState;
import org.junit.jupiter.api.Test;

/** IA32_APIC_BASE, its transitions and the states they lead to (SDM vol. 3, x2APIC states). */
class ApicBaseTest {
  private static final long XAPIC = 0xfee0_0900L;
  private static final long X2APIC = 0xfee0_0d00L;
  private static final long DISABLED = 0xfee0_0100L;

  @Test
  void resetEnablesXapicModeAtItsPlaceForTheBootstrapProcessorOnlyWithTheFlag() {
    try (Rig rig = new Rig(2)) {
      assertThat(rig.all[0].base()).isEqualTo(XAPIC);
      assertThat(rig.all[1].base()).isEqualTo(0xfee0_0800L);
      assertThat(rig.apic.mode()).isEqualTo(ApicMode.XAPIC);
      assertThat(rig.apic.mmio()).isSameAs(rig.apic);
    }
  }

  @Test
  void everyLegalTransitionIsTaken() {
    try (Rig rig = new Rig()) {
      for (long base : new long[] {XAPIC, DISABLED, XAPIC, X2APIC, X2APIC, DISABLED, DISABLED}) {
        assertThat(rig.apic.setBase(base)).isTrue();
        assertThat(rig.apic.base()).isEqualTo(base);
      }
    }
  }

  @Test
  void illegalTransitionsAndReservedBitsRaiseGpAndChangeNothing() {
    try (Rig rig = new Rig()) {
      assertThat(rig.apic.setBase(XAPIC | 1)).isFalse();
      assertThat(rig.apic.setBase(XAPIC | 1 << 9)).isFalse();
      assertThat(rig.apic.setBase(XAPIC | 1L << 40)).isFalse();
      assertThat(rig.apic.setBase(-1)).isFalse();
      assertThat(rig.apic.setBase(DISABLED | 1 << 10)).isFalse();
      assertThat(rig.apic.base()).isEqualTo(XAPIC);
      rig.apic.setBase(X2APIC);
      assertThat(rig.apic.setBase(XAPIC)).isFalse();
      assertThat(rig.apic.mode()).isEqualTo(ApicMode.X2APIC);
      rig.apic.setBase(DISABLED);
      assertThat(rig.apic.setBase(X2APIC)).isFalse();
      assertThat(rig.apic.mode()).isEqualTo(ApicMode.DISABLED);
    }
  }

  @Test
  void withoutTheFeatureTheBitOfX2apicModeIsReserved() {
    try (Rig rig = new Rig();
        VcpuState state = new VcpuState()) {
      LocalApic apic = rig.create(0, "default,-x2apic", state);
      assertThat(apic.setBase(X2APIC)).isFalse();
      assertThat(apic.mode()).isEqualTo(ApicMode.XAPIC);
    }
  }

  @Test
  void theOwnerLearnsWhereThePageIsAndWhetherThereIsOne() {
    try (Rig rig = new Rig()) {
      List<String> seen = new ArrayList<>();
      rig.apic.onModeChange(
          () -> seen.add("%x %b".formatted(rig.apic.page(), rig.apic.mmio() != null)));
      rig.apic.setBase(XAPIC);
      rig.apic.setBase(0x1234_5800L);
      rig.apic.setBase(0x1234_5c00L);
      rig.apic.setBase(0x1234_5000L);
      rig.apic.setBase(0x1234_5800L);
      rig.apic.reset();
      assertThat(seen)
          .containsExactly(
              "fee00000 true",
              "12345000 true",
              "12345000 false",
              "12345000 false",
              "12345000 true",
              "fee00000 true");
    }
  }

  @Test
  void disablingForgetsTheRegistersAndEnablingFindsThemAsAfterReset() {
    try (Rig rig = Rig.enabled()) {
      rig.set(0x350, 0x700);
      rig.set(0xd0, 0x0100_0000);
      rig.message(0x80, false);
      rig.apic.setBase(DISABLED);
      assertThat(rig.apic.hasInterrupt()).isFalse();
      rig.message(0x81, false);
      rig.apic.setBase(XAPIC);
      assertThat(rig.apic.hasInterrupt()).isFalse();
      assertThat(rig.get(0xf0)).isEqualTo(0xff);
      assertThat(rig.get(0x350)).isEqualTo(Rig.MASKED);
      assertThat(rig.get(0xd0)).isZero();
    }
  }

  @Test
  void anIdThatSoftwareWritesIsWhereMessagesGoUntilTheApicIsDisabled() {
    try (Rig rig = Rig.enabled(2)) {
      for (LocalApic apic : rig.all) {
        apic.write(0x20, 4, 0x5a00_0000);
      }
      rig.apic.write(0x310, 4, 0x5a00_0000);
      rig.apic.write(0x300, 4, 0x40f1);
      assertThat(rig.all[0].hasInterrupt()).isTrue();
      assertThat(rig.all[1].hasInterrupt()).isTrue();
      rig.all[1].init();
      assertThat(rig.all[1].read(0x20, 4)).isEqualTo(0x5a00_0000);
      rig.all[1].setBase(DISABLED);
      rig.all[1].setBase(XAPIC);
      assertThat(rig.all[1].read(0x20, 4)).isEqualTo(0x0100_0000);
    }
  }

  @Test
  void enteringX2apicModeKeepsWhatWasSetAndDerivesTheLogicalId() {
    try (Rig rig = Rig.enabled(3)) {
      LocalApic apic = rig.all[2];
      apic.write(0xd0, 4, 0x4000_0000);
      apic.write(0x80, 4, 0x20);
      apic.write(0x350, 4, 0x10700);
      apic.setBase(apic.base() | Rig.X2APIC);
      assertThat(apic.read(ApicRegister.ID)).isEqualTo(2);
      assertThat(apic.read(ApicRegister.LDR)).isEqualTo(4);
      assertThat(apic.read(ApicRegister.TPR)).isEqualTo(0x20);
      assertThat(apic.read(0x35)).isEqualTo(0x10700);
      assertThat(apic.read(ApicRegister.SVR)).isEqualTo(0x1ff);
    }
  }

  @Test
  void withTheApicDisabledIntrAndNmiGoStraightToTheProcessor() {
    try (Rig rig = new Rig()) {
      rig.apic.lint0(true);
      rig.apic.lint1(true);
      assertThat(rig.apic.hasInterrupt()).isFalse();
      assertThat(rig.apic.hasNmi()).isFalse();
      rig.apic.setBase(DISABLED);
      assertThat(rig.apic.hasInterrupt()).isTrue();
      assertThat(rig.attention.raised()).isTrue();
      assertThat(rig.apic.acknowledge()).isEqualTo(0x20);
      assertThat(rig.apic.hasInterrupt()).isFalse();
      rig.apic.lint1(false);
      rig.apic.lint1(true);
      assertThat(rig.apic.hasNmi()).isTrue();
    }
  }

  @Test
  void cr8HoldsItsValueAlsoWhileTheApicIsDisabled() {
    try (Rig rig = new Rig()) {
      rig.apic.setBase(DISABLED);
      rig.apic.setTaskPriority(9);
      assertThat(rig.apic.taskPriority()).isEqualTo(9);
      rig.apic.setBase(XAPIC);
      assertThat(rig.get(0x80)).isEqualTo(0x90);
    }
  }

  @Test
  void initKeepsTheModeAndForgetsTheRest() {
    try (Rig rig = Rig.x2apic(1)) {
      rig.message(0x80, false);
      rig.apic.write(ApicRegister.TPR, 0x30);
      rig.apic.init();
      assertThat(rig.apic.mode()).isEqualTo(ApicMode.X2APIC);
      assertThat(rig.apic.hasInterrupt()).isFalse();
      assertThat(rig.apic.read(ApicRegister.TPR)).isZero();
      assertThat(rig.apic.read(ApicRegister.SVR)).isEqualTo(0xff);
    }
  }
}
