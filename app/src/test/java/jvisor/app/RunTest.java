package jvisor.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams, statuses and ends of {@code run}, in a process of its own. */
class RunTest {
  @TempDir Path home;

  @Test
  void aGuestThatPowersOffEndsWithNothingButItsOutput() {
    Program.Result result = Program.guest(home, "say=hello").run();
    assertThat(result.status()).isZero();
    assertThat(result.out()).isEqualTo("hello\r\n");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void inputReachesTheGuestAndItsEndDoesNotEndTheMachine() {
    Program.Result result = Program.guest(home, "echo", "--timeout", "3s").input("abc").run();
    assertThat(result.out()).isEqualTo("abc");
    assertThat(result.status()).isEqualTo(124);
    assertThat(result.err()).isEqualTo("jvisor: stopped: --timeout 3s is over\n");
  }

  @Test
  void theEscapeKeyIsAByteLikeAnyOtherWhereThereIsNoTerminal() {
    Program.Result result = Program.guest(home, "echo").input("a\u001dpoweroff").run();
    assertThat(result.out()).isEqualTo("a<29>poweroff\r\nbye\r\n");
    assertThat(result.status()).isZero();
  }

  @Test
  void aLongInputArrivesWhole() {
    String text = "0123456789abcdef".repeat(40_000);
    Program.Result result = Program.guest(home, "echo").input(text + "poweroff").run();
    assertThat(result.out()).isEqualTo(text + "poweroff\r\nbye\r\n");
  }

  @Test
  void enginesThatDifferAreStatusFiveWithTheReportOnTheErrorStream() {
    Program.Result result = Program.guest(home, "differ").run();
    assertThat(result.status()).isEqualTo(5);
    assertThat(result.err()).isEqualTo("jvisor: the engines differ\nrax 1 2\n");
  }

  @Test
  void aDeadGuestIsStatusFourWithItsRegistersOnTheErrorStream() {
    Program.Result result = Program.guest(home, "notice die").run();
    assertThat(result.status()).isEqualTo(4);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .isEqualTo(
            """
            jvisor: the guest died: triple fault
            rax=0
            rip=fff0
            jvisor: unknown instruction 0f 0b
            """);
  }

  @Test
  void aDebugExitIsTheStatus() {
    assertThat(Program.guest(home, "exit=77", "--debug-exit").run().status()).isEqualTo(77);
  }

  @Test
  void aRebootThatMayNotBeIsAGoodEnd() {
    assertThat(Program.guest(home, "reboot", "--no-reboot").run().status()).isZero();
  }

  @Test
  void anErrorOfOursIsStatusSeventyWithAReport() throws IOException {
    Program.Result result = Program.guest(home, "say=hi notice throw").run();
    assertThat(result.status()).isEqualTo(70);
    assertThat(result.out()).isEqualTo("hi\r\n");
    assertThat(result.err().lines()).hasSize(1);
    String path = result.err().strip().replaceFirst(".*report: ", "");
    assertThat(path).startsWith(home + "/.local/state/jvisor/reports/");
    assertThat(Files.readString(Path.of(path)))
        .contains("bug in the machine", "rip=dead", "unknown instruction 0f 0b", "--append");
  }

  @Test
  void aMachineThatCannotBeMadeIsOneLineAndStatusTwo() {
    Program.Result result = Program.guest(home, "unbootable").run();
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).isEqualTo("jvisor: vmlinuz: no kernel that this machine knows\n");
  }

