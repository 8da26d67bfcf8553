package jvisor.cpu.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import jvisor.cpu.state.Control;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.system.Reset;
import jvisor.cpu.vcpu.Vcpu;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Ten million random bytes as code in each mode: whatever the guest runs, the engine neither throws
 * nor hangs nor runs past its budget.
 */
class RandomCodeTest {
  private static final int MEMORY = 1 << 20;
  private static final int ROUNDS = 10;
  private static final int STRIDE = 64;
  private static final int BUDGET = 48;

  enum Mode {
    REAL,
    VIRTUAL_8086,
    PROTECTED_16,
    PROTECTED_32,
    COMPATIBILITY,
    LONG_KERNEL,
    LONG_USER
  }

  @ParameterizedTest
  @EnumSource
  void tenMillionRandomBytesDoNoHarm(Mode mode) {
    run(mode, Form.FAST_FORMS, ROUNDS);
  }

  @ParameterizedTest
  @EnumSource(names = {"PROTECTED_32", "COMPATIBILITY", "LONG_KERNEL", "LONG_USER"})
  void aMillionRandomBytesDoNoHarmAsTranslations(Mode mode) {
    run(mode, Form.TRANSLATED, 1);
  }

  private static void run(Mode mode, Form form, int rounds) {
    Random random = new Random(2026 + mode.ordinal());
    byte[] noise = new byte[MEMORY];
    long executed = 0;
    for (int round = 0; round < rounds; round++) {
      try (Rig rig = new Rig(form)) {
        random.nextBytes(noise);
        rig.memory.write(0, noise, 0, noise.length);
        for (int start = 0; start < MEMORY; start += STRIDE) {
          enter(rig.c, mode, start, random);
          long before = rig.c.retired();
          Exit exit = rig.engine.run(BUDGET);
          long ran = rig.c.retired() - before;
          assertThat(ran).isBetween(0L, (long) BUDGET);
          assertThat(exit != Exit.BUDGET || ran == BUDGET).isTrue();
          executed += ran;
        }
      }
    }
    assertThat(executed).isPositive();
  }

  private static void enter(Vcpu c, Mode mode, int start, Random random) {
    VcpuState s = c.state;
    Reset.powerOn(c);
    c.setHalted(false);
    c.setShutdown(false);
    c.takeRequest();
    boolean user = mode == Mode.LONG_USER || mode == Mode.VIRTUAL_8086;
    long cr0 = Control.CR0_ET | (mode == Mode.REAL ? 0 : Control.CR0_PE);
    s.setCr(0, random.nextInt(4) == 0 ? cr0 | Control.CR0_NE | Control.CR0_AM : cr0);
    s.setCr(4, Control.CR4_OSFXSR | Control.CR4_OSXMMEXCPT | Control.CR4_OSXSAVE);
    boolean longMode = mode.ordinal() >= Mode.COMPATIBILITY.ordinal();
    s.set(VcpuState.EFER, longMode ? Control.EFER_LMA | Control.EFER_LME | 1 : 0);
    int code =
        switch (mode) {
          case REAL, VIRTUAL_8086, PROTECTED_16 -> 0x9b00;
          case PROTECTED_32, COMPATIBILITY -> 0x9b00 | Segment.BIG;
          case LONG_KERNEL, LONG_USER -> 0x9b00 | Segment.LONG;
        };
    int dpl = (user ? 3 : 0) << Segment.DPL_SHIFT;
    boolean small = code == 0x9b00;
    long base = small ? start & ~0xfL : 0;
    s.setSegment(Segment.CS, (int) (base >> 4), base, small ? 0xffff : 0xffff_ffffL, code | dpl);
    int data = 0x9300 | dpl | (small ? 0 : Segment.BIG);
    for (int segment : new int[] {Segment.ES, Segment.SS, Segment.DS, Segment.FS, Segment.GS}) {
      s.setSegment(segment, 0, small ? 0x4000 : 0, small ? 0xffff : 0xffff_ffffL, data);
    }
    s.setSystemFlags(
        mode == Mode.VIRTUAL_8086 ? Rflags.VM : random.nextInt(8) == 0 ? Rflags.TF : 0);
    c.setCpl(user ? 3 : 0);
    c.modeChanged();
    c.mmu.flushAll();
    for (int i = 0; i < 16; i++) {
      s.setReg(i, random.nextInt(4) == 0 ? random.nextLong() : random.nextInt(MEMORY));
    }
    s.set(VcpuState.GDTR_LIMIT, 0xffff);
    s.set(VcpuState.IDTR_LIMIT, random.nextBoolean() ? 0xfff : 0);
    s.setRip(start - base);
  }
}
