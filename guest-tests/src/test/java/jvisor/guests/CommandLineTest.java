package jvisor.guests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
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
    Path calls = folder.resolve("calls");
    Result result =
        run(
            "uname -a; poweroff\n",
            "--timeout",
            "300s",
            "--explain=syscalls,count=9,file:" + calls);
    assertThat(result.err()).isEmpty();
    assertThat(calls)
        .content()
        .containsPattern("trapped  syscall at [0-9a-f]+, user code \\(level 3\\)")
        .contains(" in Linux), rdi=")
        .containsPattern("handler  the guest's, at ffffffff[0-9a-f]+, .*; level 3 -> 0")
        .contains(" system call returns, ");
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

  @Test
  void tracesAreWrittenShownAndCompared() throws Exception {
    String code = "mov ax, 0x1234\nrdrand ecx\nmov [0x500], ax\nmov eax, 20\nout 0xf4, eax";
    for (String seed : List.of("1", "1", "2")) {
      Path file = folder.resolve(seed + ".trace");
      if (Files.exists(file)) {
        Files.move(file, folder.resolve("again.trace"));
      }
      Result result =
          run(
              "",
              "--firmware",
              tiny(code),
              "--debug-exit",
              "--clock",
              "instructions",
              "--seed",
              seed,
              "--trace",
              file.toString());
      assertThat(result).isEqualTo(new Result(41, "", ""));
    }
    String one = folder.resolve("1.trace").toString();
    Result shown = program("", "trace", "show", one, "--from", "3", "--count", "1");
    assertThat(shown.out())
        .contains(
            "           3 0         0000f007 a30005                mov word ptr [0x500], ax\n")
        .endsWith("store2 [500] = 1234\n");
    Result json = program("", "trace", "show", one, "--count", "1", "--json");
    assertThat(json.out().lines().toList().getLast())
        .startsWith("{\"completed\":0,\"cpu\":0,\"cpl\":0,\"bits\":16,\"rip\":\"fff0\"");
    String again = folder.resolve("again.trace").toString();
    assertThat(program("", "trace", "diff", one, again))
        .isEqualTo(new Result(0, "the same, 6 instructions\n", ""));
    Result differ = program("", "trace", "diff", one, folder.resolve("2.trace").toString());
    assertThat(differ.status()).isEqualTo(1);
    assertThat(differ.out())
        .startsWith("after 2 equal instructions they differ: rcx\n")
        .contains("\n-            2 0         0000f003 660fc7f1              rdrand ecx\n")
        .contains("\n+            2 0 ");
  }

  @Test
  void trapsAreExplainedOnStandardError() throws Exception {
    Result result =
        run(
            "",
            "--firmware",
            tiny("mov al, 65\nout 0xe9, al\nmov eax, 20\nout 0xf4, eax"),
            "--debug-exit",
            "--explain=ports,count=1");
    assertThat(result.status()).isEqualTo(41);
    assertThat(result.err())
        .isEqualTo(
            """
            #1 port e9, after 2 instructions
               trapped  out 0xe9, al at f002, the kernel (level 0)
               why      ports are devices, and devices are the monitor's: writes 41 (1 byte)
               handler  the monitor: debug console
               control  the next instruction
            """);
    Result wrong = run("", "--firmware", "x", "--explain=syscals");
    assertThat(wrong.status()).isEqualTo(2);
    assertThat(wrong.err()).contains("'syscals' is none of syscalls, faults, ").hasLineCount(1);
  }

  @Test
  void whatIsNoTraceIsOneLine() throws Exception {
    Path cut =
        Files.write(folder.resolve("cut"), HexFormat.of().parseHex("894a56540d0a1a0a01000000"));
    Path other = Files.writeString(folder.resolve("other"), "text");
    for (String action : List.of("show", "diff")) {
      List<String> arguments = new ArrayList<>(List.of("trace", action, other.toString()));
      arguments.addAll(action.equals("diff") ? List.of(cut.toString()) : List.of());
      Result result = program("", arguments.toArray(new String[0]));
      assertThat(result.status()).isEqualTo(2);
      assertThat(result.err()).isEqualTo("jvisor: trace " + other + ": it is no trace\n");
    }
    Result result = program("", "trace", "diff", cut.toString(), cut.toString());
    assertThat(result)
        .isEqualTo(new Result(2, "", "jvisor: trace " + cut + ": it has been cut short\n"));
  }

  private String tiny(String code) {
    return TinyGuest.file(folder, code).toString();
  }

  private record Result(int status, String out, String err) {}

  private Result run(String input, String... arguments) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("run"));
    all.addAll(List.of(arguments));
    return program(input, all.toArray(new String[0]));
  }

  private Result program(String input, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "jvisor.app.Main"));
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
