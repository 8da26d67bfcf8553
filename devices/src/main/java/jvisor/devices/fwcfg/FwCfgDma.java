package jvisor.devices.fwcfg;

import java.nio.ByteBuffer;
import jvisor.platform.GuestMemory;

/**
 * The DMA engine: a 16-byte big-endian descriptor (control, length, address) in guest memory names
 * the transfer, which is complete when the register write that started it returns.
 *
 * <p>Bytes behind the end of an entry are zeroes, as through the data port; but a length that
 * exceeds the entry by more than {@link #EXCESS} is answered with an error, lest one port write
 * keep the machine busy for gigabytes.
 */
final class FwCfgDma {
  /** What the address register reads as: "QEMU CFG". */
  static final long SIGNATURE = 0x5145_4d55_2043_4647L;

  /** How many bytes behind an entry's end a transfer may ask for. */
  static final long EXCESS = 1 << 20;

  private static final int ERROR = 1;
  private static final int READ = 1 << 1;
  private static final int SKIP = 1 << 2;
  private static final int SELECT = 1 << 3;
  private static final int WRITE = 1 << 4;
  private static final int DESCRIPTOR = 16;
  private static final int PAGE = GuestMemory.PAGE;

  private final FwCfg registers;
  private final GuestMemory memory;
  private final byte[] descriptor = new byte[DESCRIPTOR];
  private final byte[] zeroes = new byte[PAGE];

  FwCfgDma(FwCfg registers, GuestMemory memory) {
    this.registers = registers;
    this.memory = memory;
  }

  /** Carries out the descriptor at gpa {@code at}; ignores one that is not in RAM. */
  void run(long at) {
    if (!isRam(at) || !isRam(at + DESCRIPTOR - 1)) {
      return;
    }
    memory.read(at, descriptor, 0, DESCRIPTOR);
    ByteBuffer fields = ByteBuffer.wrap(descriptor);
    int control = fields.getInt();
    long length = Integer.toUnsignedLong(fields.getInt());
    long address = fields.getLong();
    if ((control & SELECT) != 0) {
      registers.select(control >>> 16);
    }
    int result = transfer(control, length, address);
    memory.write(at, 4, Integer.reverseBytes(result) & 0xffff_ffffL);
  }

  private boolean isRam(long gpa) {
    return memory.writableFrame(gpa) != 0;
  }

  private int transfer(int control, long length, long address) {
    if ((control & WRITE) != 0) {
      return ERROR;
    }
    if ((control & READ) != 0) {
      return read(length, address);
    }
    if ((control & SKIP) != 0) {
      registers.skip(length);
    }
    return 0;
  }

  private int read(long length, long address) {
    boolean wraps = Long.compareUnsigned(address + length, address) < 0;
    if (wraps || length > registers.remaining() + EXCESS) {
      return ERROR;
    }
    int content = (int) Math.min(length, registers.remaining());
    memory.write(address, registers.content(), registers.position(), content);
    registers.skip(content);
    for (long done = content; done < length; done += PAGE) {
      memory.write(address + done, zeroes, 0, (int) Math.min(PAGE, length - done));
    }
    return 0;
  }
}
