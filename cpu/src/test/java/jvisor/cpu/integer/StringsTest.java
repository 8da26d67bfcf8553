package jvisor.cpu.integer;

import static jvisor.cpu.integer.Guest.CODE;
import static jvisor.cpu.integer.Guest.RAX;
import static jvisor.cpu.integer.Guest.RCX;
import static jvisor.cpu.integer.Guest.RDI;
import static jvisor.cpu.integer.Guest.RSI;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import jvisor.cpu.state.GuestFault;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.Vector;
import jvisor.platform.MmioDevice;
import org.junit.jupiter.api.Test;

class StringsTest {
  private static final String REP_MOVSB = "f3 a4";
  private static final String REP_MOVSQ = "f3 48 a5";
  private static final String REP_STOSB = "f3 aa";
  private static final String REPE_CMPSB = "f3 a6";
  private static final String REPNE_SCASB = "f2 ae";

  private static void fill(Guest g, long at, int length) {
    for (int n = 0; n < length; n++) {
      g.put(at + n, 1, n * 7 + (n >> 8) + 1);
    }
  }

  private static void assertSame(Guest g, long at, long as, int length) {
    for (int n = 0; n < length; n++) {
      assertThat(g.at(at + n, 1)).as("byte " + n).isEqualTo(g.at(as + n, 1));
    }
  }

  @Test
  void aFaultOfMovsLeavesExactlyWhatHasBeenMoved() {
    try (Guest g = Guest.longMode()) {
      fill(g, 0x2000, 0x1000);
      g.unmap(0x5000);
      g.set(RSI, 0x2100).set(RDI, 0x4f00).set(RCX, 0x300);
      GuestFault fault = g.fault(REP_MOVSB, Vector.PF);
      assertThat(fault.address()).isEqualTo(0x5000);
      assertThat(fault.errorCode()).isEqualTo(6);
      assertThat(g.reg(RCX)).isEqualTo(0x200);
      assertThat(g.reg(RSI)).isEqualTo(0x2200);
      assertThat(g.reg(RDI)).isEqualTo(0x5000);
      assertSame(g, 0x4f00, 0x2100, 0x100);
    }
  }

  @Test
  void anElementAcrossAPageFaultsBeforeItsFirstByteIsWritten() {
    try (Guest g = Guest.longMode()) {
      fill(g, 0x2000, 0x100);
      g.unmap(0x5000);
      g.set(RSI, 0x2000).set(RDI, 0x4fec).set(RCX, 10);
      g.fault(REP_MOVSQ, Vector.PF);
      assertThat(g.reg(RCX)).isEqualTo(8);
      assertThat(g.reg(RDI)).isEqualTo(0x4ffc);
      assertThat(g.at(0x4ffc, 4)).isZero();
    }
  }

  @Test
  void aReadFaultIsReportedAsOne() {
    try (Guest g = Guest.longMode()) {
      g.unmap(0x3000);
      g.set(RSI, 0x2ff8).set(RDI, 0x4000).set(RCX, 4);
      assertThat(g.fault(REP_MOVSQ, Vector.PF).errorCode()).isEqualTo(4);
      assertThat(g.reg(RCX)).isEqualTo(3);
    }
  }

  @Test
  void oneExecutionDoesAboutAPageAndLeavesRipOnTheInstruction() {
    try (Guest g = Guest.longMode()) {
      g.set(RDI, 0x4010).set(RCX, 10_000).set(RAX, 0x5a);
      g.run(REP_STOSB);
      assertThat(g.s.rip()).isEqualTo(CODE);
      assertThat(g.reg(RCX)).isEqualTo(10_000 - 4096);
      assertThat(g.reg(RDI)).isEqualTo(0x4010 + 4096);
      g.finish(REP_STOSB);
      assertThat(g.reg(RCX)).isZero();
      assertThat(g.s.rip()).isEqualTo(CODE + 2);
      assertThat(g.at(0x4010 + 9_999, 1)).isEqualTo(0x5a);
      assertThat(g.at(0x4010 + 10_000, 1)).isZero();
      assertThat(g.at(0x400f, 1)).isZero();
    }
  }

  @Test
  void countsAreUnsigned() {
    try (Guest g = Guest.longMode()) {
      g.set(RDI, 0x4000).set(RCX, -1);
      g.run(REP_STOSB);
      assertThat(g.reg(RCX)).isEqualTo(-1 - 4096);
    }
  }

