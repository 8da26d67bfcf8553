package jvisor.cpu.mmu;

import static org.assertj.core.api.Assertions.assertThat;

import jvisor.host.HostMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the TLB marks of large pages, and what INVLPG forgets by that (SDM vol. 3, 4.10.4.1). */
class TlbTest {
  private static final long FRAME = 0x7f00_0000_0000L;
  private static final int SMALL = 12;
  private static final int LARGE = 21;
  private static final int LARGE_32 = 22;
  private static final int HUGE = 30;

  private final Tlb tlb = new Tlb();

  @AfterEach
  void close() {
    tlb.close();
  }

  private void fill(int mode, long la, int pageShift) {
    tlb.fill(mode, la, FRAME + (la & 0xf_f000), true, true, true, pageShift);
  }

  private void fill(long la, int pageShift) {
    fill(AccessMode.USER, la, pageShift);
  }

  private boolean has(int mode, long la) {
    long entry = tlb.table(mode) + (la >>> TlbLayout.INDEX_SHIFT & TlbLayout.OFFSET_MASK);
    long tag = la & -4096L | tlb.generation(mode);
    return HostMemory.getLong(entry + TlbLayout.READ_TAG) == tag
        && HostMemory.getLong(entry + TlbLayout.WRITE_TAG) == tag;
  }

  private boolean has(long la) {
    return has(AccessMode.USER, la);
  }

  @ParameterizedTest
  @ValueSource(longs = {0x20_1000, 0x7fff_ffff_e000L, 0xffff_ffff_8000_1000L})
  void aSmallPageIsForgottenAlone(long la) {
    fill(la, SMALL);
    fill(la + 4096, SMALL);

    tlb.flushPage(la + 5);

    assertThat(has(la)).isFalse();
    assertThat(has(la + 4096)).isTrue();
  }

  /** By any of its addresses, whichever of its parts have been reached. */
  @ParameterizedTest
  @CsvSource({
    "21, 0x200000, 0x200000, 0x3ff000, 0x2abcde",
    "21, 0xffff888000200000, 0xffff888000201000, 0xffff8880003ff000, 0xffff888000200000",
    "22, 0x400000, 0x400000, 0x7ff000, 0x400000",
    "22, 0x400000, 0x400000, 0x7ff000, 0x7ff000",
    "22, 0xffc00000, 0xffc01000, 0xffe01000, 0xfff00000",
    "30, 0x40000000, 0x40000000, 0x7ffff000, 0x5abcdef0",
    "30, 0xffff888040000000, 0xffff888040000000, 0xffff88807ffff000, 0xffff888050000000"
  })
  void aLargePageIsForgottenWhole(
      int shift, String page, String one, String other, String flushed) {
    long first = Long.parseUnsignedLong(page.substring(2), 16);
    for (String each : new String[] {one, other, flushed}) {
      assertThat(Long.parseUnsignedLong(each.substring(2), 16) & -1L << shift).isEqualTo(first);
    }
    long la = Long.parseUnsignedLong(one.substring(2), 16);
    long far = Long.parseUnsignedLong(other.substring(2), 16);
    fill(la, shift);
    fill(far, shift);
    assertThat(has(la) && has(far)).isTrue();

    tlb.flushPage(Long.parseUnsignedLong(flushed.substring(2), 16));

    assertThat(has(la)).isFalse();
    assertThat(has(far)).isFalse();
  }

  @Test
  void aLargePageIsForgottenInEveryMode() {
    fill(AccessMode.USER, 0x20_0000, LARGE);
    fill(AccessMode.SUPERVISOR, 0x20_1000, LARGE);
    fill(AccessMode.SUPERVISOR_AC, 0x20_2000, LARGE);

    tlb.flushPage(0x3f_f000);

    assertThat(has(AccessMode.USER, 0x20_0000)).isFalse();
    assertThat(has(AccessMode.SUPERVISOR, 0x20_1000)).isFalse();
    assertThat(has(AccessMode.SUPERVISOR_AC, 0x20_2000)).isFalse();
  }

  @Test
  void whatIsBesideALargePageStays() {
    fill(0x40_0000, LARGE);
    fill(0x3f_f000, SMALL);
    fill(0x60_0000, SMALL);

    tlb.flushPage(0x40_0000);

    assertThat(has(0x40_0000)).isFalse();
    assertThat(has(0x3f_f000)).isTrue();
    assertThat(has(0x60_0000)).isTrue();
  }

  @Test
  void largePagesOfOneHalfOfTheAddressSpaceAreNotThoseOfTheOther() {
    long upper = 0xffff_fffe_0000_0000L;
    fill(upper + 0x20_0000, LARGE);
    fill(upper + 0x4000_0000, HUGE);
    fill(0x20_0000, SMALL);
    fill(0x20_1000, SMALL);
    fill(0x4000_3000, SMALL);

    tlb.flushPage(0x20_0000);
    assertThat(has(0x20_0000)).isFalse();
    assertThat(has(0x20_1000)).isTrue();

    tlb.flushPage(0x4000_2000);
    assertThat(has(0x20_1000)).isTrue();
    assertThat(has(0x4000_3000)).isTrue();
  }

  @Test
  void marksAreForgottenWhenGenerationsBeginAnew() {
    fill(0x20_0000, LARGE_32);
    fill(0x20_0000, HUGE);
    long clearings = tlb.clearings();
    while (tlb.clearings() == clearings) {
      tlb.flushAll();
    }
    fill(0x20_0000, SMALL);
    fill(0x20_1000, SMALL);

    tlb.flushPage(0x20_0000);

    assertThat(has(0x20_0000)).isFalse();
    assertThat(has(0x20_1000)).isTrue();
  }
}
