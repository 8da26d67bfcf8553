package jvisor.cpu.sse;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import jvisor.cpu.state.Flags;
import jvisor.cpu.state.GuestFault;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.cpu.x87.FpuRig;
import jvisor.host.HostMemory;
import jvisor.isa.CodeMode;
import jvisor.isa.Decoder;
import jvisor.isa.Feature;
import jvisor.isa.Insn;

/**
 * Cases for one instruction: the state before is drawn from the instruction's bytes and the case's
 * number, the state after is folded into a digest. {@code oracle.c} beside the corpus runs the same
 * cases on a real processor; the two change together.
 *
 * <p>Operands are XMM0–XMM2, MM0 and MM1, EAX, ECX, EDX, and memory at RSI and RDI, misaligned in
 * some cases. Exceptions are part of the outcome.
 */
final class OracleCase {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final int ARITHMETIC = 0x8d5;
  private static final int[] SINGLES = {
    0x00000000, 0x80000000, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000, 0x7fc00000, 0xffc00000,
    0x7fa00000, 0xff812345, 0x7fc12345, 0x00000001, 0x80000001, 0x007fffff, 0x807fffff, 0x00800000,
    0x80800000, 0x7f7fffff, 0xff7fffff, 0x4f000000, 0xcf000000, 0x5f000000, 0xdf000000, 0x3f000000,
    0xbf000000, 0x3fc00000, 0x40200000, 0xc0200000, 0x4effffff, 0x3effffff, 0x33800000, 0x3f7fffff
  };
  private static final long[] DOUBLES = {
    0x0000000000000000L, 0x8000000000000000L, 0x3ff0000000000000L, 0xbff0000000000000L,
    0x7ff0000000000000L, 0xfff0000000000000L, 0x7ff8000000000000L, 0xfff8000000000000L,
    0x7ff4000000000000L, 0xfff0000012345678L, 0x7ff8000012345678L, 0x0000000000000001L,
    0x8000000000000001L, 0x000fffffffffffffL, 0x800fffffffffffffL, 0x0010000000000000L,
    0x8010000000000000L, 0x7fefffffffffffffL, 0xffefffffffffffffL, 0x41e0000000000000L,
    0xc1e0000000000000L, 0x43e0000000000000L, 0xc3e0000000000000L, 0x3fe0000000000000L,
    0xbfe0000000000000L, 0x3ff8000000000000L, 0x4004000000000000L, 0xc004000000000000L,
    0x41dfffffffe00000L, 0x47efffffe0000000L, 0x3810000000000000L, 0x3fefffffffffffffL
  };
  private static final int[] BYTES = {0, 1, 0x7f, 0x80, 0x81, 0xff, 0xfe, 0x40};
  private static final int[] WORDS = {0, 1, 0x7fff, 0x8000, 0x8001, 0xffff, 0xff80, 0x00ff};
  private static final int[] DWORDS = {
    0, 1, 0x7fffffff, 1 << 31, 0x80000001, -1, 0xffff8000, 0xffff
  };
  private static final int[] TEXT = {'a', 'b', 'c', 'a', 'b', 'z', 0xe0, 0};

  private static final Decoder DECODER = new Decoder(EnumSet.allOf(Feature.class));

  private final Vcpu c;
  private final SemanticTable table;
  private final byte[] code;
  private final int[] kinds;
  private final boolean immediate;
  private final boolean aligned;
  private final boolean wide;
  private final boolean gathers;
  private final long seed;
  private final Insn[] decoded = new Insn[256];
  private int fault;
  private long x;

  /**
   * Prepares an instruction.
   *
   * @param kind what operands look like: i integers, n shift counts, s binary32, d binary64, t
   *     text, h what binary16 can hold, g small indices with random masks in YMM0
   * @param flags i if the last byte is drawn, a if memory is always aligned, y with upper halves
   */
  OracleCase(Vcpu c, SemanticTable table, String hex, char kind, String flags) {
    this.c = c;
    this.table = table;
    this.code = HexFormat.of().parseHex(hex);
    this.immediate = flags.contains("i");
    this.aligned = flags.contains("a");
    this.wide = flags.contains("y");
    this.gathers = kind == 'g';
    this.kinds =
        switch (kind) {
          case 's' -> new int[] {0, 1, 1, 1, 1, 1, 8, 8};
          case 'd' -> new int[] {0, 2, 2, 2, 2, 2, 2, 0};
          case 't' -> new int[] {0, 3, 6, 6, 7, 10, 10, 10};
          case 'n' -> new int[] {0, 9, 9, 9, 4, 5, 9, 9};
          case 'h' -> new int[] {0, 1, 11, 11, 11, 11, 11, 11};
          case 'g' -> new int[] {9, 9, 9, 9, 9, 9, 9, 9};
          default -> new int[] {0, 0, 3, 4, 5, 3, 4, 5};
        };
    long hash = 0xcbf29ce484222325L;
    for (int k = 0; k < hex.length(); k++) {
      hash = (hash ^ hex.charAt(k)) * 0x100000001b3L;
    }
    seed = hash;
  }

