package jvisor.cpu.system;

import static org.assertj.core.api.Assertions.assertThat;

import jvisor.cpu.state.Control;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import org.junit.jupiter.api.Test;

/** Exceptions and interrupts in every mode (SDM vol. 3 ch. 6). */
class DeliveryTest {
  private static final String UD2 = "0F0B";
  private static final String INT_40 = "CD40";

  @Test
  void realModePushesThreeWordsAndClearsTheInterruptFlag() {
    try (Rig rig = new Rig().real()) {
      rig.vector(6, 0x2000, 0x123);
      rig.c.setRflags(Rflags.IF | Rflags.TF, Rflags.IF);
      rig.run(UD2);
      assertThat(rig.s.rip()).isEqualTo(0x123);
      assertThat(rig.s.selector(Segment.CS)).isEqualTo(0x2000);
      assertThat(rig.s.segmentBase(Segment.CS)).isEqualTo(0x20000);
      assertThat(rig.stack(0, 2)).isEqualTo(0x1000);
      assertThat(rig.stack(1, 2)).isZero();
      assertThat(rig.stack(2, 2)).isEqualTo(0x202);
      assertThat(rig.s.systemFlags() & Rflags.IF).isZero();
    }
  }

  @Test
  void realModeExceptionsPushNoErrorCode() {
    try (Rig rig = new Rig().real()) {
      rig.vector(13, 0, 0x123);
      rig.s.setReg(Rig.RBX, 0xffff);
      rig.run("8B07"); // mov ax, [bx] across the limit
      assertThat(rig.s.rip()).isEqualTo(0x123);
      assertThat(rig.reg(Rig.RSP)).isEqualTo(0x8000 - 6);
    }
  }

  @Test
  void aVectorOutsideTheRealModeTableShutsDownByWayOfADoubleFault() {
    try (Rig rig = new Rig().real()) {
      rig.s.set(VcpuState.IDTR_LIMIT, 3);
      rig.run(UD2);
      assertThat(rig.c.isShutdown()).isTrue();
    }
  }

  @Test
  void aFaultAtTheSameLevelPushesThreeDoublewordsWithRfSet() {
    try (Rig rig = new Rig().protectedMode()) {
      rig.gate(6, Rig.CODE0, 0x12345, 0x8e);
      rig.c.setRflags(Rflags.IF, Rflags.IF);
      rig.run(UD2);
      assertThat(rig.s.rip()).isEqualTo(0x12345);
      assertThat(rig.reg(Rig.RSP)).isEqualTo(Rig.STACK0 - 12);
      assertThat(rig.stack(0, 4)).isEqualTo(Rig.CODE);
      assertThat(rig.stack(1, 4)).isEqualTo(Rig.CODE0);
      assertThat(rig.stack(2, 4)).isEqualTo(0x202 | Rflags.RF);
      assertThat(rig.s.systemFlags() & Rflags.IF).isZero();
    }
  }

  @Test
  void aTrapGateKeepsTheInterruptFlagAndSoftwareInterruptsPushTheNextInstruction() {
    try (Rig rig = new Rig().protectedMode()) {
      rig.gate(0x40, Rig.CODE0, 0x12345, 0x8f);
      rig.c.setRflags(Rflags.IF, Rflags.IF);
      rig.run(INT_40);
      assertThat(rig.stack(0, 4)).isEqualTo(Rig.CODE + 2);
      assertThat(rig.stack(2, 4)).isEqualTo(0x202);
      assertThat(rig.s.systemFlags() & Rflags.IF).isNotZero();
    }
  }

  @Test
  void aSixteenBitGatePushesWords() {
    try (Rig rig = new Rig().protectedMode()) {
      rig.gate(0x40, Rig.CODE0, 0x7_2345, 0x86);
      rig.run(INT_40);
      assertThat(rig.s.rip()).isEqualTo(0x2345);
      assertThat(rig.reg(Rig.RSP)).isEqualTo(Rig.STACK0 - 6);
      assertThat(rig.stack(0, 2)).isEqualTo(2);
    }
  }

