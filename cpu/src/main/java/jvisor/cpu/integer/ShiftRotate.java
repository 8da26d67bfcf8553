package jvisor.cpu.integer;

import static jvisor.cpu.integer.DataTransfer.signExtend;

import jvisor.cpu.state.Flags;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/**
 * Shifts and rotates (SDM vol. 1, 5.1.5). A masked count of zero changes no flag, but the
 * destination is written all the same: a 32-bit register loses its upper half and a page becomes
 * dirty.
 */
public final class ShiftRotate {
  private ShiftRotate() {}

  /** Binds this chapter. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.SHL, ShiftRotate::shl)
        .bind(Mnemonic.SHR, ShiftRotate::shr)
        .bind(Mnemonic.SAR, ShiftRotate::sar)
        .bind(Mnemonic.ROL, ShiftRotate::rol)
        .bind(Mnemonic.ROR, ShiftRotate::ror)
        .bind(Mnemonic.RCL, ShiftRotate::rcl)
        .bind(Mnemonic.RCR, ShiftRotate::rcr)
        .bind(Mnemonic.SHLD, ShiftRotate::shld)
        .bind(Mnemonic.SHRD, ShiftRotate::shrd);
  }

  private static int maskCount(long count, int size) {
    return (int) count & (size == 8 ? 63 : 31);
  }

  static void shl(Vcpu c, Insn i) {
    int size = i.a.size();
    int count = maskCount(c.read(i, i.b), size);
    long value = c.readForWrite(i, i.a);
    long result = value << count;
    c.writeBack(i, i.a, result);
    if (count != 0) {
      int bits = 8 * size;
      boolean carry = count <= bits && bit(value, bits - count);
      Flags.set(c.state, result, size, carry, carry != bit(result, bits - 1), true);
    }
  }

  static void shr(Vcpu c, Insn i) {
    int size = i.a.size();
    int count = maskCount(c.read(i, i.b), size);
    long value = c.readForWrite(i, i.a);
    long result = value >>> count;
    c.writeBack(i, i.a, result);
    if (count != 0) {
      boolean carry = bit(value, count - 1);
      boolean overflow = count == 1 && bit(value, 8 * size - 1);
      Flags.set(c.state, result, size, carry, overflow, true);
    }
  }

  static void sar(Vcpu c, Insn i) {
    int size = i.a.size();
    int count = maskCount(c.read(i, i.b), size);
    long value = signExtend(c.readForWrite(i, i.a), size);
    long result = value >> count;
    c.writeBack(i, i.a, result);
    if (count != 0) {
      Flags.set(c.state, result, size, bit(value, count - 1), false, true);
    }
  }

  static void rol(Vcpu c, Insn i) {
    int bits = 8 * i.a.size();
    int count = maskCount(c.read(i, i.b), i.a.size());
    long value = c.readForWrite(i, i.a);
    int n = count & bits - 1;
    long result = n == 0 ? value : value << n | value >>> (bits - n);
    c.writeBack(i, i.a, result);
    if (count != 0) {
      boolean carry = bit(result, 0);
      Flags.setCarryOverflow(c.state, carry, carry != bit(result, bits - 1));
    }
  }

  static void ror(Vcpu c, Insn i) {
    int bits = 8 * i.a.size();
    int count = maskCount(c.read(i, i.b), i.a.size());
    long value = c.readForWrite(i, i.a);
    int n = count & bits - 1;
    long result = n == 0 ? value : value >>> n | value << (bits - n);
    c.writeBack(i, i.a, result);
    if (count != 0) {
      boolean carry = bit(result, bits - 1);
      Flags.setCarryOverflow(c.state, carry, carry != bit(result, bits - 2));
    }
  }

  static void rcl(Vcpu c, Insn i) {
    int bits = 8 * i.a.size();
    int count = maskCount(c.read(i, i.b), i.a.size());
    int n = count % (bits + 1);
    long value = c.readForWrite(i, i.a);
    boolean carry = Flags.carry(c.state);
    long result = value;
    if (n != 0) {
      long through = carry ? 1L << (n - 1) : 0;
      result = value << n | through | value >>> 1 >>> (bits - n);
      carry = bit(value, bits - n);
    }
    c.writeBack(i, i.a, result);
    if (count != 0) {
      Flags.setCarryOverflow(c.state, carry, carry != bit(result, bits - 1));
    }
  }

  static void rcr(Vcpu c, Insn i) {
    int bits = 8 * i.a.size();
    int count = maskCount(c.read(i, i.b), i.a.size());
    int n = count % (bits + 1);
    long value = c.readForWrite(i, i.a);
    boolean carry = Flags.carry(c.state);
    long result = value;
    if (n != 0) {
      long through = carry ? 1L << (bits - n) : 0;
      result = value >>> 1 >>> (n - 1) | through | value << 1 << (bits - n);
      carry = bit(value, n - 1);
    }
    c.writeBack(i, i.a, result);
    if (count != 0) {
      Flags.setCarryOverflow(c.state, carry, bit(result, bits - 1) != bit(result, bits - 2));
    }
  }

  /** A count above 16 for 16-bit operands, undefined in the manual, rotates the source alone. */
  static void shld(Vcpu c, Insn i) {
    int size = i.a.size();
    int bits = 8 * size;
    int count = maskCount(c.read(i, i.c), size);
    long source = c.read(i, i.b);
    long value = c.readForWrite(i, i.a);
    if (count == 0) {
      c.writeBack(i, i.a, value);
      return;
    }
    long result;
    boolean carry = false;
    boolean overflow = false;
    if (count > bits) {
      result = source << (count - bits) | source >>> (2 * bits - count);
    } else {
      result = value << count | source >>> (bits - count);
      carry = bit(value, bits - count);
      overflow = carry != (count < bits && bit(value, bits - count - 1));
    }
    c.writeBack(i, i.a, result);
    Flags.set(c.state, result, size, carry, overflow, true);
  }

  static void shrd(Vcpu c, Insn i) {
    int size = i.a.size();
    int bits = 8 * size;
    int count = maskCount(c.read(i, i.c), size);
    long source = c.read(i, i.b);
    long value = c.readForWrite(i, i.a);
    if (count == 0) {
      c.writeBack(i, i.a, value);
      return;
    }
    long result;
    boolean carry = false;
    if (count > bits) {
      result = source >>> (count - bits) | source << (2 * bits - count);
    } else {
      result = value >>> count | source << (bits - count);
      carry = bit(value, count - 1);
    }
    c.writeBack(i, i.a, result);
    boolean overflow = bit(result, bits - 1) != bit(result, bits - 2);
    Flags.set(c.state, result, size, carry, overflow, true);
  }

  private static boolean bit(long value, int number) {
    return (value >>> number & 1) != 0;
  }
}
