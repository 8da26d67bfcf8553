package jvisor.cpu.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the virtual machine makes of the hot loop. */
class WarmLoopTest {
  private static final int TOP_TIER = 4;
  private static final int MAX_COMPILATIONS = 4;
  private static final Pattern COMPILATION =
      Pattern.compile("^\\s*\\d+\\s+\\d+\\s+[%sb!n ]*([1-4])\\s+(jvisor\\.\\S+::\\S+) (.*)$");

  @Test
  void theWarmLoopAllocatesNothing() {
    try (GuestMix mix = new GuestMix()) {
      for (int n = 0; n < 100; n++) {
        mix.run(100_000);
      }
      long before = GuestMix.allocated();
      for (int n = 0; n < 100; n++) {
        mix.run(100_000);
      }
      assertThat(GuestMix.allocated() - before).isLessThan(4096);
    }
  }

  @Test
  void theHotMethodsReachTheTopTierAndStayThere() throws IOException, InterruptedException {
    List<String> log = compilations();
    assertThat(log).contains(GuestMix.WARM);
    int warm = log.indexOf(GuestMix.WARM);
    for (String hot :
        List.of(
            "Interpreter::runBlocks",
            "AluOps$Add::execute",
            "AluOps$Cmp::execute",
            "AluOps$ToMemory::execute",
            "MoveOps$Load::execute",
            "MoveOps$Store::execute",
            "MoveOps$Lea::execute",
            "FlowOps$IfZero::execute",
            "FlowOps$Call::execute",
            "FlowOps$Ret::execute",
            "StackOps$Push::execute",
            "StackOps$Pop::execute",
            "ShiftOps$ByConstant::execute",
            "UnaryOps$Multiply::execute")) {
      String name = "jvisor.cpu.interpreter." + hot;
      assertThat(compiled(log, name)).as("top-tier compilations of " + hot).isPositive();
      assertThat(compiled(log, name))
          .as("top-tier compilations of " + hot)
          .isLessThanOrEqualTo(MAX_COMPILATIONS);
      assertThat(compiled(log.subList(warm, log.size()), name))
          .as("top-tier compilations of warm " + hot)
          .isLessThanOrEqualTo(1);
    }
    assertThat(log).noneMatch(line -> line.contains("jvisor.") && line.contains("not compilable"));
    assertThat(log).noneMatch(line -> line.contains("COMPILE SKIPPED") && line.contains("jvisor."));
  }

  private static long compiled(List<String> log, String method) {
    return log.stream()
        .map(COMPILATION::matcher)
        .filter(Matcher::matches)
        .filter(m -> Integer.parseInt(m.group(1)) == TOP_TIER && m.group(2).equals(method))
        .filter(m -> !m.group(3).contains("made not"))
        .count();
  }

  private static List<String> compilations() throws IOException, InterruptedException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Process process =
        new ProcessBuilder(
                java.toString(),
                "-Xbatch",
                "-XX:+PrintCompilation",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                GuestMix.class.getName())
            .redirectErrorStream(true)
            .start();
    List<String> log = new ArrayList<>();
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      reader.lines().forEach(log::add);
    }
    assertThat(process.waitFor()).as(String.join("\n", log)).isZero();
    return log;
  }
}
