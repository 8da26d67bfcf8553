package jvisor.cpu.x87;

import jvisor.cpu.state.Control;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/**
 * Initialization, the control and status words, WAIT, and constants (SDM vol. 1, 8.3.4 and 8.3.11).
 */
final class ControlInstructions {
  private static final int INITIAL_CONTROL = 0x37f;

  private ControlInstructions() {}

  static void bind(SemanticTable t) {
    t.bind(Mnemonic.FNINIT, ControlInstructions::fninit);
    t.bind(Mnemonic.FNCLEX, ControlInstructions::fnclex);
    t.bind(Mnemonic.FLDCW, ControlInstructions::fldcw);
    t.bind(Mnemonic.FNSTCW, (c, i) -> storeWord(c, i, VcpuState.FCW));
    t.bind(Mnemonic.FNSTSW, (c, i) -> storeWord(c, i, VcpuState.FSW));
    t.bind(Mnemonic.WAIT, ControlInstructions::fwait);
    t.bind(Mnemonic.FLD1, (c, i) -> constant(c, i, 0x8000000000000000L, 0x3fff, 0, 0));
    t.bind(Mnemonic.FLDZ, (c, i) -> constant(c, i, 0, 0, 0, 0));
    t.bind(Mnemonic.FLDL2T, (c, i) -> constant(c, i, 0xd49a784bcd1b8afeL, 0x4000, 0, 1));
    t.bind(Mnemonic.FLDL2E, (c, i) -> constant(c, i, 0xb8aa3b295c17f0bcL, 0x3fff, 1, 0));
    t.bind(Mnemonic.FLDPI, (c, i) -> constant(c, i, 0xc90fdaa22168c235L, 0x4000, 1, 0));
    t.bind(Mnemonic.FLDLG2, (c, i) -> constant(c, i, 0x9a209a84fbcff799L, 0x3ffd, 1, 0));
    t.bind(Mnemonic.FLDLN2, (c, i) -> constant(c, i, 0xb17217f7d1cf79acL, 0x3ffe, 1, 0));
  }

  static void fninit(Vcpu c, Insn i) {
    Fpu.enterQuietly(c);
    initialize(c);
  }

  /** Puts the FPU into the state of FNINIT; the registers keep their bits. */
  static void initialize(Vcpu c) {
    VcpuState s = c.state;
    HostMemory.putShort(s.base + VcpuState.FCW, INITIAL_CONTROL);
    HostMemory.putShort(s.base + VcpuState.FSW, 0);
    HostMemory.putShort(s.base + VcpuState.FOP, 0);
    HostMemory.putShort(s.base + VcpuState.FCS, 0);
    HostMemory.putShort(s.base + VcpuState.FDS, 0);
    Fpu.setTags(c, 0);
    s.set(VcpuState.FIP, 0);
    s.set(VcpuState.FDP, 0);
  }

  static void fnclex(Vcpu c, Insn i) {
    Fpu.enterQuietly(c);
    Fpu.setStatus(c, Fpu.status(c) & 0x7f00);
  }

  static void fldcw(Vcpu c, Insn i) {
    Fpu.enter(c);
    Fpu.setControl(c, (int) c.load(c.address(i, 2, false), 2));
  }

  private static void storeWord(Vcpu c, Insn i, int word) {
    Fpu.enterQuietly(c);
    c.write(i, i.a, HostMemory.getShort(c.state.base + word));
  }

  static void fwait(Vcpu c, Insn i) {
    long both = Control.CR0_MP | Control.CR0_TS;
    if ((c.state.cr(0) & both) == both) {
      throw c.nm();
    }
    Fpu.checkPending(c);
  }

  /**
   * Pushes a constant, given as it rounds to nearest.
   *
   * @param above 1 if the bits are above the constant, so that rounding down makes them one less
   * @param below 1 if they are below it, so that rounding up makes them one more
   */
  private static void constant(
      Vcpu c, Insn i, long significand, int signExponent, int above, int below) {
    Fpu.enter(c);
    int adjustment =
        switch (Fpu.control(c) >>> 10 & 3) {
          case 1, 3 -> -above;
          case 2 -> below;
          default -> 0;
        };
    c.fp.give(significand + adjustment, signExponent);
    Fpu.finishLoad(c, i);
  }
}
