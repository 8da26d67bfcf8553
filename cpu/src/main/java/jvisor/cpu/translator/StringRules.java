package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.RCX;
import static jvisor.cpu.translator.Registers.RDI;
import static jvisor.cpu.translator.Registers.RSI;

import jvisor.cpu.mmu.TlbLayout;
import jvisor.cpu.translator.Known.Kind;
import jvisor.cpu.translator.UnsafeCode.Rule;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;
import org.jspecify.annotations.Nullable;

/**
 * What the {@link Verifier} knows of {@link Strings}. A probe whose tag is that of the last byte of
 * as many elements as a register says admits them all, if they are no more than a page holds: from
 * the page of the first byte they then reach no further than the next one, whose entry is another.
 */
final class StringRules {
  private static final int PAGE = 4096;
  private static final int REP = 0xf3;

  private StringRules() {}

  /** Whether {@code i} stores or moves elements as often as RCX says. */
  static boolean isRepeated(Insn i) {
    return i.repeat != 0 && (i.mnemonic() == Mnemonic.STOS || i.mnemonic() == Mnemonic.MOVS);
  }

  /** The rule that such an instruction breaks, or null. */
  static @Nullable Rule broken(Insn i, Knowledge k) {
    if (i.repeat != REP || i.addressSize != 8 || i.segment >= Insn.FS) {
      return Rule.ADDRESS_FORM;
    }
    boolean admitted =
        admits(RDI, true, i, k) && (i.mnemonic() == Mnemonic.STOS || admits(RSI, false, i, k));
    return admitted ? null : Rule.PROBE;
  }

  private static boolean admits(int pointer, boolean write, Insn i, Knowledge k) {
    Known first = k.get(pointer);
    Known count = k.get(RCX);
    int shift = Integer.numberOfTrailingZeros(i.operandSize);
    return first.is(Kind.FRAME)
        && first.add() == first.entry()
        && count.is(Kind.SUM)
        && count.add() == 0
        && k.facts.has(few(count, PAGE >> shift))
        && (k.facts.has(admitted(true, first, count.id(), shift))
            || !write && k.facts.has(admitted(false, first, count.id(), shift)));
  }

  private static Fact few(Known count, long most) {
    return new Fact(Fact.Kind.FEW_ELEMENTS, count.id(), most, 0);
  }

  private static Fact admitted(boolean write, Known first, int count, int shift) {
    Fact.Kind kind = write ? Fact.Kind.ELEMENTS_WRITE : Fact.Kind.ELEMENTS_READ;
    return new Fact(kind, first.id(), count, shift, first.add());
  }

  /** Such an instruction has moved its registers on. */
  static void apply(Insn i, Knowledge k) {
    if (isRepeated(i)) {
      k.set(RDI, Known.ANYTHING);
      k.set(RSI, Known.ANYTHING);
    }
  }

  /**
   * What LEA makes of an address and a number of elements; or null. Only in these registers: guests
   * form addresses of the same kind, which are not that.
   */
  static @Nullable Known address(Insn i, Knowledge k) {
    boolean two = i.base >= 0 && i.base < 16 && i.index >= 0 && i.addressSize == 8;
    boolean ours = i.base == Registers.ADDRESS && i.a.index() == Registers.TAG;
    if (!two || !ours || i.displacement != -1) {
      return null;
    }
    Known first = k.get(i.base);
    Known count = k.get(i.index);
    boolean sums = first.is(Kind.SUM) && count.is(Kind.SUM) && count.add() == 0;
    return sums ? first.lastOf(count, i.scale) : null;
  }

  /** What a page's bits of such an address, or the former with the generation, become; or null. */
  static @Nullable Known step(Kind from, Known was, Kind to) {
    return was.is(from)
        ? new Known(to, was.id(), was.add(), was.entry(), was.less(), was.shift())
        : null;
  }

  /** What a comparison with a number tells if it finds no more than that; or null. */
  static @Nullable Fact compared(Insn i, int id, Knowledge k) {
    boolean counts =
        i.mnemonic() == Mnemonic.CMP
            && i.a.size() == 8
            && i.a.kind() == Operand.Kind.GPR
            && i.a.index() == RCX
            && i.b.kind() == Operand.Kind.IMMEDIATE
            && i.b.value() > 1
            && i.b.value() <= PAGE;
    Known count = counts ? k.named(RCX, id) : Known.ANYTHING;
    return count.is(Kind.SUM) && count.add() == 0 ? few(count, i.b.value()) : null;
  }

  /** What a tag compared with that of an entry tells if they are the same; or null. */
  static @Nullable Fact told(Insn i, Known tag, Known entry) {
    boolean same =
        entry.is(Kind.ENTRY)
            && tag.is(Kind.LAST_TAG)
            && tag.id() == entry.id()
            && tag.add() == entry.add();
    boolean write = i.displacement == TlbLayout.WRITE_TAG;
    return same && (write || i.displacement == TlbLayout.READ_TAG)
        ? admitted(write, tag, tag.less(), tag.shift())
        : null;
  }
}
