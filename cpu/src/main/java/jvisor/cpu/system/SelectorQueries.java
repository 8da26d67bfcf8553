package jvisor.cpu.system;

import jvisor.cpu.state.Flags;
import jvisor.cpu.state.Vector;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;

/** What software may ask about selectors: LAR, LSL, VERR, VERW, ARPL (SDM vol. 3, 5.10). */
public final class SelectorQueries {
  /** System types that LAR knows: TSS, LDT, call and task gates. */
  private static final int LAR_TYPES = 0b0001_1010_0011_1110;

  private static final int LAR_TYPES_LONG = 0b0001_1010_0000_0100;

  /** System types with a limit: TSS and LDT. */
  private static final int LSL_TYPES = 0b0000_1010_0000_1110;

  private static final int LSL_TYPES_LONG = 0b0000_1010_0000_0100;

  private SelectorQueries() {}

  /** Binds the instructions of this chapter. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.LAR, SelectorQueries::lar)
        .bind(Mnemonic.LSL, SelectorQueries::lsl)
        .bind(Mnemonic.VERR, (c, i) -> verify(c, i, false))
        .bind(Mnemonic.VERW, (c, i) -> verify(c, i, true))
        .bind(Mnemonic.ARPL, SelectorQueries::arpl);
  }

  /** The descriptor if it is within reach, else 0. */
  private static long reach(Vcpu c, int selector, int systemTypes) {
    if (Descriptor.isNull(selector) || !DescriptorTable.contains(c, selector, 8)) {
      return 0;
    }
    long d = DescriptorTable.load(c, selector, Vector.GP);
    boolean visible =
        Descriptor.isConforming(d) || Math.max(c.cpl(), selector & 3) <= Descriptor.dpl(d);
    if (Descriptor.isSystem(d)) {
      visible &= (systemTypes >> Descriptor.type(d) & 1) != 0;
      visible &= !c.isLongMode() || DescriptorTable.contains(c, selector, 16);
    }
    return visible ? d : 0;
  }

  private static int selector(Vcpu c, Insn i, Operand operand) {
    if (!c.isProtected()) {
      throw c.ud();
    }
    return (int) c.read(i, operand) & 0xffff;
  }

  private static void lar(Vcpu c, Insn i) {
    int selector = selector(c, i, i.b);
    long d = reach(c, selector, c.isLongMode() ? LAR_TYPES_LONG : LAR_TYPES);
    if (d != 0) {
      c.write(i, i.a, d >>> 32 & 0x00ff_ff00);
    }
    Flags.setZero(c.state, d != 0);
  }

  private static void lsl(Vcpu c, Insn i) {
    int selector = selector(c, i, i.b);
    long d = reach(c, selector, c.isLongMode() ? LSL_TYPES_LONG : LSL_TYPES);
    if (d != 0) {
      c.write(i, i.a, Descriptor.limit(d));
    }
    Flags.setZero(c.state, d != 0);
  }

  private static void verify(Vcpu c, Insn i, boolean write) {
    long d = reach(c, selector(c, i, i.a), 0);
    Flags.setZero(
        c.state, d != 0 && (write ? Descriptor.isWritableData(d) : Descriptor.isReadable(d)));
  }

  private static void arpl(Vcpu c, Insn i) {
    if (!c.isProtected()) {
      throw c.ud();
    }
    // Processors write, and so check writability, only where they have something to change.
    long destination = c.read(i, i.a);
    long rpl = c.read(i, i.b) & 3;
    boolean lower = (destination & 3) < rpl;
    if (lower) {
      c.write(i, i.a, destination & ~3L | rpl);
    }
    Flags.setZero(c.state, lower);
  }
}
