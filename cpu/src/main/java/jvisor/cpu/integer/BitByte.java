package jvisor.cpu.integer;

import static jvisor.cpu.integer.DataTransfer.signExtend;

import jvisor.cpu.state.Flags;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;

/** Bits and bytes (SDM vol. 1, 5.1.6 and 5.1.16), and CRC32 of SSE4.2. */
public final class BitByte {
  /** Remainders of the Castagnoli polynomial, bits reflected (SDM vol. 2, CRC32). */
  private static final int[] CRC32C = crcTable();

  private BitByte() {}

  /** Binds this chapter. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.BT, BitByte::bt)
        .bind(Mnemonic.BTS, BitByte::bts)
        .bind(Mnemonic.BTR, BitByte::btr)
        .bind(Mnemonic.BTC, BitByte::btc)
        .bind(Mnemonic.BSF, BitByte::bsf)
        .bind(Mnemonic.BSR, BitByte::bsr)
        .bind(Mnemonic.TZCNT, BitByte::tzcnt)
        .bind(Mnemonic.LZCNT, BitByte::lzcnt)
        .bind(Mnemonic.POPCNT, BitByte::popcnt)
        .bind(Mnemonic.SETCC, BitByte::setcc)
        .bind(Mnemonic.CRC32, BitByte::crc32);
  }

  static void bt(Vcpu c, Insn i) {
    int bit = bitNumber(c, i);
    long value =
        isBitString(i) ? c.load(bitStringAddress(c, i, false), i.a.size()) : c.read(i, i.a);
    Flags.setCarry(c.state, (value >>> bit & 1) != 0);
  }

  static void bts(Vcpu c, Insn i) {
    long bit = 1L << bitNumber(c, i);
    if (isBitString(i)) {
      long la = bitStringAddress(c, i, true);
      long value = c.loadForStore(la, i.a.size());
      c.storeBack(i.a.size(), value | bit);
      Flags.setCarry(c.state, (value & bit) != 0);
      return;
    }
    long value = c.readForWrite(i, i.a);
    c.writeBack(i, i.a, value | bit);
    Flags.setCarry(c.state, (value & bit) != 0);
  }

  static void btr(Vcpu c, Insn i) {
    long bit = 1L << bitNumber(c, i);
    if (isBitString(i)) {
      long la = bitStringAddress(c, i, true);
      long value = c.loadForStore(la, i.a.size());
      c.storeBack(i.a.size(), value & ~bit);
      Flags.setCarry(c.state, (value & bit) != 0);
      return;
    }
    long value = c.readForWrite(i, i.a);
    c.writeBack(i, i.a, value & ~bit);
    Flags.setCarry(c.state, (value & bit) != 0);
  }

  static void btc(Vcpu c, Insn i) {
    long bit = 1L << bitNumber(c, i);
    if (isBitString(i)) {
      long la = bitStringAddress(c, i, true);
      long value = c.loadForStore(la, i.a.size());
      c.storeBack(i.a.size(), value ^ bit);
      Flags.setCarry(c.state, (value & bit) != 0);
      return;
    }
    long value = c.readForWrite(i, i.a);
    c.writeBack(i, i.a, value ^ bit);
    Flags.setCarry(c.state, (value & bit) != 0);
  }

  private static int bitNumber(Vcpu c, Insn i) {
    return (int) c.read(i, i.b) & 8 * i.a.size() - 1;
  }

  /** Memory with the bit offset in a register: the offset reaches beyond the operand, both ways. */
  private static boolean isBitString(Insn i) {
    return i.a.isMemory() && i.b.kind() == Operand.Kind.GPR;
  }

  private static long bitStringAddress(Vcpu c, Insn i, boolean write) {
    int size = i.a.size();
    int log2 = 31 - Integer.numberOfLeadingZeros(size);
    long element = signExtend(c.read(i, i.b), size) >> (3 + log2);
    long offset = c.offset(i) + (element << log2) & Vcpu.mask(i.addressSize);
    return c.linear(i.segment, offset, size, write);
  }

  /**
   * A source of zero leaves the destination as it was, all 64 bits of it (AMD APM vol. 3, BSF), and
   * sets PF with ZF; otherwise PF is the index's parity.
   */
  static void bsf(Vcpu c, Insn i) {
    long value = c.read(i, i.b);
    scan(c, i, value, Long.numberOfTrailingZeros(value));
  }

  /** As {@link #bsf}, from the other end. */
  static void bsr(Vcpu c, Insn i) {
    long value = c.read(i, i.b);
    scan(c, i, value, 63 - Long.numberOfLeadingZeros(value));
  }

  private static void scan(Vcpu c, Insn i, long value, int index) {
    if (value == 0) {
      Flags.setArithmetic(c.state, Rflags.ZF | Rflags.PF);
    } else {
      c.write(i, i.a, index);
      Flags.setArithmetic(c.state, (Integer.bitCount(index) & 1) == 0 ? Rflags.PF : 0);
    }
  }

  static void tzcnt(Vcpu c, Insn i) {
    long value = c.read(i, i.b);
    int count = value == 0 ? 8 * i.a.size() : Long.numberOfTrailingZeros(value);
    c.write(i, i.a, count);
    setCountFlags(c, count, value == 0);
  }

  static void lzcnt(Vcpu c, Insn i) {
    long value = c.read(i, i.b);
    int count = Long.numberOfLeadingZeros(value) - (64 - 8 * i.a.size());
    c.write(i, i.a, count);
    setCountFlags(c, count, value == 0);
  }

  /** OF stays, though the manual leaves it undefined; SF, AF and PF are cleared. */
  private static void setCountFlags(Vcpu c, int count, boolean sourceZero) {
    long overflow = Flags.overflow(c.state) ? Rflags.OF : 0;
    long zero = count == 0 ? Rflags.ZF : 0;
    Flags.setArithmetic(c.state, overflow | zero | (sourceZero ? Rflags.CF : 0));
  }

  static void popcnt(Vcpu c, Insn i) {
    int count = Long.bitCount(c.read(i, i.b));
    c.write(i, i.a, count);
    Flags.setArithmetic(c.state, count == 0 ? Rflags.ZF : 0);
  }

  static void setcc(Vcpu c, Insn i) {
    c.write(i, i.a, Flags.condition(c.state, i.condition()) ? 1 : 0);
  }

  static void crc32(Vcpu c, Insn i) {
    long data = c.read(i, i.b);
    int crc = (int) c.read(i, i.a);
    for (int n = 0; n < i.b.size(); n++) {
      crc = CRC32C[(crc ^ (int) (data >>> (8 * n))) & 0xff] ^ crc >>> 8;
    }
    c.write(i, i.a, crc & 0xffff_ffffL);
  }

  private static int[] crcTable() {
    int[] table = new int[256];
    for (int n = 0; n < 256; n++) {
      int crc = n;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) != 0 ? crc >>> 1 ^ 0x82f63b78 : crc >>> 1;
      }
      table[n] = crc;
    }
    return table;
  }
}