  @Test
  void underTrapFlagAnExecutionIsOneIteration() {
    try (Guest g = Guest.longMode()) {
      g.c.setRflags(Rflags.TF, Rflags.TF);
      g.set(RSI, 0x2000).set(RDI, 0x4000).set(RCX, 3);
      g.run(REP_MOVSQ);
      assertThat(g.reg(RCX)).isEqualTo(2);
      assertThat(g.s.rip()).isEqualTo(CODE);
    }
  }

  @Test
  void aCountOfZeroTouchesNothing() {
    try (Guest g = Guest.longMode()) {
      g.set(RSI, 1L << 60).set(RDI, 1L << 60).set(RCX, 0);
      for (String code : List.of(REP_MOVSB, REP_STOSB, REPE_CMPSB, REPNE_SCASB, "f3 ac")) {
        g.run(code);
        assertThat(g.s.rip()).isEqualTo(CODE + 2);
      }
      g.set(RCX, 1L << 32).run("67 f3 a4");
      assertThat(g.reg(RCX)).isEqualTo(1L << 32);
    }
  }

  @Test
  void forwardOverlapSpreadsThePattern() {
    for (int distance : new int[] {1, 2, 3, 5, 8, 13, 64}) {
      try (Guest g = Guest.longMode()) {
        fill(g, 0x4f00, distance);
        g.set(RSI, 0x4f00).set(RDI, 0x4f00 + distance).set(RCX, 0x300);
        g.finish(REP_MOVSB);
        for (int n = distance; n < 0x300 + distance; n++) {
          assertThat(g.at(0x4f00 + n, 1)).isEqualTo(g.at(0x4f00 + n % distance, 1));
        }
      }
    }
  }

  @Test
  void overlapByLessThanAnElementReadsWhatWasJustWritten() {
    try (Guest g = Guest.longMode()) {
      g.put(0x4000, 8, 0x1122_3344_5566_7788L).put(0x4008, 8, 0x99aa_bbcc_ddee_ff00L);
      g.set(RSI, 0x4000).set(RDI, 0x4003).set(RCX, 2);
      g.finish(REP_MOVSQ);
      // The second element starts with the byte at 4008, by then the first's sixth byte.
      assertThat(g.at(0x4003, 8)).isEqualTo(0x1122_3344_5566_7788L);
      assertThat(g.at(0x400b, 8)).isEqualTo(0x99aa_bbcc_dd11_2233L);
    }
  }

  @Test
  void backwardOverlapMovesAsMemmoveWould() {
    try (Guest g = Guest.longMode()) {
      fill(g, 0x4003, 0x200);
      byte[] moved = new byte[0x200];
      g.memory.read(0x4003, moved, 0, moved.length);
      g.set(RSI, 0x4003).set(RDI, 0x4000).set(RCX, 0x200);
      g.finish(REP_MOVSB);
      byte[] result = new byte[0x200];
      g.memory.read(0x4000, result, 0, result.length);
      assertThat(result).isEqualTo(moved);
    }
  }

  @Test
  void withDirectionFlagStringsRunDown() {
    try (Guest g = Guest.longMode()) {
      fill(g, 0x2000, 0x200);
      g.run("fd");
      g.set(RSI, 0x20f8).set(RDI, 0x4ff8).set(RCX, 4);
      g.finish(REP_MOVSQ);
      assertSame(g, 0x4fe0, 0x20e0, 0x20);
      assertThat(g.at(0x4fd8, 8)).isZero();
      assertThat(g.reg(RSI)).isEqualTo(0x20d8);
      assertThat(g.reg(RDI)).isEqualTo(0x4fd8);
      g.set(RAX, 0x33).set(RDI, 0x5001).set(RCX, 4).finish(REP_STOSB);
      assertThat(g.at(0x4ffe, 4)).isEqualTo(0x3333_3333);
    }
  }

  @Test
  void indexRegistersWrapAtTheAddressSize() {
    try (Guest g = Guest.real()) {
      g.set(RDI, 0x1_fffeL).set(RCX, 0x7_0004L).set(RAX, 0x77);
      g.finish(REP_STOSB);
      assertThat(g.at(0xfffe, 2)).isEqualTo(0x7777);
      assertThat(g.at(0, 2)).isEqualTo(0x7777);
      assertThat(g.at(0x1_0000, 4)).isZero();
      assertThat(g.reg(RDI)).isEqualTo(0x1_0002L);
      assertThat(g.reg(RCX)).isEqualTo(0x7_0000L);
    }
  }

