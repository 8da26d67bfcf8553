package jvisor.cpu.apic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * Who gets which message (SDM vol. 3, "Issuing Interprocessor Interrupts", "Message Signalled").
 */
class ApicBusTest {
  private static final int ASSERT = 1 << 14;
  private static final int LOGICAL = 1 << 11;
  private static final long MSI = 0xfee0_0000L;
  private static final int MSI_LOGICAL = 1 << 2;
  private static final int MSI_HINT = 1 << 3;

  /** Numbers of the APICs that got the interrupt. */
  private static List<Integer> receivers(Rig rig) {
    List<Integer> ids = new ArrayList<>();
    for (int id = 0; id < rig.all.length; id++) {
      if (rig.all[id].hasInterrupt()) {
        ids.add(id);
        Rig.takeAll(rig.all[id]);
      }
    }
    return ids;
  }

  private static List<Integer> ipi(Rig rig, int low, int destination) {
    if (rig.apic.mode() == ApicMode.X2APIC) {
      rig.apic.write(ApicRegister.ICR, (long) destination << 32 | low & 0xffff_ffffL);
    } else {
      rig.set(0x310, destination << 24);
      rig.set(0x300, low);
    }
    return receivers(rig);
  }

  private static List<Integer> msi(Rig rig, int destination, int flags, int data) {
    rig.bus.send(MSI | (long) destination << 12 | flags, data);
    return receivers(rig);
  }

  @Test
  void aPhysicalDestinationIsOneApicAndAllOnesAreAll() {
    try (Rig rig = Rig.enabled(4)) {
      assertThat(ipi(rig, ASSERT | 0x40, 2)).containsExactly(2);
      assertThat(ipi(rig, ASSERT | 0x40, 0)).containsExactly(0);
      assertThat(ipi(rig, ASSERT | 0x40, 9)).isEmpty();
      assertThat(ipi(rig, ASSERT | 0x40, 0xff)).containsExactly(0, 1, 2, 3);
      assertThat(msi(rig, 3, 0, 0x40)).containsExactly(3);
      assertThat(msi(rig, 0xff, 0, 0x40)).containsExactly(0, 1, 2, 3);
    }
  }

  @Test
  void shorthandsNeedNoDestination() {
    try (Rig rig = Rig.enabled(3)) {
      assertThat(ipi(rig, 1 << 18 | ASSERT | 0x40, 2)).containsExactly(0);
      assertThat(ipi(rig, 2 << 18 | ASSERT | 0x40, 2)).containsExactly(0, 1, 2);
      assertThat(ipi(rig, 3 << 18 | ASSERT | 0x40, 2)).containsExactly(1, 2);
    }
  }

  @Test
  void theFlatModelIsASetOfEight() {
    try (Rig rig = Rig.enabled(3)) {
      for (int id = 0; id < 3; id++) {
        rig.all[id].write(0xd0, 4, 1L << 24 + id);
      }
      assertThat(ipi(rig, LOGICAL | ASSERT | 0x40, 0b101)).containsExactly(0, 2);
      assertThat(msi(rig, 0b110, MSI_LOGICAL, 0x40)).containsExactly(1, 2);
      assertThat(ipi(rig, LOGICAL | ASSERT | 0x40, 0b1000)).isEmpty();
    }
  }

  @Test
  void theClusterModelIsASetOfFourInACluster() {
    try (Rig rig = Rig.enabled(4)) {
      int[] ldr = {0x11, 0x12, 0x21, 0x22};
      for (int id = 0; id < 4; id++) {
        rig.all[id].write(0xe0, 4, 0x0fff_ffff);
        rig.all[id].write(0xd0, 4, (long) ldr[id] << 24);
      }
      assertThat(ipi(rig, LOGICAL | ASSERT | 0x40, 0x13)).containsExactly(0, 1);
      assertThat(ipi(rig, LOGICAL | ASSERT | 0x40, 0x22)).containsExactly(3);
      assertThat(ipi(rig, LOGICAL | ASSERT | 0x40, 0xf1)).containsExactly(0, 2);
      assertThat(ipi(rig, LOGICAL | ASSERT | 0x40, 0xff)).containsExactly(0, 1, 2, 3);
    }
  }

  @Test
  void x2apicDestinationsHave32Bits() {
    try (Rig rig = Rig.x2apic(18)) {
      assertThat(ipi(rig, ASSERT | 0x40, 17)).containsExactly(17);
      assertThat(ipi(rig, ASSERT | 0x40, 0xff)).isEmpty();
      assertThat(ipi(rig, ASSERT | 0x40, -1)).hasSize(18);
      assertThat(ipi(rig, LOGICAL | ASSERT | 0x40, 1 << 16 | 3)).containsExactly(16, 17);
      assertThat(ipi(rig, LOGICAL | ASSERT | 0x40, 0x8001)).containsExactly(0, 15);
      assertThat(ipi(rig, LOGICAL | ASSERT | 0x40, 2 << 16 | 3)).isEmpty();
      assertThat(msi(rig, 16, 0, 0x40)).containsExactly(16);
    }
  }

