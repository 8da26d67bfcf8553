package jvisor.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import jvisor.conformance.PagingCase.Access;
import jvisor.conformance.PagingGuest.Format;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who may do what with which page, in all formats of page tables. */
class PagingMatrixTest {
  /** Every combination of WP, SMEP, SMAP, AC and NXE. */
  private static final int ALL = 1;

  /** Every third, where rights do not matter. */
  private static final int SOME = 3;

  private static final int SETTINGS = 32;

  /** Present, writable, user: lets everything pass. */
  private static final long OPEN = PagingCase.P | PagingCase.W | PagingCase.U;

  private static final long[] RIGHTS = rights();

  private final List<PagingCase> cases = new ArrayList<>();

  @ParameterizedTest
  @EnumSource
  void everyCombinationOfRightsIsDecidedAsTheManualSays(Format format) {
    for (long[] open : pages(format)) {
      int leaf = leaf(open);
      for (long right : RIGHTS) {
        long[] entries = open.clone();
        entries[leaf] = open[leaf] & ~OPEN | right;
        add(format, entries, ALL);
        for (int upper = 0; upper < leaf; upper++) {
          for (long above : RIGHTS) {
            if (above != OPEN && open[upper] != 0) {
              long[] both = entries.clone();
              both[upper] = open[upper] & ~OPEN | above;
              add(format, both, ALL);
            }
          }
        }
      }
    }
    check(format);
  }

  @ParameterizedTest
  @EnumSource
  void absentEntriesAndReservedBitsFaultAtEveryLevel(Format format) {
    for (long[] open : pages(format)) {
      for (int level = 0; level <= leaf(open); level++) {
        for (int bit = 0; bit < 64 && open[level] != 0; bit++) {
          // Below bit 12 all but P and PS is free; addresses must stay in memory.
          boolean odd = bit == 0 || bit == 7 && level == 0 || bit >= 13 && bit < 30 || bit >= 40;
          if (odd
              && (open[level] >>> bit & 1) == (bit == 0 ? 1 : 0)
              && harmless(format, open, level, bit)) {
            long[] entries = open.clone();
            entries[level] ^= 1L << bit;
            add(format, entries, SOME);
          }
        }
      }
    }
    check(format);
  }

  /** Whether the bit does not make the entry point elsewhere. */
  private static boolean harmless(Format format, long[] open, int level, int bit) {
    if (format == Format.TWO_LEVEL) {
      return bit == 0 || bit == 21 && (open[level] & PagingCase.PS) != 0;
    }
    boolean large = level < 3 && (open[level] & PagingCase.PS) != 0;
    return bit < 13 || bit >= 40 || large && bit < (level == 1 ? 30 : 21);
  }

  private static long[] rights() {
    long[] rights = new long[8];
    for (int n = 0; n < 8; n++) {
      rights[n] =
          PagingCase.P
              | ((n & 1) != 0 ? PagingCase.W : 0)
              | ((n & 2) != 0 ? PagingCase.U : 0)
              | ((n & 4) != 0 ? PagingCase.NX : 0);
    }
    return rights;
  }

  /** For each page size the entries that let everything pass. */
  private static List<long[]> pages(Format format) {
    long large = OPEN | PagingCase.PS;
    return switch (format) {
      case FOUR_LEVEL ->
          List.of(
              new long[] {0x14000 | OPEN, 0x15000 | OPEN, 0x16000 | OPEN, 0x60_0000 | OPEN},
              new long[] {0x14000 | OPEN, 0x15000 | OPEN, 0x60_0000 | large, 0},
              new long[] {0x14000 | OPEN, large, 0, 0});
      case PAE ->
          List.of(
              new long[] {0, 0, 0x18000 | OPEN, 0x60_0000 | OPEN},
              new long[] {0, 0, 0x60_0000 | large, 0});
      case TWO_LEVEL ->
          List.of(
              new long[] {0, 0, 0x16000 | OPEN, 0x60_0000 | OPEN},
              new long[] {0, 0, 0x40_0000 | large, 0});
    };
  }

  private static int leaf(long[] open) {
    return open[3] != 0 ? 3 : open[2] != 0 ? 2 : 1;
  }

  private void add(Format format, long[] entries, int step) {
    boolean noExecute = false;
    for (long entry : entries) {
      noExecute |= entry < 0;
    }
    if (noExecute && format == Format.TWO_LEVEL) {
      return;
    }
    for (Access access : Access.values()) {
      for (int setting = 0; setting < SETTINGS; setting += step) {
        cases.add(new PagingCase(format, access, entries, setting));
      }
    }
  }

  private void check(Format format) {
    new PagingGuest(format).run(cases);
    List<String> differences =
        cases.stream()
            .map(PagingCase::difference)
            .filter(text -> !text.isEmpty())
            .limit(20)
            .toList();
    assertThat(differences).as("of %d cases", cases.size()).isEmpty();
  }
}
