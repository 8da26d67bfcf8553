package jvisor.cpu.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import jvisor.cpu.alone.TranslatedProgram;
import jvisor.cpu.interpreter.HotTier;
import jvisor.cpu.translator.TranslationListener;
import jvisor.cpu.translator.Translator;
import jvisor.cpu.translator.TranslatorOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a profile counts. */
class ProfiledTierTest {
  private static final int LOOP = 1000;

  @BeforeEach
  void hostTranslates() {
    assumeTrue(Translator.isSupported());
  }

  @Test
  void theHottestBlockComesFirstAndIsCountedExactly() {
    TierReport report =
        run("mov ecx, 1000", "next: inc rax", "dec ecx", "jne next", "jmp end", "end: hlt");

    TierReport.Hot hottest = report.blocks().getFirst();
    assertThat(hottest.la()).isEqualTo(TranslatedProgram.CODE + 5);
    assertThat(hottest.size()).isEqualTo(3);
    assertThat(hottest.executions()).isEqualTo(LOOP);
    assertThat(hottest.code()).anyMatch(line -> line.contains("inc rax"));
    assertThat(report.executed()).isEqualTo(1 + 3 * LOOP + 1);
  }

  @Test
  void anInstructionWithoutAnEmittedFormIsNamed() {
    TierReport report = run("mov ecx, 1000", "next: fninit", "dec ecx", "jne next", "hlt");

    assertThat(report.exits())
        .contains(new TierReport.Line(new Cause(ExitKind.INSTRUCTION, "fninit"), LOOP, 0));
    assertThat(report.resumed()).isEqualTo(LOOP);
  }

  @Test
  void accessesThatTheTlbDoesNotAdmitAreToldApart() {
    TierReport report =
        run(
            "mov ecx, 1000",
            "next: mov eax, dword ptr [0x20ffe]",
            "dec ecx",
            "jne next",
            "mov byte ptr [0x1f00], 1",
            "hlt");

    assertThat(report.exits())
        .contains(line(ExitKind.PROBE, "load: two pages", LOOP))
        .contains(line(ExitKind.PROBE, "store: empty entry", 1));
  }

  @Test
  void whatIsInterpretedHasItsReason() {
    TierReport report = run("mov ecx, 0x174", "next: wbinvd", "dec ebx", "jmp end", "end: hlt");

    assertThat(report.interpreted())
        .contains(new TierReport.Line(new Cause(ExitKind.SYSTEM, "wbinvd"), 1, 1));
    assertThat(report.refused())
        .extracting(line -> line.cause().kind())
        .containsOnly(ExitKind.SYSTEM);
    assertThat(report.exits()).contains(line(ExitKind.SYSTEM, "wbinvd", 1));
  }

  @Test
  void aProfiledProgramComputesWhatItDoesWithoutProfile() {
    List<Long> results =
        List.of(
            result(new Translator(TranslatorOptions.always())),
            result(new ProfiledTier(TranslatorOptions.always(), TranslationListener.NONE)));

    assertThat(results.get(1)).isEqualTo(results.get(0)).isNotZero();
  }

  private static TierReport.Line line(ExitKind kind, String detail, long times) {
    return new TierReport.Line(new Cause(kind, detail), times, 0);
  }

  private static long result(HotTier tier) {
    try (TranslatedProgram program =
        new TranslatedProgram(
            tier,
            String.join(
                "\n",
                "mov ecx, 1000",
                "next: add rax, rcx",
                "call f",
                "dec ecx",
                "jne next",
                "hlt",
                "f: rol rax, 5",
                "adc rax, rcx",
                "ret"))) {
      program.run();
      return program.reg(0);
    }
  }

  private static TierReport run(String... source) {
    TranslatorOptions options = TranslatorOptions.always().verifying(true);
    ProfiledTier tier = new ProfiledTier(options, TranslationListener.NONE);
    try (TranslatedProgram program = new TranslatedProgram(tier, String.join("\n", source))) {
      program.run();
      return tier.report(3);
    }
  }
}
