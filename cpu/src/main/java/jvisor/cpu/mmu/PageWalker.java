package jvisor.cpu.mmu;

import jvisor.cpu.state.Control;
import jvisor.cpu.state.GuestFault;
import jvisor.cpu.state.VcpuState;
import jvisor.host.HostMemory;
import jvisor.platform.GuestMemory;
import jvisor.platform.MachineLock;

/**
 * Walks the guest's page tables: 32-bit, PAE and 4-level paging (SDM vol. 3, 4.3–4.5), with access
 * rights (4.6), accessed and dirty flags (4.8). The answer's details stay in fields until the next
 * walk, so that a walk allocates nothing.
 *
 * <p>Flags are set in one step with the entry as it was read. If another processor has changed it
 * meanwhile, the walk begins anew.
 */
final class PageWalker {
  /** Error-code bits of a page fault (SDM vol. 3, 4.7). */
  static final int PRESENT = 1;

  static final int WRITE = 1 << 1;
  static final int USER = 1 << 2;
  static final int RESERVED = 1 << 3;
  static final int FETCH = 1 << 4;

  /** No gpa. */
  static final long FAULT = -1;

  /** No entry that is present. */
  private static final long NONE = 0;

  private static final long P = 1;
  private static final long RW = 1 << 1;
  private static final long US = 1 << 2;
  private static final long A = 1 << 5;
  private static final long D = 1 << 6;
  private static final long PS = 1 << 7;
  private static final long G = 1 << 8;
  private static final long NX = 1L << 63;

  /** Walks in vain, because others change the entries, before these others have to wait. */
  private static final int PATIENCE = 16;

  private final VcpuState state;
  private final GuestMemory memory;
  private final GuestFault fault;
  private final long addressMask;
  private final boolean gigabytePages;

  private boolean user;
  private boolean writable;
  private boolean global;
  private int pageShift;

  /** Whether an entry has changed since it was read. */
  private boolean stale;

  PageWalker(
      VcpuState state,
      GuestMemory memory,
      GuestFault fault,
      int physicalBits,
      boolean gigabytePages) {
    this.state = state;
    this.memory = memory;
    this.fault = fault;
    this.addressMask = (1L << physicalBits) - 1;
    this.gigabytePages = gigabytePages;
  }

  /** Whether the last walk's page may be reached by user-mode accesses. */
  boolean user() {
    return user;
  }

  /**
   * Whether the last walk's page may now be written without another walk (rights and dirty flag).
   */
  boolean writable() {
    return writable;
  }

  /**
   * Whether the last walk's page is the same in every address space (SDM vol. 3, 4.10.2.4); all are
   * while paging is off.
   */
  boolean global() {
    return global;
  }

  /** log2 of the last walk's page size: 12, 21, 22 or 30. */
  int pageShift() {
    return pageShift;
  }

  /**
   * Translates {@code la} for one access.
   *
   * @param access {@link #WRITE} or {@link #FETCH} or 0, plus {@link #USER} for an access with user
   *     privilege
   * @param smapOff whether a supervisor data access may reach user pages (EFLAGS.AC = 1, explicit)
   * @return the gpa, or {@link #FAULT} for a page fault, which is filled in: it is a common answer,
   *     and its way up to where it is thrown should be short
   */
  long walk(long la, int access, boolean smapOff) {
    long gpa = walkOnce(la, access, smapOff);
    return stale ? walkAgain(la, access, smapOff) : gpa;
  }

  private long walkAgain(long la, int access, boolean smapOff) {
    for (int tries = 0; tries < PATIENCE; tries++) {
      stale = false;
      long gpa = walkOnce(la, access, smapOff);
      if (!stale) {
        return gpa;
      }
    }
    MachineLock lock = memory.lock();
    lock.enter();
    try {
      lock.alone();
      long gpa;
      do {
        stale = false;
        gpa = walkOnce(la, access, smapOff);
      } while (stale);
      return gpa;
    } finally {
      lock.exit();
    }
  }

  private long walkOnce(long la, int access, boolean smapOff) {
    long cr0 = state.cr(0);
    if ((cr0 & Control.CR0_PG) == 0) {
      user = true;
      writable = true;
      global = true;
      pageShift = 12;
      return la & 0xffff_ffffL;
    }
    long cr4 = state.cr(4);
    if ((cr4 & Control.CR4_PAE) == 0) {
      return walk32(la & 0xffff_ffffL, access, smapOff, cr0, cr4);
    }
    return walkPae(la, access, smapOff, cr0, cr4);
  }

