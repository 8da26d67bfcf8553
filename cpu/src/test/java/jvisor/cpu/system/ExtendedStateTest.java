package jvisor.cpu.system;

import static org.assertj.core.api.Assertions.assertThat;

import jvisor.cpu.state.Control;
import jvisor.cpu.state.VcpuState;
import jvisor.host.HostMemory;
import org.junit.jupiter.api.Test;

/** FXSAVE and the XSAVE family (SDM vol. 1, 10.5 and ch. 13). */
class ExtendedStateTest {
  private static final int AREA = 0x50000;
  private static final int GP_HANDLER = 0x42000;

  private static Rig rig() {
    return ready(new Rig(), 3);
  }

  private static Rig ready(Rig rig, long components) {
    rig.longMode();
    rig.gate64(13, Rig.CODE64, GP_HANDLER, 0x8e, 0);
    rig.gate64(7, Rig.CODE64, 0x43000, 0x8e, 0);
    rig.s.setCr(4, rig.s.cr(4) | Control.CR4_OSXSAVE);
    rig.s.set(VcpuState.XCR0, components);
    LegacyArea.initializeX87(rig.s);
    rig.s.setReg(Rig.RBX, AREA);
    rig.s.setReg(Rig.RAX, -1L);
    rig.s.setReg(Rig.RDX, -1L);
    return rig;
  }

  private static void fill(Rig rig) {
    for (int n = 0; n < 8; n++) {
      rig.s.set(VcpuState.X87 + 16 * n, 0x8000_0000_0000_0000L | n);
      HostMemory.putShort(rig.s.base + VcpuState.X87 + 16 * n + 8, 0x3fff);
    }
    HostMemory.putShort(rig.s.base + VcpuState.FSW, 6 << 11);
    HostMemory.putShort(rig.s.base + VcpuState.FTW, 0xc0);
    for (int n = 0; n < 16; n++) {
      rig.s.setVector(n, 0, 100 + n);
      rig.s.setVector(n, 1, 200 + n);
    }
    rig.s.setMxcsr(0x1fa0);
  }

  @Test
  void fxsaveStoresRegistersInStackOrderAndFxrstorBringsThemBack() {
    try (Rig rig = rig()) {
      fill(rig);
      rig.run("0FAE03");
      assertThat(rig.at(AREA, 2)).isEqualTo(0x37f);
      assertThat(rig.at(AREA + 2, 2)).isEqualTo(6 << 11);
      assertThat(rig.at(AREA + 4, 1)).isEqualTo(0xc0);
      assertThat(rig.at(AREA + 24, 4)).isEqualTo(0x1fa0);
      assertThat(rig.at(AREA + 28, 4)).isEqualTo(0xffff);
      assertThat(rig.at(AREA + 32, 8) & 0xff).as("ST(0) is R6").isEqualTo(6);
      assertThat(rig.at(AREA + 32 + 32, 8) & 0xff).as("ST(2) is R0").isZero();
      assertThat(rig.at(AREA + 160 + 16 * 15 + 8, 8)).isEqualTo(215);
      LegacyArea.initializeX87(rig.s);
      rig.s.setVector(15, 1, 0);
      rig.s.setMxcsr(0x1f80);
      rig.run("0FAE0B");
      assertThat(rig.s.get(VcpuState.X87 + 16 * 6) & 0xff).isEqualTo(6);
      assertThat(rig.s.vector(15, 1)).isEqualTo(215);
      assertThat(rig.s.mxcsr()).isEqualTo(0x1fa0);
    }
  }

  @Test
  void misalignedAreasReservedMxcsrBitsAndTsFault() {
    try (Rig rig = rig()) {
      rig.s.setReg(Rig.RBX, AREA + 8);
      rig.run("0FAE03");
      assertThat(rig.s.rip()).isEqualTo(GP_HANDLER);
    }
    try (Rig rig = rig()) {
      rig.memory.write(AREA + 24, 4, 0x10000);
      rig.run("0FAE0B");
      assertThat(rig.s.rip()).isEqualTo(GP_HANDLER);
    }
    try (Rig rig = rig()) {
      rig.s.setCr(0, rig.s.cr(0) | Control.CR0_TS);
      rig.run("0FAE03");
      assertThat(rig.s.rip()).isEqualTo(0x43000);
    }
  }

