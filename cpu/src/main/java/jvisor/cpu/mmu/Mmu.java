package jvisor.cpu.mmu;

import jvisor.cpu.state.Attention;
import jvisor.cpu.state.Control;
import jvisor.cpu.state.GuestFault;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.state.Vector;
import jvisor.host.HostMemory;
import jvisor.platform.GuestMemory;
import jvisor.platform.MachineLock;
import jvisor.platform.MmioDevice;
import org.jspecify.annotations.Nullable;

/**
 * One processor's memory unit: loads and stores at linear addresses, through the TLB or, slowly,
 * through a page walk, the code cache's watch and the MMIO bus. Values are little-endian and
 * zero-extended.
 *
 * <p>A load or store either happens completely or throws {@link GuestFault} and has changed nothing
 * but accessed and dirty flags; {@link #probeWrite} proves beforehand that stores of several parts
 * cannot fault half-way.
 */
public final class Mmu implements AutoCloseable, GuestMemory.Watcher {
  private static final long PAGE_MASK = -4096L;
  private static final long NO_LOCAL_PAGE = -1;

  private final VcpuState state;
  private final GuestMemory memory;
  private final GuestFault fault;
  private final Attention attention;
  private final Tlb tlb = new Tlb();
  private final PageWalker walker;
  private final FetchedPages fetched = new FetchedPages();
  private CodeWatcher code = new NoCode();
  private int mode = AccessMode.SUPERVISOR;
  private long table;
  private long generation;
  private long epoch;

  /** Whether supervisor fetches of this epoch have met a page that is not global. */
  private boolean localCode;

  private DataWatcher dataWatcher = (la, size, write) -> {};
  private long[] watchedPages = {};
  private boolean systemAccess;
  private boolean narrow;
  private long localPage = NO_LOCAL_PAGE;
  private @Nullable MmioDevice local;
  private @Nullable AccessWatcher deviceWatcher;
  private @Nullable AccessWatcher accessWatcher;
  private boolean veiled;

  /** Creates the unit of the processor with this state; {@code physicalBits} is MAXPHYADDR. */
  public Mmu(
      VcpuState state,
      GuestMemory memory,
      GuestFault fault,
      int physicalBits,
      boolean gigabytePages) {
    this.state = state;
    this.attention = new Attention(state);
    this.memory = memory;
    this.fault = fault;
    this.walker = new PageWalker(state, memory, fault, physicalBits, gigabytePages);
    memory.watch(this);
    tablesChanged();
  }

  /** The memory behind this unit. */
  public GuestMemory memory() {
    return memory;
  }

  /** Sets who hears of stores to decoded bytes. */
  public void watchCode(CodeWatcher watcher) {
    code = watcher;
  }

  /**
   * Puts this processor's own registers (its local APIC) at the page {@code gpa}, before memory and
   * buses; a null device removes them.
   */
  public void setLocalPage(long gpa, @Nullable MmioDevice device) {
    local = device;
    localPage = device == null ? NO_LOCAL_PAGE : gpa & PAGE_MASK;
    flushAll();
  }

  /**
   * Has {@code watcher} told of every load and store of instructions in these linear pages, which
   * are slow from now on; no pages end it.
   */
  public void watchData(DataWatcher watcher, long... pages) {
    dataWatcher = watcher;
    watchedPages = pages.clone();
    flushAll();
  }

  /** Has {@code watcher} told of every access to devices' registers. */
  public void watchDevices(AccessWatcher watcher) {
    deviceWatcher = watcher;
  }

  /**
   * Has {@code watcher} told of every load and store from now on, or nobody. All of them are slow
   * meanwhile, but translations are cached and forgotten as ever, so that the guest sees no
   * difference.
   */
  public void watchAccesses(@Nullable AccessWatcher watcher) {
    accessWatcher = watcher;
    veil(watcher != null);
  }

  /** Whether {@link #watchAccesses} has named somebody. */
  public boolean watchesAccesses() {
    return accessWatcher != null;
  }

  /** Hides the TLB from the fast paths, or shows it. */
  private void veil(boolean on) {
    veiled = on;
    tablesChanged();
  }

