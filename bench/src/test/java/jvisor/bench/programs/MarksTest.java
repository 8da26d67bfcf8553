package jvisor.bench.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class MarksTest {
  private final Marks marks = new Marks("fib");

  @Test
  void theTimeIsThatBetweenTheMarks() throws IOException {
    assertThat(marks.accept("@start", 1000)).isFalse();
    assertThat(marks.accept("@end", 4500)).isFalse();
    assertThat(marks.accept("@sum 00ff", 5000)).isFalse();
    assertThat(marks.accept("@exit 0", 9000)).isTrue();
    assertThat(marks.outcome()).isEqualTo(new Marks.Outcome(3500, "00ff"));
  }

  @Test
  void whatOthersSayInBetweenDoesNotMatter() throws IOException {
    assertThat(marks.accept("@start", 1)).isFalse();
    assertThat(marks.accept("[  1.5] random: crng init done", 2)).isFalse();
    assertThat(marks.accept("", 3)).isFalse();
    marks.accept("@end", 4);
    marks.accept("@sum 1", 5);
    marks.accept("@exit 0", 6);
    assertThat(marks.outcome().nanos()).isEqualTo(3);
  }

  @Test
  void aProgramThatSaysWhatIsWrongIsQuoted() throws IOException {
    marks.accept("@start", 1);
    assertThatThrownBy(() -> marks.accept("@failed no memory", 2))
        .isInstanceOf(IOException.class)
        .hasMessage("fib said @failed no memory");
  }

  @Test
  void anotherStatusThanZeroIsAnError() throws IOException {
    marks.accept("@start", 1);
    assertThatThrownBy(() -> marks.accept("@exit 267", 2))
        .isInstanceOf(IOException.class)
        .hasMessage("fib ended with status 267");
  }

  @Test
  void marksOutOfTurnAreAnError() {
    assertThatThrownBy(() -> marks.accept("@end", 1))
        .isInstanceOf(IOException.class)
        .hasMessage("fib said @end out of turn");
    assertThatThrownBy(() -> marks.accept("@exit 0", 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("out of turn");
  }

  @Test
  void aProgramWithoutChecksumHasNoOutcome() throws IOException {
    marks.accept("@start", 1);
    marks.accept("@end", 2);
    assertThatThrownBy(() -> marks.accept("@exit 0", 3)).isInstanceOf(IOException.class);
    assertThatThrownBy(marks::outcome).isInstanceOf(IllegalStateException.class);
  }
}
