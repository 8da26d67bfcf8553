package jvisor.cpu.apic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** IRR, ISR, TMR, TPR, PPR and EOI (SDM vol. 3, "Handling Interrupts" of the local APIC). */
class InterruptOrderTest {
  @Test
  void nothingIsAcceptedUntilSoftwareEnablesTheApic() {
    try (Rig rig = new Rig()) {
      rig.message(0x40, false);
      assertThat(rig.apic.hasInterrupt()).isFalse();
      rig.set(0xf0, 0x1ff);
      rig.message(0x40, false);
      assertThat(rig.apic.hasInterrupt()).isTrue();
      assertThat(rig.attention.raised()).isTrue();
    }
  }

  @Test
  void whatWasAcceptedStaysDeliverableWhenSoftwareDisablesTheApic() {
    try (Rig rig = Rig.enabled()) {
      rig.message(0x40, false);
      rig.set(0xf0, 0xff);
      assertThat(rig.apic.acknowledge()).isEqualTo(0x40);
    }
  }

  @Test
  void theHighestVectorComesFirst() {
    try (Rig rig = Rig.enabled()) {
      for (int vector : new int[] {0x31, 0xff, 0x10, 0x80, 0x7f, 0x31}) {
        rig.message(vector, false);
      }
      assertThat(Rig.takeAll(rig.apic)).containsExactly(0xff, 0x80, 0x7f, 0x31, 0x10);
    }
  }

  @Test
  void onlyAHigherClassInterruptsAHandler() {
    try (Rig rig = Rig.enabled()) {
      rig.message(0x41, false);
      assertThat(rig.apic.acknowledge()).isEqualTo(0x41);
      assertThat(rig.get(0xa0)).isEqualTo(0x40);
      rig.message(0x4f, false);
      assertThat(rig.apic.hasInterrupt()).isFalse();
      rig.message(0x50, false);
      assertThat(rig.apic.acknowledge()).isEqualTo(0x50);
      assertThat(rig.get(0x120)).isEqualTo(1 << 0x10 | 1 << 0x01);
      rig.eoi();
      assertThat(rig.get(0xa0)).isEqualTo(0x40);
      assertThat(rig.apic.hasInterrupt()).isFalse();
      rig.eoi();
      assertThat(rig.apic.acknowledge()).isEqualTo(0x4f);
    }
  }

  @Test
  void acknowledgingWithNothingDeliverableAnswersMinusOne() {
    try (Rig rig = Rig.enabled()) {
      assertThat(rig.apic.acknowledge()).isEqualTo(-1);
      rig.message(0x40, false);
      rig.apic.setTaskPriority(4);
      assertThat(rig.apic.acknowledge()).isEqualTo(-1);
    }
  }

  @Test
  void theTaskPriorityHoldsBackItsClassAndBelow() {
    try (Rig rig = Rig.enabled()) {
      rig.message(0x7f, false);
      rig.apic.setTaskPriority(7);
      assertThat(rig.apic.hasInterrupt()).isFalse();
      assertThat(rig.get(0x80)).isEqualTo(0x70);
      rig.attention.clear();
      rig.apic.setTaskPriority(6);
      assertThat(rig.apic.hasInterrupt()).isTrue();
      assertThat(rig.attention.raised()).isTrue();
      rig.set(0x80, 0xff);
      assertThat(rig.apic.taskPriority()).isEqualTo(15);
      assertThat(rig.apic.hasInterrupt()).isFalse();
    }
  }

  @Test
  void theProcessorPriorityIsTheGreaterOfTaskAndServiceClass() {
    try (Rig rig = Rig.enabled()) {
      rig.set(0x80, 0x35);
      assertThat(rig.get(0xa0)).isEqualTo(0x35);
      rig.message(0x62, false);
      rig.apic.acknowledge();
      assertThat(rig.get(0xa0)).isEqualTo(0x60);
      rig.set(0x80, 0x73);
      assertThat(rig.get(0xa0)).isEqualTo(0x73);
    }
  }

  @Test
  void theArbitrationPriorityCountsRequestsToo() {
    try (Rig rig = Rig.enabled()) {
      rig.set(0x80, 0x35);
      assertThat(rig.get(0x90)).isEqualTo(0x35);
      rig.message(0x62, false);
      assertThat(rig.get(0x90)).isEqualTo(0x60);
    }
  }

  @Test
  void theProcessorIsCalledAgainForWhatIsLeftAfterAnAcknowledge() {
    try (Rig rig = Rig.enabled()) {
      rig.message(0x40, false);
      rig.picVector = 0x21;
      rig.apic.virtualWire();
      rig.apic.lint0(true);
      rig.attention.clear();
      assertThat(rig.apic.acknowledge()).isEqualTo(0x21);
      assertThat(rig.attention.raised()).isTrue();
      assertThat(rig.apic.acknowledge()).isEqualTo(0x40);
    }
  }

  @Test
  void requestsAndTriggersShowInTheirRegisters() {
    try (Rig rig = Rig.enabled()) {
      rig.set(0x80, 0xff);
      rig.message(0x25, true);
      rig.message(0xe0, false);
      assertThat(rig.get(0x210)).isEqualTo(1 << 5);
      assertThat(rig.get(0x190)).isEqualTo(1 << 5);
      assertThat(rig.get(0x270)).isEqualTo(1);
      assertThat(rig.get(0x1f0)).isZero();
      rig.message(0x25, false);
      assertThat(rig.get(0x190)).isZero();
    }
  }

  @Test
  void onlyEndsOfLevelTriggeredInterruptsAreBroadcast() {
    try (Rig rig = Rig.enabled()) {
      rig.message(0x30, true);
      rig.message(0x50, false);
      Rig.takeAll(rig.apic);
      assertThat(rig.ended).containsExactly(0x30);
      rig.eoi();
      assertThat(rig.ended).containsExactly(0x30);
    }
  }

  @Test
  void theBroadcastCanBeSuppressed() {
    try (Rig rig = Rig.enabled()) {
      rig.set(0xf0, 0x11ff);
      rig.message(0x30, true);
      Rig.takeAll(rig.apic);
      assertThat(rig.ended).isEmpty();
    }
  }
}
