package jvisor.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Profiles as people and scripts get them. */
class ProfileTest {
  @TempDir private Path home;

  @Test
  void theGuestSpeaksOnOneStreamAndTheProfileFollowsOnTheOther() {
    Program.Result result = profile("exit=9", "--blocks", "1");

    assertThat(result.status()).isEqualTo(9);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .startsWith("engine translator, 2.00 s\n")
        .contains("  75.0 %  emitted code\n")
        .contains("             3  75.0 %  attention\n")
        .contains("             1  25.0 %  instruction: hlt\n")
        .contains("gpa 0x1000 la 0xffff8000: entered 500 times")
        .contains("(50.0 % of all instructions of emitted code)\n  inc eax\n");
  }

  @Test
  void asJsonItIsNotMixedWithWhatTheGuestSays() {
    Program.Result result = profile("say=x", "--json");

    assertThat(result.out()).isEqualTo("x\r\n");
    JsonNode tree = JsonMapper.shared().readTree(result.err());
    assertThat(tree.at("/time/0/where").asString()).isEqualTo("emitted code");
  }

  @Test
  void aFileGetsItAsJson() throws IOException {
    Path file = home.resolve("profile.json");
    Program.Result result = profile("say=x", "--json", "--output", file.toString());

    assertThat(result.out()).isEqualTo("x\r\n");
    assertThat(result.err()).isEmpty();
    JsonNode tree = JsonMapper.shared().readTree(Files.readString(file));
    assertThat(tree.at("/time/0/where").asString()).isEqualTo("emitted code");
    assertThat(tree.at("/translator/exits/1/detail").asString()).isEqualTo("hlt");
    assertThat(tree.at("/translator/blocks").size()).isEqualTo(10);
  }

  private Program.Result profile(String script, String... more) {
    String[] line = {"profile", "--engine", "interpreter", "--kernel", "x", "--append", script};
    String[] arguments = Arrays.copyOf(line, line.length + more.length);
    System.arraycopy(more, 0, arguments, line.length, more.length);
    return Program.in(home, arguments).run();
  }
}
