package jvisor.cpu.apic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** LINT0 and LINT1 under all settings of their entries (SDM vol. 3, "Local Vector Table"). */
class LocalInputsTest {
  @Test
  void theVirtualWirePassesTheLegacyControllersInterrupts() {
    try (Rig rig = new Rig()) {
      rig.apic.virtualWire();
      assertThat(rig.get(0xf0)).isEqualTo(0x1ff);
      rig.apic.lint0(true);
      assertThat(rig.attention.raised()).isTrue();
      assertThat(rig.apic.hasInterrupt()).isTrue();
      rig.picVector = 0x28;
      assertThat(rig.apic.acknowledge()).isEqualTo(0x28);
      assertThat(rig.apic.hasInterrupt()).isFalse();
      assertThat(rig.get(0x110)).isZero();
    }
  }

  @Test
  void anExternalInterruptIgnoresTheTaskPriorityAndGoesAwayWithItsLevel() {
    try (Rig rig = new Rig()) {
      rig.apic.virtualWire();
      rig.apic.setTaskPriority(15);
      rig.apic.lint0(true);
      assertThat(rig.apic.hasInterrupt()).isTrue();
      rig.apic.lint0(false);
      assertThat(rig.apic.hasInterrupt()).isFalse();
    }
  }

  @Test
  void unmaskingTheEntryFindsTheLevelThatIsThere() {
    try (Rig rig = Rig.enabled()) {
      rig.apic.lint0(true);
      assertThat(rig.apic.hasInterrupt()).isFalse();
      rig.set(0x350, 0x700);
      assertThat(rig.apic.hasInterrupt()).isTrue();
      rig.set(0x350, 0x10700);
      assertThat(rig.apic.hasInterrupt()).isFalse();
    }
  }

  @Test
  void anEdgeRequestsOnceAndIsLostWhileMasked() {
    try (Rig rig = Rig.enabled()) {
      rig.set(0x350, 0x10045);
      rig.apic.lint0(true);
      rig.set(0x350, 0x45);
      assertThat(rig.apic.hasInterrupt()).isFalse();
      rig.apic.lint0(true);
      assertThat(rig.apic.hasInterrupt()).isFalse();
      rig.apic.lint0(false);
      rig.apic.lint0(true);
      assertThat(Rig.takeAll(rig.apic)).containsExactly(0x45);
    }
  }

  @Test
  void aLevelRequestsAgainAfterEachEndWhileItLasts() {
    try (Rig rig = Rig.enabled()) {
      rig.set(0x350, Rig.LEVEL | 0x45);
      rig.apic.lint0(true);
      assertThat(rig.get(0x350)).isEqualTo(Rig.LEVEL | 1 << 14 | 0x45);
      assertThat(rig.apic.acknowledge()).isEqualTo(0x45);
      assertThat(rig.apic.hasInterrupt()).isFalse();
      rig.eoi();
      assertThat(rig.apic.acknowledge()).isEqualTo(0x45);
      rig.apic.lint0(false);
      rig.eoi();
      assertThat(rig.apic.hasInterrupt()).isFalse();
      assertThat(rig.get(0x350)).isEqualTo(Rig.LEVEL | 0x45);
    }
  }

  @Test
  void bothInputsCanBeNmis() {
    try (Rig rig = Rig.enabled()) {
      rig.set(0x350, 0x400);
      rig.set(0x360, 0x400);
      rig.apic.lint0(true);
      assertThat(rig.apic.hasNmi()).isTrue();
      rig.apic.takeNmi();
      assertThat(rig.apic.hasNmi()).isFalse();
      rig.attention.clear();
      rig.apic.lint1(true);
      assertThat(rig.apic.hasNmi()).isTrue();
      assertThat(rig.attention.raised()).isTrue();
      assertThat(rig.apic.hasInterrupt()).isFalse();
    }
  }
}
