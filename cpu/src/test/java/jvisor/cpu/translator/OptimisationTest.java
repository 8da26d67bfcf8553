package jvisor.cpu.translator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.EnumSet;
import jvisor.cpu.alone.SourceTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is switched off is not in the code. */
class OptimisationTest {
  private static final String BLOCK =
      """
      add rax, rbx
      inc rcx
      mov rdx, qword ptr [rsi]
      push rdx
      pushfq
      addps xmm1, xmm2
      fadd st, st(1)
      div rbx
      cmp rax, rcx
      %s
      """;

  /** A loop of two rounds in another one. */
  private static final String NEST =
      """
      ; extended
      xor eax, eax
      jmp 4
      add ecx, [rbx+rax]
      add rax, 8
      cmp rax, 16
      jne 4
      dec rdx
      jne 0
      """;

  private static String emitted(String guest, EnumSet<Optimisation> without) {
    return GoldenTest.emitted(guest, TranslatorOptions.USUAL.without(without));
  }

  @ParameterizedTest
  @EnumSource(
      names = {"RETURN", "CODE_32", "EXTENSIONS", "PAGE_TARGETS"},
      mode = EnumSource.Mode.EXCLUDE)
  void codeWithoutItIsOtherCode(Optimisation off) {
    String guest =
        switch (off) {
          case TARGET_CACHE, CALLS -> BLOCK.formatted("ret");
          case LOOPS -> "adc rcx, 1\njne 0";
          case STRINGS -> "rep stosq";
          case STREAMS -> "sub rcx, 1\njne 0";
          case WINDOWS, TURNS -> NEST;
          default -> BLOCK.formatted("jne $");
        };
    assertThat(emitted(guest, EnumSet.of(off)))
        .isNotEqualTo(emitted(guest, EnumSet.noneOf(Optimisation.class)));
  }

  @Test
  void codeWithoutAnyLeavesForAllButRegisters() {
    String code =
        emitted(BLOCK.formatted("ret"), EnumSet.allOf(Optimisation.class))
            .replaceAll("(?m)^; .*$", "");

    assertThat(code).contains("add rax, rbx", "cmp rax, rcx");
    assertThat(code).doesNotContain("div ", "addps ", "fadd ", "[r11", "[r12");
  }

  @ParameterizedTest
  @EnumSource
  void theGuideSaysWhatItIs(Optimisation off) throws IOException {
    assertThat(Files.readAllLines(SourceTree.root().resolve("docs/profile.md")))
        .anyMatch(line -> line.startsWith("| `" + off.label() + "` | "));
  }
}
