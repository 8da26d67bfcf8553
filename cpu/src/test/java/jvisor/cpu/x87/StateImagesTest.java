package jvisor.cpu.x87;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import jvisor.cpu.state.GuestFault;
import jvisor.cpu.state.VcpuState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The images of FNSTENV, FNSAVE and FXSAVE, and what their counterparts make of them. */
class StateImagesTest {
  private static final String FNSTENV = "d936";
  private static final String FLDENV = "d926";
  private static final String FNSAVE = "dd36";
  private static final String FRSTOR = "dd26";
  private static final String FXSAVE = "0fae06";
  private static final String FXSAVE64 = "480fae06";
  private static final String FXRSTOR = "0fae0e";
  private static final String FXRSTOR64 = "480fae0e";
  private static final String FLD_M64 = "dd06";
  private static final String FLDPI = "d9eb";
  private static final String FLDZ = "d9ee";

  private final FpuRig rig = new FpuRig(ExceptionsTest.table());

  @AfterEach
  void close() {
    rig.close();
  }

  private long at(int offset, int size) {
    return rig.memory.read(FpuRig.DATA + offset, size);
  }

  private void put(int offset, int size, long value) {
    rig.memory.write(FpuRig.DATA + offset, size, value);
  }

  /** Fills memory so that what is not written shows. */
  private void fill(int length) {
    for (int i = 0; i < length; i++) {
      put(i, 1, 0x55);
    }
  }

  @Test
  void theEnvironmentHasPointersAndFullTags() {
    put(0, 8, Double.doubleToRawLongBits(1.5));
    rig.execute(FLD_M64);
    rig.execute(FLDZ);
    fill(32);
    rig.execute(FNSTENV);
    assertThat(at(0, 4)).isEqualTo(0xffff037fL);
    assertThat(at(4, 4)).isEqualTo(0xffff3000L);
    assertThat(at(8, 4)).isEqualTo(0xffff1fffL);
    assertThat(at(12, 4)).isEqualTo(FpuRig.CODE);
    assertThat(at(16, 4)).isEqualTo(8);
    assertThat(at(20, 4)).isEqualTo(FpuRig.DATA);
    assertThat(at(24, 4)).isEqualTo(0xffff0010L);
    assertThat(at(28, 4)).isEqualTo(0x55555555L);
  }

  @Test
  void storingTheEnvironmentMasksAllExceptions() {
    put(0, 2, 0x340);
    rig.execute("d92e");
    rig.execute(FNSTENV);
    assertThat(at(0, 2)).isEqualTo(0x340);
    assertThat(rig.word(VcpuState.FCW)).isEqualTo(0x37f);
  }

  @Test
  void theShortEnvironmentHasFourteenBytes() {
    rig.execute(FLDPI);
    fill(16);
    rig.execute("66" + FNSTENV);
    assertThat(at(0, 8)).isEqualTo(0x1000_3fff_3800_037fL);
    assertThat(at(8, 8)).isEqualTo(0x5555_0000_0000_0008L);
  }

  @Test
  void realModePointersAreLinear() {
    rig.execute("dbe3");
    rig.setMode(false);
    rig.c.state.setSegment(3, 0x1234, 0x2000, 0xffff, 0x9300);
    rig.c.state.setReg(6, FpuRig.DATA - 0x2000);
    rig.execute("dd04");
    fill(32);
    rig.execute("66d934");
    assertThat(at(12, 4)).isEqualTo(0xffff1000L);
    assertThat(at(16, 4)).isZero();
    assertThat(at(20, 4)).isEqualTo(0xffff0000L | 0x2340 + 0x2000);
    assertThat(at(24, 4)).isEqualTo(1 << 12);
  }

  @Test
  void anOpcodeIsKeptForUnmaskedExceptions() {
    put(0, 2, 0x37e);
    rig.execute("d92e");
    rig.execute("d9fa");
    rig.execute(FNSTENV);
    assertThat(at(18, 2)).isEqualTo(0x1fa);
  }

