package jvisor.cpu.oracle;

/** Random numbers, and random values that favour edges. The same seed gives the same values. */
final class Draw {
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;
  private static final long[] EDGES = {
    0,
    1,
    2,
    9,
    10,
    0x0f,
    0x1f,
    0x20,
    0x3f,
    0x40,
    0x7f,
    0x80,
    0x99,
    0xff,
    0x7fff,
    0x8000,
    0xffff,
    0x7fff_ffffL,
    0x8000_0000L,
    0xffff_ffffL,
    0x7f7f_7f7f_7f7f_7f7fL,
    0x8080_8080_8080_8080L,
    0x7fff_7fff_7fff_7fffL,
    0x8000_8000_8000_8000L,
    0x7fff_ffff_7fff_ffffL,
    0x8000_0000_8000_0000L,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -1,
    -2,
    -128,
    -0x8000,
    -0x8000_0000L
  };

  private long x;

  Draw(long seed) {
    x = seed;
  }

  /** The generator of case {@code number} of a run. */
  static Draw of(long seed, long number) {
    Draw d = new Draw(seed ^ number * 0xd1342543de82ef95L);
    d.x = d.next();
    return d;
  }

  long next() {
    x += GOLDEN;
    long z = x;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }

  /** A number from 0 to {@code bound} - 1. */
  int below(int bound) {
    return (int) ((next() >>> 32) * bound >>> 32);
  }

  boolean chance(int oneIn) {
    return below(oneIn) == 0;
  }

  int pick(int... values) {
    return values[below(values.length)];
  }

  int bits(int mask) {
    return (int) next() & mask;
  }

  /** An integer of any width. */
  long integer() {
    long r = next();
    return switch ((int) (r >>> 61)) {
      case 0 -> EDGES[(int) (r >>> 8 & 0xffff) % EDGES.length];
      case 1 -> EDGES[(int) (r >>> 8 & 0xffff) % EDGES.length] + (r >>> 32 & 3) - 1;
      case 2 -> r & 0xff;
      case 3 -> (int) r;
      default -> next();
    };
  }

  private static final int[] SINGLES = {
    0,
    0x3f800000,
    0x7f800000,
    0x7fc00000,
    0x7fa00000,
    0x7f812345,
    0x7fc12345,
    1,
    0x7fffff,
    0x800000,
    0x7f7fffff,
    0x4f000000,
    0x5f000000,
    0x3f000000,
    0x3fc00000,
    0x40200000,
    0x4effffff,
    0x3effffff,
    0x33800000,
    0x3f7fffff,
    0x00800001,
    0x00400000,
    0x7f800001,
    0x4b000000,
    0x47000000,
    0x43000000,
    0x7fffffff,
    0x7fbfffff,
    0x0c000000,
    0x1f800000,
    0x5f7fffff,
    0x477fe000
  };

  /** A binary32 number. */
  int single() {
    long r = next();
    int sign = (int) (r >>> 40) & 0x8000_0000;
    return switch ((int) (r >>> 61)) {
      case 0, 1 -> SINGLES[(int) r & 31] | sign;
      case 2 -> (int) r;
      case 3 -> (int) r & 0x7fffff | sign;
      case 4 -> (int) r & 0x700000 | (int) (118 + (r >>> 32 & 31)) << 23 | sign;
      default -> (int) r & 0x7fffff | (int) (112 + (r >>> 32 & 31)) << 23 | sign;
    };
  }

  private static final long[] DOUBLES = {
    0,
    0x3ff0000000000000L,
    0x7ff0000000000000L,
    0x7ff8000000000000L,
    0x7ff4000000000000L,
    0x7ff0000012345678L,
    0x7ff8000012345678L,
    1,
    0x000fffffffffffffL,
    0x0010000000000000L,
    0x7fefffffffffffffL,
    0x41e0000000000000L,
    0x43e0000000000000L,
    0x3fe0000000000000L,
    0x3ff8000000000000L,
    0x4004000000000000L,
    0x41dfffffffe00000L,
    0x47efffffe0000000L,
    0x3810000000000000L,
    0x3fefffffffffffffL,
    0x0008000000000000L,
    0x0010000000000001L,
    0x43f0000000000000L,
    0x41f0000000000000L,
    0x47effffff0000000L,
    0x380fffffe0000000L,
    0x36a0000000000000L,
    0x3690000000000000L,
    0x4330000000000000L,
    0x7fffffffffffffffL,
    0x2000000000000000L,
    0x5fe0000000000000L
  };

  /** A binary64 number. */
  long twice() {
    long r = next();
    long sign = r << 20 & Long.MIN_VALUE;
    return switch ((int) (r >>> 61)) {
      case 0, 1 -> DOUBLES[(int) r & 31] | sign;
      case 2 -> next();
      case 3 -> r & 0xfffffffffffffL | sign;
      case 4 -> (r & 7) << 49 | (1008 + (r >>> 32 & 31)) << 52 | sign;
      case 5 -> (896 + (r >>> 32 & 255)) << 52 | next() & 0xffffff0000000L | sign;
      default -> (1008 + (r >>> 32 & 63)) << 52 | next() & 0xfffffffffffffL | sign;
    };
  }

  /** The significand of a double-extended number of any kind with this sign and exponent. */
  long significand(int signExponent) {
    long r = next();
    boolean extreme = (signExponent & 0x7fff) == 0 || (signExponent & 0x7fff) == 0x7fff;
    long integerBit = (r >>> 60) < (extreme ? 8 : 1) ? 0 : Long.MIN_VALUE;
    return integerBit
        | switch ((int) (r >>> 56 & 15)) {
          case 0, 1, 2 -> 0;
          case 3 -> 1;
          case 4 -> Long.MAX_VALUE;
          case 5 -> 1L << 62;
          case 6 -> 0x3fff_ffff_ffff_ffffL;
          case 7 -> next() & 0x7fff_ff00_0000_0000L;
          case 8 -> next() & 0x7fff_ffff_ffff_f800L;
          case 9 -> next() & 0x7000_0000_0000_0000L;
          default -> next() & Long.MAX_VALUE;
        };
  }

  /** Sign and exponent of a double-extended number. */
  int signExponent() {
    long r = next();
    int sign = (int) r & 0x8000;
    return sign
        | switch ((int) (r >>> 60)) {
          case 0, 1 -> 0;
          case 2, 3 -> 0x7fff;
          case 4 -> (int) (r >>> 16) & 0x7fff;
          case 5 -> (int) (1 + (r >>> 16 & 63));
          case 6 -> (int) (0x7ffe - (r >>> 16 & 63));
          case 7 -> (int) (0x3fff + (r >>> 16 & 127) - 16);
          case 8 -> (int) (0x3fff + (r >>> 16 & 2047) - 1100);
          case 9 -> (int) (0x3fff + (r >>> 16 & 255) - 170);
          default -> (int) (0x3fff + (r >>> 16 & 15) - 8);
        };
  }

  /** Eight bytes of numbers of a kind: i integers, s binary32, d binary64, t text. */
  long lanes(char kind) {
    return switch (kind) {
      case 's' -> single() & 0xffff_ffffL | (long) single() << 32;
      case 'd' -> twice();
      case 't' -> {
        long text = 0;
        for (int n = 0; n < 8; n++) {
          text = text << 8 | pick('a', 'b', 'c', 'a', 0xe0, chance(4) ? 0 : 'z');
        }
        yield text;
      }
      default -> integer();
    };
  }
}
