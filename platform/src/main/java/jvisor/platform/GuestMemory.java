package jvisor.platform;

import java.util.Arrays;
import jvisor.host.HostMapping;
import jvisor.host.HostMemory;

/**
 * The guest's physical memory: a map from 4 KiB guest pages to host frames, and the only way by
 * which devices reach it. Frames are populated by the host on first touch, and the frame behind any
 * page can be replaced between two instructions ({@link #moveFrame}).
 *
 * <p>A page is RAM (read and write), ROM (reads as memory; writes go to the MMIO bus) or absent
 * (everything goes to the MMIO bus). Processors cache the answers of {@link #readableFrame} and
 * {@link #writableFrame}; a change is announced to the {@link Watcher}s before it takes effect.
 */
public final class GuestMemory implements AutoCloseable {
  /** Bytes in a page. */
  public static final int PAGE = 4096;

  /** Where RAM that does not fit below the hole for devices continues. */
  public static final long HIGH_BASE = 1L << 32;

  private static final long ABSENT = 0;

  /**
   * Told when cached knowledge about a page is void; called by the holder of the machine's lock,
   * {@linkplain MachineLock#alone alone} where a frame changes.
   */
  public interface Watcher {
    /** The frame or the access rights of the page at {@code gpa} (page-aligned) change. */
    void frameChanged(long gpa);

    /**
     * A device is about to write {@code length} bytes at {@code gpa}, or a processor in the page
     * tables there, all within one page.
     */
    void written(long gpa, int length);

    /** Whether it wants to be told of writes to the page at {@code gpa}; any thread. */
    boolean watches(long gpa);
  }

  private final HostMapping ram;
  private final long ramSize;
  private final long lowSize;
  private final long spareBase;
  private final long[] readable;
  private final long[] writable;
  private final MmioBus mmio;
  private Watcher[] watchers = {};
  private MachineLock lock = MachineLock.NONE;
  private long spareNext;
  private final long[] freeFrames;
  private int freeCount;

  /**
   * Creates RAM of {@code ramSize} bytes: gpa 0 up to at most {@code lowLimit}, the rest from
   * {@link #HIGH_BASE} on.
   *
   * @param ramSize a positive multiple of 4 KiB
   * @param lowLimit where the hole for devices begins, at most 4 GiB
   */
  public GuestMemory(long ramSize, long lowLimit, MmioBus mmio) {
    if (ramSize <= 0 || ramSize % PAGE != 0) {
      throw new IllegalArgumentException("RAM must be a positive multiple of 4 KiB: " + ramSize);
    }
    this.ramSize = ramSize;
    this.lowSize = Math.min(ramSize, lowLimit);
    this.mmio = mmio;
    this.spareBase = ramSize;
    this.ram = HostMapping.reserve(2 * ramSize + (16L << 20));
    long top = ramSize > lowSize ? HIGH_BASE + ramSize - lowSize : lowSize;
    int pages = Math.toIntExact(Math.max(top, HIGH_BASE) / PAGE);
    this.readable = new long[pages];
    this.writable = new long[pages];
    this.freeFrames = new long[Math.toIntExact(ramSize / PAGE) + 4096];
    for (long offset = 0; offset < ramSize; offset += PAGE) {
      long gpa = offset < lowSize ? offset : HIGH_BASE + offset - lowSize;
      int page = (int) (gpa / PAGE);
      readable[page] = ram.hva() + offset;
      writable[page] = ram.hva() + offset;
    }
  }

  /** Bytes of RAM in all. */
  public long ramSize() {
    return ramSize;
  }

  /** Bytes of RAM from gpa 0 on, below the hole. */
  public long lowSize() {
    return lowSize;
  }

  /** The first gpa above every page that can ever be memory; a multiple of the page size. */
  public long limit() {
    return (long) readable.length * PAGE;
  }

  /**
   * Fills all RAM with zeroes, as after power-on; gives its frames back to the host where it can.
   */
  public void clear() {
    ram.discard(0, ramSize);
    for (int page = 0; page < writable.length; page++) {
      long frame = writable[page];
      if (frame != ABSENT) {
        announce((long) page * PAGE);
        if (frame >= ram.hva() + ramSize) {
          HostMemory.fill(frame, PAGE, 0);
        }
      }
    }
  }

  /** The bus that answers for what is not memory. */
  public MmioBus mmio() {
    return mmio;
  }

  /** Has every change of frames, and every device's write, take {@code lock}; before the first. */
  public void guard(MachineLock lock) {
    this.lock = lock;
  }

  /** What keeps this machine's threads apart. */
  public MachineLock lock() {
    return lock;
  }

  /** Adds a watcher. */
  public void watch(Watcher watcher) {
    watchers = Arrays.copyOf(watchers, watchers.length + 1);
    watchers[watchers.length - 1] = watcher;
  }

  /**
   * The hva of the frame that reads of the page at {@code gpa} see, or 0 if reads go to the bus.
   */
  public long readableFrame(long gpa) {
    long page = gpa >>> 12;
    return page < readable.length ? readable[(int) page] : ABSENT;
  }

  /**
   * The hva of the frame that writes to the page at {@code gpa} change, or 0 if they go to the bus.
   */
  public long writableFrame(long gpa) {
    long page = gpa >>> 12;
    return page < writable.length ? writable[(int) page] : ABSENT;
  }