  @Test
  void theSelfIpiRegisterInterruptsItsOwner() {
    try (Rig rig = Rig.x2apic(2)) {
      assertThat(rig.apic.write(ApicRegister.SELF_IPI, 0x99)).isTrue();
      assertThat(rig.apic.acknowledge()).isEqualTo(0x99);
      assertThat(rig.all[1].hasInterrupt()).isFalse();
    }
  }

  @Test
  void lowestPriorityTakesTheLeastBusyAndOfEqualsEachInTurn() {
    try (Rig rig = Rig.enabled(3)) {
      int lowest = 1 << 8;
      rig.all[0].setTaskPriority(3);
      rig.all[2].setTaskPriority(2);
      assertThat(msi(rig, 0xff, 0, lowest | 0x40)).containsExactly(1);
      rig.all[0].setTaskPriority(0);
      rig.all[2].setTaskPriority(0);
      List<Integer> turns = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        turns.addAll(msi(rig, 0xff, 0, lowest | 0x40));
      }
      assertThat(turns).containsExactlyInAnyOrder(0, 1, 2);
      rig.all[1].write(0xf0, 4, 0xff);
      for (int i = 0; i < 4; i++) {
        assertThat(msi(rig, 0xff, 0, lowest | 0x40)).hasSize(1).doesNotContain(1);
      }
    }
  }

  @Test
  void theRedirectionHintSendsALogicalMessageToOne() {
    try (Rig rig = Rig.enabled(2)) {
      rig.all[0].write(0xd0, 4, 1 << 24);
      rig.all[1].write(0xd0, 4, 2 << 24);
      assertThat(msi(rig, 3, MSI_LOGICAL | MSI_HINT, 0x40)).hasSize(1);
      assertThat(msi(rig, 3, MSI_LOGICAL, 0x40)).hasSize(2);
    }
  }

  @Test
  void messagesOutsideTheWindowAndReleasesOfLevelsAreDropped() {
    try (Rig rig = Rig.enabled()) {
      rig.bus.send(0xfed0_0000L, 0x40);
      rig.bus.send(0x1_fee0_0000L, 0x40);
      rig.bus.send(MSI, Rig.LEVEL | 0x40);
      assertThat(receivers(rig)).isEmpty();
    }
  }

  @Test
  void anNmiComesThroughWhateverThePriority() {
    try (Rig rig = new Rig(2)) {
      rig.all[1].setTaskPriority(15);
      rig.bus.send(MSI | 1 << 12, 4 << 8);
      assertThat(rig.all[1].hasNmi()).isTrue();
      assertThat(rig.apic.hasNmi()).isFalse();
      rig.set(0x300, 3 << 18 | ASSERT | 4 << 8);
      assertThat(rig.apic.hasNmi()).isFalse();
    }
  }

  /** At most the one that would have been taken at once, and one more. */
  @Test
  void twoNmisWaitForAProcessorThatHandlesNone() {
    try (Rig rig = new Rig(2)) {
      AtomicBoolean handles = new AtomicBoolean();
      rig.all[1].onNmi(handles::get);
      assertThat(nmis(rig, 3)).isEqualTo(2);
      handles.set(true);
      assertThat(nmis(rig, 3)).isEqualTo(1);
    }
  }

  /** Sends so many to the second processor; answers how many it can take. */
  private static int nmis(Rig rig, int count) {
    for (int i = 0; i < count; i++) {
      rig.bus.send(MSI | 1 << 12, 4 << 8);
    }
    int taken = 0;
    for (; rig.all[1].hasNmi(); taken++) {
      rig.all[1].takeNmi();
    }
    return taken;
  }

  @Test
  void anExtIntMessageAsksTheLegacyControllerForTheVector() {
    try (Rig rig = Rig.enabled()) {
      rig.bus.send(MSI, 7 << 8);
      rig.picVector = 0x31;
      assertThat(rig.apic.hasInterrupt()).isTrue();
      assertThat(rig.apic.acknowledge()).isEqualTo(0x31);
      assertThat(rig.apic.hasInterrupt()).isFalse();
    }
  }

  @Test
  void initAndStartUpReachTheMachine() {
    try (Rig rig = new Rig(2)) {
      List<String> events = new ArrayList<>();
      rig.all[1].onStartup(
          new StartupEvents() {
            @Override
            public void init() {
              events.add("init");
            }

            @Override
            public void startUp(int vector) {
              events.add("start " + vector);
            }
          });
      rig.set(0x300, 3 << 18 | ASSERT | 5 << 8);
      rig.set(0x300, 3 << 18 | Rig.LEVEL | 5 << 8);
      rig.set(0x300, 3 << 18 | ASSERT | 6 << 8 | 0x9a);
      assertThat(events).containsExactly("init", "start 154");
    }
  }

  @Test
  void aDisabledApicGetsNothing() {
    try (Rig rig = Rig.enabled(2)) {
      rig.all[1].setBase(0);
      assertThat(ipi(rig, ASSERT | 0x40, 0xff)).containsExactly(0);
      rig.set(0x300, 3 << 18 | ASSERT | 4 << 8);
      assertThat(rig.all[1].hasNmi()).isFalse();
    }
  }
}
