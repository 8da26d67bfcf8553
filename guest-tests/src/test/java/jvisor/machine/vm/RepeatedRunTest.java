package jvisor.machine.vm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Where time is counted in instructions, a guest's life repeats itself exactly. */
@Tag("long")
class RepeatedRunTest {
  @Test
  void twoRunsWithOneSeedAreTheSameAndAnotherSeedMakesAnother() {
    Life first = Life.lived(7, pc -> {});
    Life again = Life.lived(7, pc -> {});
    assertThat(again.serial()).isEqualTo(first.serial());
    assertThat(again.states()).isEqualTo(first.states());
    assertThat(first.states()).hasSizeGreaterThan(300);
    Life other = Life.lived(8, pc -> {});
    assertThat(other.serial()).isNotEqualTo(first.serial());
    assertThat(other.states()).isNotEqualTo(first.states());
  }
}
