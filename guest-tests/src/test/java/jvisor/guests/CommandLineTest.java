package jvisor.guests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program in a process of its own, with a real machine in it. */
class CommandLineTest {
  @TempDir Path folder;

  @Test
  void thePipedExampleOfTheHelpRuns() throws Exception {
    DebianFiles.mini();
    Result result = run("uname -a; poweroff\n", "--timeout", "300s");
    assertThat(result.err()).isEmpty();
    assertThat(result.status()).isZero();
    assertThat(result.out()).contains("root@jvisor:~# ").contains("Linux jvisor 6.");
  }

  @Test
  void theDebugExitIsTheStatus() throws Exception {
    Result result = run("", "--firmware", tiny("mov eax, 20\nout 0xf4, eax"), "--debug-exit");
    assertThat(result).isEqualTo(new Result(41, "", ""));
  }

  @Test
  void aDeadGuestIsTold() throws Exception {
    Result result = run("", "--firmware", tiny("cli\nhlt"));
    assertThat(result.status()).isEqualTo(4);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).startsWith("jvisor: the guest died: ").contains("rip=");
  }

  @Test
  void timeEnds() throws Exception {
    Result result = run("", "--firmware", tiny("spin: jmp spin"), "--timeout", "1s");
    assertThat(result.status()).isEqualTo(124);
    assertThat(result.err()).isEqualTo("jvisor: stopped: --timeout 1s is over\n");
  }

  @Test
  void serialAndDebugConsoleGoWhereTheyAreTold() throws Exception {
    String code =
        """
          mov dx, 0x3fb
          mov al, 3
          out dx, al
          mov dx, 0x3f8
          mov al, 's'
          out dx, al
          mov al, 'd'
          out 0xe9, al
          mov dx, 0xcf9
          mov al, 6
          out dx, al
          hlt
        """;
    Path file = folder.resolve("serial");
    Result result =
        run(
            "",
            "--firmware",
            tiny(code),
            "--serial",
            "file:" + file,
            "--debugcon",
            "stdio",
            "--no-reboot");
    assertThat(result).isEqualTo(new Result(0, "d", ""));
    assertThat(file).hasContent("s");
  }

  private String tiny(String code) {
    return TinyGuest.file(folder, code).toString();
  }

  private record Result(int status, String out, String err) {}

  private Result run(String input, String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "jvisor.app.Main",
                "run"));
    command.addAll(List.of(arguments));
    Path in = Files.write(folder.resolve("in"), input.getBytes(StandardCharsets.UTF_8));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process =
        new ProcessBuilder(command)
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    if (!process.waitFor(6, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError("still runs: " + arguments[0] + "\n" + Files.readString(out));
    }
    return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
