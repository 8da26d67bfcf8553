package jvisor.cpu.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import jvisor.cpu.vcpu.Vcpu;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Two processors that share the code they have decoded, and whoever changes it. */
@ParameterizedClass
@EnumSource(names = {"FAST_FORMS", "TRANSLATED"})
class SharedCodeTest {
  private static final int RAX = Rig.RAX;
  private static final long OTHER = 0x3000;

  private final Form form;
  private Rig first;
  private Rig second;

  SharedCodeTest(Form form) {
    this.form = form;
  }

  @BeforeEach
  void build() {
    first = new Rig(form);
    second = new Rig(first);
    first.code(Rig.CODE, "48c7c001000000 f4"); // mov rax, 1; hlt
    both(1);
  }

  @AfterEach
  void close() {
    second.close();
    first.close();
  }

  private static long run(Rig rig) {
    rig.c.setHalted(false);
    rig.c.state.setRip(Rig.CODE);
    rig.c.state.setReg(RAX, 0);
    assertThat(rig.engine.run(100)).isEqualTo(Exit.HALTED);
    return rig.reg(RAX);
  }

  private void both(long value) {
    assertThat(run(first)).isEqualTo(value);
    assertThat(run(second)).isEqualTo(value);
    assertThat(run(first)).isEqualTo(value);
  }

  private void store(Rig by, long address, int value) {
    by.code(OTHER, "c60425 %08x %02x f4".formatted(Integer.reverseBytes((int) address), value));
    by.c.setHalted(false);
    by.c.state.setRip(OTHER);
    assertThat(by.engine.run(100)).isEqualTo(Exit.HALTED);
  }

  @Test
  void aStoreOfOneIsSeenByTheOther() {
    store(second, Rig.CODE + 3, 7);
    both(7);
    store(first, Rig.CODE + 3, 9);
    both(9);
  }

  /** The second one's write entry for the page is from before the first one decoded code there. */
  @Test
  void aPageThatTurnsIntoCodeIsWatchedForEveryProcessor() {
    long page = 0x5000;
    store(second, page + 0x800, 1);
    first.code(page, "48c7c001000000 f4");
    first.c.setHalted(false);
    first.c.state.setRip(page);
    assertThat(first.engine.run(100)).isEqualTo(Exit.HALTED);
    store(second, page + 3, 5);
    first.c.setHalted(false);
    first.c.state.setRip(page);
    assertThat(first.engine.run(100)).isEqualTo(Exit.HALTED);
    assertThat(first.reg(RAX)).isEqualTo(5);
  }

  @Test
  void aDevicesWriteIsSeenByBoth() {
    first.memory.write(Rig.CODE + 3, 1, 8);
    both(8);
  }

  @Test
  void aPageThatMovesIsFollowedByBoth() {
    assertThat(first.memory.moveFrame(Rig.CODE)).isTrue();
    both(1);
    store(second, Rig.CODE + 3, 6);
    both(6);
  }

  @Test
  void aTurnThatEndsInsideABlockGoesOnBehindWhatTheOtherHasChanged() {
    first.code(Rig.CODE, "48ffc0 48ffc0 48ffc0 f4"); // three times inc rax; hlt
    both(3);
    first.c.setHalted(false);
    first.c.state.setRip(Rig.CODE);
    first.c.state.setReg(RAX, 0);
    assertThat(first.engine.run(1)).isEqualTo(Exit.BUDGET);
    store(second, Rig.CODE + 5, 0xc8); // the second becomes dec
    assertThat(first.engine.run(100)).isEqualTo(Exit.HALTED);
    assertThat(first.reg(RAX)).isEqualTo(1);
  }

  @Test
  void pauseGivesWayOnlyToAnotherThatCouldRun() {
    first.code(Rig.CODE, "f390 f4"); // pause; hlt
    Vcpu c = first.c;
    c.state.setRip(Rig.CODE);
    assertThat(first.engine.run(100)).isEqualTo(Exit.HALTED);
    c.setHalted(false);
    c.setCompany(() -> true);
    c.state.setRip(Rig.CODE);
    assertThat(first.engine.run(100)).isEqualTo(Exit.GAVE_WAY);
    assertThat(first.engine.run(100)).isEqualTo(Exit.HALTED);
  }
}
