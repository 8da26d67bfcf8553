package jvisor.cpu.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.SplittableRandom;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random system instructions on random states with random tables: whatever the guest does is
 * answered by its own exceptions, its own shutdown, or success – never by an exception of ours.
 */
class HostileCodeTest {
  /** Opcodes of this package; a ModRM byte and more random bytes follow. */
  private static final String[] OPCODES = {
    "8E",
    "8C",
    "06",
    "07",
    "16",
    "17",
    "1E",
    "1F",
    "0FA0",
    "0FA1",
    "0FA8",
    "0FA9",
    "C4",
    "C5",
    "0FB2",
    "0FB4",
    "0FB5",
    "0F00",
    "0F01",
    "0F02",
    "0F03",
    "63",
    "9A",
    "EA",
    "FF",
    "CA",
    "CB",
    "CF",
    "CC",
    "CD",
    "CE",
    "F1",
    "9C",
    "9D",
    "FA",
    "FB",
    "0F01CA",
    "0F01CB",
    "0F20",
    "0F21",
    "0F22",
    "0F23",
    "0F06",
    "0F08",
    "0F09",
    "0F30",
    "0F31",
    "0F32",
    "0F33",
    "0FA2",
    "0F05",
    "0F07",
    "0F34",
    "0F35",
    "E4",
    "E5",
    "E6",
    "E7",
    "EC",
    "ED",
    "EE",
    "EF",
    "6C",
    "6D",
    "6E",
    "6F",
    "0FAE",
    "0FC7",
    "F30FAE",
    "F30FC7",
    "660F3882",
    "0F01D0",
    "0F01D1",
    "0F01F8",
    "0F01F9",
    "0FAA",
    "0F01C1",
    "0F01D9",
  };

  private static final String[] PREFIXES = {"", "", "", "", "66", "67", "F3", "48", "64", "F0"};

  private static final int[] MSRS = {
    0x10,
    0x1b,
    0x3b,
    0x174,
    0x175,
    0x200,
    0x201,
    0x277,
    0x2ff,
    0x6e0,
    0x808,
    0x830,
    0xc000_0080,
    0xc000_0081,
    0xc000_0082,
    0xc000_0100,
    0xc000_0101,
    0xc000_0102,
    0x4b56_4d01
  };

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void nothingButTheGuestIsHurt(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    try (Rig rig = seed % 2 == 0 ? Rig.everything() : Rig.intel()) {
      for (int n = 0; n < 12_000; n++) {
        setUp(rig, random);
        byte[] code = code(random);
        rig.memory.write(Rig.CODE, code, 0, code.length);
        try {
          rig.go(1 + random.nextInt(3));
        } catch (RuntimeException e) {
          throw new AssertionError(
              "seed %d, case %d: %s".formatted(seed, n, HexFormat.of().formatHex(code)), e);
        }
        assertThat(rig.c.cpl()).isBetween(0, 3);
        assertThat(rig.c.rflags() & Rflags.FIXED).isNotZero();
        assertThat(rig.c.rflags() & ~Rflags.ALL).isZero();
      }
    }
  }

  private static byte[] code(SplittableRandom random) {
    String head =
        PREFIXES[random.nextInt(PREFIXES.length)] + OPCODES[random.nextInt(OPCODES.length)];
    byte[] opcode = HexFormat.of().parseHex(head);
    byte[] code = new byte[40];
    random.nextBytes(code);
    System.arraycopy(opcode, 0, code, 0, opcode.length);
    return code;
  }

  private static void setUp(Rig rig, SplittableRandom random) {
    Reset.powerOn(rig.c);
    switch (random.nextInt(6)) {
      case 0 -> rig.real();
      case 1 -> rig.protectedMode();
      case 2 -> rig.protectedMode().user();
      case 3 -> rig.longMode();
      case 4 -> rig.longMode().user();
      default -> virtual8086(rig.protectedMode());
    }
    rig.s.setSegment(
        Segment.CS,
        rig.s.selector(Segment.CS),
        0,
        0xffff_ffffL,
        rig.s.segmentAttributes(Segment.CS));
    rig.s.setRip(Rig.CODE);
    for (int register = 0; register < 16; register++) {
      rig.s.setReg(register, value(random));
    }
    if (random.nextInt(4) == 0) {
      rig.s.setReg(Rig.RCX, MSRS[random.nextInt(MSRS.length)]);
    }
    if (random.nextBoolean()) {
      rig.s.setReg(Rig.RSP, 0x1_0000 + random.nextInt(0x8_0000));
    }
    disturbTables(rig, random);
    disturbState(rig, random);
  }

