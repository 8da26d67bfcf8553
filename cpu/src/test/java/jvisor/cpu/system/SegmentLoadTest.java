package jvisor.cpu.system;

import static org.assertj.core.api.Assertions.assertThat;

import jvisor.cpu.state.Segment;
import org.junit.jupiter.api.Test;

/** Loads of segment registers (SDM vol. 3, 5.6–5.7). */
class SegmentLoadTest {
  private static Rig rig() {
    return handlers(new Rig().protectedMode());
  }

  private static Rig handlers(Rig rig) {
    for (int vector = 6; vector < 15; vector++) {
      rig.gate(vector, Rig.CODE0, 0x40000 + 16 * vector, 0x8e);
    }
    return rig;
  }

  private static void load(Rig rig, String code, int selector) {
    rig.s.setReg(Rig.RAX, selector);
    rig.run(code);
  }

  private static void assertFault(Rig rig, int vector, long code) {
    assertThat(rig.s.rip()).isEqualTo(0x40000 + 16 * vector);
    assertThat(rig.stack(0, 4)).isEqualTo(code);
  }

  private static final String MOV_DS = "8ED8";
  private static final String MOV_SS = "8ED0";

  @Test
  void aDataSegmentIsLoadedAndMarkedAccessed() {
    try (Rig rig = rig()) {
      rig.descriptor(Rig.FREE, 0x1234_5678, 0x12345, 0x92, 0x4);
      load(rig, MOV_DS, Rig.FREE | 3 & 0);
      assertThat(rig.s.segmentBase(Segment.DS)).isEqualTo(0x1234_5678);
      assertThat(rig.s.segmentLimit(Segment.DS)).isEqualTo(0x12345);
      assertThat(rig.at(Rig.GDT + Rig.FREE + 5, 1)).isEqualTo(0x93);
    }
  }

  @Test
  void aNullDataSegmentLoadsAndFaultsOnUse() {
    try (Rig rig = rig()) {
      load(rig, MOV_DS, 3);
      assertThat(rig.s.selector(Segment.DS)).isEqualTo(3);
      rig.s.setReg(Rig.RBX, 0x100);
      rig.run("8B03");
      assertFault(rig, 13, 0);
    }
  }

  @Test
  void dataSegmentsAreRefusedByTypeLevelAndPresence() {
    try (Rig rig = rig()) {
      load(rig, MOV_DS, Rig.TSS_SELECTOR);
      assertFault(rig, 13, Rig.TSS_SELECTOR);
    }
    try (Rig rig = rig()) {
      load(rig, MOV_DS, Rig.ABSENT);
      assertFault(rig, 11, Rig.ABSENT);
    }
    try (Rig rig = rig()) {
      load(rig, MOV_DS, Rig.DATA0 | 3);
      assertFault(rig, 13, Rig.DATA0);
    }
    try (Rig rig = handlers(new Rig().protectedMode().user())) {
      load(rig, MOV_DS, Rig.DATA0);
      assertFault(rig, 13, Rig.DATA0);
    }
    try (Rig rig = rig()) {
      rig.descriptor(Rig.FREE, 0, 0xfffff, 0x99, 0xc); // execute only
      load(rig, MOV_DS, Rig.FREE);
      assertFault(rig, 13, Rig.FREE);
    }
    try (Rig rig = rig()) {
      load(rig, MOV_DS, 0x104);
      assertFault(rig, 13, 0x104);
    }
  }

  @Test
  void theStackSegmentMustMatchTheLevelExactly() {
    try (Rig rig = rig()) {
      load(rig, MOV_SS, Rig.DATA3);
      assertFault(rig, 13, Rig.DATA3 & ~3);
    }
    try (Rig rig = rig()) {
      load(rig, MOV_SS, 0);
      assertFault(rig, 13, 0);
    }
    try (Rig rig = rig()) {
      load(rig, MOV_SS, Rig.ABSENT);
      assertFault(rig, 12, Rig.ABSENT);
    }
    try (Rig rig = rig()) {
      rig.descriptor(Rig.FREE, 0x100, 0xfffff, 0x93, 0x8); // 16-bit stack
      load(rig, MOV_SS, Rig.FREE);
      assertThat(rig.c.stackSize()).isEqualTo(2);
      assertThat(rig.c.hasInterruptShadow()).isTrue();
    }
  }

  @Test
  void codeSegmentsCannotBeMovedTo() {
    try (Rig rig = rig()) {
      rig.run("8EC8");
      assertThat(rig.s.rip()).isEqualTo(0x40000 + 16 * 6);
    }
  }

  @Test
  void aNullStackIsAllowedIn64BitModeBelowLevel3() {
    try (Rig rig = new Rig().longMode()) {
      load(rig, MOV_SS, 0);
      assertThat(rig.s.selector(Segment.SS)).isZero();
      assertThat(rig.s.rip()).isEqualTo(Rig.CODE + 2);
    }
    try (Rig rig = new Rig().longMode().user()) {
      rig.gate64(13, Rig.CODE64, 0x40000, 0x8e, 0);
      load(rig, MOV_SS, 3);
      assertThat(rig.s.rip()).isEqualTo(0x40000);
    }
  }

