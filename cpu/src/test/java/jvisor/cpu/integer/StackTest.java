package jvisor.cpu.integer;

import static jvisor.cpu.integer.Guest.RAX;
import static jvisor.cpu.integer.Guest.RBP;
import static jvisor.cpu.integer.Guest.RBX;
import static jvisor.cpu.integer.Guest.RDI;
import static jvisor.cpu.integer.Guest.RSP;
import static org.assertj.core.api.Assertions.assertThat;

import jvisor.cpu.state.Segment;
import jvisor.cpu.state.Vector;
import org.junit.jupiter.api.Test;

class StackTest {
  @Test
  void pushOfTheStackPointerPushesTheOldValue() {
    try (Guest g = Guest.longMode()) {
      g.set(RSP, 0x4000).run("54");
      assertThat(g.at(0x3ff8, 8)).isEqualTo(0x4000);
      assertThat(g.reg(RSP)).isEqualTo(0x3ff8);
    }
  }

  @Test
  void popOfTheStackPointerKeepsThePoppedValue() {
    try (Guest g = Guest.longMode()) {
      g.put(0x4000, 8, 0x1234).set(RSP, 0x4000).run("5c");
      assertThat(g.reg(RSP)).isEqualTo(0x1234);
    }
  }

  @Test
  void popToMemoryIsAddressedWithTheIncrementedPointer() {
    try (Guest g = Guest.longMode()) {
      g.put(0x4000, 8, 0x1234_5678_9abcL).set(RSP, 0x4000).run("8f 44 24 10");
      assertThat(g.at(0x4018, 8)).isEqualTo(0x1234_5678_9abcL);
      assertThat(g.reg(RSP)).isEqualTo(0x4008);
    }
  }

  @Test
  void popThatCannotStoreLeavesTheStack() {
    try (Guest g = Guest.longMode()) {
      g.readOnly(0x5000);
      g.put(0x4000, 8, 5).set(RSP, 0x4000);
      assertThat(g.cleanFault("8f 84 24 00 10 00 00", Vector.PF).address()).isEqualTo(0x5008);
      g.unmap(0x4000);
      g.cleanFault("8f 84 24 00 00 00 00", Vector.PF);
      g.cleanFault("58", Vector.PF);
    }
  }

  @Test
  void pushThatCannotStoreLeavesTheStack() {
    try (Guest g = Guest.longMode()) {
      g.readOnly(0x4000);
      g.set(RSP, 0x5000);
      assertThat(g.cleanFault("50", Vector.PF).errorCode()).isEqualTo(7);
      g.set(RSP, 1L << 50);
      g.cleanFault("50", Vector.SS);
    }
  }

  @Test
  void immediatesAreExtendedToTheOperandSize() {
    try (Guest g = Guest.longMode()) {
      g.set(RSP, 0x4000).run("6a ff");
      assertThat(g.at(0x3ff8, 8)).isEqualTo(-1);
      g.run("68 00 00 00 80");
      assertThat(g.at(0x3ff0, 8)).isEqualTo(-0x8000_0000L);
      g.run("66 6a fe");
      assertThat(g.at(0x3fee, 2)).isEqualTo(0xfffe);
      assertThat(g.reg(RSP)).isEqualTo(0x3fee);
    }
  }

  @Test
  void aSixteenBitStackWrapsAndKeepsTheUpperHalf() {
    try (Guest g = Guest.real()) {
      g.set(RAX, 0xabcd).set(RSP, 0x7_0000L).run("50");
      assertThat(g.at(0xfffe, 2)).isEqualTo(0xabcd);
      assertThat(g.reg(RSP)).isEqualTo(0x7_fffeL);
      g.run("5b");
      assertThat(g.reg(RBX)).isEqualTo(0xabcd);
      assertThat(g.reg(RSP)).isEqualTo(0x7_0000L);
      g.set(RSP, 1);
      g.cleanFault("50", Vector.SS);
    }
  }

  @Test
  void pushaStoresAllOrNothing() {
    try (Guest g = Guest.protectedMode()) {
      for (int r = 0; r < 8; r++) {
        g.set(r, 0x1111_1111L * r);
      }
      g.set(RSP, 0x4000).run("60");
      assertThat(g.reg(RSP)).isEqualTo(0x3fe0);
      assertThat(g.at(0x3ffc, 4)).isZero();
      assertThat(g.at(0x3ff8, 4)).isEqualTo(0x1111_1111L);
      assertThat(g.at(0x3fec, 4)).isEqualTo(0x4000);
      assertThat(g.at(0x3fe0, 4)).isEqualTo(0x7777_7777L);
      for (int r = 0; r < 8; r++) {
        if (r != RSP) {
          g.set(r, 0);
        }
      }
      g.put(0x3fec, 4, 0xdead).run("61");
      assertThat(g.reg(RSP)).isEqualTo(0x4000);
      assertThat(g.reg(RDI)).isEqualTo(0x7777_7777L);
      g.s.setSegment(Segment.SS, 0x18, 0, 0x3fff, Guest.DATA | Segment.BIG);
      g.set(RSP, 0x10);
      g.cleanFault("60", Vector.SS);
      g.set(RSP, 0x3ff0);
      g.cleanFault("61", Vector.SS);
    }
  }

  @Test
  void enterCopiesTheDisplay() {
    try (Guest g = Guest.longMode()) {
      g.put(0x4ff8, 8, 0x5300).put(0x4ff0, 8, 0x5200);
      g.set(RBP, 0x5000).set(RSP, 0x4800).run("c8 20 00 03");
      assertThat(g.at(0x47f8, 8)).isEqualTo(0x5000);
      assertThat(g.at(0x47f0, 8)).isEqualTo(0x5300);
      assertThat(g.at(0x47e8, 8)).isEqualTo(0x5200);
      assertThat(g.at(0x47e0, 8)).isEqualTo(0x47f8);
      assertThat(g.reg(RBP)).isEqualTo(0x47f8);
      assertThat(g.reg(RSP)).isEqualTo(0x47e0 - 0x20);
      g.run("c9");
      assertThat(g.reg(RBP)).isEqualTo(0x5000);
      assertThat(g.reg(RSP)).isEqualTo(0x4800);
    }
  }

  @Test
  void enterFaultsBeforeItPushes() {
    try (Guest g = Guest.longMode()) {
      g.unmap(0x3000);
      g.set(RBP, 0x5000).set(RSP, 0x4010);
      g.cleanFault("c8 00 00 03", Vector.PF);
      g.cleanFault("c8 00 01 00", Vector.PF);
      g.set(RSP, 0x4800).set(RBP, 0x4008);
      g.cleanFault("c8 00 00 03", Vector.PF);
    }
  }

  @Test
  void leaveFaultsWithTheFrameInPlace() {
    try (Guest g = Guest.longMode()) {
      g.unmap(0x3000);
      g.set(RBP, 0x3000).set(RSP, 0x2000);
      g.cleanFault("c9", Vector.PF);
    }
  }
}