  @Test
  void anInnerHandlerGetsTheStackOfTheTss() {
    try (Rig rig = new Rig().protectedMode().user()) {
      rig.gate(0x40, Rig.CODE0, 0x12345, 0xee);
      rig.run(INT_40);
      assertThat(rig.c.cpl()).isZero();
      assertThat(rig.s.selector(Segment.CS)).isEqualTo(Rig.CODE0);
      assertThat(rig.s.selector(Segment.SS)).isEqualTo(Rig.DATA0);
      assertThat(rig.reg(Rig.RSP)).isEqualTo(Rig.STACK0 - 0x1000 - 20);
      assertThat(rig.stack(1, 4)).isEqualTo(Rig.CODE3);
      assertThat(rig.stack(3, 4)).isEqualTo(Rig.STACK3);
      assertThat(rig.stack(4, 4)).isEqualTo(Rig.DATA3);
    }
  }

  @Test
  void userCodeMayNotUseAGateOfLesserDpl() {
    try (Rig rig = new Rig().protectedMode().user()) {
      rig.gate(0x40, Rig.CODE0, 0x12345, 0x8e);
      rig.gate(13, Rig.CODE0, 0x54321, 0x8e);
      rig.run(INT_40);
      assertThat(rig.s.rip()).isEqualTo(0x54321);
      assertThat(rig.stack(0, 4)).as("error code").isEqualTo(8 * 0x40 + 2);
      assertThat(rig.stack(1, 4)).isEqualTo(Rig.CODE);
    }
  }

  @Test
  void anAbsentGateIsNotPresentAndExternalEventsSetTheExtBit() {
    try (Rig rig = new Rig().protectedMode()) {
      rig.gate(0x40, Rig.CODE0, 0x12345, 0x0e);
      rig.gate(11, Rig.CODE0, 0x54321, 0x8e);
      Delivery.interrupt(rig.c, 0x40);
      assertThat(rig.s.rip()).isEqualTo(0x54321);
      assertThat(rig.stack(0, 4)).isEqualTo(8 * 0x40 + 2 + 1);
    }
  }

  @Test
  void aContributoryFaultWhileDeliveringOneBecomesADoubleFault() {
    try (Rig rig = new Rig().protectedMode()) {
      rig.gate(13, Rig.CODE0, 0x11111, 0x0e);
      rig.gate(8, Rig.CODE0, 0x22222, 0x8e);
      rig.run("8ED8"); // mov ds, ax with a selector outside the GDT
      assertThat(rig.s.rip()).isEqualTo(Rig.CODE + 2);
      rig.s.setReg(Rig.RAX, 0xf00);
      rig.run("8ED8");
      assertThat(rig.s.rip()).isEqualTo(0x22222);
      assertThat(rig.stack(0, 4)).as("error code").isZero();
      assertThat(rig.stack(1, 4)).isEqualTo(Rig.CODE + 2);
    }
  }

  @Test
  void aBenignFaultFollowedByAContributoryOneIsServedInTurn() {
    try (Rig rig = new Rig().protectedMode()) {
      rig.gate(6, Rig.CODE0, 0x11111, 0x0e);
      rig.gate(11, Rig.CODE0, 0x22222, 0x8e);
      rig.run(UD2);
      assertThat(rig.s.rip()).isEqualTo(0x22222);
      assertThat(rig.stack(0, 4)).isEqualTo(8 * 6 + 2 + 1);
    }
  }

  @Test
  void withoutAHandlerForTheDoubleFaultTheProcessorShutsDown() {
    try (Rig rig = new Rig().protectedMode()) {
      rig.s.set(VcpuState.IDTR_LIMIT, 0);
      rig.run(UD2);
      assertThat(rig.c.isShutdown()).isTrue();
      assertThat(rig.s.rip()).as("state is kept for the dump").isEqualTo(Rig.CODE);
    }
  }