  /** Other tables or generations are to be used from now on. */
  private void tablesChanged() {
    selectTable();
    state.set(VcpuState.USER_TABLE, table(AccessMode.USER));
    state.set(VcpuState.USER_GENERATION, tlb.generation(AccessMode.USER));
    state.set(VcpuState.SUPERVISOR_TABLE, table(AccessMode.SUPERVISOR));
    state.set(VcpuState.SUPERVISOR_AC_TABLE, table(AccessMode.SUPERVISOR_AC));
    state.set(VcpuState.SUPERVISOR_GENERATION, tlb.generation(AccessMode.SUPERVISOR));
  }

  private long table(int accessMode) {
    return veiled ? tlb.emptyTable() : tlb.table(accessMode);
  }

  private void selectTable() {
    table = table(mode);
    generation = tlb.generation(mode);
    state.set(VcpuState.TLB_TABLE, table);
    state.set(VcpuState.TLB_GENERATION, generation);
  }

  /** Sets with whose rights the following accesses happen ({@link AccessMode}). */
  public void setMode(int accessMode) {
    mode = accessMode;
    selectTable();
  }

  /** Whether linear addresses have 32 bits, so that an access at their end goes on at 0. */
  public void setNarrow(boolean narrow) {
    this.narrow = narrow;
  }

  /** With whose rights accesses happen ({@link AccessMode}). */
  public int mode() {
    return mode;
  }

  /** Forgets all translations, global ones too (changes of CR0, CR4, EFER, frames). */
  public void flushAll() {
    tlb.flushAll();
    forgetFetches();
    tablesChanged();
  }

  /** CR3 now names another address space; {@code flush} forgets what this one had cached. */
  public void switchAddressSpace(int pcid, boolean flush) {
    tlb.switchTo(pcid, flush);
    tablesChanged();
  }

  /** INVLPG. */
  public void flushPage(long la) {
    tlb.flushPage(la);
    if (fetched.mayHold(la)) {
      forgetFetches();
    }
    tablesChanged();
  }

  private void forgetFetches() {
    fetched.clear();
    localCode = false;
    epoch++;
  }

  /** Stores to the page at {@code gpa} are to be reported to the code watcher from now on. */
  public void protectCode(long gpa) {
    long frame = memory.writableFrame(gpa);
    if (frame != 0) {
      tlb.protect(frame);
    }
  }

  /**
   * A number that differs whenever an instruction fetch from the same linear address may mean other
   * bytes: it names the address space, the rights and the flushes of fetched pages so far. For a
   * supervisor all of whose code is global it names no address space; so the first {@link
   * #fetchAddress fetch} of other code changes it. At most 60 bits.
   */
  public long fetchContext() {
    return fetchContext(userBit() != 0);
  }

  /** The same for user code or a supervisor's, whichever runs now. */
  public long fetchContext(boolean user) {
    long wraps = tlb.clearings();
    long space = user || localCode ? tlb.generation() : 0;
    return (epoch + wraps << 13 | space) << 1 | (user ? 1 : 0);
  }

  @Override
  public void frameChanged(long gpa) {
    if (code.holdsCode(gpa)) {
      code.codeWritten(gpa, GuestMemory.PAGE);
    }
    flushAll();
    attention.raise();
  }

  @Override
  public void written(long gpa, int length) {
    if (code.holdsCode(gpa)) {
      memory.lock().alone();
      code.codeWritten(gpa, length);
    }
  }

  @Override
  public boolean watches(long gpa) {
    return code.holdsCode(gpa);
  }

  /** Loads one byte at {@code la}. */
  public int load8(long la) {
    long entry = table + (la >>> 7 & Tlb.OFFSET_MASK);
    if (HostMemory.getLong(entry) == ((la & PAGE_MASK) | generation)) {
      return HostMemory.getByte(la + HostMemory.getLong(entry + Tlb.ADDEND));
    }
    return (int) loadSlow(la, 1);
  }

  /** Loads two bytes. */
  public int load16(long la) {
    long entry = table + (la >>> 7 & Tlb.OFFSET_MASK);
    if (HostMemory.getLong(entry) == ((la + 1 & PAGE_MASK) | generation)) {
      return HostMemory.getShort(la + HostMemory.getLong(entry + Tlb.ADDEND));
    }
    return (int) loadSlow(la, 2);
  }