  @Test
  void anElementAcrossTheEndOfASegmentFaults() {
    try (Guest g = Guest.real()) {
      g.set(RDI, 0xfffb).set(RCX, 5);
      g.fault("f3 ab", Vector.GP);
      assertThat(g.reg(RCX)).isEqualTo(3);
      assertThat(g.reg(RDI)).isEqualTo(0xffff);
    }
  }

  @Test
  void movesEndAtTheLimitOfTheSegment() {
    try (Guest g = Guest.protectedMode()) {
      fill(g, 0x2000, 0x400);
      g.s.setSegment(Segment.ES, 0x18, 0x4000, 0x2ff, Guest.DATA | Segment.BIG);
      g.set(RSI, 0x2000).set(RDI, 0x280).set(RCX, 0x100);
      g.fault(REP_MOVSB, Vector.GP);
      assertThat(g.reg(RCX)).isEqualTo(0x80);
      assertThat(g.reg(RDI)).isEqualTo(0x300);
      assertSame(g, 0x4280, 0x2000, 0x80);
      assertThat(g.at(0x4300, 1)).isZero();
    }
  }

  @Test
  void aSegmentThatGrowsDownEndsAtItsLimitToo() {
    try (Guest g = Guest.protectedMode()) {
      int growsDown = Guest.DATA | Segment.BIG | Segment.EXPAND_DOWN;
      g.s.setSegment(Segment.ES, 0x18, 0x4000, 0x2ff, growsDown);
      g.c.modeChanged();
      g.run("fd").set(RAX, 0x44).set(RDI, 0x302).set(RCX, 9);
      g.fault(REP_STOSB, Vector.GP);
      assertThat(g.reg(RCX)).isEqualTo(6);
      assertThat(g.at(0x42ff, 4)).isEqualTo(0x4444_4400L);
    }
  }

  @Test
  void writesToASegmentThatMayNotBeWrittenFault() {
    try (Guest g = Guest.protectedMode()) {
      g.s.setSegment(Segment.ES, 0x18, 0, 0xffff_ffffL, 0x9100 | Segment.BIG);
      g.set(RSI, 0x2000).set(RDI, 0x4000).set(RCX, 0x100);
      g.cleanFault(REP_MOVSB, Vector.GP);
      g.run(REPE_CMPSB);
    }
  }

  @Test
  void theSourceTakesAnOverrideAndTheDestinationNone() {
    try (Guest g = Guest.longMode()) {
      fill(g, 0x3000, 0x40);
      g.s.setSegmentBase(Segment.FS, 0x1000);
      g.s.setSegmentBase(Segment.ES, 0x7000);
      g.set(RSI, 0x2000).set(RDI, 0x4000).set(RCX, 0x40);
      g.finish("64 f3 a4");
      assertSame(g, 0x4000, 0x3000, 0x40);
    }
  }

  @Test
  void pagesAreMarkedAccessedAndDirty() {
    try (Guest g = Guest.longMode()) {
      g.set(RSI, 0x2000).set(RDI, 0x4000).set(RCX, 0x100);
      g.finish(REP_MOVSB);
      assertThat(g.accessedDirty(0x2000)).isEqualTo(0x20);
      assertThat(g.accessedDirty(0x4000)).isEqualTo(0x60);
      assertThat(g.accessedDirty(0x5000)).isZero();
    }
  }

  @Test
  void storesToDecodedCodeAreReported() {
    try (Guest g = Guest.longMode()) {
      int[] stores = g.watch(0x4000);
      g.set(RSI, 0x2000).set(RDI, 0x3ff0).set(RCX, 0x20);
      g.finish(REP_MOVSB);
      assertThat(stores[0]).isEqualTo(0x10);
      g.set(RDI, 0x4100).set(RCX, 5).finish("f3 48 ab");
      assertThat(stores[0]).isEqualTo(0x15);
    }
  }

