package jvisor.cpu.system;

import static org.assertj.core.api.Assertions.assertThat;

import jvisor.cpu.state.Control;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Segment;
import org.junit.jupiter.api.Test;

/** SDM vol. 3, 7.3. */
class TaskSwitchTest {
  private static final int TARGET = 0x12344;
  private static final int NEW_STACK = 0x50000;

  private static Rig rig() {
    Rig rig = new Rig().protectedMode();
    for (int vector = 8; vector < 15; vector++) {
      rig.gate(vector, Rig.CODE0, 0x40000 + 16 * vector, 0x8e);
    }
    newTask(rig, Rig.CODE0, Rig.DATA0, 0x2);
    return rig;
  }

  private static void newTask(Rig rig, int cs, int data, long flags) {
    int tss = Rig.OTHER_TSS;
    rig.memory.write(tss + 0x20, 4, TARGET);
    rig.memory.write(tss + 0x24, 4, flags);
    for (int n = 0; n < 8; n++) {
      rig.memory.write(tss + 0x28 + 4 * n, 4, n == 4 ? NEW_STACK : 0x100 + n);
    }
    int[] selectors = {data, cs, data, data, data, data};
    for (int n = 0; n < 6; n++) {
      rig.memory.write(tss + 0x48 + 4 * n, 4, selectors[n]);
    }
    rig.memory.write(tss + 0x60, 4, 0);
    rig.stopAt(TARGET);
  }

  private static int access(Rig rig, int selector) {
    return (int) rig.at(Rig.GDT + selector + 5, 1);
  }

  private static final String JUMP = "EA000000005000";
  private static final String CALL = "9A000000005000";

  @Test
  void aJumpSavesTheOldTaskAndLoadsTheNewOne() {
    try (Rig rig = rig()) {
      rig.s.setReg(Rig.RBX, 0x1234_5678);
      rig.c.setRflags(Rflags.CF, Rflags.CF);
      rig.run(JUMP);
      assertThat(rig.s.rip()).isEqualTo(TARGET);
      assertThat(rig.reg(Rig.RSP)).isEqualTo(NEW_STACK);
      assertThat(rig.reg(Rig.RDI)).isEqualTo(0x107);
      assertThat(rig.s.selector(Segment.TR)).isEqualTo(Rig.OTHER_TSS_SELECTOR);
      assertThat(rig.s.cr(0) & Control.CR0_TS).isNotZero();
      assertThat(rig.c.rflags()).isEqualTo(2);
      assertThat(rig.at(Rig.TSS + 0x20, 4)).isEqualTo(Rig.CODE + 7);
      assertThat(rig.at(Rig.TSS + 0x24, 4)).isEqualTo(3);
      assertThat(rig.at(Rig.TSS + 0x34, 4)).isEqualTo(0x1234_5678);
      assertThat(rig.at(Rig.TSS + 0x4c, 2)).isEqualTo(Rig.CODE0);
      assertThat(access(rig, Rig.TSS_SELECTOR)).as("available again").isEqualTo(0x89);
      assertThat(access(rig, Rig.OTHER_TSS_SELECTOR)).as("busy").isEqualTo(0x8b);
    }
  }

  @Test
  void aCallNestsAndIretReturns() {
    try (Rig rig = rig()) {
      rig.run(CALL);
      assertThat(rig.s.systemFlags() & Rflags.NT).isNotZero();
      assertThat(rig.at(Rig.OTHER_TSS, 2)).isEqualTo(Rig.TSS_SELECTOR);
      assertThat(access(rig, Rig.TSS_SELECTOR)).isEqualTo(0x8b);
      rig.stopAt(Rig.CODE + 7);
      rig.run("CF");
      assertThat(rig.s.rip()).isEqualTo(Rig.CODE + 7);
      assertThat(rig.s.selector(Segment.TR)).isEqualTo(Rig.TSS_SELECTOR);
      assertThat(access(rig, Rig.OTHER_TSS_SELECTOR)).isEqualTo(0x89);
      assertThat(rig.at(Rig.OTHER_TSS + 0x24, 4) & Rflags.NT).as("saved flags").isZero();
    }
  }

  @Test
  void aBusyTaskCannotBeEntered() {
    try (Rig rig = rig()) {
      rig.descriptor(Rig.OTHER_TSS_SELECTOR, Rig.OTHER_TSS, 0x67, 0x8b, 0);
      rig.run(JUMP);
      assertThat(rig.s.rip()).isEqualTo(0x40000 + 16 * 13);
      assertThat(rig.stack(0, 4)).isEqualTo(Rig.OTHER_TSS_SELECTOR);
    }
  }