  /** Loads four bytes. */
  public int load32(long la) {
    long entry = table + (la >>> 7 & Tlb.OFFSET_MASK);
    if (HostMemory.getLong(entry) == ((la + 3 & PAGE_MASK) | generation)) {
      return HostMemory.getInt(la + HostMemory.getLong(entry + Tlb.ADDEND));
    }
    return (int) loadSlow(la, 4);
  }

  /** Loads eight bytes. */
  public long load64(long la) {
    long entry = table + (la >>> 7 & Tlb.OFFSET_MASK);
    if (HostMemory.getLong(entry) == ((la + 7 & PAGE_MASK) | generation)) {
      return HostMemory.getLong(la + HostMemory.getLong(entry + Tlb.ADDEND));
    }
    return loadSlow(la, 8);
  }

  /** Loads {@code size} (1, 2, 4 or 8) bytes, zero-extended. */
  public long load(long la, int size) {
    return switch (size) {
      case 1 -> load8(la);
      case 2 -> load16(la);
      case 4 -> load32(la) & 0xffff_ffffL;
      default -> load64(la);
    };
  }

  /**
   * Loads what {@link #store} is about to replace: faults as the store would, so that nothing
   * between the two can.
   */
  public long loadForStore(long la, int size) {
    long entry = table + (la >>> 7 & Tlb.OFFSET_MASK);
    if (HostMemory.getLong(entry + Tlb.WRITE_TAG) != ((la + size - 1 & PAGE_MASK) | generation)) {
      checkAlignment(la, size);
      probeWrite(la, size);
    }
    return load(la, size);
  }

  /** Stores the low byte of {@code value}. */
  public void store8(long la, int value) {
    long entry = table + (la >>> 7 & Tlb.OFFSET_MASK);
    if (HostMemory.getLong(entry + Tlb.WRITE_TAG) == ((la & PAGE_MASK) | generation)) {
      HostMemory.putByte(la + HostMemory.getLong(entry + Tlb.ADDEND), value);
    } else {
      storeSlow(la, 1, value);
    }
  }

  /** Stores the low two bytes of {@code value}. */
  public void store16(long la, int value) {
    long entry = table + (la >>> 7 & Tlb.OFFSET_MASK);
    if (HostMemory.getLong(entry + Tlb.WRITE_TAG) == ((la + 1 & PAGE_MASK) | generation)) {
      HostMemory.putShort(la + HostMemory.getLong(entry + Tlb.ADDEND), value);
    } else {
      storeSlow(la, 2, value);
    }
  }

  /** Stores four bytes. */
  public void store32(long la, int value) {
    long entry = table + (la >>> 7 & Tlb.OFFSET_MASK);
    if (HostMemory.getLong(entry + Tlb.WRITE_TAG) == ((la + 3 & PAGE_MASK) | generation)) {
      HostMemory.putInt(la + HostMemory.getLong(entry + Tlb.ADDEND), value);
    } else {
      storeSlow(la, 4, value);
    }
  }

  /** Stores eight bytes. */
  public void store64(long la, long value) {
    long entry = table + (la >>> 7 & Tlb.OFFSET_MASK);
    if (HostMemory.getLong(entry + Tlb.WRITE_TAG) == ((la + 7 & PAGE_MASK) | generation)) {
      HostMemory.putLong(la + HostMemory.getLong(entry + Tlb.ADDEND), value);
    } else {
      storeSlow(la, 8, value);
    }
  }

  /** Stores the low {@code size} (1, 2, 4 or 8) bytes of {@code value}. */
  public void store(long la, int size, long value) {
    switch (size) {
      case 1 -> store8(la, (int) value);
      case 2 -> store16(la, (int) value);
      case 4 -> store32(la, (int) value);
      default -> store64(la, value);
    }
  }

  /** Proves that {@code length} bytes (at most 4,096) from {@code la} can be written, or faults. */
  public void probeWrite(long la, int length) {
    long entry = table + (la >>> 7 & Tlb.OFFSET_MASK);
    long tag = HostMemory.getLong(entry + Tlb.WRITE_TAG);
    if (tag == ((la + length - 1 & PAGE_MASK) | generation)) {
      return;
    }
    if (veiled) {
      veil(false);
      try {
        probeWrite(la, length);
      } finally {
        veil(true);
      }
      return;
    }
    probe(la, length, PageWalker.WRITE);
  }

