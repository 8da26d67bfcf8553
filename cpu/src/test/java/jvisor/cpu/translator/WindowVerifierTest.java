package jvisor.cpu.translator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import jvisor.cpu.translator.UnsafeCode.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Two blocks with {@link Windows}, and what the verifier says when one thing in them is bad. */
class WindowVerifierTest {
  /** How the one at RBX is where it has moved. */
  private static final String MOVES =
      """
      mov r11, qword ptr [r15+STREAM+8]
      lea r14, [r11+31]
      xor r14, r11
      test r14, -4096
      jne shut
      lea r11, [r11+8]
      mov qword ptr [r15+STREAM+8], r11
      jmp first
      """;

  /**
   * 24 bytes to be read at RBX, which moves by eight, and 16 to be written at RSI, which does not.
   */
  private static final String GOOD =
      """
        sub r13, 5
        js short
        cmp dword ptr [r15+ATTENTION], 0
        jne back
        lea r11, [rsi+8]
        probe write [r11+15], short
        add r11, qword ptr [r12+ADDEND]
        mov qword ptr [r15+STREAM], r11
        mov r11, rbx
        probe read [r11+23], short
        add r11, qword ptr [r12+ADDEND]
        mov qword ptr [r15+STREAM+8], r11
      first:
        mov rax, qword ptr [r11+16]
        mov r12, qword ptr [r15+STREAM]
        mov qword ptr [r12+8], rax
        mov r14, qword ptr [r15+STREAM+8]
        add rax, qword ptr [r14]
        jb away
        sub r13, 5
        js over
        cmp dword ptr [r15+ATTENTION], 0
        jne over
        %s
      away:
        lea r13, [r13+2]
        jmp out_1
      linked_1:
      resume_0:
      resume_1:
        mov r11d, 0x501
        jmp LEAVE
      over:
        add r13, 5
        mov r11d, 0x80000100
        jmp LEAVE
      shut:
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
      out_3:
        mov r11d, 0x80000100
        jmp LEAVE
      """
          .formatted(MOVES);

  private final HandWritten translation = new HandWritten(true);

  static Stream<Arguments> bad() {
    String load = "mov rax, qword ptr [r11+16]";
    String store = "mov qword ptr [r12+8], rax";
    String reload = "mov r12, qword ptr [r15+STREAM]";
    String far = "lea r14, [r11+31]";
    String same = "xor r14, r11\ntest r14, -4096\njne shut";
    String moves = "lea r11, [r11+8]\nmov qword ptr [r15+STREAM+8], r11";
    return Stream.of(
        // What a window has.
        arguments(Rule.PROBE, load, "mov rax, qword ptr [r11+17]"),
        arguments(Rule.PROBE, load, "mov rax, qword ptr [r11-1]"),
        arguments(Rule.PROBE, load, "mov qword ptr [r11+16], rax"),
        arguments(Rule.PROBE, store, "mov qword ptr [r12+9], rax"),
        arguments(Rule.PROBE, "cmp r14, qword ptr [r12]\njne short", ""),
        arguments(Rule.PROBE, "lea r14, [r11+15]", "lea r14, [r11+14]"),
        // Where it is.
        arguments(Rule.ENTRY_ACCESS, reload, ""),
        arguments(Rule.ADDRESS_FORM, reload, "mov r12d, dword ptr [r15+STREAM]"),
        arguments(Rule.ADDRESS_FORM, reload, "mov r12, qword ptr [r15+STREAM+16]"),
        arguments(Rule.PROBE, reload, "mov r12, qword ptr [r15+STREAM+8]"),
        arguments(Rule.ADDRESS_FORM, store, "add r12, rax\n" + store),
        arguments(Rule.ADDRESS_FORM, reload, "mov qword ptr [r15+STREAM], rax\n" + reload),
        arguments(Rule.STATE_WRITE, reload, "mov dword ptr [r15+STREAM], eax\n" + reload),
        // How it moves.
        arguments(Rule.PROBE, same, ""),
        arguments(Rule.PROBE, same, "xor r14, r11\ntest r14, -4096"),
        arguments(Rule.PROBE, same, "xor r14, r11\ntest r14, -8192\njne shut"),
        arguments(Rule.PROBE, same, "xor r14, r11\ntest r14d, -4096\njne shut"),
        arguments(Rule.PROBE, same, "xor r14, rbx\ntest r14, -4096\njne shut"),
        arguments(Rule.PROBE, same, "xor r14, r11\ntest r14, -4096\nje shut"),
        arguments(Rule.PROBE, far, "lea r14, [r11+30]"),
        arguments(Rule.PROBE, far, "lea r14, [r11+8]"),
        arguments(Rule.PROBE, moves, moves.replace("r11+8]\n", "r11+9]\n")),
        arguments(Rule.ADDRESS_FORM, moves, "lea r11, [r11+rbx]\n" + moves),
        arguments(Rule.ADDRESS_FORM, moves, "mov r11, rbx\n" + moves),
        // What it is after control was elsewhere.
        arguments(Rule.ADDRESS_FORM, "mov r11d, 0x501", "lea r13, [r13-2]\njmp first"));
  }

  /** How the second window may follow the first one, which is eight bytes from where it will be. */
  private static final String FOLLOWS =
      GOOD.replace(
          MOVES,
          """
          mov r12, qword ptr [r15+STREAM]
          lea r14, [r12+31]
          xor r14, r12
          test r14, -4096
          jne shut
          lea r11, [r12+8]
          mov qword ptr [r15+STREAM+8], r11
          jmp first
          """);

  static Stream<Arguments> badlyFollowing() {
    String load = "mov rax, qword ptr [r11+16]";
    String far = "lea r14, [r12+31]";
    String same = "xor r14, r12\ntest r14, -4096\njne shut";
    String other = "mov r12, qword ptr [r15+STREAM]\n" + far;
    return Stream.of(
        arguments(Rule.PROBE, far, "lea r14, [r12+30]"),
        arguments(Rule.PROBE, same, ""),
        arguments(Rule.PROBE, same, same.replace("jne", "je")),
        arguments(Rule.PROBE, "lea r11, [r12+8]", "lea r11, [r12+9]"),
        arguments(Rule.PROBE, "lea r11, [r12+8]", "lea r11, [r12-8]"),
        arguments(Rule.ADDRESS_FORM, "lea r11, [r12+8]", "lea r11, [r12+rbx]"),
        arguments(Rule.ADDRESS_FORM, other, "mov r12, qword ptr [r15+STREAM+16]\n" + far),
        arguments(Rule.ADDRESS_FORM, other, "mov r12, rsi\n" + far),
        // What the first one admits is all that the second one does.
        arguments(Rule.PROBE, load, "mov qword ptr [r11+16], rax"));
  }

  @Test
  void aWindowMayFollowAnother() {
    assertThat(FOLLOWS).isNotEqualTo(GOOD);
    assertThatCode(() -> translation.check(FOLLOWS, "linked_1")).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @MethodSource("badlyFollowing")
  void windowsThatFollowBadlyAreRejectedByThatRule(Rule rule, String good, String bad) {
    translation.rejects(FOLLOWS, rule, good, bad, "linked_1");
  }

  @Test
  void goodWindowsAreAccepted() {
    assertThatCode(() -> translation.check(GOOD, "linked_1")).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @MethodSource("bad")
  void windowsThatBreakARuleAreRejectedByThatRule(Rule rule, String good, String bad) {
    translation.rejects(GOOD, rule, good, bad, "linked_1");
  }
}
