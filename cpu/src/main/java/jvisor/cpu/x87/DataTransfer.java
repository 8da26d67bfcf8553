package jvisor.cpu.x87;

import jvisor.cpu.softfloat.Bcd80;
import jvisor.cpu.softfloat.Convert80;
import jvisor.cpu.softfloat.FpEnv;
import jvisor.cpu.softfloat.SoftFloat80;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/** Loads and stores (SDM vol. 1, 8.3.3). */
final class DataTransfer {
  /** First byte of an alias of FSTP ST(i) that only pops if there is nothing to store. */
  private static final int UNCHECKED = 0xd9;

  private DataTransfer() {}

  static void bind(SemanticTable t) {
    t.bind(Mnemonic.FLD, DataTransfer::fld);
    t.bind(Mnemonic.FILD, DataTransfer::fild);
    t.bind(Mnemonic.FBLD, DataTransfer::fbld);
    t.bind(Mnemonic.FST, (c, i) -> store(c, i, 0));
    t.bind(Mnemonic.FSTP, (c, i) -> store(c, i, 1));
    t.bind(Mnemonic.FIST, (c, i) -> storeInteger(c, i, 0, false));
    t.bind(Mnemonic.FISTP, (c, i) -> storeInteger(c, i, 1, false));
    t.bind(Mnemonic.FISTTP, (c, i) -> storeInteger(c, i, 1, true));
    t.bind(Mnemonic.FBSTP, DataTransfer::fbstp);
  }

  static void fld(Vcpu c, Insn i) {
    Fpu.enter(c);
    if (!i.a.isMemory()) {
      int n = i.a.index();
      if (Fpu.isEmpty(c, n)) {
        Fpu.stackFault(c, i, false);
        if (!c.fp.suppressed()) {
          SoftFloat80.indefinite(c.fp);
          Fpu.push(c);
        }
        return;
      }
      c.fp.give(Fpu.significand(c, n), Fpu.signExponent(c, n));
    } else if (i.a.size() == 10) {
      long significand = c.load(c.address(i, 8, false), 8);
      c.fp.give(significand, (int) c.load(c.partAddress(i, 8, 2, false), 2));
    } else {
      fetch(c, i);
      Convert80.finishLoad(c.fp);
    }
    Fpu.finishLoad(c, i);
  }

  static void fild(Vcpu c, Insn i) {
    Fpu.enter(c);
    fetchInteger(c, i);
    Fpu.finishLoad(c, i);
  }

  static void fbld(Vcpu c, Insn i) {
    Fpu.enter(c);
    long low = c.load(c.address(i, 8, false), 8);
    Bcd80.load(low, (int) c.load(c.partAddress(i, 8, 2, false), 2), c.fp);
    Fpu.finishLoad(c, i);
  }

  /** Loads binary32 or binary64 and leaves it, widened, in {@code c.fp}. */
  static void fetch(Vcpu c, Insn i) {
    int size = i.a.size();
    long bits = c.load(c.address(i, size, false), size);
    if (size == 4) {
      Convert80.fromFloat32((int) bits, c.fp);
    } else {
      Convert80.fromFloat64(bits, c.fp);
    }
  }

  /** Loads an integer and leaves it in {@code c.fp}. */
  static void fetchInteger(Vcpu c, Insn i) {
    int size = i.a.size();
    int shift = 64 - 8 * size;
    long bits = c.load(c.address(i, size, false), size);
    Convert80.fromInteger(bits << shift >> shift, c.fp);
  }