  /** Proves that {@code length} bytes (at most 4,096) from {@code la} can be read, or faults. */
  public void probeRead(long la, int length) {
    probe(la, length, 0);
  }

  private void probe(long la, int length, int access) {
    if ((la & 0xfff) + length > 4096) {
      translateBoth(la, length, access);
    } else {
      translate(la, access);
    }
  }

  /** Proves an access to two pages: that all of it is canonical comes before either page. */
  private void translateBoth(long la, int length, int access) {
    checkCanonical(la);
    checkCanonical(la + length - 1);
    translate(la, access);
    translate(wrap((la & PAGE_MASK) + 4096), access);
  }

  /**
   * How many bytes from {@code la} to the end of its page can be reached through {@link #hva} – 0
   * if the page is not plain memory for this access. Faults as the access would.
   */
  public int span(long la, boolean write) {
    long gpa = translate(la, write ? PageWalker.WRITE : 0);
    boolean plain =
        (gpa & PAGE_MASK) != localPage
            && (write ? memory.writableFrame(gpa) != 0 : memory.readableFrame(gpa) != 0)
            && !(write && code.holdsCode(gpa));
    return plain ? 4096 - (int) (la & 0xfff) : 0;
  }

  /** The hva of {@code la}, for which {@link #span} has just answered more than 0. */
  public long hva(long la, boolean write) {
    long gpa = translate(la, write ? PageWalker.WRITE : 0);
    return (write ? memory.writableFrame(gpa) : memory.readableFrame(gpa)) + (gpa & 0xfff);
  }

  /**
   * The hva of {@code la} if the rest of its page can be reached directly for this access until the
   * next other call, else 0: devices, ROM on writing, pages of decoded code on writing. Faults as
   * the access would; sets accessed and dirty flags.
   */
  public long direct(long la, boolean write) {
    long entry = table + (la >>> 7 & Tlb.OFFSET_MASK);
    long tag = HostMemory.getLong(write ? entry + Tlb.WRITE_TAG : entry);
    if (tag == ((la & PAGE_MASK) | generation)) {
      return la + HostMemory.getLong(entry + Tlb.ADDEND);
    }
    return directSlow(la, write);
  }

  private long directSlow(long la, boolean write) {
    if (veiled) {
      return 0;
    }
    long gpa = translate(la, write ? PageWalker.WRITE : 0);
    long readFrame = memory.readableFrame(gpa);
    long writeFrame = memory.writableFrame(gpa);
    long frame = write ? writeFrame : readFrame;
    boolean coded = code.holdsCode(gpa);
    if (frame == 0 || write && coded || (gpa & PAGE_MASK) == localPage || isWatched(la)) {
      return 0;
    }
    boolean writable = walker.writable() && writeFrame == readFrame && !coded;
    enter(la, frame, readFrame == frame, writable);
    return frame + (gpa & 0xfff);
  }

  /** The gpa of an instruction fetch at {@code la} with the current rights, or a fault. */
  public long fetchAddress(long la) {
    checkCanonical(la);
    long gpa = walked(walker.walk(la, PageWalker.FETCH | userBit(), false));
    fetched.add(la, walker.pageShift());
    localCode |= !walker.global() && userBit() == 0;
    return gpa;
  }

  /** Loads with supervisor rights whatever the CPL: descriptor tables, TSS (SDM vol. 3, 4.6). */
  public long loadSystem(long la, int size) {
    int before = mode;
    setMode(AccessMode.SUPERVISOR);
    systemAccess = true;
    try {
      return load(la, size);
    } finally {
      systemAccess = false;
      setMode(before);
    }
  }

  /** Stores with supervisor rights whatever the CPL. */
  public void storeSystem(long la, int size, long value) {
    int before = mode;
    setMode(AccessMode.SUPERVISOR);
    systemAccess = true;
    try {
      store(la, size, value);
    } finally {
      systemAccess = false;
      setMode(before);
    }
  }

