package jvisor.cpu.mmx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import jvisor.cpu.interpreter.InstructionSet;
import jvisor.cpu.sse.VectorAccess;
import jvisor.cpu.state.Control;
import jvisor.cpu.state.GuestFault;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.state.Vector;
import jvisor.cpu.x87.FpuRig;
import jvisor.host.HostMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What MMX instructions do to the x87 state, to memory, and when they fault. */
class MmxStateTest {
  private static final String FLD1 = "d9e8";
  private static final String EMMS = "0f77";
  private static final String PADDB = "0ffcc1";
  private static final String PXOR_FROM_MEMORY = "0fef06";
  private static final String MOVD_TO_REGISTER = "0f7ec0";
  private static final String MASKMOVQ = "0ff7c1";
  private static final String MOVNTQ = "0fe706";
  private static final String CVTPI2PD_FROM_MEMORY = "660f2a06";

  private final FpuRig rig = new FpuRig(InstructionSet.semantics());

  @AfterEach
  void close() {
    rig.close();
  }

  private int word(int offset) {
    return HostMemory.getShort(rig.c.state.base + offset);
  }

  private int vector(String instruction) {
    try {
      rig.execute(instruction);
      return -1;
    } catch (GuestFault fault) {
      return fault.vector();
    }
  }

  @Test
  void everyUseOfAnMmxRegisterResetsTopAndTags() {
    for (String instruction : List.of(PADDB, MOVD_TO_REGISTER, MOVNTQ, "f30fd6c1", "0fd7c1")) {
      rig.execute("dbe3");
      rig.execute(FLD1);
      assertThat(word(VcpuState.FSW)).isEqualTo(0x3800);
      rig.execute(instruction);
      assertThat(word(VcpuState.FSW)).as(instruction).isZero();
      assertThat(word(VcpuState.FTW) & 0xff).as(instruction).isEqualTo(0xff);
    }
  }

  @Test
  void aWrittenRegisterIsANanToTheFpu() {
    rig.execute(PADDB);
    assertThat(HostMemory.getShort(VectorAccess.mmx(rig.c, 0) + 8)).isEqualTo(0xffff);
    assertThat(HostMemory.getShort(VectorAccess.mmx(rig.c, 1) + 8)).isZero();
  }

  @Test
  void emmsEmptiesTheStack() {
    rig.execute(PADDB);
    rig.execute(EMMS);
    assertThat(word(VcpuState.FTW) & 0xff).isZero();
    assertThat(word(VcpuState.FSW)).isZero();
  }

  @Test
  void conversionsFromMemoryLeaveTheStackAlone() {
    rig.execute(FLD1);
    rig.execute(CVTPI2PD_FROM_MEMORY);
    assertThat(word(VcpuState.FSW)).isEqualTo(0x3800);
    assertThat(word(VcpuState.FTW) & 0xff).isEqualTo(0x80);
  }

  @Test
  void maskedStoresTouchSelectedBytesOnly() {
    HostMemory.putLong(VectorAccess.mmx(rig.c, 0), 0x1122334455667788L);
    HostMemory.putLong(VectorAccess.mmx(rig.c, 1), 0x80007fff00800000L);
    rig.c.mmu.store64(FpuRig.DATA, -1L);
    rig.execute(MASKMOVQ);
    assertThat(rig.c.mmu.load64(FpuRig.DATA)).isEqualTo(0x11ffff44ff66ffffL);
  }

  @Test
  void mmxIsUndefinedWithoutFpuAndWaitsForItsExceptions() {
    rig.c.state.setCr(0, Control.CR0_PE | Control.CR0_EM);
    assertThat(vector(PADDB)).isEqualTo(Vector.UD);
    assertThat(vector(EMMS)).isEqualTo(Vector.UD);
    rig.c.state.setCr(0, Control.CR0_PE | Control.CR0_TS);
    assertThat(vector(PADDB)).isEqualTo(Vector.NM);
    assertThat(vector(MASKMOVQ)).isEqualTo(Vector.NM);
    rig.c.state.setCr(0, Control.CR0_PE | Control.CR0_NE);
    rig.c.mmu.store16(FpuRig.DATA, 0x37e);
    rig.execute("d92e");
    rig.execute("d9fa");
    for (String instruction : List.of(PADDB, EMMS, MASKMOVQ, MOVNTQ, PXOR_FROM_MEMORY)) {
      assertThat(vector(instruction)).as(instruction).isEqualTo(Vector.MF);
    }
    assertThat(vector(CVTPI2PD_FROM_MEMORY)).isEqualTo(-1);
  }
}
