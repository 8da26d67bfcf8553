package jvisor.cpu.avx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import jvisor.cpu.interpreter.InstructionSet;
import jvisor.cpu.state.Control;
import jvisor.cpu.state.GuestFault;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.state.Vector;
import jvisor.cpu.x87.FpuRig;
import jvisor.platform.GuestMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Vectors of 32 bytes, masked elements and gathers beside a page that is not there. */
class AvxMemoryTest {
  private static final int TABLES = 0x10000;
  private static final long END = FpuRig.DATA + 4096;
  private static final int RSI = 6;
  private static final long CHOSEN = 0xc000_0001_c000_0001L;
  private static final int UNTOUCHED = -1;

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
    memory.write(TABLES + 0x3000 + 8 * (END / 4096), 8, 0);
    s.setCr(3, TABLES);
    s.setCr(4, Control.CR4_OSXSAVE | Control.CR4_PAE);
    s.set(VcpuState.XCR0, 7);
    s.setCr(0, Control.CR0_PE | Control.CR0_PG | Control.CR0_WP | Control.CR0_NE);
    s.set(VcpuState.EFER, Control.EFER_LMA | Control.EFER_LME);
    rig.c.modeChanged();
    rig.c.mmu.flushAll();
    s.setReg(RSI, FpuRig.DATA);
    for (int k = 0; k < 1024; k++) {
      memory.write(FpuRig.DATA + 4 * k, 4, 0x1000 + k);
    }
    for (int lane = 0; lane < 4; lane++) {
      s.setVector(0, lane, CHOSEN);
      s.setVector(1, lane, UNTOUCHED);
    }
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private void set(int register, long r0, long r1, long r2, long r3) {
    s.setVector(register, 0, r0);
    s.setVector(register, 1, r1);
    s.setVector(register, 2, r2);
    s.setVector(register, 3, r3);
  }

  private long[] lanes(int register) {
    return new long[] {
      s.vector(register, 0), s.vector(register, 1), s.vector(register, 2), s.vector(register, 3)
    };
  }

  private int fault(String hex) {
    GuestFault fault = catchThrowableOfType(GuestFault.class, () -> rig.execute(hex));
    return fault == null ? -1 : fault.vector();
  }

  @Test
  void aStoreOf32BytesAcrossPagesHappensNotAtAll() {
    for (int offset = 8; offset < 32; offset += 8) {
      s.setReg(RSI, END - offset);
      assertThat(fault("c5fc110e")).isEqualTo(Vector.PF);
      assertThat(memory.read(END - offset, 4)).isEqualTo(0x1400 - offset / 4);
    }
  }

  @Test
  void aLoadOf32BytesAcrossPagesLoadsNothing() {
    s.setReg(RSI, END - 24);
    assertThat(fault("c5fc100e")).isEqualTo(Vector.PF);
    assertThat(lanes(1)).containsOnly(UNTOUCHED);
  }

  @Test
  void gathersThatFaultHaveDoneTheElementsBelow() {
    String vpgatherdd = "c4e27d900c16"; // vpgatherdd ymm1, [rsi + ymm2], ymm0
    set(0, CHOSEN, 0xc000_0001_4000_0001L, CHOSEN, CHOSEN);
    set(2, 0x0000_0004_0000_0000L, 0x0000_0008_0000_0010L, 0x10, 0x0000_2000_0000_1000L);
    assertThat(fault(vpgatherdd)).isEqualTo(Vector.PF);
    assertThat(rig.c.fault.address()).isEqualTo(END);
    assertThat(lanes(0)).containsExactly(0, 0, 0, CHOSEN);
    assertThat(lanes(1))
        .containsExactly(
            0x0000_1001_0000_1000L, 0x0000_1002_ffff_ffffL, 0x0000_1000_0000_1004L, UNTOUCHED);
    set(2, -1, -1, -1, 0x0000_0004_0000_0008L);
    assertThat(fault(vpgatherdd)).as("goes on with what is left").isEqualTo(-1);
    assertThat(lanes(0)).containsOnly(0);
    assertThat(s.vector(1, 3)).isEqualTo(0x0000_1001_0000_1002L);
  }

  @Test
  void gathersWithMoreIndexThanDataZeroTheRest() {
    set(2, 0, 4, 8, 12);
    assertThat(fault("c4e27d910c16")).isEqualTo(-1); // vpgatherqd xmm1, [rsi + ymm2], xmm0
    assertThat(lanes(1)).containsExactly(0x0000_1001_0000_1000L, 0x0000_1003_0000_1002L, 0, 0);
    assertThat(lanes(0)).containsOnly(0);
  }