  private int userBit() {
    return mode == AccessMode.USER || mode == AccessMode.USER_ALIGNED ? PageWalker.USER : 0;
  }

  private void checkCanonical(long la) {
    if (la << 16 >> 16 != la && (state.get(VcpuState.EFER) & Control.EFER_LMA) != 0) {
      throw fault.of(Vector.GP, 0);
    }
  }

  private long translate(long la, int access) {
    checkCanonical(la);
    return walked(walker.walk(la, access | userBit(), mode == AccessMode.SUPERVISOR_AC));
  }

  /** What a walk has answered, unless that is a fault. */
  private long walked(long gpa) {
    if (gpa == PageWalker.FAULT) {
      throw fault;
    }
    return gpa;
  }

  /**
   * #AC(0) where alignment is checked, after #GP(0) and before #PF; such accesses all take the slow
   * path.
   */
  private void checkAlignment(long la, int size) {
    if (mode == AccessMode.USER_ALIGNED && (la & size - 1) != 0) {
      checkCanonical(la);
      checkCanonical(la + size - 1);
      throw fault.of(Vector.AC, 0);
    }
  }

  /** An address in the page after the one in which an access began. */
  private long wrap(long la) {
    return narrow && !systemAccess ? la & 0xffff_ffffL : la;
  }

  private boolean isWatched(long la) {
    for (long page : watchedPages) {
      if (page == (la & PAGE_MASK)) {
        return true;
      }
    }
    return false;
  }

  private void report(long la, int size, boolean write) {
    if (watchedPages.length != 0 && !systemAccess && isWatched(la)) {
      dataWatcher.accessed(la, size, write);
    }
  }

  private void fill(long la, long frame, boolean read, boolean write) {
    if (mode != AccessMode.USER_ALIGNED && !isWatched(la)) {
      enter(la, frame, read, write);
    }
  }

  private void enter(long la, long frame, boolean read, boolean write) {
    tlb.fill(mode, la, frame, read, write, walker.global(), walker.pageShift());
  }

  private long loadWatched(AccessWatcher watcher, long la, int size) {
    boolean system = systemAccess;
    long value;
    veil(false);
    try {
      value = load(la, size);
    } finally {
      veil(true);
    }
    watcher.memory(la, size, false, value, system);
    return value;
  }

  private void storeWatched(AccessWatcher watcher, long la, int size, long value) {
    boolean system = systemAccess;
    veil(false);
    try {
      store(la, size, value);
    } finally {
      veil(true);
    }
    watcher.memory(la, size, true, value & mask(size), system);
  }

  private long loadSlow(long la, int size) {
    if (veiled && accessWatcher != null) {
      return loadWatched(accessWatcher, la, size);
    }
    checkAlignment(la, size);
    if ((la & 0xfff) + size > 4096) {
      translateBoth(la, size, 0);
      long value = 0;
      for (int i = size - 1; i >= 0; i--) {
        value = value << 8 | load8(wrap(la + i));
      }
      return value;
    }
    long gpa = translate(la, 0);
    report(la, size, false);
    if ((gpa & PAGE_MASK) == localPage && local != null) {
      return told(gpa, size, local.read(gpa & 0xfff, size));
    }
    long frame = memory.readableFrame(gpa);
    if (frame == 0) {
      return told(gpa, size, readBus(gpa, size));
    }
    long writeFrame = memory.writableFrame(gpa);
    boolean write = walker.writable() && writeFrame == frame && !code.holdsCode(gpa);
    fill(la, frame, true, write);
    long hva = frame + (gpa & 0xfff);
    return switch (size) {
      case 1 -> HostMemory.getByte(hva);
      case 2 -> HostMemory.getShort(hva);
      case 4 -> HostMemory.getInt(hva) & 0xffff_ffffL;
      default -> HostMemory.getLong(hva);
    };
  }

