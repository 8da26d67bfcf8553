package jvisor.cpu.oracle;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.function.Predicate;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;

/**
 * Takes out of a case whatever does not matter: gives registers and memory the values of {@link
 * StandardState}, drops prefixes and displacements, makes immediates zero and moves the instruction
 * to its usual place, as long as the case stays interesting.
 */
final class Shrinker {
  private static final int RSP = 4;
  private static final int SMALLEST = 1;
  private static final int REX = 0x40;
  private static final int EXCEPTIONS = 0x3f;
  private static final int PENDING = 0x8080;

  private final Predicate<CaseState> interesting;

  Shrinker(Predicate<CaseState> interesting) {
    this.interesting = interesting;
  }

  /** Shrinks the case in its place. */
  void shrink(CaseState s) {
    boolean smaller;
    do {
      smaller = shrinkState(s);
      smaller |= shrinkCode(s);
    } while (smaller);
  }

  /** Takes out what does not matter but leaves the instruction alone. */
  boolean shrinkState(CaseState s) {
    try (Scratch scratch = new Scratch(s)) {
      boolean smaller = scratch.tryMove();
      for (CaseField field : CaseField.STATE) {
        if (field.offset() != CaseState.RIP) {
          smaller |= scratch.tryStandard(field.offset(), field.size());
        }
      }
      smaller |= scratch.shrinkMemory(CaseState.MEMORY, Layout.WINDOW_SIZE);
      return smaller | scratch.shrinkMemory(CaseState.EDGE, Layout.EDGE_SIZE);
    }
  }

  private boolean shrinkCode(CaseState s) {
    boolean smaller = false;
    int last = CaseGenerator.decode(s).length;
    for (int at = last - 1; at >= 0; at--) {
      smaller |= tryCode(s, without(s, at));
      smaller |= tryZero(s, at);
    }
    return smaller | tryWithoutDisplacement(s);
  }

  /** The code without the byte at {@code at}, if that may be a prefix. */
  private static byte[] without(CaseState s, int at) {
    byte[] code = s.code();
    for (int n = 0; n <= at; n++) {
      if (!isPrefix(s, code[n] & 0xff)) {
        return code;
      }
    }
    byte[] shorter = Arrays.copyOf(code, code.length);
    System.arraycopy(code, at + 1, shorter, at, code.length - at - 1);
    shorter[code.length - 1] = (byte) Layout.INT3;
    return shorter;
  }

  private static boolean isPrefix(CaseState s, int b) {
    return switch (b) {
      case 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3 -> true;
      default -> s.is64() && (b & 0xf0) == REX;
    };
  }

  private boolean tryZero(CaseState s, int at) {
    byte[] code = s.code();
    if (at == 0 || code[at] == 0) {
      return false;
    }
    code[at] = 0;
    return CaseGenerator.decode(s, code).length == CaseGenerator.decode(s).length
        && tryCode(s, code);
  }

  private boolean tryCode(CaseState s, byte[] code) {
    byte[] old = s.code();
    if (Arrays.equals(old, code)) {
      return false;
    }
    s.setCode(code, code.length);
    if (interesting.test(s)) {
      return true;
    }
    s.setCode(old, old.length);
    return false;
  }

  /** Adds the displacement to the base register instead. */
  private boolean tryWithoutDisplacement(CaseState s) {
    Insn i = CaseGenerator.decode(s);
    byte[] old = s.code();
    int full = Math.min(4, i.addressSize);
    int size = i.displacement == (byte) i.displacement ? 1 : full;
    for (int at = 1; i.base >= 0 && i.base < 16 && at < i.length - size; at++) {
      byte[] code = Arrays.copyOf(old, old.length);
      code[at] &= 0x3f;
      int from = at + 1 + (full == 4 && (old[at] & 7) == 4 ? 1 : 0);
      if ((old[at] & 0xff) >> 6 != (size == 1 ? 1 : 2) || from + size > i.length) {
        continue;
      }
      System.arraycopy(old, from + size, code, from, old.length - from - size);
      Arrays.fill(code, old.length - size, old.length, (byte) Layout.INT3);
      Insn simple = CaseGenerator.decode(s, code);
      boolean same = simple.row == i.row && simple.base == i.base && simple.index == i.index;
      if (same && simple.displacement == 0 && simple.length == i.length - size) {
        long base = s.gpr(i.base);
        long moved = base + i.displacement;
        s.setGpr(i.base, s.is64() ? moved : moved & 0xffff_ffffL);
        if (tryCode(s, code)) {
          return true;
        }
        s.setGpr(i.base, base);
      }
    }
    return false;
  }

  /** What replaces parts of the state. */
  private final class Scratch implements AutoCloseable {
    private final CaseState s;
    private final Arena arena = Arena.ofConfined();
    private final CaseState standard = CaseState.in(arena);
    private final byte[] saved = new byte[CaseState.SIZE];

    Scratch(CaseState s) {
      this.s = s;
      standard.place(s.width(), CaseState.codeStart(s.width()));
      StandardState.fill(standard);
    }

    boolean tryMove() {
      long rip = s.get(CaseState.RIP);
      if (rip == CaseState.codeStart(s.width())) {
        return false;
      }
      s.place(s.width(), CaseState.codeStart(s.width()));
      if (interesting.test(s)) {
        return true;
      }
      s.place(s.width(), rip);
      return false;
    }

    boolean tryStandard(int offset, int size) {
      HostMemory.copyOut(s.at() + offset, saved, 0, size);
      HostMemory.copy(s.at() + offset, standard.at() + offset, size);
      boolean changed = false;
      for (int n = 0; n < size; n++) {
        changed |= HostMemory.getByte(s.at() + offset + n) != (saved[n] & 0xff);
      }
      if (changed && isPossible() && interesting.test(s)) {
        return true;
      }
      HostMemory.copyIn(s.at() + offset, saved, 0, size);
      return false;
    }

    /**
     * Whether the stack pointer suits its segment, and the x87 status word summarises what the
     * control word does not mask.
     */
    private boolean isPossible() {
      if (Addresses.stackSize(s) == 2 && s.gpr(RSP) > Layout.SMALL_STACK_POINTER) {
        return false;
      }
      int status = s.word(CaseState.FSW);
      boolean unmasked = (status & ~s.word(CaseState.FCW) & EXCEPTIONS) != 0;
      return (status & PENDING) == (unmasked ? PENDING : 0);
    }

    boolean shrinkMemory(int offset, int size) {
      if (isStandard(offset, size)) {
        return false;
      }
      if (tryStandard(offset, size)) {
        return true;
      }
      if (size <= SMALLEST) {
        return false;
      }
      boolean smaller = shrinkMemory(offset, size / 2);
      return smaller | shrinkMemory(offset + size / 2, size - size / 2);
    }

    private boolean isStandard(int offset, int size) {
      for (int n = offset; n < offset + size; n++) {
        if (HostMemory.getByte(s.at() + n) != HostMemory.getByte(standard.at() + n)) {
          return false;
        }
      }
      return true;
    }

    @Override
    public void close() {
      arena.close();
    }
  }
}