  /** Runs the cases {@code first} to {@code last} and answers the digest of their outcomes. */
  long digest(int first, int last) {
    long digest = 0;
    for (int k = first; k <= last; k++) {
      for (long value : run(k)) {
        digest = (digest ^ value) * GOLDEN;
        digest ^= digest >>> 32;
      }
    }
    return digest;
  }

  /** Runs one case and answers the state after it. */
  long[] run(int number) {
    x = seed + number * 0xD1342543DE82EF95L;
    draw();
    int last = code[code.length - 1] & 0xff;
    Insn i = decoded[last];
    if (i == null) {
      i = DECODER.decode(code, 0, code.length, CodeMode.BITS64);
      decoded[last] = i;
    }
    fault = 0;
    try {
      table.of(i.mnemonic()).execute(c, i);
    } catch (GuestFault f) {
      fault = f.vector();
    }
    return outcome();
  }

  // ---------------------------------------------------------------- outcome

  private long[] outcome() {
    VcpuState s = c.state;
    long[] v = new long[wide ? 30 : 22];
    int n = 0;
    for (int k = 0; k < 3; k++) {
      v[n++] = s.vector(k, 0);
      v[n++] = s.vector(k, 1);
    }
    for (int k = 0; k < 2; k++) {
      v[n++] = s.get(VcpuState.X87 + 16 * k);
      v[n++] = HostMemory.getShort(s.base + VcpuState.X87 + 16 * k + 8);
    }
    v[n++] = HostMemory.getShort(s.base + VcpuState.FSW);
    v[n++] = HostMemory.getByte(s.base + VcpuState.FTW);
    v[n++] = s.mxcsr();
    v[n++] = s.reg(0);
    v[n++] = s.reg(1);
    v[n++] = s.reg(2);
    v[n++] = Flags.arithmetic(s);
    for (int k = 0; k < 4; k++) {
      v[n++] = c.mmu.load64(FpuRig.DATA + 8 * k);
    }
    v[n++] = fault;
    if (wide) {
      for (int k = 0; k < 3; k++) {
        v[n++] = s.vector(k, 2);
        v[n++] = s.vector(k, 3);
      }
      v[n++] = c.mmu.load64(FpuRig.DATA + 32);
      v[n++] = c.mmu.load64(FpuRig.DATA + 40);
    }
    return v;
  }

  // ---------------------------------------------------------------- drawing

  private void draw() {
    VcpuState s = c.state;
    for (int n = 0; n < 3; n++) {
      int kind = kind();
      long lo = half(kind);
      long hi = half(kind);
      if (n > 1) {
        long copy = next() & 15;
        lo = copy < 2 ? s.vector(1, 0) : lo;
        hi = copy < 1 || copy == 3 ? s.vector(1, 1) : hi;
      }
      s.setVector(n, 0, lo);
      s.setVector(n, 1, hi);
    }
    int kind = kind();
    for (int n = 0; n < 8; n++) {
      c.mmu.store64(FpuRig.DATA + 8 * n, half(kind));
    }
    long choice = next() & 15;
    long offset = 0;
    if (choice < 2) {
      c.mmu.store64(FpuRig.DATA, s.vector(1, 0));
      c.mmu.store64(FpuRig.DATA + 8, s.vector(1, 1));
    } else if (choice == 2) {
      offset = next() & 15;
    } else if (choice == 3) {
      c.mmu.store64(FpuRig.DATA, next() & 0xffff);
    }
    offset = aligned ? 0 : offset;
    drawX87();
    long r = next();
    s.setMxcsr(mxcsr(r));
    s.setReg(0, general());
    s.setReg(1, general());
    s.setReg(2, general());
    s.setReg(6, FpuRig.DATA + offset);
    s.setReg(7, FpuRig.DATA + offset);
    Flags.setArithmetic(s, next() & ARITHMETIC);
    if (immediate) {
      code[code.length - 1] = (byte) next();
    }
    if (wide) {
      drawUpper(choice < 2);
    }
  }

