package jvisor.cpu.avx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import jvisor.cpu.interpreter.InstructionSet;
import jvisor.cpu.softfloat.FpEnv;
import jvisor.cpu.state.Control;
import jvisor.cpu.state.GuestFault;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.state.Vector;
import jvisor.cpu.x87.FpuRig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When vector instructions with VEX may run, and what becomes of upper halves. */
class AvxConditionsTest {
  private static final String VADDPS_YMM = "c5fc58ca";
  private static final String VZEROUPPER = "c5f877";
  private static final String VZEROALL = "c5fc77";

  private final FpuRig rig = new FpuRig(InstructionSet.semantics());
  private final VcpuState s = rig.c.state;

  @BeforeEach
  void enable() {
    s.setCr(4, Control.CR4_OSXSAVE | Control.CR4_OSXMMEXCPT);
    s.set(VcpuState.XCR0, 7);
    s.setMxcsr(0x1f80);
    for (int n = 0; n < 16; n++) {
      for (int lane = 0; lane < 4; lane++) {
        s.setVector(n, lane, 1);
      }
    }
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private int fault(String hex) {
    GuestFault fault = catchThrowableOfType(GuestFault.class, () -> rig.execute(hex));
    return fault == null ? -1 : fault.vector();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        VADDPS_YMM,
        VZEROUPPER,
        VZEROALL,
        "c5f1efca", // vpxor xmm1, xmm1, xmm2
        "c5fa2cca", // vcvttss2si ecx, xmm2
        "c5f8ae1e", // vstmxcsr [rsi]
        "c4e2f5b8ca", // vfmadd231pd ymm1, ymm1, ymm2
        "c4e27d18ca", // vbroadcastss ymm1, xmm2
        "c4e2792c0e", // vmaskmovps xmm1, xmm0, [rsi]
        "c4e27913ca" // vcvtph2ps xmm1, xmm2
      })
  void systemsThatDoNotSaveTheStateMakeThemUndefined(String hex) {
    assertThat(fault(hex)).isEqualTo(-1);
    s.setCr(0, Control.CR0_PE | Control.CR0_EM);
    assertThat(fault(hex)).as("CR0.EM does not count").isEqualTo(-1);
    s.setCr(0, Control.CR0_PE | Control.CR0_TS);
    assertThat(fault(hex)).isEqualTo(Vector.NM);
    for (int components : new int[] {1, 3}) {
      s.set(VcpuState.XCR0, components);
      assertThat(fault(hex)).isEqualTo(Vector.UD);
    }
    s.set(VcpuState.XCR0, 7);
    s.setCr(4, Control.CR4_OSFXSR);
    assertThat(fault(hex)).isEqualTo(Vector.UD);
  }

  @Test
  void nothingOfItExistsInRealMode() {
    rig.setMode(false);
    assertThat(fault(VADDPS_YMM)).isEqualTo(Vector.UD);
    rig.setMode(true);
    assertThat(fault(VADDPS_YMM)).isEqualTo(-1);
  }

  @Test
  void outsideOf64BitModeZeroingReachesEightRegisters() {
    rig.setMode(true);
    rig.execute(VZEROUPPER);
    assertThat(s.vector(7, 0)).isEqualTo(1);
    assertThat(s.vector(7, 2)).isZero();
    assertThat(s.vector(8, 2)).isEqualTo(1);
    rig.execute(VZEROALL);
    assertThat(s.vector(7, 0)).isZero();
    assertThat(s.vector(8, 0)).isEqualTo(1);
  }

  @Test
  void anUnmaskedExceptionKeepsAllOfTheDestination() {
    s.setMxcsr(0x1f80 & ~(FpEnv.DE << 7));
    assertThat(fault(VADDPS_YMM)).isEqualTo(Vector.XM);
    assertThat(s.mxcsr() & 63).isEqualTo(FpEnv.DE);
    for (int lane = 0; lane < 4; lane++) {
      assertThat(s.vector(1, lane)).isEqualTo(1);
    }
    s.setCr(4, Control.CR4_OSXSAVE);
    assertThat(fault(VADDPS_YMM)).isEqualTo(Vector.UD);
  }
}
