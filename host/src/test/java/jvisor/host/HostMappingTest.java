package jvisor.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostMappingTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 4095, 4096, 4097, 2 << 20, (2 << 20) + 4096, 64 << 20})
  @EnabledOnOs(OS.LINUX)
  void aPageThatNothingCanTouchLiesBeforeAndAfter(long size) throws IOException {
    try (HostMapping mapping = HostMapping.reserve(size)) {
      long last = (mapping.hva() + size - 1) | (GuardedMapping.PAGE - 1);
      assertThat(Mapping.permissions(mapping.hva() - 1)).isEqualTo("---p");
      assertThat(Mapping.permissions(mapping.hva() - GuardedMapping.PAGE)).isEqualTo("---p");
      assertThat(Mapping.permissions(mapping.hva())).isEqualTo("rw-p");
      assertThat(Mapping.permissions(last)).isEqualTo("rw-p");
      assertThat(Mapping.permissions(last + 1)).isEqualTo("---p");
      assertThat(Mapping.permissions(last + GuardedMapping.PAGE)).isEqualTo("---p");
    }
  }

  @Test
  void memoryIsAlignedAndZeroUntilWrittenAndAfterADiscard() {
    try (HostMapping mapping = HostMapping.reserve(3 * 65_536)) {
      assertThat(mapping.hva() % HostMapping.ALIGNMENT).isZero();
      long at = mapping.hva() + 2 * 65_536 + 8;
      assertThat(HostMemory.getLong(at)).isZero();
      HostMemory.putLong(at, -1);
      mapping.discard(0, 65_536);
      assertThat(HostMemory.getLong(at)).isEqualTo(-1);
      mapping.discard(2 * 65_536, 65_536);
      assertThat(HostMemory.getLong(at)).isZero();
    }
  }

  @Test
  void onlyWhatIsInsideIsDiscarded() {
    try (HostMapping mapping = HostMapping.reserve(65_536)) {
      assertThatThrownBy(() -> mapping.discard(65_536, 1))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> mapping.discard(-1, 2)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void moreThanTheAddressSpaceIsRefused() {
    assertThatThrownBy(() -> HostMapping.reserve(1L << 60)).isInstanceOf(OutOfMemoryError.class);
  }
}
