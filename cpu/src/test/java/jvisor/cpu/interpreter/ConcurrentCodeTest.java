package jvisor.cpu.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import jvisor.platform.GuestMemory;
import jvisor.platform.MachineLock;
import jvisor.platform.MmioBus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Processors that share their code and have threads: what each changes, and when others wait. */
@ParameterizedClass
@EnumSource(names = {"FAST_FORMS", "TRANSLATED"})
class ConcurrentCodeTest {
  private static final long OTHER = 0x3000;
  private static final long PAGE = 0x5000;

  private final Form form;
  private final Counted lock = new Counted();
  private GuestMemory memory;
  private Rig first;
  private Rig second;

  ConcurrentCodeTest(Form form) {
    this.form = form;
  }

  /** Counts how often somebody has been alone. */
  private static final class Counted implements MachineLock {
    private int depth;
    private int times;

    @Override
    public void enter() {
      depth++;
    }

    @Override
    public void exit() {
      depth--;
    }

    @Override
    public void alone() {
      assertThat(depth).isPositive();
      times++;
    }

    @Override
    public boolean isShared() {
      return true;
    }
  }

  @BeforeEach
  void build() {
    memory = new GuestMemory(1 << 20, 1L << 31, new MmioBus());
    memory.guard(lock);
    first = new Rig(form, memory);
    second = new Rig(first);
  }

  @AfterEach
  void close() {
    assertThat(lock.depth).isZero();
    second.close();
    first.close();
    memory.close();
  }

  /** Runs {@code mov rax, N; hlt} at {@link #PAGE}; answers N. */
  private static long run(Rig rig) {
    return run(rig, PAGE);
  }

  private static long run(Rig rig, long at) {
    rig.c.setHalted(false);
    rig.c.state.setRip(at);
    assertThat(rig.engine.run(100)).isEqualTo(Exit.HALTED);
    return rig.reg(Rig.RAX);
  }

  private void store(Rig by, long address, int value) {
    long at = OTHER + 0x1000 * by.c.number;
    by.code(at, "c60425 %08x %02x f4".formatted(Integer.reverseBytes((int) address), value));
    run(by, at);
  }

  private void program(int value) {
    first.code(PAGE, "48c7c0%02x000000 f4".formatted(value));
  }

  @Test
  void aPageThatTurnsIntoCodeIsWatchedForAll() {
    program(1);
    store(second, PAGE + 0x800, 1);
    assertThat(run(first)).isEqualTo(1);
    store(second, PAGE + 3, 5);
    assertThat(run(first)).isEqualTo(5);
    assertThat(run(second)).isEqualTo(5);
  }

  @Test
  void aStoreOfOneReachesWhatAllHaveDecoded() {
    program(1);
    run(first);
    run(second);
    for (int value = 2; value < 40; value++) {
      store(value % 2 == 0 ? first : second, PAGE + 3, value);
      assertThat(run(first)).isEqualTo(value);
      assertThat(run(second)).isEqualTo(value);
    }
  }

  @Test
  void othersWaitOnlyForTheFirstWhoDecodesInAPage() {
    program(1);
    int before = lock.times;
    run(first);
    assertThat(lock.times).isEqualTo(before + 1);
    run(second);
    assertThat(lock.times).isEqualTo(before + 1);
  }

  @Test
  void othersDoNotWaitForAStoreToOnesOwnCodeOrToDataBesideIt() {
    program(1);
    run(first);
    int before = lock.times;
    first.c.mmu.store8(PAGE + 3, 2);
    second.c.mmu.store8(PAGE + 0x800, 1);
    assertThat(run(first)).isEqualTo(2);
    assertThat(lock.times).isEqualTo(before);
    second.c.mmu.store8(PAGE + 3, 3);
    assertThat(lock.times).isEqualTo(before + 1);
  }

  @Test
  void aDevicesWriteAndAMovedFrameReachAll() {
    program(1);
    run(first);
    run(second);
    memory.write(PAGE + 3, 1, 8);
    assertThat(run(first)).isEqualTo(8);
    assertThat(run(second)).isEqualTo(8);
    assertThat(memory.moveFrame(PAGE)).isTrue();
    store(second, PAGE + 3, 9);
    assertThat(run(first)).isEqualTo(9);
  }

  @Test
  void aPageThatHasBeenForgottenIsWatchedAgain() {
    program(1);
    run(first);
    run(second);
    first.engine.close();
    store(first, PAGE + 3, 6);
    assertThat(run(second)).isEqualTo(6);
    assertThat(run(first)).isEqualTo(6);
  }

  /** A page of code that is filled with data has write tags again. */
  @Test
  void aPageThatTurnsIntoDataIsWatchedNoMore() {
    program(1);
    run(first);
    store(second, PAGE + 3, 2);
    // mov edi, 0x5000; mov ecx, 200; mov [rdi], al; inc edi; dec ecx; jnz; hlt
    second.code(OTHER, "bf00500000 b9c8000000 8807 ffc7 ffc9 75f8 f4");
    second.c.setHalted(false);
    second.c.state.setRip(OTHER);
    assertThat(second.engine.run(10_000)).isEqualTo(Exit.HALTED);
    assertThat(second.c.mmu.direct(PAGE, true)).isNotZero();
    program(7);
    assertThat(run(first)).isEqualTo(7);
    assertThat(second.c.mmu.direct(PAGE, true)).isZero();
  }
}
