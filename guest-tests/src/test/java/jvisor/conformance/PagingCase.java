package jvisor.conformance;

import java.util.Locale;
import jvisor.platform.GuestMemory;

/**
 * One access under one setting, what must become of it (SDM vol. 3, 4.6 to 4.8, stated here anew),
 * and what did.
 */
final class PagingCase {
  static final long P = 1;
  static final long W = 2;
  static final long U = 4;
  static final long A = 1 << 5;
  static final long D = 1 << 6;
  static final long PS = 1 << 7;
  static final long NX = 1L << 63;

  private static final int WP = 1 << 16;
  private static final int SMEP = 1 << 20;
  private static final int SMAP = 1 << 21;
  private static final int AC = 1 << 18;
  private static final int NXE = 1 << 11;

  /** What the guest does at the page; in the order of its table. */
  enum Access {
    KERNEL_READ(false, "r"),
    KERNEL_WRITE(false, "w"),
    KERNEL_FETCH(false, "x"),
    USER_READ(true, "r"),
    USER_WRITE(true, "w"),
    USER_FETCH(true, "x"),
    /** A load of FS from an LDT in the page: an implicit supervisor access whatever the CPL. */
    USER_LOADS_DESCRIPTOR(false, "ri"),
    /** The same with a descriptor whose accessed flag is still to be set. */
    USER_MARKS_DESCRIPTOR(false, "rwi"),
    KERNEL_LOADS_DESCRIPTOR(false, "ri"),
    KERNEL_MARKS_DESCRIPTOR(false, "rwi"),
    KERNEL_CHANGE(false, "w"),
    USER_CHANGE(true, "w");

    final boolean user;
    final boolean read;
    final boolean write;
    final boolean fetch;
    final boolean implicit;

    Access(boolean user, String what) {
      this.user = user;
      read = what.contains("r");
      write = what.contains("w");
      fetch = what.contains("x");
      implicit = what.contains("i");
    }
  }

  private final PagingGuest.Format format;
  private final Access access;
  private final long[] entries;
  private final boolean wp;
  private final boolean smep;
  private final boolean smap;
  private final boolean ac;
  private final boolean nxe;
  private final long[] after = new long[4];
  private int vector;
  private int error;
  private long cr2;

  /**
   * A case.
   *
   * @param entries from the PML4E down to the PTE, 0 for levels that the format or the page size
   *     leaves out
   * @param setting five bits: WP, SMEP, SMAP, AC, NXE
   */
  PagingCase(PagingGuest.Format format, Access access, long[] entries, int setting) {
    this.format = format;
    this.access = access;
    this.entries = entries.clone();
    wp = (setting & 1) != 0;
    smep = (setting & 2) != 0;
    smap = (setting & 4) != 0;
    ac = (setting & 8) != 0;
    nxe = (setting & 16) != 0;
  }

  /** Lays the case out for the guest. */
  void write(GuestMemory memory, long at) {
    boolean long4 = format == PagingGuest.Format.FOUR_LEVEL;
    for (int n = 0; n < 4; n++) {
      memory.write(at + 8L * n, 8, entries[n]);
    }
    memory.write(at + 32, 4, 0x8000_0031L | (wp ? WP : 0));
    int size = format == PagingGuest.Format.TWO_LEVEL ? 1 << 4 : 1 << 5;
    memory.write(at + 36, 4, size | (smep ? SMEP : 0) | (smap ? SMAP : 0));
    memory.write(at + 40, 4, (long4 ? 0x500 : 0) | (nxe ? NXE : 0));
    memory.write(at + 44, 4, 2 | (ac ? AC : 0));
    memory.write(at + 48, 4, access.ordinal());
    memory.write(
        at + 52, 4, long4 ? 0x10000 : format == PagingGuest.Format.PAE ? 0x14000 : 0x12000);
  }

