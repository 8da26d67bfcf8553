package jvisor.cpu.system;

import static org.assertj.core.api.Assertions.assertThat;

import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import org.junit.jupiter.api.Test;

/** SDM vol. 3, table 9-1. */
class ResetTest {
  @Test
  void executionBeginsBelowFourGibibytesInRealMode() {
    try (Rig rig = new Rig()) {
      assertThat(rig.s.rip()).isEqualTo(0xfff0);
      assertThat(rig.s.selector(Segment.CS)).isEqualTo(0xf000);
      assertThat(rig.s.segmentBase(Segment.CS)).isEqualTo(0xffff_0000L);
      assertThat(rig.s.cr(0)).isEqualTo(0x6000_0010);
      assertThat(rig.c.rflags()).isEqualTo(Rflags.FIXED);
      assertThat(rig.reg(Rig.RDX)).isEqualTo(rig.c.model.signature());
      assertThat(rig.s.dr(6)).isEqualTo(0xffff_0ff0L);
      assertThat(rig.s.dr(7)).isEqualTo(0x400);
      assertThat(rig.s.mxcsr()).isEqualTo(0x1f80);
      assertThat(rig.s.get(VcpuState.PAT)).isEqualTo(0x0007_0406_0007_0406L);
    }
  }

  @Test
  void theFirstFarJumpLeavesTheHighBase() {
    try (Rig rig = new Rig().real()) {
      rig.s.setSegment(Segment.CS, 0xf000, 0x5_0000, 0xffff, 0x9300);
      rig.s.setRip(0xfff0);
      rig.run("EA5BE000F0");
      assertThat(rig.s.segmentBase(Segment.CS)).isEqualTo(0xf0000);
      assertThat(rig.s.rip()).isEqualTo(0xe05b);
    }
  }

  @Test
  void initKeepsMsrsAndStartupSetsTheSegment() {
    try (Rig rig = new Rig().longMode()) {
      rig.s.set(VcpuState.LSTAR, 0x1234);
      rig.s.setVector(3, 0, 77);
      Reset.init(rig.c);
      Reset.startup(rig.c, 0x9a);
      assertThat(rig.s.get(VcpuState.LSTAR)).isEqualTo(0x1234);
      assertThat(rig.s.vector(3, 0)).isEqualTo(77);
      assertThat(rig.s.selector(Segment.CS)).isEqualTo(0x9a00);
      assertThat(rig.s.segmentBase(Segment.CS)).isEqualTo(0x9a000);
      assertThat(rig.s.rip()).isZero();
      assertThat(rig.c.isProtected()).isFalse();
      assertThat(rig.c.isLongMode()).isFalse();
    }
  }
}
