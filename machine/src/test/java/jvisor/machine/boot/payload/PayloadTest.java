package jvisor.machine.boot.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class PayloadTest {
  /** Something between noise and repetition, larger than one lz4 block, with far repetitions. */
  private static byte[] sample(int size) {
    byte[] sample = new byte[size];
    SplittableRandom random = new SplittableRandom(size);
    for (int i = 0; i < size; i++) {
      sample[i] = (byte) (i % 97 < 60 ? (i * 31) >>> 3 : random.nextInt(4));
    }
    return sample;
  }

  private static byte[] unpack(byte[] packed) throws PayloadException {
    byte[] file = new byte[packed.length + 200];
    Arrays.fill(file, (byte) 0xee);
    System.arraycopy(packed, 0, file, 100, packed.length);
    return Payload.unpack(file, 100, packed.length);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "UNKNOWN")
  void everyFormatIsToldByItsMagicAndUnpacks(Format format) throws Exception {
    byte[] sample = sample(300_000);
    System.arraycopy(new byte[] {0x7f, 'E', 'L', 'F'}, 0, sample, 0, 4);
    byte[] packed = Packing.pack(format, sample);
    assertThat(Format.of(packed, 0, packed.length)).isEqualTo(format);
    assertThat(unpack(packed)).isEqualTo(sample);
  }

  @Test
  void lz4FramesMayHaveManyBlocksAndRepeatTheirMagic() throws Exception {
    byte[] sample = sample(9 << 20);
    byte[] packed = Packing.pack(Format.LZ4_LEGACY, sample);
    assertThat(unpack(packed)).isEqualTo(sample);
    byte[] twice =
        Packing.concat(
            Packing.lz4Frame(Arrays.copyOf(sample, 1000)),
            Packing.lz4Frame(Arrays.copyOfRange(sample, 1000, 3000)),
            Packing.size(3000));
    assertThat(unpack(twice)).isEqualTo(Arrays.copyOf(sample, 3000));
  }

  @Test
  void zstdWindowsMayBeAsLargeAsKernelsHaveThem() throws Exception {
    byte[] sample = sample(300_000);
    byte[] packed = Packing.pack(Format.ZSTD, sample);
    byte[] wide = Packing.zstdWithWindow(packed, 27);
    assertThat(unpack(wide)).isEqualTo(sample);
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"UNKNOWN", "ELF"})
  void damageIsReportedAndNothingElseHappens(Format format) throws Exception {
    byte[] sample = sample(20_000);
    byte[] packed = Packing.pack(format, sample);
    SplittableRandom random = new SplittableRandom(1);
    int reported = 0;
    for (int i = 0; i < 60; i++) {
      byte[] damaged = packed.clone();
      int at = 8 + random.nextInt(damaged.length - 12);
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      try {
        assertThat(unpack(damaged)).hasSize(sample.length);
      } catch (PayloadException e) {
        reported++;
      }
    }
    assertThat(reported).isPositive();
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"UNKNOWN", "ELF"})
  void aPayloadThatIsCutShortIsReported(Format format) throws Exception {
    byte[] packed = Packing.pack(format, sample(100_000));
    for (int length : new int[] {1, 3, 5, 12, packed.length / 2, packed.length - 60}) {
      byte[] cut = Arrays.copyOf(packed, Math.max(length, 8));
      System.arraycopy(Packing.size(100_000), 0, cut, cut.length - 4, 4);
      assertThatThrownBy(() -> unpack(cut)).isInstanceOf(PayloadException.class);
    }
  }

  @Test
  void aSizeThatIsNotTrueIsReported() throws Exception {
    for (Format format : new Format[] {Format.XZ, Format.ZSTD, Format.LZ4_LEGACY}) {
      byte[] packed = Packing.pack(format, sample(100_000));
      for (int size : new int[] {0, 99_999, 100_001, 600 << 20, -1}) {
        System.arraycopy(Packing.size(size), 0, packed, packed.length - 4, 4);
        assertThatThrownBy(() -> unpack(packed)).isInstanceOf(PayloadException.class);
      }
    }
  }

  @Test
  void otherBytesAreUnknown() {
    assertThat(Format.of(new byte[] {(byte) 0x89, 'L', 'Z', 'O'}, 0, 4)).isEqualTo(Format.UNKNOWN);
    assertThat(Format.of(new byte[] {0x1f}, 0, 1)).isEqualTo(Format.UNKNOWN);
    assertThat(Format.of(new byte[0], 0, 0)).isEqualTo(Format.UNKNOWN);
  }
}