  private static void store(Vcpu c, Insn i, int pops) {
    Fpu.enter(c);
    if (!i.a.isMemory()) {
      if (Fpu.isEmpty(c, 0) && i.opcode == UNCHECKED) {
        Fpu.report(c, i);
        Fpu.pop(c);
      } else if (Fpu.isEmpty(c, 0)) {
        Fpu.underflow(c, i, i.a.index(), pops);
      } else {
        c.fp.give(Fpu.significand(c, 0), Fpu.signExponent(c, 0));
        Fpu.finish(c, i, i.a.index(), pops);
      }
      return;
    }
    boolean empty = Fpu.isEmpty(c, 0);
    if (i.a.size() == 10) {
      storeExtended(c, i, empty);
      return;
    }
    FpEnv e = c.fp;
    int size = i.a.size();
    long bits;
    if (empty) {
      e.raise(FpEnv.IE);
      bits = size == 4 ? 0xffc00000L : 0xfff8000000000000L;
    } else if (size == 4) {
      bits = Convert80.toFloat32(Fpu.significand(c, 0), Fpu.signExponent(c, 0), e);
    } else {
      bits = Convert80.toFloat64(Fpu.significand(c, 0), Fpu.signExponent(c, 0), e);
    }
    finishStore(c, i, bits, empty, pops);
  }

  private static void storeInteger(Vcpu c, Insn i, int pops, boolean truncate) {
    Fpu.enter(c);
    int size = i.a.size();
    boolean empty = Fpu.isEmpty(c, 0);
    long bits;
    if (empty) {
      c.fp.raise(FpEnv.IE);
      bits = -1L << (8 * size - 1);
    } else {
      long a = Fpu.significand(c, 0);
      bits = Convert80.toInteger(a, Fpu.signExponent(c, 0), 8 * size, truncate, c.fp);
    }
    finishStore(c, i, bits, empty, pops);
  }

  /**
   * Stores up to 8 bytes, reports and pops; an unmasked exception but PE keeps it from happening,
   * but not faults of its address.
   */
  private static void finishStore(Vcpu c, Insn i, long bits, boolean empty, int pops) {
    int size = i.a.size();
    long la = c.address(i, size, true);
    boolean stores = !storeSuppressed(c.fp);
    if (stores) {
      c.store(la, size, bits);
    } else {
      c.checkAlignment(la, size);
      c.mmu.probeWrite(la, size);
      c.fp.forget(FpEnv.PE);
    }
    finishStored(c, i, stores, empty, pops);
  }

  private static void finishStored(Vcpu c, Insn i, boolean stores, boolean empty, int pops) {
    if (empty) {
      Fpu.stackFault(c, i, false);
    } else {
      Fpu.report(c, i, stores && c.fp.roundedUp() ? Fpu.C1 : 0, Fpu.C1);
    }
    if (stores && pops != 0) {
      Fpu.pop(c);
    }
  }

  private static boolean storeSuppressed(FpEnv e) {
    return (e.unmaskedFlags() & ~FpEnv.PE) != 0;
  }

  /** FSTP m80fp: stores any bits without exceptions but that of an empty register. */
  private static void storeExtended(Vcpu c, Insn i, boolean empty) {
    FpEnv e = c.fp;
    if (empty) {
      e.raise(FpEnv.IE);
      SoftFloat80.indefinite(e);
    } else {
      e.give(Fpu.significand(c, 0), Fpu.signExponent(c, 0));
    }
    storeTenBytes(c, i, empty);
  }

  static void fbstp(Vcpu c, Insn i) {
    Fpu.enter(c);
    FpEnv e = c.fp;
    boolean empty = Fpu.isEmpty(c, 0);
    if (empty) {
      e.raise(FpEnv.IE);
      e.give(Bcd80.INDEFINITE_LOW, Bcd80.INDEFINITE_HIGH);
    } else {
      Bcd80.store(Fpu.significand(c, 0), Fpu.signExponent(c, 0), e);
    }
    storeTenBytes(c, i, empty);
  }

  private static void storeTenBytes(Vcpu c, Insn i, boolean empty) {
    FpEnv e = c.fp;
    long la = c.address(i, 8, true);
    boolean stores = !storeSuppressed(e);
    c.checkAlignment(la, 8);
    c.mmu.probeWrite(la, 8);
    long upper = c.partAddress(i, 8, 2, true);
    c.mmu.probeWrite(upper, 2);
    if (stores) {
      c.mmu.store64(la, e.significand());
      c.mmu.store16(upper, e.signExponent());
    }
    finishStored(c, i, stores, empty, 1);
  }
}
