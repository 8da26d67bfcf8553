package jvisor.cpu.translator;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import jvisor.cpu.translator.UnsafeCode.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** REP MOVS of elements that a probe has admitted, and what the verifier says of worse. */
class StringVerifierTest {
  private static final String GOOD =
      """
        sub r13, 3
        js back
        cmp dword ptr [r15+ATTENTION], 0
        jne back
        cmp rcx, 512
        ja exit_0
        mov r11, rsi
        probe read [r11+rcx*8-1], exit_0
        add r11, qword ptr [r12+ADDEND]
        mov qword ptr [r15+TARGET_CODE], r11
        mov r11, rdi
        probe write [r11+rcx*8-1], exit_0
        add r11, qword ptr [r12+ADDEND]
        mov rsi, qword ptr [r15+TARGET_CODE]
        mov rdi, r11
        rep movsq
        jmp back
      exit_0:
        mov r11d, 0x500
        jmp LEAVE
      resume_0:
        jmp back
      resume_1:
        jmp back
      back:
        add r13, 3
        mov r11d, 0x80000123
        jmp LEAVE
      """;

  private final HandWritten written = new HandWritten();

  @Test
  void elementsThatAProbeHasAdmittedAreMoved() {
    for (String text :
        new String[] {
          GOOD,
          GOOD.replace("rep movsq", "rep stosq"),
          GOOD.replace("512", "4096").replace("rcx*8", "rcx").replace("movsq", "movsb"),
          GOOD.replace("512", "2048").replace("rcx*8", "rcx*2").replace("movsq", "movsw")
        }) {
      assertThatCode(() -> written.check(text, new String[0])).doesNotThrowAnyException();
    }
  }

  static Stream<Arguments> badOnes() {
    String rep = "rep movsq";
    String source = "mov rsi, qword ptr [r15+TARGET_CODE]";
    String target = "mov rdi, r11";
    String written = "cmp r14, qword ptr [r12+8]\njne exit_0";
    String read = "cmp r14, qword ptr [r12]\njne exit_0";
    return Stream.of(
        arguments(Rule.PROBE, "cmp rcx, 512\nja exit_0", ""),
        arguments(Rule.PROBE, "cmp rcx, 512\nja exit_0", "cmp rcx, 513\nja exit_0"),
        arguments(Rule.PROBE, "cmp rcx, 512\nja exit_0", "cmp ecx, 512\nja exit_0"),
        arguments(Rule.PROBE, "cmp rcx, 512\nja exit_0", "cmp rcx, 512\njg exit_0"),
        arguments(Rule.PROBE, "cmp rcx, 512\nja exit_0", "cmp rdx, 512\nja exit_0"),
        arguments(Rule.PROBE, "lea r14, [r11+rcx*8-1]", "lea r14, [r11+rcx*4-1]"),
        arguments(Rule.PROBE, "lea r14, [r11+rcx*8-1]", "lea r14, [r11+rcx*8-2]"),
        arguments(Rule.PROBE, "lea r14, [r11+rcx*8-1]", "lea r14, [r11+7]"),
        arguments(Rule.PROBE, "lea r14, [r11+rcx*8-1]", "lea r14, [r11+rdx*8-1]"),
        arguments(Rule.PROBE, "lea r14, [r11+rcx*8-1]", "lea r14, [rdx+rcx*8-1]"),
        arguments(Rule.PROBE, written, ""),
        arguments(Rule.PROBE, written, "cmp r14, qword ptr [r12]\njne exit_0"),
        arguments(Rule.PROBE, written, "cmp r14, qword ptr [r12+8]\nja exit_0"),
        arguments(Rule.PROBE, read, ""),
        arguments(Rule.PROBE, source, ""),
        arguments(Rule.PROBE, source, "mov rsi, qword ptr [r15+FLAGS]"),
        arguments(Rule.PROBE, source, "xchg qword ptr [r15+TARGET_CODE], rbx\n" + source),
        arguments(Rule.PROBE, source, source + "\nlea rsi, [rsi+8]"),
        arguments(Rule.PROBE, source, source + "\ninc rcx"),
        arguments(Rule.PROBE, source, source + "\nmov rcx, rdx"),
        arguments(Rule.PROBE, source, source + "\nmov ecx, ecx"),
        arguments(Rule.PROBE, target, ""),
        arguments(Rule.PROBE, target, target + "\nmov rdi, rsi"),
        arguments(Rule.PROBE, target, target + "\nlea rdi, [rdi-8]"),
        arguments(Rule.PROBE, rep, "rep movsb"),
        arguments(Rule.PROBE, rep, "rep movsd"),
        arguments(Rule.PROBE, rep, rep + "\nrep stosq"),
        arguments(Rule.PROBE, rep, rep + "\nmov rdi, r11\n" + rep),
        arguments(Rule.ADDRESS_FORM, rep, "db 0x67\n" + rep),
        arguments(Rule.ADDRESS_FORM, rep, "db 0x64\n" + rep),
        arguments(Rule.ADDRESS_FORM, rep, rep + "\nmov rax, qword ptr [rdi]"),
        arguments(Rule.HARMLESS, rep, "movsq"),
        arguments(Rule.HARMLESS, rep, "std\n" + rep),
        arguments(Rule.HARMLESS, rep, "rep lodsq"),
        arguments(Rule.HARMLESS, rep, "repe cmpsq"));
  }

  @ParameterizedTest
  @MethodSource("badOnes")
  void whatBreaksARuleIsRejectedByThatRule(Rule rule, String good, String bad) {
    written.rejects(GOOD, rule, good, bad);
  }
}
