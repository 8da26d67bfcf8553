package jvisor.cpu.integer;

import static jvisor.cpu.integer.Guest.RAX;
import static jvisor.cpu.integer.Guest.RBX;
import static jvisor.cpu.integer.Guest.RCX;
import static jvisor.cpu.integer.Guest.RDX;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import jvisor.cpu.state.Control;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.Vector;
import org.junit.jupiter.api.Test;

/** Faults of memory operands: when they come, what they say, and that nothing has changed. */
class OperandFaultsTest {
  /** Reads, changes and writes [rbx] as 4 bytes. */
  private static final List<String> READ_MODIFY_WRITE =
      List.of(
          "01 03",
          "09 03",
          "11 03",
          "19 03",
          "21 03",
          "29 03",
          "31 03",
          "ff 03",
          "ff 0b",
          "f7 13",
          "f7 1b",
          "87 03",
          "0f c1 03",
          "0f b1 03",
          "0f c7 0b",
          "d1 03",
          "d1 0b",
          "d1 13",
          "d1 1b",
          "d1 23",
          "d1 2b",
          "d1 3b",
          "c1 23 00",
          "0f a4 03 04",
          "0f ac 03 04",
          "0f ab 03",
          "0f b3 03",
          "0f bb 03",
          "0f ba 2b 03",
          "0f ba 33 03",
          "0f ba 3b 03");

  @Test
  void aWriteProtectedOperandFaultsAsAWriteWithNothingChanged() {
    try (Guest g = Guest.longMode()) {
      g.readOnly(0x4000);
      g.set(RAX, 5).set(RBX, 0x4000).set(RCX, 3).put(0x4000, 8, 77);
      for (String code : READ_MODIFY_WRITE) {
        assertThat(g.cleanFault(code, Vector.PF).errorCode()).as(code).isEqualTo(7);
      }
    }
  }

  @Test
  void anAbsentOperandFaultsAsAWrite() {
    try (Guest g = Guest.longMode()) {
      g.unmap(0x4000);
      g.set(RAX, 5).set(RBX, 0x4000).set(RCX, 3);
      for (String code : READ_MODIFY_WRITE) {
        assertThat(g.cleanFault(code, Vector.PF).errorCode()).as(code).isEqualTo(6);
      }
    }
  }

  @Test
  void anOperandAcrossPagesIsWrittenWhollyOrNotAtAll() {
    try (Guest g = Guest.longMode()) {
      g.readOnly(0x5000);
      g.set(RAX, 5).set(RBX, 0x4ffe).set(RCX, 3).put(0x4ff8, 8, -1);
      for (String code : READ_MODIFY_WRITE) {
        assertThat(g.cleanFault(code, Vector.PF).address()).as(code).isEqualTo(0x5000);
      }
      g.cleanFault("89 03", Vector.PF);
      g.cleanFault("0f 38 f1 03", Vector.PF);
      g.cleanFault("0f c3 03", Vector.PF);
    }
  }

  @Test
  void aReadFaultsAsARead() {
    try (Guest g = Guest.longMode()) {
      g.unmap(0x4000);
      g.set(RAX, 5).set(RBX, 0x4000).set(RCX, 3);
      for (String code :
          List.of(
              "8b 03",
              "03 03",
              "3b 03",
              "85 03",
              "0f b6 03",
              "0f be 03",
              "63 03",
              "0f af 03",
              "f7 23",
              "f7 33",
              "0f a3 03",
              "0f bc 03",
              "f3 0f bc 03",
              "f3 0f b8 03",
              "d7",
              "f2 0f 38 f1 03",
              "0f ae 3b",
              "66 0f ae 3b",
              "66 0f ae 33")) {
        assertThat(g.cleanFault(code, Vector.PF).errorCode()).as(code).isEqualTo(4);
      }
    }
  }

