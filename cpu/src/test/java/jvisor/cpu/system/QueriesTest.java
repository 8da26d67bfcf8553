package jvisor.cpu.system;

import static org.assertj.core.api.Assertions.assertThat;

import jvisor.cpu.state.Control;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.state.Vector;
import org.junit.jupiter.api.Test;

/** Instructions that ask the processor about itself, the time or chance. */
class QueriesTest {
  private static final long DATA = 0x50000;
  private static final int UD_HANDLER = 0x43000;

  private static Rig rig() {
    Rig rig = Rig.everything().longMode();
    rig.s.setReg(Rig.RSI, DATA);
    rig.gate64(Vector.UD, Rig.CODE64, UD_HANDLER, 0x8e, 0);
    return rig;
  }

  @Test
  void timeIsReadInTwoHalves() {
    try (Rig rig = rig()) {
      rig.now = 0x1_2345_6789L;
      rig.s.set(VcpuState.TSC_AUX, 7);
      rig.run("0f31");
      assertThat(rig.reg(Rig.RDX) << 32 | rig.reg(Rig.RAX)).isEqualTo(rig.c.tsc());
      rig.run("0f01f9");
      assertThat(rig.reg(Rig.RDX) << 32 | rig.reg(Rig.RAX)).isEqualTo(rig.c.tsc());
      assertThat(rig.reg(Rig.RCX)).isEqualTo(7);
      rig.run("f30fc7f8");
      assertThat(rig.reg(Rig.RAX)).isEqualTo(7);
    }
  }

  @Test
  void randomNumbersComeFromTheirSourceOrNotAtAll() {
    try (Rig rig = rig()) {
      rig.run("480fc7f0");
      assertThat(rig.c.rflags() & Rflags.CF).isZero();
      rig.c.setRandom(() -> 0x1234_5678_9abcL);
      rig.run("480fc7f0");
      assertThat(rig.reg(Rig.RAX)).isEqualTo(0x1234_5678_9abcL);
      assertThat(rig.c.rflags() & Rflags.CF).isNotZero();
      rig.run("480fc7f8");
      assertThat(rig.reg(Rig.RAX)).isEqualTo(0x1234_5678_9abcL);
    }
  }

  @Test
  void xgetbvReadsXcr0() {
    try (Rig rig = rig()) {
      rig.s.setCr(4, rig.s.cr(4) | Control.CR4_OSXSAVE);
      rig.s.set(VcpuState.XCR0, 7);
      rig.s.setReg(Rig.RCX, 0);
      rig.run("0f01d0");
      assertThat(rig.reg(Rig.RAX)).isEqualTo(7);
    }
  }

  @Test
  void descriptorTableRegistersAreStoredWithLimitAndBase() {
    try (Rig rig = rig()) {
      rig.run("0f0106");
      assertThat(rig.at(DATA, 2)).isEqualTo(rig.s.get(VcpuState.GDTR_LIMIT) & 0xffff);
      assertThat(rig.at(DATA + 2, 8)).isEqualTo(Rig.GDT);
      rig.run("0f010e");
      assertThat(rig.at(DATA + 2, 8)).isEqualTo(Rig.IDT);
    }
  }

  @Test
  void systemSegmentsAndTheStatusWordAreRead() {
    try (Rig rig = rig()) {
      rig.run("0f00c8");
      assertThat(rig.reg(Rig.RAX) & 0xffff).isEqualTo(Rig.TSS_SELECTOR);
      rig.run("0f00c0");
      assertThat(rig.reg(Rig.RAX) & 0xffff).isEqualTo(rig.s.selector(6));
      rig.run("0f01e0");
      assertThat(rig.reg(Rig.RAX) & 0xffff).isEqualTo(rig.s.cr(0) & 0xffff);
    }
  }

  @Test
  void cpuidAnswersForTheModel() {
    try (Rig rig = rig()) {
      rig.s.setReg(Rig.RAX, 0);
      rig.run("0fa2");
      assertThat(rig.reg(Rig.RBX)).isEqualTo(rig.c.model.isAmd() ? 0x68747541L : 0x756e6547L);
    }
  }

  @Test
  void hypercallsAreUndefinedWithoutAHypervisor() {
    try (Rig rig = rig()) {
      rig.run(rig.c.model.isAmd() ? "0f01c1" : "0f01d9");
      assertThat(rig.s.rip()).isEqualTo(UD_HANDLER);
    }
  }
}
