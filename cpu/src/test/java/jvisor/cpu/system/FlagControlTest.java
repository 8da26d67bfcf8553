package jvisor.cpu.system;

import static org.assertj.core.api.Assertions.assertThat;

import jvisor.cpu.state.Control;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Segment;
import org.junit.jupiter.api.Test;

/** Who may change which flag (SDM vol. 2, CLI, STI, POPF; vol. 3, 20.3–20.4). */
class FlagControlTest {
  private static final int GP_HANDLER = 0x42000;

  private static Rig user() {
    Rig rig = new Rig().protectedMode().user();
    rig.gate(13, Rig.CODE0, GP_HANDLER, 0x8e);
    return rig;
  }

  private static void popf(Rig rig, long value) {
    rig.c.push(4, value);
    rig.run("9D");
  }

  @Test
  void userCodeChangesIfByIopl() {
    try (Rig rig = user()) {
      rig.run("FA");
      assertThat(rig.s.rip()).isEqualTo(GP_HANDLER);
    }
    try (Rig rig = user()) {
      rig.c.setRflags(Rflags.IOPL | Rflags.IF, Rflags.IOPL | Rflags.IF);
      rig.run("FA");
      assertThat(rig.s.systemFlags() & Rflags.IF).isZero();
      rig.run("FB");
      assertThat(rig.s.systemFlags() & Rflags.IF).isNotZero();
    }
  }

  @Test
  void stiShadowsTheNextInstructionOnlyIfItSetsTheFlag() {
    try (Rig rig = new Rig().protectedMode()) {
      rig.run("FB");
      assertThat(rig.c.hasInterruptShadow()).isTrue();
      rig.run("FB");
      assertThat(rig.c.hasInterruptShadow()).isFalse();
    }
  }

  @Test
  void popfIgnoresWhatTheLevelMayNotChange() {
    try (Rig rig = user()) {
      popf(rig, -1L & ~Rflags.TF);
      assertThat(rig.c.rflags())
          .isEqualTo(
              Rflags.ARITHMETIC | Rflags.FIXED | Rflags.DF | Rflags.NT | Rflags.AC | Rflags.ID);
    }
    try (Rig rig = new Rig().protectedMode()) {
      popf(rig, -1L & ~Rflags.TF);
      assertThat(rig.c.rflags() & (Rflags.IF | Rflags.IOPL)).isEqualTo(0x3200);
      assertThat(rig.c.rflags() & (Rflags.VM | Rflags.RF | Rflags.VIF | Rflags.VIP)).isZero();
    }
  }

  @Test
  void protectedVirtualInterruptsMoveTheVirtualFlag() {
    try (Rig rig = user()) {
      rig.s.setCr(4, Control.CR4_PVI);
      rig.run("FB");
      assertThat(rig.s.systemFlags() & (Rflags.VIF | Rflags.IF)).isEqualTo(Rflags.VIF);
      rig.run("FA");
      assertThat(rig.s.systemFlags() & Rflags.VIF).isZero();
      rig.c.setRflags(Rflags.VIP, Rflags.VIP);
      rig.run("FB");
      assertThat(rig.s.rip()).isEqualTo(GP_HANDLER);
    }
  }

  @Test
  void virtual8086CodeSeesItsVirtualFlagAsIf() {
    try (Rig rig = user()) {
      rig.s.setCr(4, Control.CR4_VME);
      rig.c.setRflags(Rflags.VM, Rflags.VM);
      for (int segment = Segment.ES; segment <= Segment.GS; segment++) {
        SegmentLoader.loadReal(rig.c, segment, 0x3000);
      }
      SegmentLoader.loadReal(rig.c, Segment.CS, Rig.CODE >> 4);
      rig.s.setReg(Rig.RSP, 0x1000);
      rig.s.setRip(0);
      rig.c.modeChanged();
      rig.run("FB");
      rig.run("9C");
      assertThat(rig.at(0x3_0ffe, 2) & 0x3200).isEqualTo(0x3200);
      rig.memory.write(0x3_0ffe, 2, 2);
      rig.run("9D");
      assertThat(rig.s.systemFlags() & Rflags.VIF).isZero();
      rig.run("669C");
      assertThat(rig.s.rip()).as("PUSHFD is refused").isEqualTo(GP_HANDLER);
    }
  }

  @Test
  void stacIsForTheKernelOnly() {
    try (Rig rig = new Rig().protectedMode()) {
      rig.run("0F01CB");
      assertThat(rig.s.systemFlags() & Rflags.AC).isNotZero();
      rig.run("0F01CA");
      assertThat(rig.s.systemFlags() & Rflags.AC).isZero();
    }
    try (Rig rig = user()) {
      rig.gate(6, Rig.CODE0, 0x41000, 0x8e);
      rig.run("0F01CB");
      assertThat(rig.s.rip()).isEqualTo(0x41000);
    }
  }
}