  @Test
  void aTssThatIsTooSmallFaultsInTheOldTask() {
    try (Rig rig = rig()) {
      rig.descriptor(Rig.OTHER_TSS_SELECTOR, Rig.OTHER_TSS, 0x66, 0x89, 0);
      rig.run(JUMP);
      assertThat(rig.s.rip()).isEqualTo(0x40000 + 16 * 10);
      assertThat(rig.stack(0, 4)).isEqualTo(Rig.OTHER_TSS_SELECTOR);
      assertThat(rig.s.selector(Segment.TR)).isEqualTo(Rig.TSS_SELECTOR);
    }
  }

  @Test
  void aBadSegmentFaultsInTheNewTask() {
    try (Rig rig = rig()) {
      rig.memory.write(Rig.OTHER_TSS + 0x54, 4, Rig.CODE3);
      rig.descriptor(Rig.CODE3, 0, 0xfffff, 0xf9, 0xc); // execute only
      rig.run(JUMP);
      assertThat(rig.s.rip()).isEqualTo(0x40000 + 16 * 10);
      assertThat(rig.s.selector(Segment.TR)).isEqualTo(Rig.OTHER_TSS_SELECTOR);
      assertThat(rig.stack(0, 4)).isEqualTo(Rig.CODE3 & ~3);
      assertThat(rig.stack(1, 4)).as("return address").isEqualTo(TARGET);
    }
  }

  @Test
  void anExceptionThroughATaskGatePushesItsErrorCodeInTheNewTask() {
    try (Rig rig = rig()) {
      rig.gate(13, Rig.OTHER_TSS_SELECTOR, 0, 0x85);
      rig.s.setReg(Rig.RAX, 0xf00);
      rig.run("8ED8"); // mov ds, ax
      assertThat(rig.s.rip()).isEqualTo(TARGET);
      assertThat(rig.reg(Rig.RSP)).isEqualTo(NEW_STACK - 4);
      assertThat(rig.stack(0, 4)).isEqualTo(0xf00);
      assertThat(rig.at(Rig.TSS + 0x20, 4)).as("the faulting instruction").isEqualTo(Rig.CODE);
      assertThat(rig.s.systemFlags() & Rflags.NT).isNotZero();
    }
  }

  @Test
  void theTrapBitRaisesADebugExceptionInTheNewTask() {
    try (Rig rig = rig()) {
      rig.gate(1, Rig.CODE0, 0x41000, 0x8e);
      rig.memory.write(Rig.OTHER_TSS + 0x64, 2, 1);
      rig.run(JUMP, 2);
      assertThat(rig.s.rip()).isEqualTo(0x41000);
      assertThat(rig.s.dr(6) & 0x8000).isNotZero();
      assertThat(rig.stack(0, 4)).isEqualTo(TARGET);
    }
  }

  @Test
  void aSixteenBitTaskFillsTheUpperHalvesWithOnes() {
    try (Rig rig = rig()) {
      rig.descriptor(Rig.OTHER_TSS_SELECTOR, Rig.OTHER_TSS, 0x2b, 0x81, 0);
      int tss = Rig.OTHER_TSS;
      rig.memory.write(tss + 0x0e, 2, 0x7000);
      rig.memory.write(tss + 0x10, 2, 2);
      rig.memory.write(tss + 0x12, 2, 0xabcd);
      rig.memory.write(tss + 0x1a, 2, 0x6000);
      int[] selectors = {Rig.DATA0, Rig.CODE0, Rig.DATA0, Rig.DATA0};
      for (int n = 0; n < 4; n++) {
        rig.memory.write(tss + 0x22 + 2 * n, 2, selectors[n]);
      }
      rig.memory.write(tss + 0x2a, 2, 0);
      rig.stopAt(0x7000);
      rig.run(JUMP);
      assertThat(rig.s.rip()).isEqualTo(0x7000);
      assertThat(rig.reg(Rig.RAX)).isEqualTo(0xffff_abcdL);
      assertThat(rig.reg(Rig.RSP)).isEqualTo(0xffff_6000L);
      assertThat(rig.s.selector(Segment.FS)).isZero();
    }
  }
}