  /**
   * Puts {@code content} at {@code gpa} as read-only memory, in place of what was there. Both ends
   * are page-aligned; it must lie below 4 GiB.
   */
  public void mapRom(long gpa, byte[] content) {
    if (gpa % PAGE != 0 || content.length % PAGE != 0 || gpa + content.length > HIGH_BASE) {
      throw new IllegalArgumentException("ROM at 0x%x+0x%x".formatted(gpa, content.length));
    }
    for (int offset = 0; offset < content.length; offset += PAGE) {
      long frame = takeFrame();
      HostMemory.copyIn(frame, content, offset, PAGE);
      int page = (int) ((gpa + offset) >>> 12);
      announce(gpa + offset);
      readable[page] = frame;
      writable[page] = ABSENT;
    }
  }

  /**
   * Sets, page by page, which frames reads and writes see; 0 sends them to the bus. For chipsets
   * that shadow ROM (PAM) and for ballooning. The frames must be ones this memory handed out.
   */
  public void remap(long gpa, long readFrame, long writeFrame) {
    lock.enter();
    try {
      announce(gpa);
      int page = (int) (gpa >>> 12);
      readable[page] = readFrame;
      writable[page] = writeFrame;
    } finally {
      lock.exit();
    }
  }

  /**
   * Moves the content of the RAM page at {@code gpa} to another host frame and drops the old one.
   * The guest sees no difference.
   *
   * @return whether the page is RAM, so that it could be moved
   */
  public boolean moveFrame(long gpa) {
    lock.enter();
    try {
      lock.alone();
      return moveAlone(gpa);
    } finally {
      lock.exit();
    }
  }

  private boolean moveAlone(long gpa) {
    long old = writableFrame(gpa);
    if (old == ABSENT || old != readableFrame(gpa)) {
      return false;
    }
    long frame = takeFrame();
    HostMemory.copy(frame, old, PAGE);
    announce(gpa);
    int page = (int) (gpa >>> 12);
    readable[page] = frame;
    writable[page] = frame;
    ram.discard(old - ram.hva(), PAGE);
    freeFrames[freeCount++] = old;
    return true;
  }

  private long takeFrame() {
    if (freeCount > 0) {
      return freeFrames[--freeCount];
    }
    if (spareBase + spareNext + PAGE > ram.size()) {
      throw new IllegalStateException("no spare frame left");
    }
    long frame = ram.hva() + spareBase + spareNext;
    spareNext += PAGE;
    return frame;
  }

  private void announce(long gpa) {
    lock.alone();
    for (Watcher watcher : watchers) {
      watcher.frameChanged(gpa & -PAGE);
    }
  }

  /** Copies guest memory out; parts that are not memory read as {@code 0xff}. Never fails. */
  public void read(long gpa, byte[] target, int offset, int length) {
    for (int done = 0; done < length; ) {
      int chunk = (int) Math.min(length - done, PAGE - ((gpa + done) & (PAGE - 1)));
      long frame = readableFrame(gpa + done);
      if (frame == ABSENT) {
        Arrays.fill(target, offset + done, offset + done + chunk, (byte) 0xff);
      } else {
        HostMemory.copyOut(frame + ((gpa + done) & (PAGE - 1)), target, offset + done, chunk);
      }
      done += chunk;
    }
  }

  /** Copies into guest memory; parts that are not RAM are lost. Never fails. */
  public void write(long gpa, byte[] source, int offset, int length) {
    lock.enter();
    try {
      writeAlone(gpa, source, offset, length);
    } finally {
      lock.exit();
    }
  }

  private void writeAlone(long gpa, byte[] source, int offset, int length) {
    for (int done = 0; done < length; ) {
      int chunk = (int) Math.min(length - done, PAGE - ((gpa + done) & (PAGE - 1)));
      long frame = writableFrame(gpa + done);
      if (frame != ABSENT) {
        tell(gpa + done, chunk);
        HostMemory.copyIn(frame + ((gpa + done) & (PAGE - 1)), source, offset + done, chunk);
      }
      done += chunk;
    }
  }

  private void tell(long gpa, int length) {
    for (Watcher watcher : watchers) {
      watcher.written(gpa, length);
    }
  }

  /**
   * Replaces a little-endian value of {@code size} (4 or 8) bytes, naturally aligned, if it is
   * {@code expected}: one indivisible step for all processors. Where there is no RAM, values are
   * lost.
   *
   * @return whether it was
   */
  public boolean replace(long gpa, int size, long expected, long value) {
    if (!isWatched(gpa)) {
      return replaceUnwatched(gpa, size, expected, value);
    }
    lock.enter();
    try {
      tell(gpa, size);
      return replaceUnwatched(gpa, size, expected, value);
    } finally {
      lock.exit();
    }
  }

  private boolean replaceUnwatched(long gpa, int size, long expected, long value) {
    long frame = writableFrame(gpa);
    return frame == ABSENT
        || HostMemory.compareAndSet(frame + (gpa & (PAGE - 1)), size, expected, value);
  }

  private boolean isWatched(long gpa) {
    for (Watcher watcher : watchers) {
      if (watcher.watches(gpa)) {
        return true;
      }
    }
    return false;
  }

  /** Reads a little-endian value of {@code size} (1–8) bytes. */
  public long read(long gpa, int size) {
    byte[] bytes = new byte[8];
    read(gpa, bytes, 0, size);
    long value = 0;
    for (int i = size - 1; i >= 0; i--) {
      value = value << 8 | (bytes[i] & 0xff);
    }
    return value;
  }

  /** Writes a little-endian value of {@code size} (1–8) bytes. */
  public void write(long gpa, int size, long value) {
    byte[] bytes = new byte[8];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (value >>> (8 * i));
    }
    write(gpa, bytes, 0, size);
  }

  @Override
  public void close() {
    ram.close();
  }
}
