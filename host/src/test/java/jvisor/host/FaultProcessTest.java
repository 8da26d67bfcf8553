package jvisor.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class FaultProcessTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-XX:+UseSerialGC",
        "-XX:+UseG1GC",
        "-XX:+UseZGC",
        "-Xint",
        "-Xcheck:jni -XX:+AllowUserSignalHandlers"
      })
  void theVirtualMachinesOwnFaultsGoOnWorkingWith(String options)
      throws IOException, InterruptedException {
    List<String> output = new ArrayList<>();
    assertThat(run(options, "check", output)).as(String.join("\n", output)).isZero();
    assertThat(output).containsExactly("lives");
  }

  @ParameterizedTest
  @ValueSource(strings = {"outside", "closed", "recovery"})
  void aFaultThatNobodyExpectsEndsTheProcess(String what) throws IOException, InterruptedException {
    List<String> output = new ArrayList<>();
    assertThat(run("-Xmx64m", what, output)).isNotZero();
    assertThat(output)
        .doesNotContain("lives")
        .anyMatch(line -> line.contains("A fatal error has been detected"))
        .anyMatch(line -> line.contains("SIGILL"));
  }

  private int run(String options, String what, List<String> output)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options.split(" ")));
    command.addAll(
        List.of(
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=" + folder.resolve("report"),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            FaultProcess.class.getName(),
            what));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      reader.lines().forEach(output::add);
    }
    return process.waitFor();
  }
}
