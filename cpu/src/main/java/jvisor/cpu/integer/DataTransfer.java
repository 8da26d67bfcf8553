package jvisor.cpu.integer;

import jvisor.cpu.state.Flags;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;

/** Moves, exchanges and conversions (SDM vol. 1, 5.1.1). */
public final class DataTransfer {
  private static final int RAX = 0;
  private static final int RCX = 1;
  private static final int RDX = 2;
  private static final int RBX = 3;

  private DataTransfer() {}

  /** Binds this chapter. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.MOV, DataTransfer::mov)
        .bind(Mnemonic.MOVNTI, DataTransfer::mov)
        .bind(Mnemonic.MOVZX, DataTransfer::mov)
        .bind(Mnemonic.MOVSX, DataTransfer::movsx)
        .bind(Mnemonic.MOVSXD, DataTransfer::movsx)
        .bind(Mnemonic.MOVBE, DataTransfer::movbe)
        .bind(Mnemonic.CMOVCC, DataTransfer::cmovcc)
        .bind(Mnemonic.XCHG, DataTransfer::xchg)
        .bind(Mnemonic.XADD, DataTransfer::xadd)
        .bind(Mnemonic.CMPXCHG, DataTransfer::cmpxchg)
        .bind(Mnemonic.CMPXCHG8B, DataTransfer::cmpxchg8b)
        .bind(Mnemonic.CMPXCHG16B, DataTransfer::cmpxchg16b)
        .bind(Mnemonic.BSWAP, DataTransfer::bswap)
        .bind(Mnemonic.LEA, DataTransfer::lea)
        .bind(Mnemonic.XLAT, DataTransfer::xlat)
        .bind(Mnemonic.CBW, DataTransfer::cbw)
        .bind(Mnemonic.CWD, DataTransfer::cwd);
  }

  /** MOV, MOVNTI and, as sources are zero-extended, MOVZX. */
  static void mov(Vcpu c, Insn i) {
    c.write(i, i.a, c.read(i, i.b));
  }

  static void movsx(Vcpu c, Insn i) {
    c.write(i, i.a, signExtend(c.read(i, i.b), i.b.size()));
  }

  static void movbe(Vcpu c, Insn i) {
    c.write(i, i.a, Long.reverseBytes(c.read(i, i.b)) >>> (64 - 8 * i.a.size()));
  }

  /**
   * Reads the source whatever the condition; a 32-bit destination is cut even if it is not moved
   * to.
   */
  static void cmovcc(Vcpu c, Insn i) {
    long value = c.read(i, i.b);
    if (Flags.condition(c.state, i.condition())) {
      c.write(i, i.a, value);
    } else if (i.a.size() == 4) {
      c.write(i, i.a, c.read(i, i.a));
    }
  }

  static void xchg(Vcpu c, Insn i) {
    Operand rm = i.b.isMemory() ? i.b : i.a;
    Operand register = i.b.isMemory() ? i.a : i.b;
    long source = c.read(i, register);
    long old = c.readForWrite(i, rm);
    c.writeBack(i, rm, source);
    c.write(i, register, old);
  }

  static void xadd(Vcpu c, Insn i) {
    long source = c.read(i, i.b);
    long old = c.readForWrite(i, i.a);
    long sum = old + source;
    c.write(i, i.b, old);
    c.writeBack(i, i.a, sum);
    Flags.add(c.state, old, source, sum, i.a.size());
  }

  /** A memory operand that differs is written back; a register that differs is left alone. */
  static void cmpxchg(Vcpu c, Insn i) {
    int size = i.a.size();
    long source = c.read(i, i.b);
    long old = c.readForWrite(i, i.a);
    long accumulator = c.state.reg(RAX, size);
    if (accumulator == old) {
      c.writeBack(i, i.a, source);
    } else {
      if (i.a.isMemory()) {
        c.writeBack(i, i.a, old);
      }
      c.state.setReg(RAX, size, old);
    }
    Flags.subtract(c.state, accumulator, old, accumulator - old, size);
  }

  static void cmpxchg8b(Vcpu c, Insn i) {
    VcpuState s = c.state;
    long old = c.readForWrite(i, i.a);
    boolean equal = old == (s.reg(RDX) << 32 | s.reg(RAX, 4));
    if (equal) {
      c.writeBack(i, i.a, s.reg(RCX) << 32 | s.reg(RBX, 4));
    } else {
      c.writeBack(i, i.a, old);
      s.setReg(RAX, 4, old);
      s.setReg(RDX, 4, old >>> 32);
    }
    Flags.setZero(s, equal);
  }

  /** Of a stack address that is neither aligned nor canonical it complains with #GP, not #SS. */
  static void cmpxchg16b(Vcpu c, Insn i) {
    VcpuState s = c.state;
    long base = i.segment >= Insn.FS ? s.segmentBase(i.segment) : 0;
    if ((c.offset(i) + base & 15) != 0) {
      throw c.gp(0);
    }
    long la = c.address(i, 16, true);
    c.mmu.probeWrite(la, 16);
    long low = c.mmu.load64(la);
    long high = c.mmu.load64(la + 8);
    boolean equal = low == s.reg(RAX) && high == s.reg(RDX);
    if (equal) {
      c.mmu.store64(la, s.reg(RBX));
      c.mmu.store64(la + 8, s.reg(RCX));
    } else {
      s.setReg(RAX, low);
      s.setReg(RDX, high);
    }
    Flags.setZero(s, equal);
  }

  /** The manual leaves the 16-bit form undefined; processors clear the register's low half. */
  static void bswap(Vcpu c, Insn i) {
    int size = i.a.size();
    long value = c.read(i, i.a);
    c.write(i, i.a, size == 2 ? 0 : Long.reverseBytes(value) >>> (64 - 8 * size));
  }

  static void lea(Vcpu c, Insn i) {
    c.write(i, i.a, c.offset(i));
  }

  static void xlat(Vcpu c, Insn i) {
    long offset = c.state.reg(RBX) + c.state.reg(RAX, 1) & Vcpu.mask(i.addressSize);
    c.state.setReg(RAX, 1, c.load(c.linear(i.segment, offset, 1, false), 1));
  }

  /** CBW, CWDE and CDQE by operand size. */
  static void cbw(Vcpu c, Insn i) {
    int half = i.operandSize / 2;
    c.state.setReg(RAX, i.operandSize, signExtend(c.state.reg(RAX, half), half));
  }

  /** CWD, CDQ and CQO by operand size. */
  static void cwd(Vcpu c, Insn i) {
    long sign = signExtend(c.state.reg(RAX, i.operandSize), i.operandSize) >> 63;
    c.state.setReg(RDX, i.operandSize, sign);
  }

  /** The low {@code size} bytes of a value as a signed number. */
  static long signExtend(long value, int size) {
    int shift = 64 - 8 * size;
    return value << shift >> shift;
  }
}
