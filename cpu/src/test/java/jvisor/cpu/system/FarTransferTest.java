package jvisor.cpu.system;

import static org.assertj.core.api.Assertions.assertThat;

import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Segment;
import org.junit.jupiter.api.Test;

/** Far JMP, CALL, RET and call gates (SDM vol. 3, 5.8). */
class FarTransferTest {
  private static final int TARGET = 0x12344;

  /** CALL FAR selector:0. */
  private static String call(int selector) {
    return "9A00000000" + word(selector);
  }

  private static String jump(int selector, int offset) {
    return "EA%02X%02X%02X%02X"
            .formatted(offset & 0xff, offset >> 8 & 0xff, offset >> 16 & 0xff, offset >>> 24)
        + word(selector);
  }

  private static String word(int selector) {
    return "%02X%02X".formatted(selector & 0xff, selector >> 8);
  }

  private static Rig faulting(Rig rig) {
    for (int vector = 8; vector < 15; vector++) {
      rig.gate(vector, Rig.CODE0, 0x40000 + 16 * vector, 0x8e);
    }
    return rig;
  }

  private static void assertFault(Rig rig, int vector, long code) {
    assertThat(rig.s.rip()).as("handler").isEqualTo(0x40000 + 16 * vector);
    assertThat(rig.stack(0, 4)).as("error code").isEqualTo(code);
  }

  @Test
  void aFarJumpTakesTheLevelAsRplAndSetsTheAccessedBit() {
    try (Rig rig = new Rig().protectedMode()) {
      rig.descriptor(Rig.FREE, 0x1000, 0xfffff, 0x9a, 0xc);
      rig.stopAt(0x1000 + TARGET);
      rig.run(jump(Rig.FREE, TARGET));
      assertThat(rig.s.rip()).isEqualTo(TARGET);
      assertThat(rig.s.segmentBase(Segment.CS)).isEqualTo(0x1000);
      assertThat(rig.at(Rig.GDT + Rig.FREE + 5, 1)).isEqualTo(0x9b);
    }
  }

  @Test
  void jumpsAreRefusedByTypeLevelPresenceAndLimit() {
    try (Rig rig = faulting(new Rig().protectedMode())) {
      rig.run(jump(Rig.DATA0, TARGET));
      assertFault(rig, 13, Rig.DATA0);
    }
    try (Rig rig = faulting(new Rig().protectedMode())) {
      rig.run(jump(0, TARGET));
      assertFault(rig, 13, 0);
    }
    try (Rig rig = faulting(new Rig().protectedMode())) {
      rig.run(jump(Rig.CODE3, TARGET));
      assertFault(rig, 13, Rig.CODE3 & ~3);
    }
    try (Rig rig = faulting(new Rig().protectedMode())) {
      rig.descriptor(Rig.FREE, 0, 0xfffff, 0x1b, 0xc);
      rig.run(jump(Rig.FREE, TARGET));
      assertFault(rig, 11, Rig.FREE);
    }
    try (Rig rig = faulting(new Rig().protectedMode())) {
      rig.descriptor(Rig.FREE, 0, 0x100, 0x9b, 0x4);
      rig.run(jump(Rig.FREE, 0x101));
      assertFault(rig, 13, 0);
    }
  }

  @Test
  void userCodeReachesConformingSegmentsAtItsOwnLevel() {
    try (Rig rig = new Rig().protectedMode().user()) {
      rig.stopAt(TARGET);
      rig.run(jump(Rig.CONFORMING, TARGET));
      assertThat(rig.s.rip()).isEqualTo(TARGET);
      assertThat(rig.c.cpl()).isEqualTo(3);
      assertThat(rig.s.selector(Segment.CS)).isEqualTo(Rig.CONFORMING | 3);
    }
  }

  @Test
  void aCallGateSwitchesStacksAndCopiesParameters() {
    try (Rig rig = new Rig().protectedMode().user()) {
      rig.callGate(Rig.FREE, Rig.CODE0, TARGET, 0xec, 2);
      rig.memory.write(Rig.STACK3, 4, 0x1111);
      rig.memory.write(Rig.STACK3 + 4, 4, 0x2222);
      rig.run(call(Rig.FREE | 3));
      assertThat(rig.s.rip()).isEqualTo(TARGET);
      assertThat(rig.c.cpl()).isZero();
      assertThat(rig.reg(Rig.RSP)).isEqualTo(Rig.STACK0 - 0x1000 - 24);
      assertThat(rig.stack(0, 4)).isEqualTo(Rig.CODE + 7);
      assertThat(rig.stack(1, 4)).isEqualTo(Rig.CODE3);
      assertThat(rig.stack(2, 4)).isEqualTo(0x1111);
      assertThat(rig.stack(3, 4)).isEqualTo(0x2222);
      assertThat(rig.stack(4, 4)).isEqualTo(Rig.STACK3);
      assertThat(rig.stack(5, 4)).isEqualTo(Rig.DATA3);
      rig.s.setSegment(Segment.DS, Rig.DATA0, 0, 0xffff_ffffL, 0xcf9300);
      rig.run("CA0800"); // retf 8
      assertThat(rig.c.cpl()).isEqualTo(3);
      assertThat(rig.s.rip()).isEqualTo(Rig.CODE + 7);
      assertThat(rig.reg(Rig.RSP)).isEqualTo(Rig.STACK3 + 8);
      assertThat(rig.s.selector(Segment.DS)).as("too privileged, hence null").isZero();
      assertThat(rig.s.selector(Segment.ES)).isEqualTo(Rig.DATA3);
    }
  }

