package jvisor.cpu.translator;

import jvisor.cpu.state.VcpuState;
import jvisor.isa.Insn;

/**
 * Bytes at a fixed distance from what registers hold at the head of a translation, in one page,
 * which several instructions of it access. Distances are those from the registers' sum.
 */
final class Window {
  /** Not where it was, nor near it. */
  static final int AWAY = Integer.MAX_VALUE;

  private static final int WIDEST = 2048;

  /** The number of one that is not opened. */
  private static final int NONE = -1;

  /** The registers at the head, and how the second is shifted, as an {@link Insn} has them. */
  final int segment;

  final int base;
  final int index;
  final int scale;

  /** The distance of the first byte. */
  long first;

  /** The distance behind the last one. */
  long end;

  /** Whether some bytes are written. */
  boolean written;

  /** What the first byte's address has to be a multiple of. */
  int alignment = 1;

  /** Its number among those of the translation that are opened. */
  int number = NONE;

  Window(int segment, int base, int index, int scale, long at) {
    this.segment = segment;
    this.base = base;
    this.index = index;
    this.scale = scale;
    first = at;
    end = at;
  }

  /** Whether it is opened. */
  boolean isOpened() {
    return number != NONE;
  }

  /** How many bytes it has. */
  int span() {
    return (int) (end - first);
  }

  /** Whether an access belongs to it. */
  boolean takes(Site site) {
    return segment == site.segment
        && base == site.base
        && index == site.index
        && scale == site.scale
        && Math.max(end, site.at + site.size) - Math.min(first, site.at) <= WIDEST;
  }

  /** It takes an access. */
  void add(Site site) {
    first = Math.min(first, site.at);
    end = Math.max(end, site.at + site.size);
    written |= site.written;
  }

  /**
   * By how many bytes it has moved since the head if registers are as they are now; {@link #AWAY}
   * if that is not known, or far.
   */
  int moved(Origins now) {
    if (!isKept(now, base) || !isKept(now, index)) {
      return AWAY;
    }
    long by = added(now, base) + (added(now, index) << scale);
    return Math.abs(by) <= WIDEST ? (int) by : AWAY;
  }

  /**
   * How far its first byte is from where another one's was at the head, if registers are as they
   * are now; {@link #AWAY} if that is not known, or far.
   */
  int from(Window other, Origins now) {
    boolean fixed = base == Insn.RIP || other.base == Insn.RIP || segment != other.segment;
    int first = isRegister(base) ? now.from(base) : Insn.NO_REGISTER;
    int second = isRegister(index) ? now.from(index) : Insn.NO_REGISTER;
    boolean alone = first == Insn.NO_REGISTER && scale == 0;
    boolean same =
        other.base == (alone ? second : first)
            && other.index == (alone ? Insn.NO_REGISTER : second)
            && (other.index == Insn.NO_REGISTER || other.scale == scale);
    if (fixed || !same) {
      return AWAY;
    }
    long by = added(now, base) + (added(now, index) << scale) + this.first - other.first;
    return Math.abs(by) <= WIDEST ? (int) by : AWAY;
  }

  private static boolean isKept(Origins now, int register) {
    return !isRegister(register) || now.from(register) == register;
  }

  private static long added(Origins now, int register) {
    return isRegister(register) ? now.added(register) : 0;
  }

  private static boolean isRegister(int number) {
    return number >= 0 && number < Insn.RIP;
  }

  /** Where it is. */
  Place place() {
    return new Place(segment, base, index, scale, first, end);
  }

  /** Where one is: the registers, and the distances of its first byte and of what is behind it. */
  record Place(int segment, int base, int index, int scale, long first, long end) {
    /** Whether another has some of the same bytes. */
    boolean overlaps(Place other) {
      return segment == other.segment
          && base == other.base
          && index == other.index
          && scale == other.scale
          && first < other.end
          && other.first < end;
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder(end - first + " bytes at ");
      if (segment == Insn.FS || segment == Insn.GS) {
        text.append(segment == Insn.FS ? "fs:" : "gs:");
      }
      text.append(name(base));
      if (isRegister(index)) {
        text.append(isRegister(base) ? "+" : "").append(name(index)).append('*').append(1 << scale);
      }
      return text.append(first < 0 ? "" : "+").append(first).toString();
    }

    private static String name(int register) {
      String word = isRegister(register) ? StateWords.name(VcpuState.gpr(register)) : null;
      return word != null ? word.replace("guest ", "") : register == Insn.RIP ? "block" : "";
    }
  }

  /**
   * An access of a translation.
   *
   * @param part the block
   * @param number its number in the block
   * @param at the distance of its first byte
   */
  record Site(
      Part part,
      int number,
      int segment,
      int base,
      int index,
      int scale,
      long at,
      int size,
      boolean written,
      boolean aligned) {}
}
