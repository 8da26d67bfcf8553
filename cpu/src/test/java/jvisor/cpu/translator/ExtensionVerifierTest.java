package jvisor.cpu.translator;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import jvisor.cpu.translator.UnsafeCode.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Two blocks in one translation, and what the verifier says when one thing in it is bad. */
class ExtensionVerifierTest {
  private static final String TWO_BLOCKS =
      """
        sub r13, 5
        js short
        cmp dword ptr [r15+ATTENTION], 0
        jne back
      first:
        cmp rbx, rcx
        je exit_0
      behind_0:
        jb away
        cmp rax, rcx
        je exit_1
        jns onward
        sub r13, 5
        js over
        cmp dword ptr [r15+ATTENTION], 0
        jne over
        jmp first
      away:
        lea r13, [r13+2]
        jmp out_1
      linked_1:
      onward:
        jmp out_2
      linked_2:
      exit_0:
        lea r13, [r13+2]
        mov r11d, 0x500
        jmp LEAVE
      resume_0:
      resume_1:
        lea r13, [r13-2]
        jmp behind_0
      exit_1:
        mov r11d, 0x601
        jmp LEAVE
      over:
        add r13, 5
        mov r11d, 0x80000100
        jmp LEAVE
      short:
        add r13, 5
        jmp out_3
      alone:
      back:
        add r13, 5
        mov r11d, 0x80000100
        jmp LEAVE
      out_1:
        mov r11d, 0x80000080
        jmp LEAVE
      out_2:
        mov r11d, 0x80000180
        jmp LEAVE
      out_3:
        mov r11d, 0x80000100
        jmp LEAVE
      """;

  private static final String ASKS =
      """
        jns onward
        sub r13, 5
        js over
        cmp dword ptr [r15+ATTENTION], 0
        jne over
      """;

  private final HandWritten translation = new HandWritten(true);

  static Stream<Arguments> badOnes() {
    String back = "lea r13, [r13+2]\njmp out_1";
    return Stream.of(
        arguments(Rule.BUDGET, back, "lea r13, [r13+3]\njmp out_1"),
        arguments(Rule.ATTENTION, back, "lea r13, [r13+5]\njmp out_1"),
        arguments(Rule.BUDGET, back, "add r13, r12\njmp out_1"),
        arguments(Rule.BUDGET, back, "lea r13d, [r13+2]\njmp out_1"),
        arguments(Rule.BUDGET, back, "lea r13, [r13+rcx+2]\njmp out_1"),
        arguments(Rule.BUDGET, "lea r13, [r13+2]\nmov r11d, 0x500", "mov r11d, 0x500"),
        arguments(Rule.ATTENTION, "lea r13, [r13-2]", ""),
        arguments(Rule.BUDGET, "mov r11d, 0x601", "mov r11d, 0x501"),
        arguments(Rule.EXIT_WORD, "mov r11d, 0x601", "mov r11d, 0x603"),
        arguments(Rule.EXIT_WORD, "mov r11d, 0x601", "mov r11d, 0x701"),
        arguments(Rule.BUDGET, "short:\nadd r13, 5", "short:"),
        arguments(Rule.ATTENTION, "jmp out_2", "jmp first\njmp out_2"),
        arguments(Rule.ATTENTION, ASKS, "jns onward"),
        arguments(Rule.ATTENTION, ASKS, ASKS.replace("js over", "")),
        arguments(Rule.ATTENTION, ASKS, "jns onward\nsub r13, 5\njs over"));
  }

  @Test
  void twoGoodBlocksAreAccepted() {
    assertThatCode(() -> translation.check(TWO_BLOCKS, "linked_1", "linked_2"))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @MethodSource("badOnes")
  void blocksThatBreakARuleAreRejectedByThatRule(Rule rule, String good, String bad) {
    translation.rejects(TWO_BLOCKS, rule, good, bad, "linked_1", "linked_2");
  }
}