  @Test
  void aCallGateMustBeWithinReach() {
    try (Rig rig = faulting(new Rig().protectedMode().user())) {
      rig.callGate(Rig.FREE, Rig.CODE0, TARGET, 0x8c, 0);
      rig.run(call(Rig.FREE));
      assertFault(rig, 13, Rig.FREE);
    }
    try (Rig rig = faulting(new Rig().protectedMode().user())) {
      rig.callGate(Rig.FREE, Rig.CODE0, TARGET, 0xec, 0);
      rig.run(jump(Rig.FREE, 0));
      assertFault(rig, 13, Rig.CODE0);
    }
    try (Rig rig = faulting(new Rig().protectedMode().user())) {
      rig.callGate(Rig.FREE, Rig.CODE0, TARGET, 0x6c, 0);
      rig.run(call(Rig.FREE));
      assertFault(rig, 11, Rig.FREE);
    }
  }

  @Test
  void aBadStackInTheTssIsAnInvalidTssFault() {
    try (Rig rig = faulting(new Rig().protectedMode().user())) {
      rig.callGate(Rig.FREE, Rig.CODE0, TARGET, 0xec, 0);
      rig.descriptor(0xa0, 0, 0xfffff, 0xf3, 0xc);
      rig.memory.write(Rig.TSS + 8, 4, 0xa0);
      // The handler is entered by a gate to conforming code, which needs no stack of the TSS.
      rig.gate(10, Rig.CONFORMING, 0x40000 + 160, 0x8e);
      rig.run(call(Rig.FREE));
      assertFault(rig, 10, 0xa0);
      assertThat(rig.c.cpl()).isEqualTo(3);
    }
  }

  @Test
  void aSixtyFourBitCallGateTakesRspFromTheTssAndANullStackSegment() {
    try (Rig rig = new Rig().longMode().user()) {
      rig.callGate(Rig.FREE, Rig.CODE64, TARGET, 0xec, 0);
      rig.memory.write(Rig.GDT + Rig.FREE + 8, 8, 0);
      rig.memory.write(0x9_0000, 4, 0);
      rig.memory.write(0x9_0004, 2, Rig.FREE | 3);
      rig.s.setReg(Rig.RBX, 0x9_0000);
      rig.stopAt(TARGET);
      rig.run("FF1B"); // call far [rbx]
      assertThat(rig.s.rip()).isEqualTo(TARGET);
      assertThat(rig.c.cpl()).isZero();
      assertThat(rig.s.selector(Segment.SS)).isZero();
      assertThat(rig.stack(0, 8)).isEqualTo(Rig.CODE + 2);
      assertThat(rig.stack(2, 8)).isEqualTo(Rig.STACK3);
      rig.run("48CB"); // retfq
      assertThat(rig.c.cpl()).isEqualTo(3);
      assertThat(rig.s.rip()).isEqualTo(Rig.CODE + 2);
      assertThat(rig.reg(Rig.RSP)).isEqualTo(Rig.STACK3);
    }
  }

  @Test
  void realModeTransfersMakeParagraphs() {
    try (Rig rig = new Rig().real()) {
      rig.run("9A34120020");
      assertThat(rig.s.segmentBase(Segment.CS)).isEqualTo(0x20000);
      assertThat(rig.s.rip()).isEqualTo(0x1234);
      assertThat(rig.stack(0, 2)).isEqualTo(0x1005);
      rig.run("CB");
      assertThat(rig.s.rip()).isEqualTo(0x1005);
      assertThat(rig.s.selector(Segment.CS)).isZero();
    }
  }

  @Test
  void iretToUserCodeRestoresStackAndFlagsButNotVmOrIoplOfTheLesser() {
    try (Rig rig = new Rig().protectedMode()) {
      long sp = Rig.STACK0 - 20;
      rig.s.setReg(Rig.RSP, sp);
      rig.memory.write(sp, 4, TARGET);
      rig.memory.write(sp + 4, 4, Rig.CODE3);
      rig.memory.write(sp + 8, 4, Rflags.IF | Rflags.IOPL | Rflags.CF);
      rig.memory.write(sp + 12, 4, 0x777);
      rig.memory.write(sp + 16, 4, Rig.DATA3);
      rig.run("CF");
      assertThat(rig.s.rip()).isEqualTo(TARGET);
      assertThat(rig.c.cpl()).isEqualTo(3);
      assertThat(rig.reg(Rig.RSP)).isEqualTo(0x777);
      assertThat(rig.c.rflags()).isEqualTo(Rflags.FIXED | Rflags.IF | Rflags.IOPL | Rflags.CF);
      assertThat(rig.s.selector(Segment.DS)).isZero();
      rig.s.setReg(Rig.RSP, Rig.STACK3);
      rig.c.setRflags(0, Rflags.IOPL);
      rig.memory.write(Rig.STACK3, 4, TARGET);
      rig.memory.write(Rig.STACK3 + 4, 4, Rig.CODE3);
      rig.memory.write(Rig.STACK3 + 8, 4, Rflags.IOPL | Rflags.ZF);
      rig.run("CF");
      assertThat(rig.c.rflags())
          .as("user code keeps IF and IOPL")
          .isEqualTo(Rflags.FIXED | Rflags.IF | Rflags.ZF);
    }
  }