  private long walk32(long la, int access, boolean smapOff, long cr0, long cr4) {
    long pdeAt = (state.cr(3) & 0xffff_f000L) + (la >>> 22 << 2);
    long pde = load(pdeAt, 4);
    if ((pde & P) == 0) {
      return refused(errorCode(access, 0, cr4), la);
    }
    if ((pde & PS) != 0 && (cr4 & Control.CR4_PSE) != 0) {
      if ((pde & 1 << 21) != 0) {
        return refused(errorCode(access, PRESENT | RESERVED, cr4), la);
      }
      if (!mayAccess(la, access, smapOff, cr0, cr4, pde & (RW | US), false)) {
        return FAULT;
      }
      setAccessed(pdeAt, pde, 4, (access & WRITE) != 0);
      writable &= (pde & D) != 0 || (access & WRITE) != 0;
      global = isGlobal(pde, cr4);
      pageShift = 22;
      // PSE-36 (SDM vol. 3, table 4-4): bits 13-20 are address bits 32-39.
      long high = ((pde >>> 13 & 0xff) << 32) & addressMask;
      return high | (pde & 0xffc0_0000L) | (la & 0x3f_ffff);
    }
    long pteAt = (pde & 0xffff_f000L) + ((la >>> 12 & 0x3ff) << 2);
    long pte = load(pteAt, 4);
    if ((pte & P) == 0) {
      return refused(errorCode(access, 0, cr4), la);
    }
    if (!mayAccess(la, access, smapOff, cr0, cr4, pde & pte & (RW | US), false)) {
      return FAULT;
    }
    setAccessed(pdeAt, pde, 4, false);
    setAccessed(pteAt, pte, 4, (access & WRITE) != 0);
    writable &= (pte & D) != 0 || (access & WRITE) != 0;
    global = isGlobal(pte, cr4);
    pageShift = 12;
    return (pte & 0xffff_f000L) | (la & 0xfff);
  }

  private long walkPae(long la, int access, boolean smapOff, long cr0, long cr4) {
    boolean longMode = (state.get(VcpuState.EFER) & Control.EFER_LMA) != 0;
    boolean nxe = (state.get(VcpuState.EFER) & Control.EFER_NXE) != 0;
    // Bits 51 to MAXPHYADDR, and NX where it is off, are reserved at every level.
    long reserved = 0x000f_ffff_ffff_ffffL & ~addressMask | (nxe ? 0 : NX);
    long pml4eAt = 0;
    long pml4e = 0;
    long pdpteAt = 0;
    long pdpte;
    long rights = RW | US;
    boolean noExecute = false;
    if (longMode) {
      pml4eAt = (state.cr(3) & addressMask & ~0xfffL) + ((la >>> 39 & 0x1ff) << 3);
      pml4e = entry(la, pml4eAt, reserved | PS, access, cr4);
      if (pml4e == NONE) {
        return FAULT;
      }
      rights &= pml4e;
      noExecute = pml4e < 0;
      pdpteAt = (pml4e & addressMask & ~0xfffL) + ((la >>> 30 & 0x1ff) << 3);
      pdpte = entry(la, pdpteAt, reserved | (gigabytePages ? 0 : PS), access, cr4);
      if (pdpte == NONE) {
        return FAULT;
      }
      rights &= pdpte;
      noExecute |= pdpte < 0;
      if ((pdpte & PS) != 0) {
        if ((pdpte & 0x3fff_e000L) != 0) {
          return refused(errorCode(access, PRESENT | RESERVED, cr4), la);
        }
        if (!mayAccess(la, access, smapOff, cr0, cr4, rights, noExecute)) {
          return FAULT;
        }
        setAccessed(pml4eAt, pml4e, 8, false);
        setAccessed(pdpteAt, pdpte, 8, (access & WRITE) != 0);
        writable &= (pdpte & D) != 0 || (access & WRITE) != 0;
        global = isGlobal(pdpte, cr4);
        pageShift = 30;
        return (pdpte & addressMask & ~0x3fff_ffffL) | (la & 0x3fff_ffff);
      }
    } else {
      la &= 0xffff_ffffL;
      reserved |= 0x7ff0_0000_0000_0000L;
      pdpte = state.get(VcpuState.PDPTE + 8 * (int) (la >>> 30));
      if ((pdpte & P) == 0) {
        return refused(errorCode(access, 0, cr4), la);
      }
    }
    long pdeAt = (pdpte & addressMask & ~0xfffL) + ((la >>> 21 & 0x1ff) << 3);
    long pde = entry(la, pdeAt, reserved, access, cr4);
    if (pde == NONE) {
      return FAULT;
    }
    rights &= pde;
    noExecute |= pde < 0;
    long leafAt = pdeAt;
    long leaf = pde;
    if ((pde & PS) != 0) {
      if ((pde & 0x1f_e000L) != 0) {
        return refused(errorCode(access, PRESENT | RESERVED, cr4), la);
      }
      pageShift = 21;
    } else {
      leafAt = (pde & addressMask & ~0xfffL) + ((la >>> 12 & 0x1ff) << 3);
      leaf = entry(la, leafAt, reserved, access, cr4);
      if (leaf == NONE) {
        return FAULT;
      }
      rights &= leaf;
      noExecute |= leaf < 0;
      pageShift = 12;
    }
    if (!mayAccess(la, access, smapOff, cr0, cr4, rights, noExecute)) {
      return FAULT;
    }
    if (longMode) {
      setAccessed(pml4eAt, pml4e, 8, false);
      setAccessed(pdpteAt, pdpte, 8, false);
    }
    if (leafAt != pdeAt) {
      setAccessed(pdeAt, pde, 8, false);
    }
    setAccessed(leafAt, leaf, 8, (access & WRITE) != 0);
    writable &= (leaf & D) != 0 || (access & WRITE) != 0;
    global = isGlobal(leaf, cr4);
    long offset = (1L << pageShift) - 1;
    return (leaf & addressMask & ~0xfffL & ~offset) | (la & offset);
  }