  @Test
  void aConditionalMoveReadsEvenIfItDoesNotMove() {
    try (Guest g = Guest.longMode()) {
      g.unmap(0x4000);
      g.c.setRflags(0, Rflags.ARITHMETIC);
      g.set(RBX, 0x4000);
      g.cleanFault("0f 44 03", Vector.PF);
      g.set(RAX, -1).run("0f 44 c1");
      assertThat(g.reg(RAX)).isEqualTo(0xffff_ffffL);
    }
  }

  @Test
  void hintsNeverFault() {
    try (Guest g = Guest.longMode()) {
      g.unmap(0x4000);
      g.set(RBX, 0x4000);
      for (String code :
          List.of(
              "0f 18 0b", "0f 0d 0b", "0f 1f 03", "f3 0f 1e fa", "f3 90", "0f ae f0", "8d 03")) {
        g.run(code);
      }
      g.set(RBX, 1L << 55).run("0f 18 0b");
    }
  }

  @Test
  void undefinedInstructionsRaiseUd() {
    try (Guest g = Guest.longMode()) {
      g.cleanFault("0f 0b", Vector.UD);
      g.cleanFault("0f ff c0", Vector.UD);
      g.cleanFault("0f b9 c0", Vector.UD);
    }
  }

  @Test
  void addressesOutsideCanonicalSpaceRaiseGpOrForTheStackSs() {
    try (Guest g = Guest.longMode()) {
      g.set(RBX, 1L << 47).set(Guest.RBP, 0x7fff_ffff_fffdL);
      g.cleanFault("8b 03", Vector.GP);
      g.cleanFault("01 03", Vector.GP);
      g.cleanFault("8b 45 00", Vector.SS);
    }
  }

  @Test
  void cmpxchg16bWantsAlignment() {
    try (Guest g = Guest.longMode()) {
      g.set(RBX, 0x4008);
      g.cleanFault("48 0f c7 0b", Vector.GP);
      g.set(Guest.RBP, (1L << 47) + 8);
      g.cleanFault("48 0f c7 4d 00", Vector.GP);
      g.cleanFault("48 0f c7 4d 08", Vector.SS);
      g.set(RBX, 0x4010).put(0x4010, 8, 5).put(0x4018, 8, 6).set(RAX, 5).set(RDX, 6).set(RCX, 9);
      g.run("48 0f c7 0b");
      assertThat(g.at(0x4010, 8)).isEqualTo(0x4010);
      assertThat(g.at(0x4018, 8)).isEqualTo(9);
      assertThat(g.c.rflags() & Rflags.ZF).isNotZero();
    }
  }

  @Test
  void alignmentIsCheckedForUserCodeThatAsksForIt() {
    try (Guest g = Guest.longMode()) {
      g.set(RBX, 0x4001).set(Guest.RSP, 0x4801).run("01 03");
      g.s.setCr(0, g.s.cr(0) | Control.CR0_AM);
      g.run("01 03");
      g.c.setRflags(Rflags.AC, Rflags.AC);
      g.cleanFault("01 03", Vector.AC);
      g.cleanFault("8b 03", Vector.AC);
      g.cleanFault("0f ab 03", Vector.AC);
      g.cleanFault("50", Vector.AC);
      g.set(Guest.RDI, 0x4001).set(RCX, 4);
      g.cleanFault("f3 ab", Vector.AC);
      g.run("00 03");
    }
  }

  @Test
  void limitsApplyToEveryByteOfAnOperand() {
    try (Guest g = Guest.protectedMode()) {
      g.s.setSegment(Segment.DS, 0x18, 0x4000, 0x10f, Guest.DATA | Segment.BIG);
      g.run("a1 0c 01 00 00");
      g.cleanFault("a1 0d 01 00 00", Vector.GP);
      g.cleanFault("a3 0d 01 00 00", Vector.GP);
      g.s.setSegment(Segment.DS, 0, 0, 0xffff_ffffL, Guest.DATA | Segment.UNUSABLE);
      g.cleanFault("a1 00 00 00 00", Vector.GP);
    }
  }
}
