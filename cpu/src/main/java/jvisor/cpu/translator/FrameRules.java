package jvisor.cpu.translator;

import java.util.List;
import jvisor.cpu.translator.Known.Kind;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;
import org.jspecify.annotations.Nullable;

/**
 * What the {@link Verifier} knows of the slots of {@link Frames}: a slot is to be used while its
 * tag is no page's, or that of the page whose addend it holds and which a probe has admitted.
 */
final class FrameRules {
  private FrameRules() {}

  /** {@code i} stores to the struct, perhaps to a slot. */
  static void store(Insn i, Knowledge k) {
    int size = i.a.size();
    int slot = Frames.at(i.displacement);
    int last = Frames.at(i.displacement + size - 1);
    if (slot < 0) {
      return;
    }
    boolean whole = i.mnemonic() == Mnemonic.MOV && size == Long.BYTES;
    Known now = Known.ANYTHING;
    List<Fact> told = List.of();
    boolean tag = i.displacement == Frames.tag(slot);
    if (whole && tag && i.b.kind() == Operand.Kind.IMMEDIATE) {
      now = i.b.value() == Frames.NO_PAGE ? Known.SLOT : now;
    } else if (whole && i.b.kind() == Operand.Kind.GPR) {
      Known value = k.get(i.b.index());
      if (tag && value.is(Kind.PAGE) && value.as(Kind.SLOT_ADDEND).equals(k.slot(slot))) {
        told = k.facts.admitted(value, Frames.isWritable(slot));
        now = told.isEmpty() ? now : Known.SLOT;
      } else if (i.displacement == Frames.addend(slot) && value.is(Kind.ADDEND)) {
        now = value.as(Kind.SLOT_ADDEND);
      }
    }
    k.setSlot(slot, now);
    for (int other = slot + 1; other <= last; other++) {
      k.setSlot(other, Known.ANYTHING);
    }
    for (Fact each : told) {
      k.facts.add(Fact.inSlot(slot, each.id(), each.from(), each.to()));
    }
  }

  /** What it tells that an aligned sum is the tag of a slot. */
  static @Nullable Fact told(Insn i, Known what, Knowledge k) {
    int slot = Frames.at(i.displacement);
    boolean tag = slot >= 0 && i.displacement == Frames.tag(slot) && i.a.size() == 8;
    if (!tag || !k.slot(slot).is(Kind.SLOT)) {
      return null;
    }
    for (int size = 1; size <= Frames.LARGEST; size *= 2) {
      boolean page = size == 1 && what.is(Kind.PAGE);
      if (page || what.is(Kind.ALIGNED) && what.entry() == Frames.mask(size)) {
        return Fact.inSlot(slot, what.id(), what.add(), what.add() + size - 1);
      }
    }
    return null;
  }
}