  @Test
  void devicesSeeOneAccessForEachElement() {
    try (Guest g = Guest.protectedMode()) {
      List<String> seen = new ArrayList<>();
      g.mmio.attach(
          0x100_0000,
          0x1000,
          new MmioDevice() {
            @Override
            public long read(long offset, int size) {
              seen.add("read %d %d".formatted(offset, size));
              return offset;
            }

            @Override
            public void write(long offset, int size, long value) {
              seen.add("write %d %d %x".formatted(offset, size, value));
            }
          });
      g.set(RAX, 0x1234_5678).set(RDI, 0x100_0010).set(RCX, 2).finish("f3 ab");
      g.set(RSI, 0x100_0000).set(RDI, 0x4000).set(RCX, 2).finish("66 f3 a5");
      assertThat(seen)
          .containsExactly("write 16 4 12345678", "write 20 4 12345678", "read 0 2", "read 2 2");
      assertThat(g.at(0x4000, 4)).isEqualTo(0x0002_0000);
    }
  }

  @Test
  void scasFindsAByteBeyondAPage() {
    try (Guest g = Guest.longMode()) {
      for (int n = 0; n < 0x1800; n++) {
        g.put(0x4800 + n, 1, 1);
      }
      g.put(0x5900, 1, 0);
      g.set(RAX, 0).set(RDI, 0x4800).set(RCX, -1);
      g.finish(REPNE_SCASB);
      assertThat(g.reg(RDI)).isEqualTo(0x5901);
      assertThat(g.reg(RCX)).isEqualTo(-1 - 0x1101);
      assertThat(g.c.rflags() & Rflags.ZF).isNotZero();
    }
  }

  @Test
  void anInterruptedScanGoesOnWhereItWas() {
    try (Guest g = Guest.longMode()) {
      g.set(RAX, 1).set(RDI, 0x4000).set(RCX, 0x3000);
      g.run(REPNE_SCASB);
      assertThat(g.s.rip()).isEqualTo(CODE);
      assertThat(g.reg(RCX)).isEqualTo(0x2000);
      g.finish(REPNE_SCASB);
      assertThat(g.reg(RCX)).isZero();
      assertThat(g.reg(RDI)).isEqualTo(0x7000);
      assertThat(g.c.rflags() & Rflags.ZF).isZero();
    }
  }

  @Test
  void cmpsStopsAfterTheFirstDifference() {
    try (Guest g = Guest.longMode()) {
      fill(g, 0x2ff0, 0x100);
      fill(g, 0x4fc8, 0x100);
      g.put(0x4fc8 + 0x50, 1, 0);
      g.set(RSI, 0x2ff0).set(RDI, 0x4fc8).set(RCX, 0x100);
      g.finish(REPE_CMPSB);
      assertThat(g.reg(RCX)).isEqualTo(0x100 - 0x51);
      assertThat(g.reg(RSI)).isEqualTo(0x2ff0 + 0x51);
      assertThat(g.reg(RDI)).isEqualTo(0x4fc8 + 0x51);
      assertThat(g.c.rflags() & (Rflags.ZF | Rflags.CF)).isZero();
    }
  }

  @Test
  void aFaultOfCmpsLeavesTheFlags() {
    try (Guest g = Guest.longMode()) {
      g.unmap(0x5000);
      g.c.setRflags(Rflags.ARITHMETIC & ~Rflags.ZF, Rflags.ARITHMETIC);
      g.set(RSI, 0x2000).set(RDI, 0x4ff0).set(RCX, 0x20);
      g.fault(REPE_CMPSB, Vector.PF);
      assertThat(g.reg(RCX)).isEqualTo(0x10);
      assertThat(g.reg(RSI)).isEqualTo(0x2010);
      assertThat(g.c.rflags() & Rflags.ARITHMETIC).isEqualTo(Rflags.ARITHMETIC & ~Rflags.ZF);
    }
  }

  @Test
  void singleStringsAreExactWhenTheyFault() {
    try (Guest g = Guest.longMode()) {
      g.unmap(0x5000);
      g.set(RSI, 0x2000).set(RDI, 0x4ffd).set(RCX, 7);
      g.cleanFault("a5", Vector.PF);
      g.cleanFault("ab", Vector.PF);
      g.cleanFault("a7", Vector.PF);
      g.cleanFault("af", Vector.PF);
      g.set(RSI, 0x4fff);
      g.cleanFault("66 ad", Vector.PF);
    }
  }
}
