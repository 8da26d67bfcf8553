package jvisor.devices.pic;

import static org.assertj.core.api.Assertions.assertThat;

import jvisor.devices.Wire;
import jvisor.platform.PortDevice;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LegacyPicsTest {
  private static final int NON_SPECIFIC_EOI = 0x20;
  private static final int READ_IRR = 0x0a;
  private static final int READ_ISR = 0x0b;
  private static final int POLL = 0x0c;

  private final Wire intr = new Wire();
  private final LegacyPics pics = new LegacyPics(intr);
  private final PortDevice master = pics.masterPorts();
  private final PortDevice slave = pics.slavePorts();
  private final PortDevice elcr = pics.elcrPorts();

  @BeforeEach
  void initialize() {
    initialize(master, 0x11, 0x20, 0x04, 0x01);
    initialize(slave, 0x11, 0x28, 0x02, 0x01);
  }

  private static void initialize(PortDevice chip, int icw1, int icw2, int icw3, int icw4) {
    chip.write(0, 1, icw1);
    chip.write(1, 1, icw2);
    if ((icw1 & 0x02) == 0) {
      chip.write(1, 1, icw3);
    }
    if ((icw1 & 0x01) != 0) {
      chip.write(1, 1, icw4);
    }
  }

  private void raise(int irq) {
    pics.input(irq).set(true);
  }

  private void lower(int irq) {
    pics.input(irq).set(false);
  }

  private void pulse(int irq) {
    lower(irq);
    raise(irq);
  }

  private int read(PortDevice chip, int ocw3) {
    chip.write(0, 1, ocw3);
    return chip.read(0, 1);
  }

  private void eoi(PortDevice chip) {
    chip.write(0, 1, NON_SPECIFIC_EOI);
  }

  @Test
  void acknowledgesWithTheVectorOfTheInput() {
    raise(4);
    assertThat(intr.level()).isTrue();
    assertThat(pics.pending()).isTrue();
    assertThat(read(master, READ_IRR)).isEqualTo(0x10);
    assertThat(pics.acknowledge()).isEqualTo(0x24);
    assertThat(intr.level()).isFalse();
    assertThat(read(master, READ_IRR)).isZero();
    assertThat(read(master, READ_ISR)).isEqualTo(0x10);
    eoi(master);
    assertThat(read(master, READ_ISR)).isZero();
    assertThat(intr.level()).as("an edge counts once").isFalse();
  }

  @Test
  void doesNothingBeforeItIsInitialized() {
    LegacyPics fresh = new LegacyPics(intr);
    fresh.input(1).set(true);
    assertThat(intr.level()).isFalse();
    fresh.masterPorts().write(1, 1, 0xfb);
    assertThat(fresh.masterPorts().read(1, 1)).as("Linux probes the mask").isEqualTo(0xfb);
  }

  @Test
  void lowerNumbersInterruptHigherOnes() {
    raise(4);
    assertThat(pics.acknowledge()).isEqualTo(0x24);
    raise(6);
    assertThat(intr.level()).isFalse();
    raise(1);
    assertThat(pics.acknowledge()).isEqualTo(0x21);
    eoi(master);
    assertThat(intr.level()).isFalse();
    eoi(master);
    assertThat(pics.acknowledge()).isEqualTo(0x26);
  }

  @Test
  void maskHidesARequestAndKeepsIt() {
    master.write(1, 1, 0x10);
    raise(4);
    assertThat(intr.level()).isFalse();
    assertThat(read(master, READ_IRR)).isEqualTo(0x10);
    master.write(1, 1, 0);
    assertThat(intr.level()).isTrue();
  }

  @Test
  void cascadesTheSecondChip() {
    raise(12);
    assertThat(read(master, READ_IRR)).isEqualTo(0x04);
    assertThat(pics.acknowledge()).isEqualTo(0x2c);
    assertThat(read(master, READ_ISR)).isEqualTo(0x04);
    assertThat(read(slave, READ_ISR)).isEqualTo(0x10);
    eoi(slave);
    eoi(master);
    assertThat(intr.level()).isFalse();
  }

  @Test
  void aSecondRequestOfTheSlaveIsNotLostWhileTheFirstIsServed() {
    raise(14);
    raise(8);
    assertThat(pics.acknowledge()).isEqualTo(0x28);
    raise(9);
    eoi(slave);
    eoi(master);
    assertThat(pics.acknowledge()).isEqualTo(0x29);
    eoi(slave);
    eoi(master);
    assertThat(pics.acknowledge()).isEqualTo(0x2e);
  }

  @Test
  void aHigherRequestOfTheSlaveWaitsUnlessFullyNestedSpecially() {
    raise(12);
    pics.acknowledge();
    raise(8);
    assertThat(intr.level()).isFalse();
    initialize(master, 0x11, 0x20, 0x04, 0x11);
    lower(12);
    lower(8);
    eoi(slave);
    raise(12);
    assertThat(pics.acknowledge()).isEqualTo(0x2c);
    raise(8);
    assertThat(pics.acknowledge()).isEqualTo(0x28);
    raise(13);
    assertThat(intr.level()).isFalse();
  }

  @Test
  void specialNestingDoesNotLetLowerInputsOfTheMasterIn() {
    initialize(master, 0x11, 0x20, 0x04, 0x11);
    raise(12);
    pics.acknowledge();
    raise(5);
    assertThat(intr.level()).isFalse();
  }

  @Test
  void aRequestThatGoesAwayBecomesTheDefaultIr7() {
    raise(4);
    lower(4);
    assertThat(intr.level()).isFalse();
    assertThat(pics.acknowledge()).isEqualTo(0x27);
    assertThat(read(master, READ_ISR)).isZero();
  }

  @Test
  void maskingARequestOfTheSlaveWithdrawsItFromTheMaster() {
    raise(12);
    slave.write(1, 1, 0x10);
    assertThat(intr.level()).isFalse();
    assertThat(pics.acknowledge()).isEqualTo(0x27);
    slave.write(1, 1, 0);
    assertThat(pics.acknowledge()).isEqualTo(0x2c);
  }

  @Test
  void levelTriggeredInputsRequestAsLongAsTheyAreHigh() {
    elcr.write(0, 2, 0xffff);
    assertThat(elcr.read(0, 2)).as("some can be edges only").isEqualTo(0xdef8);
    raise(5);
    assertThat(pics.acknowledge()).isEqualTo(0x25);
    assertThat(intr.level()).isFalse();
    eoi(master);
    assertThat(intr.level()).isTrue();
    assertThat(pics.acknowledge()).isEqualTo(0x25);
    lower(5);
    eoi(master);
    assertThat(intr.level()).isFalse();
  }

  @Test
  void specificEndOfInterruptClearsTheLevelItNames() {
    raise(5);
    pics.acknowledge();
    raise(3);
    pics.acknowledge();
    master.write(0, 1, 0x65);
    assertThat(read(master, READ_ISR)).isEqualTo(0x08);
    eoi(master);
    assertThat(read(master, READ_ISR)).isZero();
  }

  @Test
  void rotatingEndOfInterruptMakesTheServedInputTheLowest() {
    raise(4);
    pics.acknowledge();
    master.write(0, 1, 0xa0);
    pulse(4);
    raise(6);
    assertThat(pics.acknowledge()).isEqualTo(0x26);
    master.write(0, 1, 0xe6);
    pulse(6);
    raise(7);
    assertThat(pics.acknowledge()).isEqualTo(0x27);
  }

  @Test
  void setPriorityNamesTheLowestInput() {
    master.write(0, 1, 0xc5);
    raise(5);
    raise(6);
    raise(0);
    assertThat(pics.acknowledge()).isEqualTo(0x26);
    eoi(master);
    assertThat(pics.acknowledge()).isEqualTo(0x20);
    eoi(master);
    assertThat(pics.acknowledge()).isEqualTo(0x25);
  }

  @Test
  void automaticEndOfInterruptLeavesNothingInService() {
    initialize(master, 0x11, 0x20, 0x04, 0x03);
    raise(4);
    assertThat(pics.acknowledge()).isEqualTo(0x24);
    assertThat(read(master, READ_ISR)).isZero();
    raise(6);
    assertThat(pics.acknowledge()).isEqualTo(0x26);
  }

  @Test
  void automaticEndOfInterruptCanRotate() {
    initialize(master, 0x11, 0x20, 0x04, 0x03);
    master.write(0, 1, 0x80);
    raise(4);
    pics.acknowledge();
    pulse(4);
    raise(5);
    assertThat(pics.acknowledge()).isEqualTo(0x25);
    master.write(0, 1, 0x00);
    pics.acknowledge();
    pulse(5);
    raise(6);
    assertThat(pics.acknowledge()).as("no rotation any more").isEqualTo(0x26);
  }

  @Test
  void specialMaskLetsLowerInputsInterruptAMaskedOneInService() {
    raise(3);
    pics.acknowledge();
    raise(6);
    assertThat(intr.level()).isFalse();
    master.write(1, 1, 0x08);
    master.write(0, 1, 0x68);
    assertThat(pics.acknowledge()).isEqualTo(0x26);
    eoi(master);
    assertThat(read(master, READ_ISR)).as("masked levels stay in service").isEqualTo(0x08);
    master.write(0, 1, 0x48);
    eoi(master);
    assertThat(read(master, READ_ISR)).isZero();
  }

  @Test
  void pollAcknowledgesLikeAnInterruptCycle() {
    raise(5);
    raise(3);
    master.write(0, 1, POLL);
    assertThat(master.read(0, 1)).isEqualTo(0x83);
    assertThat(read(master, READ_ISR)).isEqualTo(0x08);
    eoi(master);
    master.write(0, 1, POLL);
    assertThat(master.read(0, 1)).isEqualTo(0x85);
    eoi(master);
    master.write(0, 1, POLL);
    assertThat(master.read(0, 1) & 0x80).isZero();
  }

  @Test
  void initializationForgetsRequestsMasksAndModes() {
    master.write(1, 1, 0xff);
    raise(4);
    initialize(master, 0x11, 0x40, 0x04, 0x01);
    assertThat(master.read(1, 1)).isZero();
    assertThat(intr.level()).as("a new edge is needed").isFalse();
    pulse(4);
    assertThat(pics.acknowledge()).isEqualTo(0x44);
  }

  @Test
  void initializationSkipsTheWordsThatTheFirstOneLeavesOut() {
    initialize(master, 0x12, 0x50, 0, 0);
    raise(2 + 1);
    assertThat(pics.acknowledge()).isEqualTo(0x53);
    master.write(1, 1, 0xaa);
    assertThat(master.read(1, 1)).isEqualTo(0xaa);
  }

  @Test
  void levelModeOfTheWholeChipComesWithTheFirstWord() {
    initialize(master, 0x19, 0x20, 0x04, 0x01);
    raise(1);
    pics.acknowledge();
    eoi(master);
    assertThat(intr.level()).isTrue();
  }

  @Test
  void resetReturnsToTheUninitializedState() {
    raise(1);
    pics.reset();
    assertThat(intr.level()).isFalse();
    assertThat(pics.acknowledge()).isEqualTo(0x07);
  }
}
