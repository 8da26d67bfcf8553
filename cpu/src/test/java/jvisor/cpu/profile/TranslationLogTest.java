package jvisor.cpu.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import jvisor.cpu.alone.TranslatedProgram;
import jvisor.cpu.translator.Translator;
import jvisor.cpu.translator.TranslatorOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The log of translations, which people read. */
class TranslationLogTest {
  private final List<String> lines = new ArrayList<>();

  @BeforeEach
  void hostTranslates() {
    assumeTrue(Translator.isSupported());
  }

  @Test
  void guestCodeStandsBesideTheHosts() {
    run("mov ecx, 3", "next: add rax, r10", "dec ecx", "jne next", "hlt");

    assertThat(lines)
        .anyMatch(line -> line.matches("translation 1: gpa 0x1005 la 0x1005, 64-bit, 3 .* 0x.*"))
        .anyMatch(line -> line.matches(" +\\(head\\) .*\\| \\+0 +sub r13, 0x3"))
        .anyMatch(line -> line.matches("  1005 +add rax, r10 +\\| \\+\\w+ +mov r14, .*guest r10"))
        .anyMatch(line -> line.matches(" +\\| \\+\\w+ +add rax, r14"))
        .anyMatch(line -> line.matches("  1008 +dec ecx +\\| \\+\\w+ +dec ecx"))
        .anyMatch(line -> line.matches(".* jmp LEAVE"))
        .noneMatch(line -> line.contains(" db "));
  }

  @Test
  void linksAreNamedByTheTranslationsThatTheyJoin() {
    run("mov ecx, 3", "next: dec ecx", "jmp on", "on: jrcxz end", "jmp next", "end: hlt");

    assertThat(lines)
        .anyMatch(line -> line.matches("link: translation 0\\+\\w+ to 1\\+0"))
        .anyMatch(line -> line.matches("link: translation [2-9]\\+\\w+ to [1-9]\\+0"));
  }

  @Test
  void codeThatIsWrittenToLosesItsTranslation() {
    run("call f", "mov byte ptr [f], 0xf8", "call f", "hlt", "f: nop", "ret");

    assertThat(lines).anyMatch(line -> line.matches("invalidated: translation \\d+"));
  }

  @Test
  void aStackThatIsInTwoPagesEachTimeIsShut() {
    run(
        "mov ecx, 100000",
        "mov rsp, 0x21008",
        "next: push rcx",
        "push rax",
        "test cl, 1",
        "je on",
        "inc rdx",
        "on: pop rax",
        "pop rcx",
        "dec ecx",
        "jne next",
        "hlt");

    assertThat(lines)
        .anyMatch(line -> line.matches("shut: translation \\d+, 16 bytes at rsp.\\d+"));
    assertThat(lines.stream().dropWhile(line -> !line.startsWith("shut: ")))
        .as("the translation without it")
        .anyMatch(line -> line.startsWith("translation "));
  }

  @Test
  void aFunctionsEndIsTranslatedOnceMoreForItsWindow() {
    run(
        "mov ecx, 80000",
        "mov rsp, 0x20800",
        "next: sub rsp, 32",
        "mov edi, end",
        "jmp rdi",
        "on: dec ecx",
        "jne next",
        "hlt",
        "end: pop rax",
        "pop rbx",
        "pop rdx",
        "pop rsi",
        "mov edi, on",
        "jmp rdi");

    assertThat(lines.stream().filter(line -> line.matches(".* pop rdx .*"))).hasSizeGreaterThan(1);
  }

  @Test
  void whatIsNotWorthATranslationIsTold() {
    try (TranslatedProgram program =
        new TranslatedProgram(
            new Translator(
                TranslatorOptions.USUAL.withThreshold(1), new TranslationLog(lines::add)),
            String.join("\n", "fninit", "fninit", "jmp next", "next: hlt"))) {
      program.run();
    }

    assertThat(lines)
        .anyMatch(
            line -> line.matches("not translated: gpa 0x1000, 2 of 3 instructions would leave"));
  }

  private void run(String... source) {
    try (TranslatedProgram program =
        new TranslatedProgram(
            new Translator(TranslatorOptions.always(), new TranslationLog(lines::add)),
            String.join("\n", source))) {
      program.run();
    }
  }
}