  @Test
  void popToSsLeavesTheStackPointerOfTheOldStack() {
    try (Rig rig = rig()) {
      rig.c.push(4, Rig.DATA0);
      rig.run("17");
      assertThat(rig.reg(Rig.RSP)).isEqualTo(Rig.STACK0);
      assertThat(rig.s.selector(Segment.SS)).isEqualTo(Rig.DATA0);
    }
  }

  @Test
  void ldsLoadsOffsetAndSelectorOrNothing() {
    try (Rig rig = rig()) {
      rig.memory.write(0x9000, 4, 0x1234_5678);
      rig.memory.write(0x9004, 2, Rig.DATA0);
      rig.s.setReg(Rig.RBX, 0x9000);
      rig.run("C50B"); // lds ecx, [ebx]
      assertThat(rig.reg(Rig.RCX)).isEqualTo(0x1234_5678);
      rig.memory.write(0x9004, 2, 0xf00);
      rig.memory.write(0x9000, 4, 0);
      rig.run("C50B");
      assertFault(rig, 13, 0xf00);
      assertThat(rig.reg(Rig.RCX)).isEqualTo(0x1234_5678);
    }
  }

  @Test
  void realModeKeepsTheLimitThatProtectedModeLoaded() {
    try (Rig rig = new Rig().real()) {
      rig.s.setSegment(Segment.DS, 0x10, 0, 0xffff_ffffL, 0xcf9300);
      rig.s.setReg(Rig.RAX, 0x2000);
      rig.run("8ED8");
      assertThat(rig.s.segmentBase(Segment.DS)).isEqualTo(0x20000);
      assertThat(rig.s.segmentLimit(Segment.DS)).isEqualTo(0xffff_ffffL);
    }
  }

  @Test
  void larLslAndVerifyAnswerByZeroFlag() {
    try (Rig rig = rig()) {
      rig.s.setReg(Rig.RCX, Rig.DATA0);
      rig.run("0F02C1"); // lar eax, ecx
      assertThat(rig.reg(Rig.RAX)).isEqualTo(0x00cf_9300);
      rig.run("0F03D1"); // lsl edx, ecx
      assertThat(rig.reg(Rig.RDX)).isEqualTo(0xffff_ffffL);
      assertThat(rig.c.rflags() & 0x40).isNotZero();
      rig.s.setReg(Rig.RCX, Rig.ABSENT + 0xf00);
      rig.run("0F03D1");
      assertThat(rig.c.rflags() & 0x40).isZero();
      assertThat(rig.reg(Rig.RDX)).isEqualTo(0xffff_ffffL);
      rig.s.setReg(Rig.RCX, Rig.CODE0);
      rig.run("0F00E9"); // verw cx
      assertThat(rig.c.rflags() & 0x40).isZero();
      rig.run("0F00E1"); // verr cx
      assertThat(rig.c.rflags() & 0x40).isNotZero();
    }
  }

  @Test
  void ltrMarksTheTaskBusyAndRefusesABusyOne() {
    try (Rig rig = rig()) {
      rig.s.setReg(Rig.RAX, Rig.OTHER_TSS_SELECTOR);
      rig.run("0F00D8");
      assertThat(rig.s.segmentBase(Segment.TR)).isEqualTo(Rig.OTHER_TSS);
      assertThat(rig.at(Rig.GDT + Rig.OTHER_TSS_SELECTOR + 5, 1)).isEqualTo(0x8b);
      rig.run("0F00D8");
      assertFault(rig, 13, Rig.OTHER_TSS_SELECTOR);
    }
  }

  @Test
  void theLocalTableServesSelectorsWithTheTableIndicator() {
    try (Rig rig = rig()) {
      rig.memory.write(Rig.LDT + 8, 8, Rig.encode(0x7000, 0xfff, 0x93, 0x4));
      load(rig, MOV_DS, 0xc);
      assertFault(rig, 13, 0xc);
    }
    try (Rig rig = rig()) {
      rig.memory.write(Rig.LDT + 8, 8, Rig.encode(0x7000, 0xfff, 0x93, 0x4));
      load(rig, "0F00D0", Rig.LDT_SELECTOR);
      load(rig, MOV_DS, 0xc);
      assertThat(rig.s.segmentBase(Segment.DS)).isEqualTo(0x7000);
    }
  }

  @Test
  void theSelectorOfAFarPointerIsAnAccessOfItsOwnThatWraps() {
    try (Rig rig = rig()) {
      rig.memory.write(0, 2, Rig.DATA0);
      rig.s.setReg(Rig.RBX, 0xffff_fffcL);
      rig.s.setSegment(Segment.FS, 0, 0, 0, 0);
      rig.run("0FB413");
      assertThat(rig.s.selector(Segment.FS)).isEqualTo(Rig.DATA0);
      rig.s.setReg(Rig.RBX, 0xffff_fffdL);
      rig.run("0FB413");
      assertFault(rig, 13, 0);
    }
  }
}
