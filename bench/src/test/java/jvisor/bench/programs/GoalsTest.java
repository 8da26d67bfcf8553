package jvisor.bench.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class GoalsTest {
  @Test
  void theProgramThatFaresWorstDecides() {
    Report report =
        new Report(
            List.of(
                Sample.row("fib", "fib", 1, 1, 9),
                Sample.row("aes", "AES-NI", 1, 1.5, 4.5),
                Sample.row("matmul", "matmul", 1, 1.1, 11)),
            List.of(Sample.boot(Boots.FIRST, 2, 1), Sample.boot("boot-later", 2, 1)),
            Sample.row("nothing", "marks alone", 1, 1, 1),
            3,
            Map.of(),
            "");
    assertThat(Goals.of(report).stream().map(Goals.Goal::cells))
        .containsExactly(
            List.of("suite, geometric mean: QEMU/Jvisor", "≥ 3.5", "≥ 6.0", "6.46", "aim reached"),
            List.of(
                "any program, at least: QEMU/Jvisor (AES-NI)",
                "≥ 1.0",
                "≥ 2.0",
                "3.00",
                "aim reached"),
            List.of(
                "matmul, n-body, AES-NI, at most: Jvisor/native (AES-NI)",
                "≤ 1.6",
                "≤ 1.2",
                "1.50",
                "reached"),
            List.of("boot: Jvisor/QEMU", "≤ 2.5", "≤ 1.2", "2.00", "reached"),
            List.of("boot: Jvisor/QEMU", "≤ 1.5", "≤ 0.8", "2.00", "missed"));
  }

  @Test
  void whatWasNotMeasuredIsNotReached() {
    assertThat(new Goals.Goal("all", OptionalDouble.empty(), 1, 2, true).verdict())
        .isEqualTo("not measured");
    assertThat(new Goals.Goal("all", OptionalDouble.of(1), 1, 2, true).verdict())
        .isEqualTo("reached");
    assertThat(new Goals.Goal("all", OptionalDouble.of(0.99), 1, 2, true).verdict())
        .isEqualTo("missed");
  }
}