  @Test
  void filesAreLeftAloneIfThereIsNoMachineToWriteThem() throws IOException {
    Path trace = home.resolve("new.trace");
    Path explained = Files.writeString(home.resolve("old.txt"), "precious");
    Program.Result result =
        Program.guest(home, "unbootable", "--trace", trace.toString(), "--explain=" + explained)
            .run();
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err().lines()).hasSize(1);
    assertThat(trace).doesNotExist();
    assertThat(explained).hasContent("precious");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--trace", "--explain"})
  void aFileThatCannotBeMadeIsOneLineAndStatusTwo(String option) {
    Program.Result result = Program.guest(home, "say=x", option + "=/proc/no/such").run();
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).matches("jvisor: " + option + " /proc/no/such: .+\n");
  }

  @Test
  void moreMemoryThanTheHostHasIsOneLineAndStatusTwo() {
    Program.Result result = Program.guest(home, "huge", "--memory", "900G").run();
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.err()).contains("--memory 921600M");
  }

  @Test
  void theStateIsDumpedAtTheEndIfAskedFor() {
    Program.Result result = Program.guest(home, "say=x", "--dump-state-on-exit").run();
    assertThat(result.out()).isEqualTo("x\r\n");
    assertThat(result.err()).isEqualTo("rip=dead\nrsp=beef\n");
  }

  @Test
  void automaticChoiceSaysThatItFellBack() {
    Program.Result result = Program.in(home, "run", "--kernel", "x", "--append", "say=x").run();
    assertThat(result.err())
        .isEqualTo("jvisor: fell back to engine interpreter: no kvm, no /dev/kvm\n");
  }

  @Test
  void streamsGoWhereTheOptionsSay() throws IOException {
    Path serial = home.resolve("serial");
    Program.Result result =
        Program.guest(home, "say=hi debugcon", "--serial", "file:" + serial, "--debugcon", "stdio")
            .run();
    assertThat(result.out()).isEqualTo("debug\n");
    assertThat(serial).hasContent("hi");
    assertThat(Program.guest(home, "say=hi", "--serial", "none").run().out()).isEmpty();
  }

  @Test
  void aFullDiskUnderTheOutputIsOneLineAndStatusTwo() {
    Program.Result result = Program.guest(home, "spam", "--serial", "file:/dev/full").run();
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err())
        .isEqualTo(
            "jvisor: cannot write the guest's output to /dev/full: No space left on device\n");
  }

  @Test
  void anOutputFileThatCannotBeMadeIsOneLineAndStatusTwo() {
    Program.Result result = Program.guest(home, "", "--serial", "file:/proc/no/such").run();
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.err()).contains("--serial file:/proc/no/such");
  }

  @Test
  void aReaderThatGoesAwayEndsTheMachineQuietly() throws Exception {
    Process process = Program.guest(home, "spam").builder().start();
    try (BufferedReader out = process.inputReader()) {
      assertThat(out.readLine()).startsWith("0123");
    }
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(text(process.getErrorStream())).isEmpty();
  }

  @Test
  void aSlowReaderStillGetsEveryByteOfAGuestThatHasEnded() throws Exception {
    Process process = Program.guest(home, "flood=300000").builder().start();
    assertThat(text(process.getInputStream()).length()).isEqualTo(300_000);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aTimeoutEndsEvenAGuestWhoseReaderIsStuck() throws Exception {
    Process process = Program.guest(home, "spam", "--timeout", "1s").builder().start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(124);
  }

  @Test
  void aMachineThatDoesNotObeyIsEndedAndReported() {
    Program.Result result = Program.guest(home, "deaf", "--timeout", "100ms").run();
    assertThat(result.status()).isEqualTo(124);
    assertThat(result.err()).contains("the machine does not stop", "report: ");
  }

  @Test
  void signalsEndTheMachineWithTheirStatus() throws Exception {
    for (String signal : new String[] {"INT 130", "TERM 143"}) {
      String[] parts = signal.split(" ");
      Process process =
          Program.guest(home, "say=ready echo", "--dump-state-on-exit").builder().start();
      try (BufferedReader out = process.inputReader()) {
        assertThat(out.readLine()).isEqualTo("ready");
        new ProcessBuilder("kill", "-" + parts[0], Long.toString(process.pid())).start().waitFor();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(process.exitValue()).as(signal).isEqualTo(Integer.parseInt(parts[1]));
      assertThat(text(process.getErrorStream())).isEqualTo("rip=dead\nrsp=beef\n");
    }
  }

  @Test
  void theOptionsReachTheMachine() {
    String out =
        Program.guest(
                home,
                "config",
                "--memory=1G",
                "--cpus=3",
                "--cpu=max,+avx,-rdrand",
                "--hypervisor=none",
                "--clock=instructions:50",
                "--seed=-7",
                "--debug-exit",
                "--no-reboot",
                "--on-triple-fault=reset",
                "--initrd=y")
            .run()
            .out();
    assertThat(out)
        .contains(
            "boot=Kernel[file=x, initrd=y, append=config]",
            "memoryBytes=1073741824, cpus=3",
            "cpu=CpuSpec[model=max, add=[avx], remove=[rdrand]]",
            "hypervisor=NONE",
            "clock=Instructions[mips=50]",
            "seed=OptionalLong[-7]",
            "debugExit=true, noReboot=true, onTripleFault=RESET");
  }

  @Test
  void reportsGoElsewhereIfTheirFolderCannotBeWritten() throws IOException {
    Files.writeString(home.resolve(".local"), "in the way");
    Program.Result result = Program.guest(home, "throw").run();
    assertThat(result.status()).isEqualTo(70);
    Path report = Path.of(result.err().strip().replaceFirst(".*report: ", ""));
    assertThat(report).exists();
    Files.delete(report);
    try (Stream<Path> left = Files.list(home)) {
      assertThat(left).noneMatch(file -> file.getFileName().toString().equals("jvisor"));
    }
  }

  private static String text(InputStream stream) throws IOException {
    return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
  }
}