  @Test
  void aPageFaultReportsItsAddressAndCodeIn64BitMode() {
    try (Rig rig = new Rig().longMode().user()) {
      rig.gate64(14, Rig.CODE64, 0x12345, 0x8e, 0);
      rig.s.setReg(Rig.RBX, 0x4000_0018);
      rig.run("8903"); // mov [rbx], eax
      assertThat(rig.s.cr(2)).isEqualTo(0x4000_0018);
      assertThat(rig.s.rip()).isEqualTo(0x12345);
      assertThat(rig.stack(0, 8)).as("error code: write by user, not present").isEqualTo(6);
      assertThat(rig.stack(1, 8)).isEqualTo(Rig.CODE);
      assertThat(rig.stack(2, 8)).isEqualTo(Rig.CODE64_USER);
      assertThat(rig.stack(4, 8)).isEqualTo(Rig.STACK3);
      assertThat(rig.stack(5, 8)).isEqualTo(Rig.DATA3);
      assertThat(rig.s.selector(Segment.SS)).as("a null selector").isZero();
      assertThat(rig.c.cpl()).isZero();
    }
  }

  @Test
  void aPageFaultWhileDeliveringAPageFaultIsADoubleFaultOnItsOwnStack() {
    try (Rig rig = new Rig().longMode().user()) {
      rig.gate64(14, Rig.CODE64, 0x12345, 0x8e, 0);
      rig.gate64(8, Rig.CODE64, 0x22222, 0x8e, 1);
      rig.memory.write(Rig.TSS + 4, 8, 0x5000_0000L);
      rig.s.setReg(Rig.RBX, 0x4000_0018);
      rig.run("8903");
      assertThat(rig.s.rip()).isEqualTo(0x22222);
      assertThat(rig.s.cr(2)).isEqualTo(0x5000_0000L - 8);
      assertThat(rig.reg(Rig.RSP)).isEqualTo(Rig.IST1 - 48);
    }
  }

  @Test
  void the64BitStackIsAlignedAndAlwaysHoldsSsAndRsp() {
    try (Rig rig = new Rig().longMode()) {
      rig.gate64(6, Rig.CODE64, 0x12345, 0x8e, 0);
      rig.s.setReg(Rig.RSP, Rig.STACK0 - 5);
      rig.run(UD2);
      assertThat(rig.reg(Rig.RSP)).isEqualTo(Rig.STACK0 - 16 - 40);
      assertThat(rig.stack(3, 8)).isEqualTo(Rig.STACK0 - 5);
      assertThat(rig.stack(4, 8)).isEqualTo(Rig.DATA0);
      assertThat(rig.s.selector(Segment.SS)).as("kept at the same level").isEqualTo(Rig.DATA0);
    }
  }

  @Test
  void a64BitGateNeedsA64BitHandlerAtACanonicalAddress() {
    try (Rig rig = new Rig().longMode()) {
      rig.gate64(6, Rig.CODE0, 0x12345, 0x8e, 0);
      rig.gate64(13, Rig.CODE64, 0x54321, 0x8e, 0);
      rig.run(UD2);
      assertThat(rig.s.rip()).isEqualTo(0x54321);
      assertThat(rig.stack(0, 8)).isEqualTo(Rig.CODE0 + 1);
    }
    try (Rig rig = new Rig().longMode()) {
      rig.gate64(6, Rig.CODE64, 0x0001_0000_0000_0000L, 0x8e, 0);
      rig.gate64(13, Rig.CODE64, 0x54321, 0x8e, 0);
      rig.run(UD2);
      assertThat(rig.s.rip()).isEqualTo(0x54321);
      assertThat(rig.stack(0, 8)).isEqualTo(1);
    }
  }

  @Test
  void virtual8086CodeIsInterruptedWithAllItsSegmentsOnTheStack() {
    try (Rig rig = new Rig().protectedMode()) {
      rig.gate(6, Rig.CODE0, 0x12345, 0x8e);
      virtual8086(rig);
      rig.s.setSegment(Segment.GS, 0x777, 0x7770, 0xffff, 0xf300);
      rig.run(UD2);
      assertThat(rig.c.cpl()).isZero();
      assertThat(rig.c.isVirtual8086()).isFalse();
      assertThat(rig.stack(0, 4)).isZero();
      assertThat(rig.stack(1, 4)).isEqualTo(Rig.CODE >> 4);
      assertThat(rig.stack(2, 4) & Rflags.VM).isNotZero();
      assertThat(rig.stack(4, 4)).isEqualTo(0x3000);
      assertThat(rig.stack(8, 4)).as("GS").isEqualTo(0x777);
      assertThat(rig.s.selector(Segment.GS)).isZero();
    }
  }

