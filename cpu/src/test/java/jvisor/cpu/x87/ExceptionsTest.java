package jvisor.cpu.x87;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import jvisor.cpu.state.Control;
import jvisor.cpu.state.GuestFault;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.state.Vector;
import jvisor.cpu.system.ExtendedState;
import jvisor.cpu.vcpu.SemanticTable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When instructions fault instead of executing, and when they wait for pending exceptions. */
class ExceptionsTest {
  private static final String FLDCW = "d92e";
  private static final String FLD1 = "d9e8";
  private static final String FLDZ = "d9ee";
  private static final String FDIVP = "def9";
  private static final String FNSTSW_AX = "dfe0";
  private static final String FNCLEX = "dbe2";
  private static final String WAIT = "9b";

  private final FpuRig rig = new FpuRig(table());

  static SemanticTable table() {
    SemanticTable table = new SemanticTable();
    X87.bind(table);
    ExtendedState.bind(table);
    return table;
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private int vector(String instruction) {
    try {
      rig.execute(instruction);
      return -1;
    } catch (GuestFault fault) {
      return fault.vector();
    }
  }

  private void divideByZeroUnmasked() {
    rig.memory.write(FpuRig.DATA, 2, 0x37b);
    List.of(FLDCW, FLD1, FLDZ, FDIVP).forEach(rig::execute);
  }

  @Test
  void anUnmaskedExceptionIsRaisedByTheNextWaitingInstruction() {
    divideByZeroUnmasked();
    assertThat(rig.word(VcpuState.FSW)).isEqualTo(0xb084);
    assertThat(vector(WAIT)).isEqualTo(Vector.MF);
    assertThat(vector(FLD1)).isEqualTo(Vector.MF);
    assertThat(vector("dd36")).as("FNSAVE").isEqualTo(-1);
    assertThat(vector(FLD1)).isEqualTo(-1);
  }

  @Test
  void operandsStayAfterAnUnmaskedDivisionByZero() {
    divideByZeroUnmasked();
    assertThat(Fpu.signExponent(rig.c, 1)).isEqualTo(0x3fff);
    assertThat(Fpu.isEmpty(rig.c, 0)).isFalse();
  }

  @Test
  void fnclexClearsWhatIsPending() {
    divideByZeroUnmasked();
    assertThat(vector(FNSTSW_AX)).isEqualTo(-1);
    assertThat(rig.c.state.reg(0, 2)).isEqualTo(0xb084);
    assertThat(vector(FNCLEX)).isEqualTo(-1);
    assertThat(vector(WAIT)).isEqualTo(-1);
  }

  @Test
  void pendingExceptionsAreNotReportedWithoutNumericError() {
    divideByZeroUnmasked();
    rig.c.state.setCr(0, Control.CR0_PE);
    assertThat(vector(WAIT)).isEqualTo(-1);
  }

  @Test
  void loadingTheControlWordCanMakeAnExceptionPending() {
    rig.execute(FLD1);
    rig.execute(FLDZ);
    rig.execute(FDIVP);
    assertThat(rig.word(VcpuState.FSW)).isEqualTo(0x3804);
    rig.memory.write(FpuRig.DATA, 2, 0x37b);
    rig.execute(FLDCW);
    assertThat(rig.word(VcpuState.FSW)).isEqualTo(0xb884);
  }

  @Test
  void taskSwitchedOrEmulatedFpuIsNotAvailable() {
    for (long bit : new long[] {Control.CR0_TS, Control.CR0_EM}) {
      rig.c.state.setCr(0, Control.CR0_PE | Control.CR0_NE | bit);
      for (String instruction : List.of(FLD1, FNSTSW_AX, FNCLEX, "dbe3", "0fae06", "0fae0e")) {
        assertThat(vector(instruction)).as(instruction).isEqualTo(Vector.NM);
      }
      assertThat(vector(WAIT)).isEqualTo(-1);
    }
    rig.c.state.setCr(0, Control.CR0_PE | Control.CR0_TS | Control.CR0_MP);
    assertThat(vector(WAIT)).isEqualTo(Vector.NM);
  }

  @Test
  void aFaultOfTheMemoryOperandChangesNothing() {
    rig.execute(FLD1);
    rig.c.state.setReg(6, 1L << 60);
    int status = rig.word(VcpuState.FSW);
    long fip = rig.c.state.get(VcpuState.FIP);
    for (String instruction : List.of("d906", "d91e", "db3e", "d936", "dd36", "dd26", "0fae06")) {
      assertThat(vector(instruction)).as(instruction).isEqualTo(Vector.GP);
      assertThat(rig.word(VcpuState.FSW)).isEqualTo(status);
      assertThat(rig.c.state.get(VcpuState.FIP)).isEqualTo(fip);
    }
    assertThat(Fpu.isEmpty(rig.c, 0)).isFalse();
  }

  @Test
  void theLastTwoBytesOfTenAreAnAccessOfTheirOwnThatWraps() {
    rig.setMode(true);
    rig.c.state.setReg(6, 0xffff_fff8L);
    rig.memory.write(0x1ff8, 8, 0x8765_4321_1234_5678L);
    rig.memory.write(0x2000, 2, 0x1234);
    rig.execute("db2e");
    rig.execute("d9c0");
    rig.c.state.setReg(7, 0x100);
    rig.execute("db3f");
    assertThat(rig.memory.read(0x2100, 8)).isEqualTo(0x8765_4321_1234_5678L);
    assertThat(rig.memory.read(0x2108, 2)).isEqualTo(0x1234);
    rig.memory.write(0x2000, 2, 0);
    rig.execute("db3e");
    assertThat(rig.memory.read(0x2000, 2)).isEqualTo(0x1234);
    rig.c.state.setReg(6, 0xffff_fff9L);
    assertThat(vector("db2e")).isEqualTo(Vector.GP);
  }
}