  @Test
  void gathersCutAddressesToTheirSize() {
    set(2, 0xffff_ffffL, 0xffff_ffffL, 0, 0);
    s.setReg(RSI, FpuRig.DATA + 1);
    assertThat(fault("67c4e27990 0c16")).isEqualTo(-1); // vpgatherdd xmm1, [esi + xmm2], xmm0
    assertThat(s.vector(1, 0) & 0xffff_ffffL).isEqualTo(0x1000);
  }

  @Test
  void maskedMovesTouchChosenElementsOnly() {
    set(0, CHOSEN, 0, 0, 0);
    s.setReg(RSI, END - 8);
    assertThat(fault("c4e27d2c0e")).isEqualTo(-1); // vmaskmovps ymm1, ymm0, [rsi]
    assertThat(lanes(1)).containsExactly(0x0000_13ff_0000_13feL, 0, 0, 0);
    set(1, 5L << 32 | 6, 7, 8, 9);
    assertThat(fault("c4e27d2e0e")).isEqualTo(-1); // vmaskmovps [rsi], ymm0, ymm1
    assertThat(memory.read(END - 8, 8)).isEqualTo(5L << 32 | 6);
  }

  @Test
  void aMaskedStoreThatFaultsChangesNothing() {
    set(0, CHOSEN, 0, 0, CHOSEN);
    s.setReg(RSI, END - 8);
    assertThat(fault("c4e27d2e0e")).isEqualTo(Vector.PF);
    assertThat(memory.read(END - 8, 8)).isEqualTo(0x0000_13ff_0000_13feL);
  }

  @Test
  void noElementNeedsNoAddress() {
    set(0, 0, 0, 0, 0);
    s.setReg(RSI, 0x8000_0000_0000_0000L);
    assertThat(fault("c4e27d2c0e")).isEqualTo(-1);
    assertThat(fault("c4e27d2e0e")).isEqualTo(-1);
    assertThat(fault("c4e27d900c16")).isEqualTo(-1);
    assertThat(lanes(1)).containsOnly(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"c5fc280e", "c5fc290e", "c5fd6f0e", "c5fde70e", "c4e27d2a0e"})
  void alignedMovesOf32BytesAskFor32(String hex) {
    s.setReg(RSI, FpuRig.DATA + 16);
    assertThat(fault(hex)).isEqualTo(Vector.GP);
    s.setReg(RSI, FpuRig.DATA + 32);
    assertThat(fault(hex)).isEqualTo(-1);
  }

  @ParameterizedTest
  @CsvSource({
    "c5fc100e, 16", // vmovups ymm1, [rsi]
    "c5f8100e, 16", // vmovups xmm1, [rsi]
    "c5fc110e, 16", // vmovups [rsi], ymm1
    "c5fc580e, 16", // vaddps ymm1, ymm0, [rsi]
    "c4e37d190e01, 16", // vextractf128 [rsi], ymm1, 1
    "c4e27d180e, 4", // vbroadcastss ymm1, [rsi]
    "c4e3791d0e00, 8", // vcvtps2ph [rsi], xmm1, 0
    "c4e27d2c0e, 1", // vmaskmovps ymm1, ymm0, [rsi]
    "c4e27d2e0e, 1", // vmaskmovps [rsi], ymm0, ymm1
    "c4e27d900c16, 1" // vpgatherdd ymm1, [rsi + ymm2], ymm0
  })
  void alignmentIsCheckedForUsersUpTo16Bytes(String hex, int alignment) {
    s.setMxcsr(0x1f80);
    s.setCr(0, s.cr(0) | Control.CR0_AM);
    s.setSegment(Segment.CS, 0x1b, 0, 0xffff_ffffL, Segment.LONG | 0xfb00);
    rig.c.setCpl(3);
    rig.c.setRflags(Rflags.AC, Rflags.AC);
    rig.c.modeChanged();
    for (int offset = 1; offset <= 32; offset *= 2) {
      s.setReg(RSI, FpuRig.DATA + offset);
      set(0, CHOSEN, CHOSEN, CHOSEN, CHOSEN);
      set(2, 0, 0, 0, 0);
      assertThat(fault(hex)).as("+%d", offset).isEqualTo(offset < alignment ? Vector.AC : -1);
    }
  }
}
