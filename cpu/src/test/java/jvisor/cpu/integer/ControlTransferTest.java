package jvisor.cpu.integer;

import static jvisor.cpu.integer.Guest.CODE;
import static jvisor.cpu.integer.Guest.RAX;
import static jvisor.cpu.integer.Guest.RCX;
import static jvisor.cpu.integer.Guest.RSP;
import static org.assertj.core.api.Assertions.assertThat;

import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.Vector;
import org.junit.jupiter.api.Test;

class ControlTransferTest {
  private static void limitCode(Guest g, long limit) {
    g.s.setSegment(Segment.CS, 8, 0, limit, Guest.DATA | Segment.CODE | Segment.BIG);
    g.c.modeChanged();
  }

  @Test
  void aSixteenBitBranchCutsTheInstructionPointer() {
    try (Guest g = Guest.protectedMode()) {
      g.s.setRip(0);
      g.run("66 e9 00 f0");
      assertThat(g.s.rip()).isEqualTo((CODE + 4 + 0xf000) & 0xffff);
      g.set(RAX, 0x1234_5678).run("66 ff e0");
      assertThat(g.s.rip()).isEqualTo(0x5678);
      g.set(RSP, 0x4000).put(0x4000, 4, 0x1234_5678).run("66 c3");
      assertThat(g.s.rip()).isEqualTo(0x5678);
      assertThat(g.reg(RSP)).isEqualTo(0x4002);
    }
  }

  @Test
  void realModeBranchesWrapAt64KiB() {
    try (Guest g = Guest.real()) {
      g.run("eb 80");
      assertThat(g.s.rip()).isEqualTo(CODE + 2 - 0x80);
      g.run("e9 00 80");
      assertThat(g.s.rip()).isEqualTo(CODE + 3 + 0x8000);
      g.cleanFault("66 e9 00 00 01 00", Vector.GP);
    }
  }

  @Test
  void branchesBeyondTheLimitFaultAndChangeNothing() {
    try (Guest g = Guest.protectedMode()) {
      limitCode(g, 0x1fff);
      g.set(RAX, 0x2000).set(RSP, 0x4000).set(RCX, 2);
      g.cleanFault("ff e0", Vector.GP);
      g.cleanFault("ff d0", Vector.GP);
      g.cleanFault("e8 00 10 00 00", Vector.GP);
      g.put(0x4000, 4, 0x2000);
      g.cleanFault("c3", Vector.GP);
      g.cleanFault("c2 04 00", Vector.GP);
      limitCode(g, 0x1001);
      g.cleanFault("e2 10", Vector.GP);
      g.set(RCX, 0);
      g.cleanFault("e3 10", Vector.GP);
      g.set(RCX, 1).run("e2 10");
      assertThat(g.reg(RCX)).isZero();
    }
  }

  @Test
  void branchesToNoCanonicalAddressFault() {
    try (Guest g = Guest.longMode()) {
      g.set(RAX, 1L << 47).set(RSP, 0x4000).put(0x4000, 8, 1L << 47);
      g.cleanFault("ff e0", Vector.GP);
      g.cleanFault("ff d0", Vector.GP);
      g.cleanFault("c3", Vector.GP);
      g.set(RAX, -1L << 47).run("ff e0");
      assertThat(g.s.rip()).isEqualTo(-1L << 47);
    }
  }

  @Test
  void aCallThatCannotPushDoesNotJump() {
    try (Guest g = Guest.longMode()) {
      g.readOnly(0x3000);
      g.set(RSP, 0x4000);
      g.cleanFault("e8 00 00 00 00", Vector.PF);
      g.set(RSP, (1L << 47) + 0x100);
      g.cleanFault("e8 00 00 00 00", Vector.SS);
    }
  }

  @Test
  void callAndReturnAreInverse() {
    try (Guest g = Guest.longMode()) {
      g.set(RSP, 0x4000).run("e8 fb 0f 00 00");
      assertThat(g.s.rip()).isEqualTo(CODE + 0x1000);
      assertThat(g.at(0x3ff8, 8)).isEqualTo(CODE + 5);
      g.run("c2 10 00");
      assertThat(g.s.rip()).isEqualTo(CODE + 5);
      assertThat(g.reg(RSP)).isEqualTo(0x4010);
    }
  }

  @Test
  void loopsCountInTheAddressSize() {
    try (Guest g = Guest.longMode()) {
      g.set(RCX, 1L << 32).run("67 e2 10");
      assertThat(g.s.rip()).isEqualTo(CODE + 3 + 0x10);
      assertThat(g.reg(RCX)).isEqualTo(0xffff_ffffL);
      g.set(RCX, 1L << 32).run("67 e3 10");
      assertThat(g.s.rip()).isEqualTo(CODE + 3 + 0x10);
      g.run("e3 10");
      assertThat(g.s.rip()).isEqualTo(CODE + 2);
    }
  }

  @Test
  void loopsWithAConditionLookAtZeroButLeaveIt() {
    try (Guest g = Guest.longMode()) {
      g.c.setRflags(Rflags.ZF, Rflags.ARITHMETIC);
      g.set(RCX, 5).run("e1 10");
      assertThat(g.s.rip()).isEqualTo(CODE + 2 + 0x10);
      g.run("e0 10");
      assertThat(g.s.rip()).isEqualTo(CODE + 2);
      assertThat(g.reg(RCX)).isEqualTo(3);
      assertThat(g.c.rflags() & Rflags.ARITHMETIC).isEqualTo(Rflags.ZF);
    }
  }

  @Test
  void boundComparesSigned() {
    try (Guest g = Guest.protectedMode()) {
      g.put(0x4000, 4, -5).put(0x4004, 4, 5);
      g.set(RAX, 0xffff_fffbL).run("62 05 00 40 00 00");
      g.set(RAX, 5).run("62 05 00 40 00 00");
      g.set(RAX, 6);
      g.cleanFault("62 05 00 40 00 00", Vector.BR);
      g.set(RAX, 0xffff_fffaL);
      g.cleanFault("62 05 00 40 00 00", Vector.BR);
      g.put(0x5000, 4, 0x0003_fffe).set(RAX, 0x7_0003);
      g.run("66 62 05 00 50 00 00");
    }
  }
}