  private void storeSlow(long la, int size, long value) {
    if (veiled && accessWatcher != null) {
      storeWatched(accessWatcher, la, size, value);
      return;
    }
    checkAlignment(la, size);
    if ((la & 0xfff) + size > 4096) {
      translateBoth(la, size, PageWalker.WRITE);
      for (int i = 0; i < size; i++) {
        store8(wrap(la + i), (int) (value >>> (8 * i)));
      }
      return;
    }
    long gpa = translate(la, PageWalker.WRITE);
    report(la, size, true);
    if ((gpa & PAGE_MASK) == localPage && local != null) {
      local.write(gpa & 0xfff, size, value & mask(size));
      tell(gpa, size, value & mask(size));
      return;
    }
    long frame = memory.writableFrame(gpa);
    if (frame == 0) {
      writeBus(gpa, size, value & mask(size));
      tell(gpa, size, value & mask(size));
      return;
    }
    if (code.holdsCode(gpa)) {
      storeToCode(gpa, size, value);
    } else {
      boolean plain = memory.readableFrame(gpa) == frame;
      fill(la, frame, plain, plain);
      put(frame + (gpa & 0xfff), size, value);
    }
  }

  /** Nobody decodes the bytes between the end of what has been decoded and the store. */
  private void storeToCode(long gpa, int size, long value) {
    MachineLock lock = memory.lock();
    lock.enter();
    try {
      code.codeWritten(gpa, size);
      long frame = memory.writableFrame(gpa);
      if (frame != 0) {
        put(frame + (gpa & 0xfff), size, value);
      }
    } finally {
      lock.exit();
    }
  }

  private static void put(long hva, int size, long value) {
    switch (size) {
      case 1 -> HostMemory.putByte(hva, (int) value);
      case 2 -> HostMemory.putShort(hva, (int) value);
      case 4 -> HostMemory.putInt(hva, (int) value);
      default -> HostMemory.putLong(hva, value);
    }
  }

  /**
   * Replaces the {@code size} (1, 2, 4 or 8) bytes at {@code la} by {@code value} if they are
   * {@code expected}: one indivisible step for all processors, as locked instructions take. A
   * device's register is written whatever it holds. To follow {@link #loadForStore}.
   *
   * @return whether they were
   */
  public boolean replace(long la, int size, long expected, long value) {
    long hva = (la & 7) + size <= 8 ? direct(la, true) : 0;
    return hva != 0
        ? HostMemory.compareAndSet(hva, size, expected, value)
        : replaceAlone(la, size, expected, value);
  }

  private boolean replaceAlone(long la, int size, long expected, long value) {
    MachineLock lock = memory.lock();
    lock.enter();
    try {
      lock.alone();
      long gpa = translate(la, PageWalker.WRITE);
      boolean device = (gpa & PAGE_MASK) == localPage || memory.readableFrame(gpa) == 0;
      if (!device && load(la, size) != (expected & mask(size))) {
        return false;
      }
      store(la, size, value);
      return true;
    } finally {
      lock.exit();
    }
  }

  /** A device has answered a read with {@code value}. */
  private long told(long gpa, int size, long value) {
    if (deviceWatcher != null) {
      deviceWatcher.device(gpa, size, false, value);
    }
    return value;
  }

  private void tell(long gpa, int size, long value) {
    if (deviceWatcher != null) {
      deviceWatcher.device(gpa, size, true, value);
    }
  }

  /** Devices see naturally aligned accesses only; others arrive as bytes. */
  private long readBus(long gpa, int size) {
    if ((gpa & size - 1) == 0) {
      return memory.mmio().read(gpa, size);
    }
    long value = 0;
    for (int i = size - 1; i >= 0; i--) {
      value = value << 8 | memory.mmio().read(gpa + i, 1);
    }
    return value;
  }

  private void writeBus(long gpa, int size, long value) {
    if ((gpa & size - 1) == 0) {
      memory.mmio().write(gpa, size, value);
      return;
    }
    for (int i = 0; i < size; i++) {
      memory.mmio().write(gpa + i, 1, value >>> (8 * i) & 0xff);
    }
  }

  private static long mask(int size) {
    return size == 8 ? -1L : (1L << (8 * size)) - 1;
  }

  @Override
  public void close() {
    tlb.close();
  }

  private static final class NoCode implements CodeWatcher {
    @Override
    public boolean holdsCode(long gpa) {
      return false;
    }

    @Override
    public void codeWritten(long gpa, int length) {}
  }
}