  private static void virtual8086(Rig rig) {
    rig.c.setRflags(Rflags.VM, Rflags.VM);
    for (int segment = Segment.ES; segment <= Segment.GS; segment++) {
      SegmentLoader.loadReal(rig.c, segment, 0x1000);
    }
    rig.c.modeChanged();
  }

  private static long value(SplittableRandom random) {
    return switch (random.nextInt(7)) {
      case 0 -> random.nextInt(0x100) & ~4;
      case 1 -> random.nextInt(0x10_0000);
      case 2 -> random.nextInt();
      case 3 -> 1L << random.nextInt(64);
      case 4 -> 0xffff_8000_0000_0000L >> random.nextInt(3);
      case 5 -> -1L - random.nextInt(16);
      default -> random.nextLong();
    };
  }

  private static void disturbTables(Rig rig, SplittableRandom random) {
    for (int n = random.nextInt(8); n > 0; n--) {
      int table = random.nextBoolean() ? Rig.GDT : Rig.IDT;
      rig.memory.write(table + 8 * random.nextInt(32), 8, descriptor(random));
    }
    for (int n = random.nextInt(4); n > 0; n--) {
      int tss = random.nextBoolean() ? Rig.TSS : Rig.OTHER_TSS;
      rig.memory.write(tss + random.nextInt(0x68), 4, value(random));
    }
    if (random.nextInt(3) == 0) {
      rig.memory.write(Rig.PAGES + 8 * random.nextInt(0x600), 8, value(random));
      rig.c.mmu.flushAll();
    }
  }

  /** A descriptor whose type is of every kind, whose base is often in memory. */
  private static long descriptor(SplittableRandom random) {
    if (random.nextInt(4) == 0) {
      return random.nextLong();
    }
    int[] bases = {0, Rig.TSS, Rig.OTHER_TSS, Rig.LDT, 0x7_0000};
    int[] limits = {0, 0x2b, 0x67, 0xffff, 0xfffff};
    return Rig.encode(
        bases[random.nextInt(bases.length)],
        limits[random.nextInt(limits.length)],
        random.nextInt(0x100) | (random.nextInt(4) == 0 ? 0 : 0x80),
        random.nextInt(16));
  }

  private static void disturbState(Rig rig, SplittableRandom random) {
    VcpuState s = rig.s;
    if (random.nextBoolean()) {
      long flags = random.nextLong() & ~(Rflags.VM | (random.nextInt(4) == 0 ? 0 : Rflags.TF));
      rig.c.setRflags(flags, Rflags.ALL & ~Rflags.VM);
    }
    if (random.nextInt(4) == 0) {
      s.setCr(4, s.cr(4) | random.nextInt(1 << 22) & 0x0031_0f9f);
    }
    if (random.nextInt(4) == 0) {
      s.setCr(0, s.cr(0) ^ (random.nextInt() & 0x0005_0036));
    }
    if (random.nextInt(8) == 0) {
      s.set(VcpuState.IDTR_LIMIT, random.nextInt(0x200));
      s.set(VcpuState.GDTR_LIMIT, random.nextInt(0x100));
    }
    if (random.nextInt(8) == 0) {
      s.setDr(random.nextInt(4), Rig.CODE + random.nextInt(16));
      s.setDr(7, random.nextInt() & 0xffff_03ff | 0x400);
      Debug.registersChanged(rig.c);
    }
    if (random.nextInt(8) == 0) {
      long base = rig.c.isLongMode() ? value(random) : value(random) & 0xffff_ffffL;
      s.setSegment(Segment.TR, Rig.TSS_SELECTOR, base, random.nextInt(0x200), 0x8b00);
    }
    rig.c.modeChanged();
  }
}
