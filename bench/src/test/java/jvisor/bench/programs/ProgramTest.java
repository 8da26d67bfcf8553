package jvisor.bench.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProgramTest {
  @Test
  void programsAreFoundByNameAndRunInTheirOrder() {
    assertThat(Program.named(List.of("pipe", "aes"))).containsExactly(Program.AES, Program.PIPE);
    assertThatThrownBy(() -> Program.named(List.of("pipe", "ease")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no program is called ease; there are integer, sha256");
  }

  @Test
  void everyProgramHasItsSource() {
    assertThat(Program.values())
        .allSatisfy(p -> assertThat(Suite.class.getResource(p.file() + ".c")).isNotNull());
  }
}