  @Test
  void xsaveWritesTheComponentsInUseToTheHeader() {
    try (Rig rig = rig()) {
      rig.memory.write(AREA + 512, 8, 0xf0);
      rig.s.setVector(1, 0, 5);
      rig.run("0FAE23");
      assertThat(rig.at(AREA + 512, 8)).as("x87 is in its initial state").isEqualTo(0xf2);
      assertThat(rig.at(AREA + 160 + 16, 8)).isEqualTo(5);
    }
  }

  @Test
  void xsavecWritesTheCompactHeaderAndXrstorReadsIt() {
    try (Rig rig = rig()) {
      fill(rig);
      rig.run("0FC723");
      assertThat(rig.at(AREA + 512, 8)).isEqualTo(3);
      assertThat(rig.at(AREA + 520, 8)).isEqualTo(1L << 63 | 3);
      rig.memory.write(AREA + 512, 8, 2);
      rig.s.setVector(3, 0, 0);
      rig.run("0FAE2B");
      assertThat(rig.s.vector(3, 0)).isEqualTo(103);
      assertThat(LegacyArea.isX87Initial(rig.s)).as("absent, hence initialized").isTrue();
    }
  }

  @Test
  void xsaveoptLeavesInitialComponentsUnwritten() {
    try (Rig rig = rig()) {
      rig.memory.write(AREA, 2, 0x1234);
      rig.run("0FAE33");
      assertThat(rig.at(AREA, 2)).isEqualTo(0x1234);
      assertThat(rig.at(AREA + 512, 8)).isZero();
    }
  }

  @Test
  void xrstorRefusesBadHeaders() {
    long[][] headers = {
      {4, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, 1L << 63 | 2, 0}, {0, 1L << 63 | 4, 0}
    };
    for (long[] header : headers) {
      try (Rig rig = rig()) {
        rig.memory.write(AREA + 24, 4, 0x1f80);
        for (int n = 0; n < 3; n++) {
          rig.memory.write(AREA + 512 + 8 * n, 8, header[n]);
        }
        fill(rig);
        rig.run("0FAE2B");
        assertThat(rig.s.rip()).isEqualTo(GP_HANDLER);
        assertThat(rig.s.vector(2, 0)).as("nothing is loaded").isEqualTo(102);
      }
    }
  }

  @Test
  void xrstorTouchesOnlyWhatIsAskedFor() {
    try (Rig rig = rig()) {
      fill(rig);
      rig.memory.write(AREA + 24, 4, 0x1f80);
      rig.s.setReg(Rig.RAX, 1);
      rig.s.setReg(Rig.RDX, 0);
      rig.run("0FAE2B");
      assertThat(LegacyArea.isX87Initial(rig.s)).isTrue();
      assertThat(rig.s.vector(2, 0)).isEqualTo(102);
      assertThat(rig.s.mxcsr()).isEqualTo(0x1fa0);
    }
  }

  @Test
  void upperHalvesFollowTheHeaderInBothFormats() {
    for (String code : new String[] {"0FAE23", "0FC723"}) {
      try (Rig rig = ready(Rig.everything(), 7)) {
        fill(rig);
        rig.s.setVector(9, 3, 0x99);
        rig.run(code);
        assertThat(rig.at(AREA + 512, 8)).isEqualTo(7);
        assertThat(rig.at(AREA + 576 + 16 * 9 + 8, 8)).isEqualTo(0x99);
        rig.s.setVector(9, 3, 1);
        rig.run("0FAE2B");
        assertThat(rig.s.vector(9, 3)).isEqualTo(0x99);
        rig.memory.write(AREA + 512, 8, 3);
        rig.run("0FAE2B");
        assertThat(rig.s.vector(9, 3)).as("initial").isZero();
        assertThat(rig.s.vector(9, 0)).isEqualTo(109);
      }
    }
  }

  @Test
  void xrstorsTakesTheCompactedFormAlone() {
    try (Rig rig = rig()) {
      fill(rig);
      rig.run("0FC72B"); // xsaves [rbx]
      rig.s.setVector(3, 0, 0);
      rig.run("0FC71B"); // xrstors [rbx]
      assertThat(rig.s.vector(3, 0)).isEqualTo(103);
      rig.memory.write(AREA + 520, 8, 0);
      rig.run("0FC71B");
      assertThat(rig.s.rip()).isEqualTo(GP_HANDLER);
    }
  }
}
