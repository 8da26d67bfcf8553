package jvisor.cpu.translator;

import java.util.LinkedHashMap;
import java.util.Map;
import jvisor.cpu.state.VcpuState;
import jvisor.isa.Insn;

/**
 * Slots in the struct for pages that a loop accesses again and again. A slot is {@code {tag,
 * addend}}, eight bytes each: the linear address of a page whose bytes the TLB has admitted since
 * the loop was entered, and what turns its addresses into hvas; or a tag that is no page's. Nothing
 * changes the TLB while emitted code runs, so a slot stays true until the loop is left.
 *
 * <p>Accesses whose addresses are formed by the same registers share a slot. The first {@link
 * #READABLE} slots are of pages that may be read, the others of those that may also be written.
 */
final class Frames {
  /** Slots of each of both kinds. */
  static final int READABLE = 8;

  /** All slots. */
  static final int COUNT = 2 * READABLE;

  /** The largest access that can be told from one that leaves the page. */
  static final int LARGEST = 32;

  /** A tag that nothing has which a {@link #mask} leaves. */
  static final int NO_PAGE = 0x800;

  private static final int SLOT = 16;
  private static final int ADDEND = 8;
  private static final int PAGE = 4096;

  private final Map<Key, Integer> slots = new LinkedHashMap<>();
  private int readable;
  private int writable;

  /** What forms an address, but for the displacement. */
  private record Key(boolean write, int segment, int base, int index, int scale) {}

  /** Forgets which accesses there are. */
  void clear() {
    slots.clear();
    readable = 0;
    writable = 0;
  }

  /** The slot for the accesses of this kind, or −1 if there is none left. */
  int of(Insn i, boolean write) {
    Key key = new Key(write, i.segment, i.base, i.index, i.scale);
    Integer known = slots.get(key);
    if (known != null) {
      return known;
    }
    if ((write ? writable : readable) == READABLE) {
      return -1;
    }
    int slot = write ? READABLE + writable++ : readable++;
    slots.put(key, slot);
    return slot;
  }

  /** Slots in use. */
  Iterable<Integer> used() {
    return slots.values();
  }

  /** Whether accesses of this size, if aligned, can be told from those that leave the page. */
  static boolean suits(int size) {
    return Integer.bitCount(size) == 1 && size <= LARGEST;
  }

  /** What is left of an address by this mask is a page's only if it is a multiple of the size. */
  static int mask(int size) {
    return -PAGE | size - 1;
  }

  /** Whether a slot's pages may be written. */
  static boolean isWritable(int slot) {
    return slot >= READABLE;
  }

  /** Offset of a slot's tag in the struct. */
  static int tag(int slot) {
    return VcpuState.FRAMES + slot * SLOT;
  }

  /** Offset of a slot's addend in the struct. */
  static int addend(int slot) {
    return tag(slot) + ADDEND;
  }

  /** The slot whose tag or addend is at this offset of the struct, or −1. */
  static int at(long offset) {
    long slot = offset - VcpuState.FRAMES;
    return slot >= 0 && slot < COUNT * SLOT ? (int) slot / SLOT : -1;
  }
}
