package jvisor.cpu.system;

import static org.assertj.core.api.Assertions.assertThat;

import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import org.junit.jupiter.api.Test;

/** SYSCALL, SYSRET, SYSENTER and SYSEXIT. */
class SystemCallTest {
  private static final int UD_HANDLER = 0x41000;
  private static final int GP_HANDLER = 0x42000;

  private static Rig ready(Rig rig) {
    rig.s.set(VcpuState.STAR, 0x0018_0028_0004_4000L);
    rig.s.set(VcpuState.LSTAR, 0x9_0000);
    rig.s.set(VcpuState.CSTAR, 0x9_1000);
    rig.s.set(VcpuState.FMASK, Rflags.IF | Rflags.TF);
    rig.s.set(VcpuState.SYSENTER_CS, 8);
    rig.s.set(VcpuState.SYSENTER_ESP, 0x2_8000);
    rig.s.set(VcpuState.SYSENTER_EIP, 0x9_2000);
    for (int at : new int[] {0x9_0000, 0x9_1000, 0x9_2000, 0x4_4000}) {
      rig.stopAt(at);
    }
    return rig;
  }

  private static Rig long64(Rig rig) {
    rig.longMode().user();
    rig.gate64(6, Rig.CODE64, UD_HANDLER, 0x8e, 0);
    rig.gate64(13, Rig.CODE64, GP_HANDLER, 0x8e, 0);
    return ready(rig);
  }

  @Test
  void syscallEntersTheKernelAndSysretLeavesIt() {
    try (Rig rig = long64(new Rig())) {
      rig.c.setRflags(Rflags.IF | Rflags.CF, Rflags.IF | Rflags.CF);
      rig.run("0F05");
      assertThat(rig.s.rip()).isEqualTo(0x9_0000);
      assertThat(rig.c.cpl()).isZero();
      assertThat(rig.s.selector(Segment.CS)).isEqualTo(0x28);
      assertThat(rig.s.selector(Segment.SS)).isEqualTo(0x30);
      assertThat(rig.reg(Rig.RCX)).isEqualTo(Rig.CODE + 2);
      assertThat(rig.reg(11)).isEqualTo(Rflags.IF | Rflags.CF | 2);
      assertThat(rig.c.rflags()).isEqualTo(Rflags.CF | 2);
      assertThat(rig.reg(Rig.RSP)).isEqualTo(Rig.STACK3);
      rig.run("480F07");
      assertThat(rig.c.cpl()).isEqualTo(3);
      assertThat(rig.c.is64Bit()).isTrue();
      assertThat(rig.s.selector(Segment.CS)).isEqualTo(0x28 | 3);
      assertThat(rig.s.selector(Segment.SS)).isEqualTo(0x20 | 3);
      assertThat(rig.c.rflags()).isEqualTo(Rflags.IF | Rflags.CF | 2);
    }
  }

  @Test
  void sysretWithoutRexReturnsToCompatibilityMode() {
    try (Rig rig = long64(new Rig())) {
      rig.run("0F05");
      rig.stopAt(Rig.CODE + 2);
      rig.run("0F07");
      assertThat(rig.c.is64Bit()).isFalse();
      assertThat(rig.s.selector(Segment.CS)).isEqualTo(0x18 | 3);
      assertThat(rig.s.rip()).isEqualTo(Rig.CODE + 2);
      rig.run("0F05");
      assertThat(rig.s.rip()).as("by CSTAR").isEqualTo(0x9_1000);
      assertThat(rig.c.is64Bit()).isTrue();
    }
  }

  @Test
  void intelHasNoSyscallInCompatibilityModeAndChecksSysretsTarget() {
    try (Rig rig = long64(Rig.intel())) {
      rig.run("0F05");
      rig.s.setReg(Rig.RCX, 0x0000_8000_0000_0000L);
      rig.run("480F07");
      assertThat(rig.s.rip()).isEqualTo(GP_HANDLER);
      assertThat(rig.c.cpl()).isZero();
      rig.s.setReg(Rig.RCX, Rig.CODE);
      rig.run("0F07");
      rig.run("0F05");
      assertThat(rig.s.rip()).isEqualTo(UD_HANDLER);
    }
  }

  @Test
  void sysenterExistsInLongModeOnIntelAlone() {
    try (Rig rig = long64(new Rig())) {
      rig.run("0F34");
      assertThat(rig.s.rip()).isEqualTo(UD_HANDLER);
    }
    try (Rig rig = long64(Rig.intel())) {
      rig.run("0F34");
      assertThat(rig.s.rip()).isEqualTo(0x9_2000);
      assertThat(rig.reg(Rig.RSP)).isEqualTo(0x2_8000);
      assertThat(rig.c.is64Bit()).isTrue();
      rig.s.setReg(Rig.RCX, 0x7000);
      rig.s.setReg(Rig.RDX, Rig.CODE);
      rig.run("480F35");
      assertThat(rig.c.cpl()).isEqualTo(3);
      assertThat(rig.s.selector(Segment.CS)).isEqualTo(8 + 32 | 3);
      assertThat(rig.reg(Rig.RSP)).isEqualTo(0x7000);
    }
  }

  @Test
  void legacyCodeHasBothOnAmd() {
    try (Rig rig = ready(new Rig().protectedMode().user())) {
      rig.run("0F34");
      assertThat(rig.s.rip()).isEqualTo(0x9_2000);
      assertThat(rig.c.cpl()).isZero();
      rig.s.setReg(Rig.RCX, 0x7000);
      rig.s.setReg(Rig.RDX, Rig.CODE);
      rig.run("0F35");
      assertThat(rig.s.selector(Segment.CS)).isEqualTo(8 + 16 | 3);
      assertThat(rig.c.cpl()).isEqualTo(3);
      rig.s.set(VcpuState.EFER, 1);
      rig.run("0F05");
      assertThat(rig.s.rip()).isEqualTo(0x4_4000);
      assertThat(rig.reg(Rig.RCX)).isEqualTo(Rig.CODE + 2);
    }
  }

  @Test
  void sysenterWithoutASegmentFaults() {
    try (Rig rig = ready(new Rig().protectedMode())) {
      rig.gate(13, Rig.CODE0, GP_HANDLER, 0x8e);
      rig.s.set(VcpuState.SYSENTER_CS, 3);
      rig.run("0F34");
      assertThat(rig.s.rip()).isEqualTo(GP_HANDLER);
    }
  }
}