  /** Takes over what the guest has noted. */
  void read(GuestMemory memory, long at) {
    for (int n = 0; n < 4; n++) {
      after[n] = memory.read(at + 8L * n, 8);
    }
    vector = (int) memory.read(at + 32, 4);
    error = (int) memory.read(at + 36, 4);
    cr2 = memory.read(at + 40, format == PagingGuest.Format.FOUR_LEVEL ? 8 : 4);
  }

  /** Empty, or how expected and actual results differ. */
  String difference() {
    int wanted = access.read ? fault(false) : -1;
    if (wanted < 0 && access.write) {
      wanted = fault(true);
    } else if (wanted < 0 && access.fetch) {
      wanted = fault(false);
    }
    int actual = vector == 0 ? -1 : error;
    if (wanted != actual) {
      return "%s: error code %x, not %x".formatted(this, actual, wanted);
    }
    if (wanted >= 0 && cr2 >>> 12 != format.la >>> 12) {
      return "%s: CR2 %x".formatted(this, cr2);
    }
    int leaf = leaf();
    for (int n = 0; n < 4; n++) {
      boolean used = n <= leaf && entries[n] != 0;
      long set = wanted >= 0 || !used ? 0 : A | (n == leaf && access.write ? D : 0);
      long loose = wanted >= 0 && used ? A : 0;
      if ((after[n] & ~loose) != ((entries[n] | set) & ~loose)) {
        return "%s: entry %d is %x, not %x".formatted(this, n, after[n], entries[n] | set);
      }
    }
    return "";
  }

  private int leaf() {
    for (int n = 1; n < 3; n++) {
      if ((entries[n] & PS) != 0) {
        return n;
      }
    }
    return 3;
  }

  /** The error code of a page fault, or -1. */
  private int fault(boolean write) {
    int code = (write ? 2 : 0) | (access.user ? 4 : 0);
    boolean executeDisable = nxe && format != PagingGuest.Format.TWO_LEVEL;
    if (access.fetch && (executeDisable || smep)) {
      code |= 16;
    }
    int first = format == PagingGuest.Format.FOUR_LEVEL ? 0 : 2;
    boolean writable = true;
    boolean userPage = true;
    boolean executable = true;
    for (int n = first; n <= leaf(); n++) {
      long entry = entries[n];
      if ((entry & P) == 0) {
        return code;
      }
      if ((entry & reserved(n)) != 0) {
        return code | 1 | 8;
      }
      writable &= (entry & W) != 0;
      userPage &= (entry & U) != 0;
      executable &= (entry & NX) == 0;
    }
    boolean allowed;
    if (access.user) {
      allowed = userPage && (!write || writable);
    } else {
      boolean hidden = access.fetch ? smep : smap && !(ac && !access.implicit);
      allowed = !(userPage && hidden) && (!write || writable || !wp);
    }
    if (access.fetch && !executable) {
      allowed = false;
    }
    return allowed ? -1 : code | 1;
  }

  /** The bits of an entry that must be zero: MAXPHYADDR is 40. */
  private long reserved(int n) {
    if (format == PagingGuest.Format.TWO_LEVEL) {
      return n == 2 && (entries[n] & PS) != 0 ? 1 << 21 : 0;
    }
    long high = nxe ? 0 : NX;
    if (format == PagingGuest.Format.FOUR_LEVEL) {
      high |= 0x000f_ff00_0000_0000L;
    } else {
      high |= 0x7fff_ff00_0000_0000L;
    }
    boolean large = n < 3 && (entries[n] & PS) != 0;
    return switch (n) {
      case 0 -> high | PS;
      case 1 -> high | (large ? 0x3fff_e000 : 0);
      case 2 -> high | (large ? 0x1f_e000 : 0);
      default -> high;
    };
  }

  @Override
  public String toString() {
    return "%s %s entries %x %x %x %x%s%s%s%s%s"
        .formatted(
            format,
            access.name().toLowerCase(Locale.ROOT),
            entries[0],
            entries[1],
            entries[2],
            entries[3],
            wp ? " WP" : "",
            smep ? " SMEP" : "",
            smap ? " SMAP" : "",
            ac ? " AC" : "",
            nxe ? " NXE" : "");
  }
}