  @Test
  void loadingAnEnvironmentFindsPendingExceptionsAnew() {
    List<Long> image =
        List.of(0x37bL, 0x0004L, 0xffffL, 0x11112222L, 0x77778888L, 0x33334444L, 0x9999L);
    for (int i = 0; i < 7; i++) {
      put(4 * i, 4, image.get(i));
    }
    rig.execute(FLDENV);
    assertThat(rig.word(VcpuState.FSW)).isEqualTo(0x8084);
    rig.execute("dbe2");
    rig.execute(FNSTENV);
    assertThat(at(0, 8)).isEqualTo(0xffff0000_ffff037bL);
    assertThat(at(8, 8)).isEqualTo(0x11112222_ffffffffL);
    assertThat(at(16, 8)).isEqualTo(0x33334444_07778888L);
    assertThat(at(24, 4)).isEqualTo(0xffff9999L);
  }

  @Test
  void savingAndRestoringKeepsRegistersInStackOrder() {
    rig.execute(FLDPI);
    rig.execute(FLDZ);
    rig.execute(FNSAVE);
    assertThat(rig.word(VcpuState.FSW)).isZero();
    assertThat(rig.word(VcpuState.FTW)).isZero();
    assertThat(at(28, 8)).isZero();
    assertThat(at(38, 8)).isEqualTo(0xc90fdaa22168c235L);
    assertThat(at(46, 2)).isEqualTo(0x4000);
    rig.execute(FRSTOR);
    assertThat(rig.word(VcpuState.FSW)).isEqualTo(0x3000);
    assertThat(Fpu.significand(rig.c, 1)).isEqualTo(0xc90fdaa22168c235L);
    assertThat(Fpu.isEmpty(rig.c, 1)).isFalse();
    assertThat(Fpu.isEmpty(rig.c, 2)).isTrue();
  }

  @Test
  void fxsaveHasTheLayoutOfTheManual() {
    put(0, 8, Double.doubleToRawLongBits(1.5));
    rig.execute(FLD_M64);
    rig.c.state.setMxcsr(0x1fa0);
    rig.c.state.setVector(15, 1, 0x1122334455667788L);
    fill(512);
    rig.execute(FXSAVE64);
    assertThat(at(0, 8)).isEqualTo(0x80_3800_037fL);
    assertThat(at(8, 8)).isEqualTo(FpuRig.CODE);
    assertThat(at(16, 8)).isEqualTo(FpuRig.DATA);
    assertThat(at(24, 8)).isEqualTo(0xffff_0000_1fa0L);
    assertThat(at(32, 8)).isEqualTo(0xc000000000000000L);
    assertThat(at(40, 8)).isEqualTo(0x3fff);
    assertThat(at(160 + 15 * 16 + 8, 8)).isEqualTo(0x1122334455667788L);
    assertThat(at(416, 8)).isEqualTo(0x5555555555555555L);
    rig.execute(FXSAVE);
    assertThat(at(8, 8)).isEqualTo(8L << 32 | FpuRig.CODE);
    assertThat(at(16, 8)).isEqualTo(16L << 32 | FpuRig.DATA);
  }

  @Test
  void fxrstorRestoresAndFindsPendingExceptionsAnew() {
    rig.execute(FLDPI);
    rig.c.state.setVector(3, 0, 42);
    rig.execute(FXSAVE64);
    rig.execute("dbe3");
    rig.c.state.setVector(3, 0, 43);
    put(0, 2, 0xffff ^ 4);
    put(2, 2, 0x3804);
    rig.execute(FXRSTOR64);
    assertThat(rig.c.state.vector(3, 0)).isEqualTo(42);
    assertThat(rig.word(VcpuState.FCW)).isEqualTo(0x1f7b);
    assertThat(rig.word(VcpuState.FSW)).isEqualTo(0xb884);
    assertThat(Fpu.significand(rig.c, 0)).isEqualTo(0xc90fdaa22168c235L);
    assertThat(rig.word(VcpuState.FTW)).isEqualTo(0x80);
  }

  @Test
  void fxrstorRefusesReservedBitsOfMxcsrAndMisalignedAreas() {
    rig.execute(FXSAVE);
    put(24, 4, 0x10000);
    assertThatThrownBy(() -> rig.execute(FXRSTOR)).isInstanceOf(GuestFault.class);
    rig.c.state.setReg(6, FpuRig.DATA + 8);
    assertThatThrownBy(() -> rig.execute(FXSAVE)).isInstanceOf(GuestFault.class);
  }
}
