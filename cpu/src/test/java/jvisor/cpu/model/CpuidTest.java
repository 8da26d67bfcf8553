package jvisor.cpu.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The leaves that operating systems read (SDM vol. 2, CPUID; AMD APM vol. 3, appendix E). */
class CpuidTest {
  private final CpuModel model = CpuModels.standard(true);

  /** A processor as it is after its operating system has set it up. */
  private record Running(long cr4, long xcr0, long apicBase) implements Cpuid.Processor {
    @Override
    public int apicId() {
      return 5;
    }

    @Override
    public int processors() {
      return 1;
    }

    @Override
    public long xss() {
      return 0;
    }
  }

  private static final Running RUNNING = new Running(1 << 18, 3, 0xfee0_0900L);

  private Cpuid leaf(int leaf, int subleaf) {
    return Cpuid.of(model, leaf, subleaf, RUNNING);
  }

  private static String text(int... words) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * words.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int word : words) {
      bytes.putInt(word);
    }
    return new String(bytes.array(), StandardCharsets.US_ASCII);
  }

  @Test
  void theDefaultModelIsAmdOfFamily19h() {
    Cpuid zero = leaf(0, 0);
    assertThat(text(zero.ebx(), zero.edx(), zero.ecx())).isEqualTo("AuthenticAMD");
    int signature = leaf(1, 0).eax();
    assertThat((signature >> 8 & 15) + (signature >> 20 & 0xff)).isEqualTo(0x19);
    assertThat(leaf(0x8000_0001, 0).eax()).isEqualTo(signature);
  }

  @Test
  void whatTheProcessorDoesIsMirrored() {
    assertThat(leaf(1, 0).ecx() >> 27 & 1).as("OSXSAVE").isEqualTo(1);
    assertThat(leaf(1, 0).edx() >> 9 & 1).as("APIC").isEqualTo(1);
    assertThat(leaf(1, 0).ebx() >>> 24).isEqualTo(5);
    Cpuid off = Cpuid.of(model, 1, 0, new Running(0, 1, 0xfee0_0100L));
    assertThat(off.ecx() >> 27 & 1).isZero();
    assertThat(off.edx() >> 9 & 1).isZero();
  }

  @Test
  void sharedBitsAppearInTheExtendedLeafToo() {
    Cpuid extended = leaf(0x8000_0001, 0);
    assertThat(extended.edx() & 0x0183_f3ff).isEqualTo(leaf(1, 0).edx() & 0x0183_f3ff);
    assertThat(extended.edx() >> 29 & 1).as("long mode").isEqualTo(1);
    assertThat(extended.edx() >> 20 & 1).as("NX").isEqualTo(1);
  }

  @Test
  void saveAreaSizesFollowTheComponents() {
    assertThat(leaf(0xd, 0)).isEqualTo(new Cpuid(7, 576, 832, 0));
    assertThat(leaf(0xd, 1)).isEqualTo(new Cpuid(15, 576, 0, 0));
    assertThat(leaf(0xd, 2)).isEqualTo(new Cpuid(256, 576, 0, 0));
    assertThat(leaf(0xd, 3)).isEqualTo(new Cpuid(0, 0, 0, 0));
    Running avx = new Running(1 << 18, 7, 0xfee0_0900L);
    assertThat(Cpuid.of(model, 0xd, 0, avx)).isEqualTo(new Cpuid(7, 832, 832, 0));
    assertThat(Cpuid.of(model, 0xd, 1, avx)).isEqualTo(new Cpuid(15, 832, 0, 0));
    CpuModel old = CpuModels.parse("default,-avx", false);
    assertThat(Cpuid.of(old, 0xd, 0, RUNNING)).isEqualTo(new Cpuid(3, 576, 576, 0));
    assertThat(Cpuid.of(old, 0xd, 2, RUNNING)).isEqualTo(new Cpuid(0, 0, 0, 0));
  }

  @Test
  void clocksAreOneGigahertz() {
    Cpuid tsc = leaf(0x15, 0);
    assertThat((long) tsc.ecx() * tsc.ebx() / tsc.eax()).isEqualTo(1_000_000_000);
    assertThat(leaf(0x16, 0).eax()).isEqualTo(1000);
    assertThat(leaf(0x8000_0007, 0).edx() >> 8 & 1).as("invariant").isEqualTo(1);
    assertThat(leaf(0x4000_0010, 0).eax()).isEqualTo(1_000_000);
  }

  @Test
  void theHypervisorIsThereOnlyIfWanted() {
    Cpuid signature = leaf(0x4000_0000, 0);
    assertThat(text(signature.ebx(), signature.ecx(), signature.edx())).startsWith("KVMKVMKVM");
    assertThat(leaf(0x4000_0001, 0).eax() >> 24 & 1).as("stable clock").isEqualTo(1);
    assertThat(leaf(1, 0).ecx() >>> 31).isEqualTo(1);
    CpuModel bare = CpuModels.standard(false);
    assertThat(Cpuid.of(bare, 0x4000_0000, 0, RUNNING)).isEqualTo(new Cpuid(0, 0, 0, 0));
    assertThat(Cpuid.of(bare, 1, 0, RUNNING).ecx() >>> 31).isZero();
  }

  @Test
  void oneThreadInOneCore() {
    assertThat(leaf(0xb, 0)).isEqualTo(new Cpuid(0, 1, 0x100, 5));
    assertThat(leaf(0xb, 1)).isEqualTo(new Cpuid(0, 1, 0x201, 5));
    assertThat(leaf(0xb, 2)).isEqualTo(new Cpuid(0, 0, 2, 5));
  }

  @Test
  void severalProcessorsAreCoresOfOnePackage() {
    Cpuid one = sixCores(model, 1, 0);
    assertThat(one.edx() >> 28 & 1).as("HTT").isEqualTo(1);
    assertThat(one.ebx() >>> 16 & 0xff).isEqualTo(8);
    assertThat(one.ebx() >>> 24).isEqualTo(5);
    assertThat(sixCores(model, 0xb, 0)).isEqualTo(new Cpuid(0, 1, 0x100, 5));
    assertThat(sixCores(model, 0xb, 1)).isEqualTo(new Cpuid(3, 6, 0x201, 5));
    assertThat(sixCores(model, 0x1f, 1)).isEqualTo(new Cpuid(3, 6, 0x201, 5));
    assertThat(sixCores(model, 0x8000_0001, 0).ecx() >> 1 & 1).as("CmpLegacy").isEqualTo(1);
    assertThat(sixCores(model, 0x8000_0008, 0).ecx()).isEqualTo(0x3005);
    assertThat(sixCores(model, 0x8000_001e, 0)).isEqualTo(new Cpuid(5, 5, 0, 0));
  }

  @Test
  void oneProcessorIsNoneOfSeveral() {
    assertThat(leaf(1, 0).edx() >> 28 & 1).isZero();
    assertThat(leaf(1, 0).ebx() >>> 16 & 0xff).isEqualTo(1);
    assertThat(leaf(0x8000_0001, 0).ecx() >> 1 & 1).isZero();
    assertThat(leaf(0x8000_0008, 0).ecx()).isZero();
  }

  @Test
  void theCoresShareTheLastCacheOnly() {
    CpuModel intel = CpuModels.of("intel", List.of(), List.of(), false);
    for (int index = 0; index < 4; index++) {
      int sharing = index == 3 ? 7 : 0;
      assertThat(sixCores(model, 0x8000_001d, index).eax() >>> 14).isEqualTo(sharing);
      assertThat(sixCores(intel, 4, index).eax() >>> 14).isEqualTo(7 << 12 | sharing);
    }
    assertThat(sixCores(intel, 4, 4)).isEqualTo(new Cpuid(0, 0, 0, 0));
    assertThat(sixCores(model, 0x8000_001d, 4)).isEqualTo(new Cpuid(0, 0, 0, 0));
  }

  private static Cpuid sixCores(CpuModel model, int leaf, int subleaf) {
    return Cpuid.of(model, leaf, subleaf, new SixCores());
  }

  /** The last of six processors. */
  private record SixCores() implements Cpuid.Processor {
    @Override
    public int apicId() {
      return 5;
    }

    @Override
    public int processors() {
      return 6;
    }

    @Override
    public long cr4() {
      return 0;
    }

    @Override
    public long xcr0() {
      return 1;
    }

    @Override
    public long xss() {
      return 0;
    }

    @Override
    public long apicBase() {
      return 0xfee0_0800L;
    }
  }

  @Test
  void theBrandIsReadable() {
    StringBuilder brand = new StringBuilder();
    for (int n = 0; n < 3; n++) {
      Cpuid part = leaf(0x8000_0002 + n, 0);
      brand.append(text(part.eax(), part.ebx(), part.ecx(), part.edx()));
    }
    assertThat(brand.toString().replace("\0", "")).isEqualTo(model.brand());
  }

  @Test
  void leavesOutOfRangeAreZeroOnAmdAndTheLastBasicOneOnIntel() {
    assertThat(leaf(0x20, 0)).isEqualTo(new Cpuid(0, 0, 0, 0));
    assertThat(leaf(-1, 0)).isEqualTo(new Cpuid(0, 0, 0, 0));
    CpuModel intel = CpuModels.of("intel", List.of(), List.of(), false);
    assertThat(Cpuid.of(intel, 0x20, 1, RUNNING)).isEqualTo(Cpuid.of(intel, 0x1f, 1, RUNNING));
    assertThat(Cpuid.of(intel, 0x7fff_ffff, 0, RUNNING))
        .isEqualTo(Cpuid.of(intel, 0x1f, 0, RUNNING));
  }

  @Test
  void noLeafIsBeyondReach() {
    for (long leaf = 0; leaf < 0x1_0000_0000L; leaf += 0x00ff_fffb) {
      for (int subleaf : new int[] {0, 1, 7, 64, -1}) {
        assertThat(Cpuid.of(model, (int) leaf, subleaf, RUNNING)).isNotNull();
      }
    }
  }
}
