package jvisor.cpu.integer;

import jvisor.cpu.state.Flags;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Semantic;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/**
 * The instructions of BMI1 and BMI2 that are encoded with VEX (SDM vol. 1, 5.1.16). They need no
 * vector state, but protected mode. Of the flags that the manual leaves undefined, PF and SF are
 * the result's and AF is 0, but for BEXTR: SF 0, AF 1; so it is on AMD's processors.
 */
public final class BitManipulation {
  private static final int RDX = 2;

  private BitManipulation() {}

  /** Binds this chapter. */
  public static void bind(SemanticTable t) {
    bind(t, Mnemonic.ANDN, BitManipulation::andn);
    bind(t, Mnemonic.BEXTR, BitManipulation::bextr);
    bind(t, Mnemonic.BLSI, BitManipulation::blsi);
    bind(t, Mnemonic.BLSMSK, BitManipulation::blsmsk);
    bind(t, Mnemonic.BLSR, BitManipulation::blsr);
    bind(t, Mnemonic.BZHI, BitManipulation::bzhi);
    bind(t, Mnemonic.MULX, BitManipulation::mulx);
    bind(t, Mnemonic.PDEP, BitManipulation::pdep);
    bind(t, Mnemonic.PEXT, BitManipulation::pext);
    bind(t, Mnemonic.RORX, BitManipulation::rorx);
    bind(t, Mnemonic.SARX, BitManipulation::sarx);
    bind(t, Mnemonic.SHLX, BitManipulation::shlx);
    bind(t, Mnemonic.SHRX, BitManipulation::shrx);
  }

  /** Nothing with VEX exists in real-address and virtual-8086 mode. */
  private static void bind(SemanticTable t, Mnemonic mnemonic, Semantic semantic) {
    t.bind(
        mnemonic,
        (c, i) -> {
          if (c.isRealOrVirtual8086()) {
            throw c.ud();
          }
          semantic.execute(c, i);
        });
  }

  static void andn(Vcpu c, Insn i) {
    long result = ~c.read(i, i.b) & c.read(i, i.c);
    c.write(i, i.a, result);
    Flags.logic(c.state, result, i.a.size());
  }

  /** Start in the lowest byte of the control operand, length in the next. */
  static void bextr(Vcpu c, Insn i) {
    long value = c.read(i, i.b);
    int control = (int) c.read(i, i.c);
    int start = control & 0xff;
    int length = control >>> 8 & 0xff;
    long result = lowest(start > 63 ? 0 : value >>> start, length);
    c.write(i, i.a, result);
    long zero = result == 0 ? Rflags.ZF : 0;
    long parity = (Long.bitCount(result & 0xff) & 1) == 0 ? Rflags.PF : 0;
    Flags.setArithmetic(c.state, Rflags.AF | zero | parity);
  }

  private static long lowest(long value, int bits) {
    return bits > 63 ? value : value & (1L << bits) - 1;
  }

  static void blsi(Vcpu c, Insn i) {
    long value = c.read(i, i.b);
    finish(c, i, value & -value, value != 0);
  }

  static void blsmsk(Vcpu c, Insn i) {
    long value = c.read(i, i.b);
    finish(c, i, value ^ value - 1, value == 0);
  }

  static void blsr(Vcpu c, Insn i) {
    long value = c.read(i, i.b);
    finish(c, i, value & value - 1, value == 0);
  }

  static void bzhi(Vcpu c, Insn i) {
    long value = c.read(i, i.b);
    int from = (int) c.read(i, i.c) & 0xff;
    finish(c, i, lowest(value, from), from >= 8 * i.a.size());
  }

  private static void finish(Vcpu c, Insn i, long result, boolean carry) {
    c.write(i, i.a, result);
    Flags.set(c.state, result, i.a.size(), carry, false, false);
  }

  /** If both destinations are the same register, it gets the high half. */
  static void mulx(Vcpu c, Insn i) {
    VcpuState s = c.state;
    int size = i.a.size();
    long x = s.reg(RDX, size);
    long y = c.read(i, i.c);
    long low = x * y;
    long high = size == 8 ? Math.unsignedMultiplyHigh(x, y) : low >>> 32;
    c.write(i, i.b, low);
    c.write(i, i.a, high);
  }

  static void pdep(Vcpu c, Insn i) {
    c.write(i, i.a, Long.expand(c.read(i, i.b), c.read(i, i.c)));
  }

  static void pext(Vcpu c, Insn i) {
    c.write(i, i.a, Long.compress(c.read(i, i.b), c.read(i, i.c)));
  }

  static void rorx(Vcpu c, Insn i) {
    long value = c.read(i, i.b);
    int count = (int) i.c.value();
    c.write(
        i,
        i.a,
        i.a.size() == 8 ? Long.rotateRight(value, count) : Integer.rotateRight((int) value, count));
  }

  static void sarx(Vcpu c, Insn i) {
    long value = DataTransfer.signExtend(c.read(i, i.b), i.a.size());
    c.write(i, i.a, value >> count(c, i));
  }

  static void shlx(Vcpu c, Insn i) {
    c.write(i, i.a, c.read(i, i.b) << count(c, i));
  }

  static void shrx(Vcpu c, Insn i) {
    c.write(i, i.a, c.read(i, i.b) >>> count(c, i));
  }

  private static int count(Vcpu c, Insn i) {
    return (int) c.read(i, i.c) & 8 * i.a.size() - 1;
  }
}