  /** What AVX adds: upper halves, and random masks for gathers. */
  private void drawUpper(boolean copied) {
    VcpuState s = c.state;
    for (int n = 0; n < 3; n++) {
      int kind = kind();
      long lo = half(kind);
      long hi = half(kind);
      long copy = next() & 15;
      s.setVector(n, 2, n > 1 && copy < 2 ? s.vector(1, 2) : lo);
      s.setVector(n, 3, n > 1 && (copy < 1 || copy == 3) ? s.vector(1, 3) : hi);
    }
    if (copied) {
      c.mmu.store64(FpuRig.DATA + 16, s.vector(1, 2));
      c.mmu.store64(FpuRig.DATA + 24, s.vector(1, 3));
    }
    for (int lane = 0; gathers && lane < 4; lane++) {
      s.setVector(0, lane, next());
    }
  }

  private void drawX87() {
    VcpuState s = c.state;
    int top = (int) next() & 7;
    HostMemory.putShort(s.base + VcpuState.FSW, top << 11 | (int) next() & 0x4700);
    HostMemory.putByte(s.base + VcpuState.FTW, (int) next());
    int kind = kind();
    for (int n = 0; n < 8; n++) {
      s.set(VcpuState.X87 + 16 * n, half(kind));
      HostMemory.putShort(s.base + VcpuState.X87 + 16 * n + 8, (int) next());
    }
  }

  private static int mxcsr(long r) {
    int value = (int) r & 0xe040 | 0x1f80;
    if ((r >>> 32 & 3) == 0) {
      value = (int) r & 0xffff;
    } else if ((r >>> 34 & 3) == 0) {
      value |= (int) r & 0x3f;
    }
    return (r >>> 36 & 3) == 0 ? value & ~0x8040 : value;
  }

  private int kind() {
    return kinds[(int) next() & 7];
  }

  private long general() {
    long r = next();
    if (r < 0) {
      return Long.remainderUnsigned(r, 41) - 20;
    }
    long value = next() >>> r;
    return (r >>> 62 & 1) != 0 ? value : ~value;
  }

  private long half(int kind) {
    return switch (kind) {
      case 0 -> next();
      case 1 -> single() | single() << 32;
      case 2 -> twice();
      case 3 -> of(BYTES, 8);
      case 4 -> of(WORDS, 16);
      case 5 -> of(DWORDS, 32);
      case 6 -> of(TEXT, 8);
      case 7 -> of(TEXT, 16);
      case 8 -> next() & 0xffff_ffffL | single() << 32;
      case 9 -> next() & 0xff;
      case 11 -> small() | small() << 32;
      default -> longText();
    };
  }

  private long of(int[] pool, int width) {
    long r = 0;
    for (int k = 0; k < 64; k += width) {
      r |= (pool[(int) next() & 7] & 0xffff_ffffL) << k;
    }
    return r;
  }

  private long longText() {
    long r = 0;
    for (int k = 0; k < 64; k += 8) {
      boolean letter = (next() & 255) != 0;
      r |= (long) TEXT[letter ? (int) Long.remainderUnsigned(next(), 6) : 7] << k;
    }
    return r;
  }

  private long single() {
    long r = next();
    if (r < 0) {
      return SINGLES[(int) r & 31] & 0xffff_ffffL;
    }
    long exponent = (r >>> 40 & 15) + 120;
    long fraction = (r >>> 36 & 1) != 0 ? r & 0x7fffff : r & 0x700000;
    return (r >>> 32 & 1) << 31 | exponent << 23 | fraction;
  }

  /** A number in the range of binary16 and somewhat beyond. */
  private long small() {
    long r = next();
    long fraction = (r >>> 36 & 1) != 0 ? r & 0x7fffff : r & 0x7ff000;
    return (r >>> 32 & 1) << 31 | (r >>> 40 & 63) + 96 << 23 | fraction;
  }

  private long twice() {
    long r = next();
    if (r < 0) {
      return DOUBLES[(int) r & 31];
    }
    long exponent = (r >>> 52 & 31) + ((r >>> 57 & 1) != 0 ? 1070 : 1008);
    long fraction = 0x8000000000000L * (r & 1);
    if ((r >>> 58 & 1) != 0) {
      fraction = r & 0xfffffffffffffL;
    } else if ((r >>> 59 & 1) != 0) {
      fraction = r & 0xfffffe0000000L;
    }
    return (r >>> 62 & 1) << 63 | exponent << 52 | fraction;
  }

  private long next() {
    x += GOLDEN;
    long z = x;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }

  @Override
  public String toString() {
    return Arrays.toString(code);
  }
}