  @Test
  void softwareInterruptsOfVirtual8086CodeNeedIoplOrTheRedirectionMap() {
    try (Rig rig = new Rig().protectedMode()) {
      rig.gate(13, Rig.CODE0, 0x54321, 0x8e);
      virtual8086(rig);
      rig.run(INT_40);
      assertThat(rig.s.rip()).isEqualTo(0x54321);
    }
    try (Rig rig = new Rig().protectedMode()) {
      virtual8086(rig);
      rig.s.setSegment(Segment.TR, Rig.TSS_SELECTOR, Rig.TSS, 0xfff, 0x8b00);
      rig.memory.write(Rig.TSS + 0x66, 2, 0x88);
      rig.s.setCr(4, Control.CR4_VME);
      rig.vector(0x40, 0x1234, 0x567);
      rig.c.setRflags(Rflags.VIF, Rflags.VIF);
      rig.run(INT_40);
      assertThat(rig.c.isVirtual8086()).isTrue();
      assertThat(rig.s.rip()).isEqualTo(0x567);
      assertThat(rig.at(0x3_1000 - 2, 2) & 0x3200).as("IOPL 3, IF from VIF").isEqualTo(0x3200);
      assertThat(rig.s.systemFlags() & Rflags.VIF).isZero();
    }
  }

  private static void virtual8086(Rig rig) {
    rig.c.setRflags(Rflags.VM, Rflags.VM | Rflags.IOPL);
    for (int segment = Segment.ES; segment <= Segment.GS; segment++) {
      SegmentLoader.loadReal(rig.c, segment, 0x3000);
    }
    SegmentLoader.loadReal(rig.c, Segment.CS, Rig.CODE >> 4);
    rig.s.setReg(Rig.RSP, 0x1000);
    rig.s.setRip(0);
    rig.c.modeChanged();
  }

  @Test
  void int3AndIntoAreTrapsAndIntoDependsOnOverflow() {
    try (Rig rig = new Rig().protectedMode()) {
      rig.gate(3, Rig.CODE0, 0x33333, 0x8e);
      rig.gate(4, Rig.CODE0, 0x44444, 0x8e);
      rig.run("CE");
      assertThat(rig.s.rip()).isEqualTo(Rig.CODE + 1);
      rig.run("CC");
      assertThat(rig.s.rip()).isEqualTo(0x33333);
      assertThat(rig.stack(0, 4)).isEqualTo(Rig.CODE + 2);
      rig.c.setRflags(Rflags.OF, Rflags.OF);
      rig.run("CE");
      assertThat(rig.s.rip()).isEqualTo(0x44444);
    }
  }

  @Test
  void anNmiBlocksTheNextOneUntilIret() {
    try (Rig rig = new Rig().longMode()) {
      rig.gate64(2, Rig.CODE64, Rig.CODE + 0x100, 0x8e, 0);
      Delivery.nmi(rig.c);
      assertThat(rig.c.isNmiBlocked()).isTrue();
      rig.run("48CF");
      assertThat(rig.c.isNmiBlocked()).isFalse();
      assertThat(rig.s.rip()).isEqualTo(Rig.CODE);
    }
  }

  @Test
  void aStackThatIsTooSmallForTheFrameIsAStackFaultWithNothingPushed() {
    try (Rig rig = new Rig().protectedMode()) {
      rig.gate(0x40, Rig.CODE0, 0x12345, 0x8e);
      rig.gate(12, Rig.CODE0, 0x54321, 0x85);
      rig.s.setReg(Rig.RSP, 8);
      rig.s.set(VcpuState.IDTR_LIMIT, 8 * 0x41);
      rig.s.setSegment(Segment.SS, Rig.DATA0, 0, 0xfff, 0x4093_00);
      rig.c.modeChanged();
      long before = rig.at(0, 8);
      rig.run(INT_40);
      assertThat(rig.at(0, 8)).isEqualTo(before);
      assertThat(rig.s.rip()).isNotEqualTo(0x12345);
    }
  }
}
