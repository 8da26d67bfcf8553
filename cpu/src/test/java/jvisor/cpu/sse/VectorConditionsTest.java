package jvisor.cpu.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.EnumSet;
import java.util.Set;
import jvisor.cpu.interpreter.InstructionSet;
import jvisor.cpu.softfloat.FpEnv;
import jvisor.cpu.state.Control;
import jvisor.cpu.state.GuestFault;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.state.Vector;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.x87.FpuRig;
import jvisor.host.HostMemory;
import jvisor.isa.Feature;
import jvisor.isa.Row;
import jvisor.isa.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When vector instructions may run, and what they leave alone. */
class VectorConditionsTest {
  private static final String PXOR_MM0_MM1 = "0fefc1";
  private static final String DIVSS_XMM1_XMM2 = "f30f5eca";
  private static final String LDMXCSR_RSI = "0fae16";

  private final FpuRig rig = new FpuRig(InstructionSet.semantics());
  private final VcpuState s = rig.c.state;

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
        "660fefca",
        "0f58ca",
        "f30f2ac8",
        "660f7ec8",
        "660f38dcca",
        "660f3a44ca00",
        "0f38c8ca",
        "660f3a63ca00",
        "0fae16",
        "0fae1e",
        "660ff7ca",
        "0f2b0e"
      })
  void emulationAndAnUnpreparedSystemMakeThemUndefinedAndTaskSwitchesUnavailable(String hex) {
    assertThat(fault(hex)).isEqualTo(-1);
    s.setCr(0, Control.CR0_PE | Control.CR0_TS);
    assertThat(fault(hex)).isEqualTo(Vector.NM);
    s.setCr(0, Control.CR0_PE | Control.CR0_TS | Control.CR0_EM);
    assertThat(fault(hex)).isEqualTo(Vector.UD);
    s.setCr(0, Control.CR0_PE | Control.CR0_TS);
    s.setCr(4, 0);
    assertThat(fault(hex)).isEqualTo(Vector.UD);
  }

  @Test
  void mmxFormsDoNotAskForFxsaveSupport() {
    s.setCr(4, 0);
    assertThat(fault(PXOR_MM0_MM1)).isEqualTo(-1);
    s.setCr(0, Control.CR0_PE | Control.CR0_TS);
    assertThat(fault(PXOR_MM0_MM1)).isEqualTo(Vector.NM);
    s.setCr(0, Control.CR0_PE | Control.CR0_EM);
    assertThat(fault(PXOR_MM0_MM1)).isEqualTo(Vector.UD);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0fefc1", "0f6ec8", "0f7ec8", "0fd7c0", "0fc5c000", "0f71f001"})
  void mmxFormsWaitForPendingExceptionsAndChangeNothingThen(String hex) {
    HostMemory.putShort(s.base + VcpuState.FSW, 0xb881);
    s.setReg(0, 7);
    assertThat(fault(hex)).isEqualTo(Vector.MF);
    assertThat(HostMemory.getShort(s.base + VcpuState.FSW)).isEqualTo(0xb881);
    assertThat(HostMemory.getByte(s.base + VcpuState.FTW)).isZero();
    assertThat(s.reg(0)).isEqualTo(7);
  }

  @Test
  void pendingExceptionsDoNotStopTheXmmForm() {
    HostMemory.putShort(s.base + VcpuState.FSW, 0xb881);
    assertThat(fault("660fefca")).isEqualTo(-1);
  }

  @Test
  void anUnmaskedExceptionKeepsTheDestinationAndShowsItsFlag() {
    s.setMxcsr(0x1f80 & ~(FpEnv.ZE << 7));
    s.setVector(1, 0, 0x3f80_0000);
    s.setVector(2, 0, 0);
    assertThat(fault(DIVSS_XMM1_XMM2)).isEqualTo(Vector.UD);
    assertThat(s.mxcsr() & 63).isEqualTo(FpEnv.ZE);
    s.setCr(4, Control.CR4_OSFXSR | Control.CR4_OSXMMEXCPT);
    assertThat(fault(DIVSS_XMM1_XMM2)).isEqualTo(Vector.XM);
    assertThat(s.vector(1, 0)).isEqualTo(0x3f80_0000);
  }

  @Test
  void reservedBitsOfMxcsrFault() {
    rig.c.mmu.store32(FpuRig.DATA, 0x1_1f80);
    s.setMxcsr(0x1f80);
    assertThat(fault(LDMXCSR_RSI)).isEqualTo(Vector.GP);
    assertThat(s.mxcsr()).isEqualTo(0x1f80);
    rig.c.mmu.store32(FpuRig.DATA, 0xffff);
    assertThat(fault(LDMXCSR_RSI)).isEqualTo(-1);
    assertThat(s.mxcsr()).isEqualTo(0xffff);
  }

  @Test
  void addressesOutsideCanonicalSpaceFaultByTheirSegment() {
    s.setReg(0, 0x0000_7fff_ffff_fff8L);
    s.setReg(5, 0x0000_7fff_ffff_fff8L);
    assertThat(fault("0f1008")).isEqualTo(Vector.GP);
    assertThat(fault("0f104d00")).isEqualTo(Vector.SS);
  }

  @Test
  void approximationsKeepTheManualsErrorBound() {
    for (int k = 0; k < 100_000; k++) {
      int bits = 0x0100_0000 + k * 21_001;
      if (bits < 0 || bits >= 0x7e00_0000) {
        continue;
      }
      double x = Float.intBitsToFloat(bits);
      s.setVector(2, 0, bits);
      rig.execute("f30f53ca");
      double reciprocal = Float.intBitsToFloat((int) s.vector(1, 0));
      rig.execute("f30f52ca");
      double root = Float.intBitsToFloat((int) s.vector(1, 0));
      assertThat(Math.abs(reciprocal * x - 1)).isLessThanOrEqualTo(0x1.8p-12);
      assertThat(Math.abs(root * Math.sqrt(x) - 1)).isLessThanOrEqualTo(0x1.8p-12);
    }
  }

  @Test
  void everyRowOfTheseFeaturesHasASemantic() {
    Set<Feature> features =
        EnumSet.of(
            Feature.MMX,
            Feature.SSE,
            Feature.SSE2,
            Feature.SSE3,
            Feature.SSSE3,
            Feature.SSE4_1,
            Feature.SSE4_2,
            Feature.AES,
            Feature.PCLMULQDQ,
            Feature.SHA,
            Feature.AVX,
            Feature.AVX2,
            Feature.F16C,
            Feature.FMA,
            Feature.VAES,
            Feature.VPCLMULQDQ,
            Feature.AES_AVX,
            Feature.PCLMULQDQ_AVX);
    SemanticTable table = InstructionSet.semantics();
    assertThat(Table.ROWS)
        .filteredOn(row -> row != Row.INVALID && features.contains(row.feature()))
        .hasSizeGreaterThan(1000)
        .allMatch(row -> table.isBound(row.mnemonic()));
  }
}
