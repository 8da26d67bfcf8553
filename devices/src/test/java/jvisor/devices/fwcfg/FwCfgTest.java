package jvisor.devices.fwcfg;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import jvisor.platform.GuestMemory;
import jvisor.platform.MmioBus;
import jvisor.platform.PortBus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FwCfgTest {
  private static final long RAM = 1 << 20;
  private static final long DESCRIPTOR = 0x1ff8;

  private final GuestMemory memory = new GuestMemory(RAM, 1L << 31, new MmioBus());
  private final PortBus ports = new PortBus();
  private final FwCfg fwCfg = new FwCfg(memory);

  @BeforeEach
  void attach() {
    fwCfg.attach(ports);
  }

  @AfterEach
  void release() {
    memory.close();
  }

  private byte[] read(int key, int length) {
    ports.write(0x510, 2, key);
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) ports.read(0x511, 1);
    }
    return bytes;
  }

  private int dma(int control, int length, long address) {
    byte[] fields = ByteBuffer.allocate(16).putInt(control).putInt(length).putLong(address).array();
    memory.write(DESCRIPTOR, fields, 0, 16);
    ports.write(0x514, 4, 0);
    ports.write(0x518, 4, Integer.reverseBytes((int) DESCRIPTOR));
    return Integer.reverseBytes((int) memory.read(DESCRIPTOR, 4));
  }

  private byte[] bytes(long gpa, int length) {
    byte[] bytes = new byte[length];
    memory.read(gpa, bytes, 0, length);
    return bytes;
  }

  @Test
  void theSignatureAndFeaturesSayThatDmaIsThere() {
    assertThat(read(0, 6)).isEqualTo("QEMU\0\0".getBytes(US_ASCII));
    assertThat(read(1, 4)).containsExactly(3, 0, 0, 0);
    assertThat(ports.read(0x514, 4)).isEqualTo(0x554d_4551);
    assertThat(ports.read(0x518, 4)).isEqualTo(0x4746_4320);
  }

  @Test
  void numbersAreLittleEndian() {
    fwCfg.set16(FwCfgKey.CPUS, 0x102);
    fwCfg.set64(FwCfgKey.RAM_SIZE, 0x1_2345_6789L);
    assertThat(read(5, 3)).containsExactly(2, 1, 0);
    assertThat(read(3, 8)).containsExactly(0x89, 0x67, 0x45, 0x23, 1, 0, 0, 0);
    assertThat(read(0x4005, 2)).as("with the write bit").containsExactly(2, 1);
  }

  @Test
  void entriesThatDoNotExistReadAsZeroes() {
    assertThat(read(0x11, 4)).containsExactly(0, 0, 0, 0);
    assertThat(read(0xffff, 4)).containsExactly(0, 0, 0, 0);
  }

  @Test
  void filesAreListedByName() {
    fwCfg.file("etc/e820", E820Entry.encode(List.of(new E820Entry(0, RAM, E820Entry.RAM))));
    fwCfg.file("a", new byte[] {7});
    ByteBuffer directory = ByteBuffer.wrap(read(FwCfgKey.FILE_DIRECTORY, 4 + 2 * 64));
    assertThat(directory.getInt(0)).isEqualTo(2);
    assertThat(directory.getInt(4)).isEqualTo(1);
    assertThat(directory.getShort(8)).isEqualTo((short) 0x20);
    assertThat(directory.getInt(68)).isEqualTo(20);
    assertThat(directory.getShort(72)).isEqualTo((short) 0x21);
    byte[] name = new byte[10];
    directory.get(76, name);
    assertThat(name).isEqualTo("etc/e820\0\0".getBytes(US_ASCII));
    assertThat(read(0x20, 2)).containsExactly(7, 0);
    assertThat(read(0x21, 20))
        .containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 1, 0, 0, 0);
    assertThatThrownBy(() -> fwCfg.file("x".repeat(56), new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void onlyWholeWordsSelect() {
    fwCfg.set16(5, 0x0201);
    ports.write(0x510, 2, 5);
    assertThat(ports.read(0x511, 1)).isEqualTo(1);
    ports.write(0x510, 1, 0);
    ports.write(0x511, 1, 0xff);
    assertThat(ports.read(0x511, 1)).isEqualTo(2);
  }

  @Test
  void dmaSelectsReadsAndSkips() {
    fwCfg.set(0x12, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    memory.write(0x8000, 8, -1);
    assertThat(dma(0x12_000a, 3, 0x8000)).isZero();
    assertThat(dma(0x4, 2, 0)).isZero();
    assertThat(dma(0x2, 5, 0x8003)).isZero();
    assertThat(bytes(0x8000, 9)).containsExactly(1, 2, 3, 6, 7, 8, 0, 0, 0);
    assertThat(dma(0x12_0008, 0, 0)).isZero();
    assertThat(ports.read(0x511, 1)).isEqualTo(1);
  }

  @Test
  void dmaWritesAndExcessiveLengthsAreErrors() {
    assertThat(dma(0x05_0018, 2, 0x8000)).isEqualTo(1);
    assertThat(dma(0x05_000a, -1, 0x8000)).isEqualTo(1);
    assertThat(dma(0x05_000a, 0x100, -0x80L)).as("wraps around").isEqualTo(1);
  }

  @Test
  void dmaOutsideRamIsLost() {
    fwCfg.set16(5, 1);
    assertThat(dma(0x05_000a, 0x10000, RAM - 1)).isZero();
    assertThat(memory.read(RAM - 1, 1)).isEqualTo(1);
    ports.write(0x514, 4, -1);
    ports.write(0x518, 4, -1);
    ports.write(0x518, 4, Integer.reverseBytes((int) RAM - 4));
    assertThat(memory.read(RAM - 4, 4)).isEqualTo(0x0100_0000);
  }

  @Test
  void randomAccessesNeverThrow() {
    Random random = new Random(2);
    fwCfg.file("f", new byte[100]);
    for (int i = 0; i < 200_000; i++) {
      memory.write(random.nextInt(0x2000), 8, random.nextLong());
      int at = 0x510 + random.nextInt(12);
      ports.write(at, 1 << random.nextInt(3), random.nextInt());
      ports.read(at, 1 << random.nextInt(3));
      dma(
          random.nextInt(0x40) << 16 | random.nextInt(32),
          random.nextInt(0x3000),
          random.nextInt());
    }
    assertThat(read(0, 4)).isEqualTo("QEMU".getBytes(US_ASCII));
  }
}
