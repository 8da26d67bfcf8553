package jvisor.cpu.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import jvisor.cpu.interpreter.InstructionSet;
import jvisor.cpu.state.Control;
import jvisor.cpu.state.GuestFault;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.state.Vector;
import jvisor.cpu.x87.FpuRig;
import jvisor.platform.GuestMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Vector loads and stores where one page ends and the next cannot be used. */
class VectorMemoryTest {
  private static final int TABLES = 0x10000;
  private static final long LAST = FpuRig.DATA + 4096 - 8;
  private static final int RBP = 5;
  private static final int RSI = 6;
  private static final int RDI = 7;

  private final FpuRig rig = new FpuRig(InstructionSet.semantics());
  private final VcpuState s = rig.c.state;
  private final GuestMemory memory = rig.c.mmu.memory();

  @BeforeEach
  void mapAllButThePageAfterTheData() {
    for (int level = 0; level < 3; level++) {
      memory.write(TABLES + 0x1000 * level, 8, TABLES + 0x1000 * (level + 1) | 7);
    }
    for (int page = 0; page < 256; page++) {
      memory.write(TABLES + 0x3000 + 8 * page, 8, page * 4096L | 7);
    }
    map(0);
    s.setCr(3, TABLES);
    s.setCr(4, Control.CR4_OSFXSR | Control.CR4_PAE);
    s.setCr(0, Control.CR0_PE | Control.CR0_PG | Control.CR0_WP | Control.CR0_NE);
    s.set(VcpuState.EFER, Control.EFER_LMA | Control.EFER_LME);
    rig.c.modeChanged();
    rig.c.mmu.flushAll();
    s.setReg(RSI, LAST);
    s.setReg(RDI, LAST);
    s.setVector(1, 0, 0x1111_1111_1111_1111L);
    s.setVector(1, 1, 0x2222_2222_2222_2222L);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private void map(int rights) {
    memory.write(TABLES + 0x3000 + 8 * (FpuRig.DATA / 4096 + 1), 8, FpuRig.DATA + 4096 | rights);
    rig.c.mmu.flushAll();
  }

  private void faultsBeyondTheData(String hex) {
    GuestFault fault = catchThrowableOfType(GuestFault.class, () -> rig.execute(hex));
    assertThat(fault).isNotNull();
    assertThat(fault.vector()).isEqualTo(Vector.PF);
    assertThat(fault.address()).isEqualTo(FpuRig.DATA + 4096);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0f110e", "660f110e", "f30f7f0e"})
  void aStoreAcrossPagesHappensCompletelyOrNotAtAll(String hex) {
    faultsBeyondTheData(hex);
    assertThat(memory.read(LAST, 8)).isZero();
    map(1);
    faultsBeyondTheData(hex);
    assertThat(memory.read(LAST, 8)).isZero();
    map(3);
    rig.execute(hex);
    assertThat(memory.read(LAST, 8)).isEqualTo(0x1111_1111_1111_1111L);
    assertThat(memory.read(LAST + 8, 8)).isEqualTo(0x2222_2222_2222_2222L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0f100e", "660f100e", "f30f6f0e", "f20ff00e", "660f3a630e00"})
  void aLoadAcrossPagesFaultsWithoutALoadedHalf(String hex) {
    faultsBeyondTheData(hex);
    assertThat(s.vector(1, 0)).isEqualTo(0x1111_1111_1111_1111L);
    assertThat(s.vector(1, 1)).isEqualTo(0x2222_2222_2222_2222L);
  }

  @Test
  void aMaskedStoreTouchesOnlyTheBytesItStores() {
    s.setVector(2, 0, 0x8000_0000_0000_0080L);
    s.setVector(2, 1, 0);
    rig.execute("660ff7ca");
    assertThat(memory.read(LAST, 8)).isEqualTo(0x1100_0000_0000_0011L);
    s.setVector(2, 0, 0x0000_0000_8000_0000L);
    s.setVector(2, 1, 0x80);
    faultsBeyondTheData("660ff7ca");
    assertThat(memory.read(LAST, 8)).isEqualTo(0x1100_0000_0000_0011L);
    s.setVector(2, 0, 0);
    s.setVector(2, 1, 0);
    rig.execute("660ff7ca");
    assertThat(memory.read(LAST, 8)).isEqualTo(0x1100_0000_0000_0011L);
  }

  @Test
  void aMaskedStoreTruncatesRdiToTheAddressSize() {
    s.setReg(RDI, 0xffff_ffff_0000_0000L | FpuRig.DATA);
    s.setVector(2, 0, 0x80);
    s.setVector(2, 1, 0);
    rig.execute("67660ff7ca");
    assertThat(memory.read(FpuRig.DATA, 8)).isEqualTo(0x11);
  }

  @Test
  void alignmentIsCheckedBeforeThePage() {
    s.setReg(RSI, FpuRig.DATA + 4096 + 8);
    GuestFault fault = catchThrowableOfType(GuestFault.class, () -> rig.execute("0f280e"));
    assertThat(fault.vector()).isEqualTo(Vector.GP);
    assertThat(fault.errorCode()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0f284500", "0f294500", "660ffc4500", "c5fc284500", "c5fc294500"})
  void alignmentIsCheckedBeforeTheStackSegment(String hex) {
    rig.c.state.setCr(4, Control.CR4_OSFXSR | Control.CR4_OSXSAVE | Control.CR4_PAE);
    s.set(VcpuState.XCR0, 7);
    s.setReg(RBP, 0x8000_0000_0000_0008L);
    assertThat(catchThrowableOfType(GuestFault.class, () -> rig.execute(hex)).vector())
        .isEqualTo(Vector.GP);
    s.setReg(RBP, 0x8000_0000_0000_0000L);
    assertThat(catchThrowableOfType(GuestFault.class, () -> rig.execute(hex)).vector())
        .isEqualTo(Vector.SS);
  }

  @Test
  void elementsOfLessThanAVectorNeedNoMore() {
    memory.write(LAST + 4, 4, 0x40400000);
    s.setReg(RSI, LAST + 4);
    rig.execute("f30f100e");
    assertThat(s.vector(1, 0)).isEqualTo(0x40400000);
    rig.execute("660f3a210e10");
    assertThat(s.vector(1, 0)).isEqualTo(0x4040_0000_4040_0000L);
    rig.execute("660f38310e");
    assertThat(s.vector(1, 0)).isZero();
    assertThat(s.vector(1, 1)).isEqualTo(0x0000_0040_0000_0040L);
    rig.execute("0f600e");
    assertThat(s.get(VcpuState.X87 + 16)).isEqualTo(0x4000_4000_0000_0000L);
  }
}