  private long refused(int errorCode, long la) {
    fault.page(errorCode, la);
    return FAULT;
  }

  private static boolean isGlobal(long leaf, long cr4) {
    return (leaf & G) != 0 && (cr4 & Control.CR4_PGE) != 0;
  }

  /**
   * Loads an 8-byte entry that must be present and have no reserved bit set; else {@link #NONE},
   * with the fault filled in.
   */
  private long entry(long la, long at, long reserved, int access, long cr4) {
    long value = load(at, 8);
    if ((value & P) != 0 && (value & reserved) == 0) {
      return value;
    }
    fault.page(errorCode(access, (value & P) == 0 ? 0 : PRESENT | RESERVED, cr4), la);
    return NONE;
  }

  /**
   * Whether the access has the rights it needs (SDM vol. 3, 4.6.1); sets {@link #user} and {@link
   * #writable}, or fills in the fault.
   */
  private boolean mayAccess(
      long la, int access, boolean smapOff, long cr0, long cr4, long rights, boolean noExecute) {
    user = (rights & US) != 0;
    boolean userAccess = (access & USER) != 0;
    boolean write = (access & WRITE) != 0;
    boolean fetch = (access & FETCH) != 0;
    boolean mayWrite = (rights & RW) != 0 || (!userAccess && (cr0 & Control.CR0_WP) == 0);
    boolean bad = userAccess && !user || write && !mayWrite || fetch && noExecute;
    if (user && !userAccess) {
      bad |= fetch ? (cr4 & Control.CR4_SMEP) != 0 : (cr4 & Control.CR4_SMAP) != 0 && !smapOff;
    }
    if (bad) {
      fault.page(errorCode(access, PRESENT, cr4), la);
      return false;
    }
    writable = mayWrite;
    return true;
  }

  /** The fetch bit is reported only where fetches can differ from loads (SDM vol. 3, 4.7). */
  private int errorCode(int access, int bits, long cr4) {
    int reported = access & (WRITE | USER);
    if ((access & FETCH) != 0
        && ((cr4 & Control.CR4_SMEP) != 0
            || (cr4 & Control.CR4_PAE) != 0
                && (state.get(VcpuState.EFER) & Control.EFER_NXE) != 0)) {
      reported |= FETCH;
    }
    return reported | bits;
  }

  private void setAccessed(long at, long value, int size, boolean dirty) {
    long wanted = value | A | (dirty ? D : 0);
    if (wanted != value && !memory.replace(at, size, value, wanted)) {
      stale = true;
    }
  }

  private long load(long gpa, int size) {
    long frame = memory.readableFrame(gpa);
    if (frame == 0) {
      return memory.mmio().read(gpa, size);
    }
    long hva = frame + (gpa & 0xfff);
    return size == 8 ? HostMemory.getLong(hva) : HostMemory.getInt(hva) & 0xffff_ffffL;
  }
}
