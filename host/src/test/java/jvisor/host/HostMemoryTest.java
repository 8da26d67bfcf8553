package jvisor.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Replacing values in one step. */
class HostMemoryTest {
  private static final long PATTERN = 0x8182_8384_8586_8788L;

  @ParameterizedTest
  @CsvSource({"1,0", "1,7", "2,0", "2,3", "2,6", "4,0", "4,1", "4,3", "4,4", "8,0"})
  void onlyTheBytesOfTheValueAreReplacedAndOnlyIfTheyAreAsExpected(int size, int at) {
    try (HostMapping memory = HostMapping.reserve(4096)) {
      long group = memory.hva() + 8;
      long mask = size == 8 ? -1L : (1L << 8 * size) - 1;
      HostMemory.putLong(group, PATTERN);
      long old = PATTERN >>> 8 * at & mask;

      assertThat(HostMemory.compareAndSet(group + at, size, old + 1, 0)).isFalse();
      assertThat(HostMemory.getLong(group)).isEqualTo(PATTERN);

      long signed = old << 64 - 8 * size >> 64 - 8 * size;
      assertThat(HostMemory.compareAndSet(group + at, size, signed, -2)).isTrue();
      long expected = PATTERN & ~(mask << 8 * at) | (mask - 1) << 8 * at;
      assertThat(HostMemory.getLong(group)).isEqualTo(expected);
    }
  }

  /** Neighbours in one group of eight bytes, each counted by a thread of its own. */
  @Test
  void threadsThatReplaceNeighboursLoseNothing() throws Exception {
    try (HostMapping memory = HostMapping.reserve(4096);
        ExecutorService threads = Executors.newFixedThreadPool(3)) {
      long group = memory.hva();
      List<Future<?>> done =
          IntStream.of(1, 2, 4)
              .<Future<?>>mapToObj(size -> threads.submit(() -> count(group + size, size)))
              .toList();
      for (Future<?> each : done) {
        each.get();
      }
      assertThat(HostMemory.getLong(group)).isEqualTo(0xffff_ffff_ff00L);
    }
  }

  private static void count(long hva, int size) {
    for (long n = 0; n < 0xffff; n++) {
      assertThat(HostMemory.compareAndSet(hva, size, n, n + 1)).isTrue();
    }
  }
}
