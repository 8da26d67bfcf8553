package jvisor.devices.fwcfg;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import jvisor.platform.Device;
import jvisor.platform.GuestMemory;
import jvisor.platform.PortBus;
import jvisor.platform.PortDevice;
import org.jspecify.annotations.Nullable;

/**
 * The firmware configuration device: numbered entries and named files that the board offers to
 * firmware and tests. Selector at port 0x510, data at 0x511, DMA address at 0x514–0x51B
 * (big-endian). Entries are filled in before the machine starts; the guest can only read them.
 */
public final class FwCfg implements Device, PortDevice {
  private static final int BASE = 0x510;
  private static final int LENGTH = 12;
  private static final int DATA = 1;
  private static final int DMA = 4;
  private static final int NAME_BYTES = 56;
  private static final int DIRECTORY_ENTRY = 64;
  private static final byte[] NOTHING = {};

  /** The bit of a selector that asks for writing, which entries do not support. */
  private static final int WRITE_CHANNEL = 0x4000;

  private final FwCfgDma dma;
  private final Map<Integer, byte[]> entries = new HashMap<>();
  private final TreeMap<String, byte[]> files = new TreeMap<>();
  private byte[] selected = NOTHING;
  private int position;
  private long dmaAddress;

  /** Creates the device, with its signature and features; DMA goes to {@code memory}. */
  public FwCfg(GuestMemory memory) {
    dma = new FwCfgDma(this, memory);
    set(FwCfgKey.SIGNATURE, "QEMU".getBytes(US_ASCII));
    set32(FwCfgKey.ID, 3);
    rebuildDirectory();
    reset();
  }

  /** Attaches ports 0x510–0x51B. */
  public void attach(PortBus ports) {
    ports.attach(BASE, LENGTH, this);
  }

  /** Sets a numbered entry (0–0x3FFF, or 0x8000 and up); the array is not copied. */
  public void set(int key, byte[] content) {
    if ((key & ~0xffff) != 0 || (key & WRITE_CHANNEL) != 0) {
      throw new IllegalArgumentException("fw_cfg key 0x%x".formatted(key));
    }
    entries.put(key, content);
  }

  /** Sets an entry of 16 bits. */
  public void set16(int key, int value) {
    set(key, little(2).putShort((short) value).array());
  }

  /** Sets an entry of 32 bits. */
  public void set32(int key, int value) {
    set(key, little(4).putInt(value).array());
  }

  /** Sets an entry of 64 bits. */
  public void set64(int key, long value) {
    set(key, little(8).putLong(value).array());
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Adds a named file or replaces it; the array is not copied.
   *
   * @param name 1–55 ASCII characters, such as "etc/e820"
   */
  public void file(String name, byte[] content) {
    if (name.isEmpty() || name.length() >= NAME_BYTES || !US_ASCII.newEncoder().canEncode(name)) {
      throw new IllegalArgumentException("fw_cfg file name: " + name);
    }
    files.put(name, content);
    rebuildDirectory();
  }

  /** The content of a named file, or null. */
  public byte @Nullable [] file(String name) {
    return files.get(name);
  }

  private void rebuildDirectory() {
    ByteBuffer directory = ByteBuffer.allocate(4 + DIRECTORY_ENTRY * files.size());
    directory.putInt(files.size());
    int key = FwCfgKey.FIRST_FILE;
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      int next = directory.position() + DIRECTORY_ENTRY;
      directory.putInt(file.getValue().length).putShort((short) key).putShort((short) 0);
      directory.put(file.getKey().getBytes(US_ASCII)).position(next);
      set(key++, file.getValue());
    }
    set(FwCfgKey.FILE_DIRECTORY, directory.array());
  }

  @Override
  public String name() {
    return "fw_cfg";
  }

  @Override
  public void reset() {
    select(FwCfgKey.SIGNATURE);
    dmaAddress = 0;
  }

  /** Starts reading an entry; one that does not exist is empty. */
  void select(int key) {
    selected = entries.getOrDefault(key & ~WRITE_CHANNEL & 0xffff, NOTHING);
    position = 0;
  }

  /** Bytes of the selected entry that were not read yet. */
  int remaining() {
    return selected.length - position;
  }

  byte[] content() {
    return selected;
  }

  int position() {
    return position;
  }

  /** Moves on by at most what remains. */
  void skip(long bytes) {
    position += (int) Math.min(bytes, remaining());
  }

  @Override
  public int read(int offset, int size) {
    if (offset == DATA && size == 1) {
      return position < selected.length ? selected[position++] & 0xff : 0;
    }
    if (offset >= DMA) {
      return (int) big(FwCfgDma.SIGNATURE, offset - DMA, size);
    }
    return 0;
  }

  /** The bytes {@code at … at+size-1} of a big-endian 64-bit register, as the bus carries them. */
  private static long big(long register, int at, int size) {
    return Long.reverseBytes(register) >>> (8 * at) & ((1L << (8 * size)) - 1);
  }

  @Override
  public void write(int offset, int size, int value) {
    if (offset == 0 && size == 2) {
      select(value);
    } else if (offset >= DMA) {
      long mask = ((1L << (8 * size)) - 1) << (8 * (offset - DMA));
      long bytes = Integer.toUnsignedLong(value) << (8 * (offset - DMA));
      dmaAddress = Long.reverseBytes((Long.reverseBytes(dmaAddress) & ~mask) | (bytes & mask));
      if (offset + size == LENGTH) {
        long descriptor = dmaAddress;
        dmaAddress = 0;
        dma.run(descriptor);
      }
    }
  }
}