  @Test
  void iretToVirtual8086ModeLoadsAllSegments() {
    try (Rig rig = new Rig().protectedMode()) {
      long sp = Rig.STACK0 - 36;
      rig.s.setReg(Rig.RSP, sp);
      long[] frame = {0x123, 0x2000, Rflags.VM | Rflags.IF, 0x456, 0x3000, 1, 2, 3, 4};
      for (int n = 0; n < frame.length; n++) {
        rig.memory.write(sp + 4 * n, 4, frame[n]);
      }
      rig.stopAt(0x20123);
      rig.run("CF");
      assertThat(rig.c.isVirtual8086()).isTrue();
      assertThat(rig.c.cpl()).isEqualTo(3);
      assertThat(rig.s.segmentBase(Segment.CS)).isEqualTo(0x20000);
      assertThat(rig.s.selector(Segment.ES)).isEqualTo(1);
      assertThat(rig.s.selector(Segment.GS)).isEqualTo(4);
      assertThat(rig.reg(Rig.RSP)).isEqualTo(0x456);
    }
  }

  @Test
  void iretqReturnsToCompatibilityMode() {
    try (Rig rig = new Rig().longMode()) {
      long sp = Rig.STACK0 - 40;
      rig.s.setReg(Rig.RSP, sp);
      long[] frame = {TARGET, Rig.CODE3, Rflags.IF, 0x1_0000_0777L, Rig.DATA3};
      for (int n = 0; n < frame.length; n++) {
        rig.memory.write(sp + 8 * n, 8, frame[n]);
      }
      rig.stopAt(TARGET);
      rig.run("48CF");
      assertThat(rig.c.is64Bit()).isFalse();
      assertThat(rig.c.isLongMode()).isTrue();
      assertThat(rig.s.rip()).isEqualTo(TARGET);
      assertThat(rig.c.stackPointer()).isEqualTo(0x777);
    }
  }

  @Test
  void iretqRefusesANullStackForUserCodeAndTakesItForTheKernel() {
    try (Rig rig = new Rig().longMode()) {
      rig.gate64(13, Rig.CODE64, 0x40000, 0x8e, 0);
      returnTo(rig, Rig.CODE64_USER, 3);
      assertThat(rig.s.rip()).isEqualTo(0x40000);
      assertThat(rig.stack(0, 8)).isZero();
    }
    try (Rig rig = new Rig().longMode()) {
      rig.stopAt(TARGET);
      returnTo(rig, Rig.CODE64, 0);
      assertThat(rig.s.rip()).isEqualTo(TARGET);
      assertThat(rig.s.selector(Segment.SS)).isZero();
    }
  }

  @Test
  void aReturnToALesserPrivilegeMakesEveryNullSelectorZeroAndKeepsItsBase() {
    try (Rig rig = new Rig().longMode()) {
      rig.stopAt(TARGET);
      rig.run("B8030000008ED88EC08EE08EE8", 5); // mov eax, 3; mov ds, es, fs, gs
      rig.s.setSegmentBase(Segment.GS, 0x1234_5678_9abcL);
      returnTo(rig, Rig.CODE64_USER, Rig.DATA3);
      assertThat(rig.c.cpl()).isEqualTo(3);
      for (int segment : new int[] {Segment.DS, Segment.ES, Segment.FS, Segment.GS}) {
        assertThat(rig.s.selector(segment)).as("segment " + segment).isZero();
      }
      assertThat(rig.s.segmentBase(Segment.GS)).isEqualTo(0x1234_5678_9abcL);
    }
  }

  private static void returnTo(Rig rig, int cs, int ss) {
    long sp = Rig.STACK0 - 40;
    rig.s.setReg(Rig.RSP, sp);
    long[] frame = {TARGET, cs, Rflags.IF, 0x777, ss};
    for (int n = 0; n < frame.length; n++) {
      rig.memory.write(sp + 8 * n, 8, frame[n]);
    }
    rig.run("48CF");
  }

  @Test
  void aJumpReadsOffsetAndSelectorOneAfterTheOther() {
    try (Rig rig = faulting(new Rig().protectedMode())) {
      rig.s.setReg(Rig.RBX, 0xffff_fffcL);
      rig.memory.write(0, 2, Rig.ABSENT);
      rig.run("FF2B");
      assertFault(rig, 13, Rig.ABSENT);
    }
  }
}
