package jvisor.cpu.translator;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import jvisor.cpu.translator.Window.Site;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;
import org.jspecify.annotations.Nullable;

/**
 * The accesses of blocks that follow each other, as far as it is known where they are: so far from
 * what registers hold at the head of the first block.
 */
final class WindowSites {
  private static final int WORD = 8;
  private static final int REGISTERS = 16;

  /** Accesses of an instruction: that to its memory operand, and that to the stack, unnamed. */
  private static final int PER_INSTRUCTION = 2;

  private static final int ON_STACK = 1;

  private final List<Site> all = new ArrayList<>();
  private final Map<Part, Origins> ends = new LinkedHashMap<>();

  /** There are none. */
  WindowSites() {}

  /**
   * Those of 64-bit blocks.
   *
   * @param suits whether an instruction's memory operand is to be among them
   */
  static WindowSites of(Part root, Predicate<Insn> suits) {
    WindowSites found = new WindowSites();
    found.walk(root, new Origins(), suits);
    return found;
  }

  /** All, in the order of the blocks' code. */
  List<Site> all() {
    return all;
  }

  /** The blocks. */
  Collection<Part> parts() {
    return ends.keySet();
  }

  /** What registers hold behind a block. */
  Origins behind(Part part) {
    return Objects.requireNonNull(ends.get(part));
  }

  /** The number in its block of an instruction's access to its memory operand. */
  static int named(int instruction) {
    return PER_INSTRUCTION * instruction;
  }

  /** The number of its access to the stack. */
  static int onStack(int instruction) {
    return PER_INSTRUCTION * instruction + ON_STACK;
  }

  private void walk(Part part, Origins now, Predicate<Insn> suits) {
    int next = part.pageOffset;
    for (int n = 0; n < part.size(); n++) {
      Insn i = part.instructions[n];
      next += i.length;
      Operand memory = accesses(i) ? Roles.memory(i) : null;
      if (memory != null && i.addressSize == WORD && suits.test(i)) {
        add(site(part, n, memory.size(), next, now));
      }
      StackAccess onStack = StackAccess.of(i);
      if (onStack != null) {
        add(site(part, n, onStack, now));
      }
      now.pass(i);
    }
    ends.put(part, now);
    if (part.next != null) {
      walk(part.next, now.copy(), suits);
    }
    if (part.taken != null) {
      walk(part.taken, now.copy(), suits);
    }
  }

  private void add(@Nullable Site site) {
    if (site != null) {
      all.add(site);
    }
  }

  /** Whether a memory operand, if there is one, is accessed. */
  private static boolean accesses(Insn i) {
    return i.mnemonic() != Mnemonic.LEA && i.mnemonic() != Mnemonic.NOP;
  }

  /** The access, or null if it is not known how far from registers at the head it is. */
  private static @Nullable Site site(Part part, int n, int size, int next, Origins now) {
    Insn i = part.instructions[n];
    boolean inCode = i.base == Insn.RIP;
    int base = inCode ? Insn.RIP : from(i.base, now);
    int index = from(i.index, now);
    if (base == Origins.UNKNOWN || index == Origins.UNKNOWN) {
      return null;
    }
    long at = i.displacement + (inCode ? next : added(i.base, now));
    at += added(i.index, now) << i.scale;
    if (at != (int) at) {
      return null;
    }
    boolean alone = base == Insn.NO_REGISTER && i.scale == 0;
    boolean local = i.segment == Insn.FS || i.segment == Insn.GS;
    return new Site(
        part,
        named(n),
        local ? i.segment : Insn.DS,
        alone ? index : base,
        alone ? Insn.NO_REGISTER : index,
        index == Insn.NO_REGISTER ? 0 : i.scale,
        at,
        size,
        Roles.writesMemory(i),
        i.row.aligned());
  }

  private static @Nullable Site site(Part part, int n, StackAccess of, Origins now) {
    int base = now.from(of.register());
    long at = now.added(of.register()) + of.distance();
    int number = onStack(n);
    return base == Origins.UNKNOWN || at != (int) at
        ? null
        : new Site(
            part, number, Insn.DS, base, Insn.NO_REGISTER, 0, at, of.size(), of.written(), false);
  }

  private static int from(int register, Origins now) {
    return register >= 0 && register < REGISTERS ? now.from(register) : Insn.NO_REGISTER;
  }

  private static long added(int register, Origins now) {
    return register >= 0 && register < REGISTERS ? now.added(register) : 0;
  }
}
