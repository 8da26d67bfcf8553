package jvisor.cpu.translator;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import jvisor.cpu.translator.UnsafeCode.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * PUSH, CALL, POP and RET through a window of 32 bytes, and what the verifier says when one thing
 * in them is bad.
 */
class StackWindowVerifierTest {
  private static final String GOOD =
      """
        sub r13, 5
        js short
        cmp dword ptr [r15+ATTENTION], 0
        jne back
        lea r11, [r10-24]
        probe write [r11+31], short
        add r11, qword ptr [r12+ADDEND]
        mov qword ptr [r15+STREAM], r11
      first:
        mov qword ptr [r11+16], rbp
        lea r10, [r10-8]
        mov r14, qword ptr [r15+STREAM+16]
        mov qword ptr [r11+8], r14
        lea r10, [r10-8]
        mov r14, qword ptr [r15+PAGE_BASE]
        lea r14, [r14+3]
        mov qword ptr [r11], r14
        lea r10, [r10-8]
        lea r10, [r10+8]
        mov rax, qword ptr [r11+24]
        mov r12, qword ptr [r15+STREAM]
        mov r11, qword ptr [r12]
        mov r12, r11
        shr r12, 15
        xor r12, r11
        and r12d, 0x1ffff
        shl r12, 5
        add r12, qword ptr [r15+JUMPS]
        cmp r11, qword ptr [r12]
        jne away
        mov r14, qword ptr [r15+CONTEXT]
        cmp r14, qword ptr [r12+8]
        jne away
        lea r10, [r10+8]
        and r11, -4096
        mov qword ptr [r15+PAGE_BASE], r11
        jmp qword ptr [r12+16]
      away:
        mov r11d, 0x601
        jmp LEAVE
      resume_0:
      resume_1:
        mov r11d, 0x501
        jmp LEAVE
      short:
        add r13, 5
        jmp out_3
      alone:
      back:
        add r13, 5
        mov r11d, 0x80000100
        jmp LEAVE
      out_3:
        mov r11d, 0x80000100
        jmp LEAVE
      """;

  private final HandWritten translation = new HandWritten(true);

  static Stream<Arguments> bad() {
    String pushed = "mov qword ptr [r11+16], rbp";
    String called = "mov qword ptr [r11], r14";
    String popped = "mov rax, qword ptr [r11+24]";
    String returned = "mov r11, qword ptr [r12]";
    String reload = "mov r12, qword ptr [r15+STREAM]";
    String admitted = "cmp r14, qword ptr [r12+8]\njne short";
    return Stream.of(
        // What the window has.
        arguments(Rule.PROBE, called, "mov qword ptr [r11-8], r14"),
        arguments(Rule.PROBE, called, "mov qword ptr [r11-1], r14"),
        arguments(Rule.PROBE, pushed, "mov qword ptr [r11+25], rbp"),
        arguments(Rule.PROBE, popped, "mov rax, qword ptr [r11+25]"),
        arguments(Rule.PROBE, returned, "mov r11, qword ptr [r12+32]"),
        arguments(Rule.PROBE, "lea r14, [r11+31]", "lea r14, [r11+30]"),
        arguments(Rule.PROBE, admitted, ""),
        arguments(Rule.PROBE, admitted, "cmp r14, qword ptr [r12]\njne short"),
        // Where it is.
        arguments(Rule.PROBE, pushed, "mov qword ptr [r10-8], rbp"),
        arguments(Rule.STACK_POINTER, pushed, "push rbp"),
        arguments(Rule.STACK_POINTER, pushed, "mov qword ptr [rsp-8], rbp"),
        arguments(Rule.PROBE, called, "mov qword ptr [r14], r14"),
        arguments(Rule.PROBE, called, "mov r11, r14\nmov qword ptr [r11], r14"),
        arguments(Rule.PROBE, reload, "mov r12, r14"),
        arguments(Rule.ADDRESS_FORM, reload, "mov r12, qword ptr [r15+STREAM+8]"),
        arguments(Rule.ADDRESS_FORM, reload, "mov qword ptr [r15+STREAM], rax\n" + reload),
        // What is returned to.
        arguments(Rule.TARGET_CHECK, "cmp r11, qword ptr [r12]\njne away", ""),
        arguments(Rule.TARGET_CHECK, "cmp r11, qword ptr [r12]\njne away", "jne away"));
  }

  @Test
  void aGoodStackIsAccepted() {
    assertThatCode(() -> translation.check(GOOD)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @MethodSource("bad")
  void stacksThatBreakARuleAreRejectedByThatRule(Rule rule, String good, String bad) {
    translation.rejects(GOOD, rule, good, bad);
  }
}
