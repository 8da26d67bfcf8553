package jvisor.cpu.system;

import static org.assertj.core.api.Assertions.assertThat;

import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.ParavirtPort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RDMSR and WRMSR (SDM vol. 4). */
class MsrTest {
  private static final int GP_HANDLER = 0x42000;

  private static Rig rig() {
    return ready(new Rig());
  }

  private static Rig ready(Rig rig) {
    rig.longMode().gate64(13, Rig.CODE64, GP_HANDLER, 0x8e, 0);
    return rig;
  }

  /** Whether the write faulted. */
  private static boolean write(Rig rig, long msr, long value) {
    rig.s.setRip(Rig.CODE);
    rig.s.setReg(Rig.RCX, msr);
    rig.s.setReg(Rig.RAX, value & 0xffff_ffffL);
    rig.s.setReg(Rig.RDX, value >>> 32);
    rig.run("0F30");
    return rig.s.rip() == GP_HANDLER;
  }

  private static long read(Rig rig, long msr) {
    rig.s.setRip(Rig.CODE);
    rig.s.setReg(Rig.RCX, msr);
    rig.run("0F32");
    assertThat(rig.s.rip()).as("RDMSR of %x", msr).isEqualTo(Rig.CODE + 2);
    return rig.reg(Rig.RDX) << 32 | rig.reg(Rig.RAX);
  }

  @ParameterizedTest
  @CsvSource({
    "174, 123456789",
    "175, ffff800012345678",
    "176, 7fffffff0000",
    "c0000081, 123456789abcdef0",
    "c0000082, ffffffff81000000",
    "c0000083, ffffffff81000000",
    "c0000084, 47700",
    "c0000100, 7fff12340000",
    "c0000101, ffff888012340000",
    "c0000102, ffff888012340000",
    "c0000103, 12345678",
    "277, 0007040600070406",
    "200, fe000006",
    "201, fffe000800",
    "250, 0606060606060606",
    "2ff, c06",
    "c0010015, 1000000",
  })
  void whatIsWrittenIsRead(String msr, String value) {
    try (Rig rig = rig()) {
      long index = Long.parseUnsignedLong(msr, 16);
      long bits = Long.parseUnsignedLong(value, 16);
      assertThat(write(rig, index, bits)).isFalse();
      assertThat(read(rig, index)).isEqualTo(bits);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "c0000082, 800000000000",
    "c0000100, 8000000000000000",
    "c0000084, 100000000",
    "c0000103, 100000000",
    "277, 2",
    "277, 0800000000000000",
    "200, 10000000000",
    "200, 2",
    "201, 400",
    "250, 7",
    "2ff, 1000",
    "fe, 508",
    "179, 0",
  })
  void whatIsReservedFaults(String msr, String value) {
    try (Rig rig = rig()) {
      long index = Long.parseUnsignedLong(msr, 16);
      assertThat(write(rig, index, Long.parseUnsignedLong(value, 16))).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        0x2,
        0x48,
        0x49,
        0x10a,
        0x400,
        0x480,
        0x808,
        0xc000_0104L,
        0xc001_0200L,
        0x4b56_4d00L,
        0xffff_ffffL
      })
  void unknownRegistersFault(long msr) {
    try (Rig rig = rig()) {
      assertThat(write(rig, msr, 0)).isTrue();
      rig.s.setReg(Rig.RCX, msr);
      rig.s.setRip(Rig.CODE);
      rig.run("0F32");
      assertThat(rig.s.rip()).isEqualTo(GP_HANDLER);
    }
  }

  @Test
  void theVendorsHaveTheirOwn() {
    try (Rig rig = rig()) {
      assertThat(read(rig, 0xc001_0015L) >> 24 & 1).as("TSC runs at P0").isEqualTo(1);
      assertThat(write(rig, 0x1a0, 1)).isTrue();
    }
    try (Rig rig = ready(Rig.intel())) {
      assertThat(read(rig, 0x1a0)).isEqualTo(1);
      assertThat(read(rig, 0x10a) & 1).as("RDCL_NO").isEqualTo(1);
      assertThat(write(rig, 0xc001_0015L, 0)).isTrue();
    }
  }

  @Test
  void theTimeStampCounterFollowsTheClockAndCanBeSet() {
    try (Rig rig = rig()) {
      rig.now = 5_000_000_000L;
      assertThat(read(rig, 0x10)).isEqualTo(5_000_000_000L);
      assertThat(write(rig, 0x10, 100)).isFalse();
      rig.now += 23;
      rig.s.setRip(Rig.CODE);
      rig.run("0F31");
      assertThat(rig.reg(Rig.RAX)).isEqualTo(123);
      rig.s.set(VcpuState.TSC_AUX, 77);
      rig.run("0F01F9");
      assertThat(rig.reg(Rig.RCX)).isEqualTo(77);
    }
  }

  @Test
  void tscAdjustMovesTheCounter() {
    try (Rig rig = rig()) {
      rig.now = 1000;
      assertThat(write(rig, 0x3b, 500)).isFalse();
      assertThat(read(rig, 0x10)).isEqualTo(1500);
      assertThat(write(rig, 0x10, 100)).isFalse();
      assertThat(read(rig, 0x3b)).isEqualTo(-900);
    }
  }

  @Test
  void userCodeReadsTheCounterUnlessForbidden() {
    try (Rig rig = rig()) {
      rig.user().run("0F31");
      assertThat(rig.s.rip()).isEqualTo(Rig.CODE + 2);
      rig.s.setCr(4, rig.s.cr(4) | 4);
      rig.run("0F31");
      assertThat(rig.s.rip()).isEqualTo(GP_HANDLER);
    }
    try (Rig rig = rig()) {
      rig.user().run("0F32");
      assertThat(rig.s.rip()).isEqualTo(GP_HANDLER);
    }
  }

  @Test
  void segmentBasesAreTheSegmentsOwn() {
    try (Rig rig = rig()) {
      write(rig, 0xc000_0100L, 0x1234);
      assertThat(rig.s.segmentBase(Segment.FS)).isEqualTo(0x1234);
    }
  }

  @Test
  void theHypervisorsRegistersGoToTheirPort() {
    try (Rig rig = rig()) {
      long[] written = new long[1];
      rig.c.setParavirt(
          new ParavirtPort() {
            @Override
            public boolean has(int msr) {
              return msr == 0x4b56_4d01;
            }

            @Override
            public long read(int msr) {
              return written[0];
            }

            @Override
            public boolean write(int msr, long value) {
              written[0] = value;
              return (value & 2) == 0;
            }
          });
      assertThat(write(rig, 0x4b56_4d01L, 0x1001)).isFalse();
      assertThat(read(rig, 0x4b56_4d01L)).isEqualTo(0x1001);
      assertThat(write(rig, 0x4b56_4d01L, 2)).isTrue();
      assertThat(write(rig, 0x4b56_4d00L, 0)).isTrue();
    }
  }
}
