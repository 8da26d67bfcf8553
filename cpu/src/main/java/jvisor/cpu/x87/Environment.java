package jvisor.cpu.x87;

import jvisor.cpu.softfloat.FpEnv;
import jvisor.cpu.softfloat.SoftFloat80;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/**
 * FNSTENV, FLDENV, FNSAVE and FRSTOR: the environment of 14 or 28 bytes, by operand size, with
 * pointers as selector and offset in protected mode and as linear addresses otherwise (SDM vol. 1,
 * 8.1.10).
 */
final class Environment {
  private static final int REGISTERS = 80;

  private Environment() {}

  static void bind(SemanticTable t) {
    t.bind(Mnemonic.FNSTENV, Environment::fnstenv);
    t.bind(Mnemonic.FLDENV, Environment::fldenv);
    t.bind(Mnemonic.FNSAVE, Environment::fnsave);
    t.bind(Mnemonic.FRSTOR, Environment::frstor);
  }

  private static int size(Insn i) {
    return i.operandSize == 2 ? 14 : 28;
  }

  static void fnstenv(Vcpu c, Insn i) {
    Fpu.enterQuietly(c);
    int size = size(i);
    long la = c.address(i, size, true);
    c.checkAlignment(la, size == 14 ? 2 : 4);
    c.mmu.probeWrite(la, size);
    store(c, i, la);
    Fpu.setControl(c, Fpu.control(c) | FpEnv.ALL);
  }

  static void fldenv(Vcpu c, Insn i) {
    Fpu.enter(c);
    int size = size(i);
    long la = c.address(i, size, false);
    c.checkAlignment(la, size == 14 ? 2 : 4);
    c.mmu.probeRead(la, size);
    load(c, i, la);
  }

  static void fnsave(Vcpu c, Insn i) {
    Fpu.enterQuietly(c);
    int size = size(i);
    long la = c.address(i, size + REGISTERS, true);
    c.checkAlignment(la, size == 14 ? 2 : 4);
    c.mmu.probeWrite(la, size + REGISTERS);
    store(c, i, la);
    for (int n = 0; n < 8; n++) {
      c.mmu.store64(la + size + 10L * n, Fpu.significand(c, n));
      c.mmu.store16(la + size + 10L * n + 8, Fpu.signExponent(c, n));
    }
    ControlInstructions.initialize(c);
  }

  static void frstor(Vcpu c, Insn i) {
    Fpu.enter(c);
    int size = size(i);
    long la = c.address(i, size + REGISTERS, false);
    c.checkAlignment(la, size == 14 ? 2 : 4);
    c.mmu.probeRead(la, size + REGISTERS);
    load(c, i, la);
    for (int n = 0; n < 8; n++) {
      long at = Fpu.register(c, n);
      HostMemory.putLong(at, c.mmu.load64(la + size + 10L * n));
      HostMemory.putShort(at + 8, c.mmu.load16(la + size + 10L * n + 8));
    }
  }

  private static void store(Vcpu c, Insn i, long la) {
    VcpuState s = c.state;
    boolean wide = size(i) == 28;
    int step = wide ? 4 : 2;
    word(c, la, 0, wide, Fpu.control(c));
    word(c, la, 1, wide, Fpu.status(c));
    word(c, la, 2, wide, fullTags(c));
    int fop = HostMemory.getShort(s.base + VcpuState.FOP) & 0x7ff;
    int fcs = HostMemory.getShort(s.base + VcpuState.FCS);
    int fds = HostMemory.getShort(s.base + VcpuState.FDS);
    long fip = s.get(VcpuState.FIP);
    long fdp = s.get(VcpuState.FDP);
    if (!c.isRealOrVirtual8086()) {
      c.mmu.store(la + 3L * step, step, fip);
      c.mmu.store(la + 4L * step, step, fcs | fop << 16);
      c.mmu.store(la + 5L * step, step, fdp);
      word(c, la, 6, wide, fds);
    } else {
      long instruction = (long) fcs * 16 + fip;
      long operand = (long) fds * 16 + fdp;
      word(c, la, 3, wide, (int) instruction & 0xffff);
      high(c, la + 4L * step, step, instruction, fop);
      word(c, la, 5, wide, (int) operand & 0xffff);
      high(c, la + 6L * step, step, operand, 0);
    }
  }

  /** Stores bits 16 and up of a linear address from bit 12 on. */
  private static void high(Vcpu c, long la, int step, long address, int low) {
    c.mmu.store(la, step, (address >>> 16 & 0xffff) << 12 | low);
  }

  /** Stores a 16-bit field; the reserved half of a 32-bit one reads as ones. */
  private static void word(Vcpu c, long la, int n, boolean wide, int value) {
    if (wide) {
      c.mmu.store32(la + 4L * n, value | 0xffff0000);
    } else {
      c.mmu.store16(la + 2L * n, value);
    }
  }

  private static void load(Vcpu c, Insn i, long la) {
    VcpuState s = c.state;
    int step = size(i) == 28 ? 4 : 2;
    int control = c.mmu.load16(la);
    int status = c.mmu.load16(la + step);
    int tags = c.mmu.load16(la + 2L * step);
    long fip = c.mmu.load(la + 3L * step, step);
    long second = c.mmu.load(la + 4L * step, step);
    long fdp = c.mmu.load(la + 5L * step, step);
    long fourth = c.mmu.load(la + 6L * step, step);
    int fcs = (int) second & 0xffff;
    int fds = (int) fourth & 0xffff;
    int fop = step == 4 ? (int) (second >>> 16) & 0x7ff : 0;
    if (c.isRealOrVirtual8086()) {
      fip = fip & 0xffff | (second >>> 12 & 0xffff) << 16;
      fdp = fdp & 0xffff | (fourth >>> 12 & 0xffff) << 16;
      fop = (int) second & 0x7ff;
      fcs = 0;
      fds = 0;
    }
    int abridged = 0;
    for (int r = 0; r < 8; r++) {
      abridged |= (tags >>> 2 * r & 3) == 3 ? 0 : 1 << r;
    }
    s.set(VcpuState.FIP, fip);
    s.set(VcpuState.FDP, fdp);
    HostMemory.putShort(s.base + VcpuState.FCS, fcs);
    HostMemory.putShort(s.base + VcpuState.FDS, fds);
    HostMemory.putShort(s.base + VcpuState.FOP, fop);
    Fpu.setTags(c, abridged);
    Fpu.setControl(c, control);
    Fpu.setStatus(c, status);
  }

  /** The tag word with two bits for each register: 0 valid, 1 zero, 2 special, 3 empty. */
  static int fullTags(Vcpu c) {
    int word = 0;
    for (int n = 0; n < 8; n++) {
      int tag = Fpu.isEmpty(c, n) ? 3 : tag(Fpu.significand(c, n), Fpu.signExponent(c, n));
      word |= tag << 2 * (Fpu.top(c) + n & 7);
    }
    return word;
  }

  private static int tag(long significand, int signExponent) {
    int exponent = signExponent & 0x7fff;
    if (exponent == 0) {
      return significand == 0 ? 1 : 2;
    }
    return exponent == 0x7fff || SoftFloat80.isUnsupported(significand, signExponent) ? 2 : 0;
  }
}
