package jvisor.cpu.translator;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.translator.UnsafeCode.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A call and a return, and what the verifier says when one thing in them is bad. */
class ReturnVerifierTest {
  private static final String GOOD =
      """
        sub r13, 3
        js back
        cmp dword ptr [r15+ATTENTION], 0
        jne back
        jb returns
        cmp rsp, qword ptr [r15+HOST_STACK_END]
        jb full
      room:
        push r14
        call out_1
      linked_1:
        lea rsp, [rsp+8]
        jmp out_2
      linked_2:
      returns:
        cmp r11, qword ptr [rsp+8]
        jne other
        and r11, -4096
        mov qword ptr [r15+PAGE_BASE], r11
        ret
      other:
        cmp rsp, qword ptr [r15+HOST_STACK]
        je none
        lea rsp, [rsp+16]
      none:
        mov r11d, 0x502
        jmp LEAVE
      full:
        mov rsp, qword ptr [r15+HOST_STACK]
        jmp room
      resume_0:
      resume_1:
        jmp returns
      back:
        add r13, 3
        mov r11d, 0x80000100
        jmp LEAVE
      out_1:
        mov r11d, 0x80000080
        jmp LEAVE
      out_2:
        mov r11d, 0x80000180
        jmp LEAVE
      """;

  private static final String ROOM = "cmp rsp, qword ptr [r15+HOST_STACK_END]\njb full";
  private static final String CALL = "push r14\ncall out_1";
  private static final String BACK = "lea rsp, [rsp+8]\njmp out_2";
  private static final String COMPARE = "cmp r11, qword ptr [rsp+8]";
  private static final String FORGET = "mov rsp, qword ptr [r15+HOST_STACK]";
  private static final String DROP = "je none\nlea rsp, [rsp+16]";
  private static final String RETURN = "mov qword ptr [r15+PAGE_BASE], r11\nret";

  private final HandWritten translation = new HandWritten();

  static Stream<Arguments> badOnes() {
    return Stream.of(
        // Room for another one.
        arguments(ROOM, ROOM.replace("jb full", "")),
        arguments(ROOM, ROOM.replace("jb", "jae")),
        arguments(ROOM, ROOM.replace("rsp", "r14")),
        arguments(ROOM, ROOM.replace("_END", "")),
        arguments(ROOM, ROOM.replace("rsp, qword", "esp, dword")),
        arguments(FORGET, ""),
        arguments(FORGET, "mov rsp, qword ptr [r15+HOST_STACK_END]"),
        arguments(FORGET, "mov esp, dword ptr [r15+HOST_STACK]"),
        arguments(FORGET, "mov rsp, qword ptr [r14+HOST_STACK]"),
        arguments(FORGET, "mov rsp, rax"),
        // Two words for each.
        arguments(CALL, "call out_1"),
        arguments(CALL, "push r14\npush r14\ncall out_1"),
        arguments(CALL, "push r14\njmp out_1"),
        arguments(CALL, "push r14\nlea rsp, [rsp+8]\ncall out_1"),
        arguments(CALL, "push r14w\ncall out_1"),
        arguments(CALL, "push qword ptr [r15]\ncall out_1"),
        arguments(BACK, "jmp out_2"),
        arguments(BACK, "lea rsp, [rsp+16]\njmp out_2"),
        arguments(BACK, "lea rsp, [rsp+8]\nlea rsp, [rsp+8]\njmp out_2"),
        arguments(BACK, "lea rsp, [r14+8]\njmp out_2"),
        arguments(BACK, "lea rsp, [rsp+rax+8]\njmp out_2"),
        arguments(BACK, "lea esp, [rsp+8]\njmp out_2"),
        arguments(BACK, "add rsp, 8\njmp out_2"),
        arguments(BACK, "pop r14\njmp out_2"),
        // Taken off where there is one.
        arguments(DROP, "lea rsp, [rsp+16]"),
        arguments(DROP, "jne none\nlea rsp, [rsp+16]"),
        arguments(DROP, "je none\nlea rsp, [rsp+32]"),
        arguments(DROP, "je none\nlea rsp, [rsp+8]"),
        arguments(DROP, "je none\nlea rsp, [rsp+16]\nlea rsp, [rsp+16]"),
        arguments(RETURN, RETURN + " 8"),
        arguments(RETURN, "lea rsp, [rsp+16]\nret"),
        // Nothing else is read or written.
        arguments(COMPARE, "cmp r11, qword ptr [rsp]"),
        arguments(COMPARE, "cmp r11, qword ptr [rsp+24]"),
        arguments(COMPARE, "cmp r11, qword ptr [rsp+rax+8]"),
        arguments(COMPARE, "cmp r11d, dword ptr [rsp+8]"),
        arguments(COMPARE, "mov r11, qword ptr [rsp+8]"),
        arguments(COMPARE, "mov qword ptr [rsp+8], r11"),
        arguments(COMPARE, "lea r11, [rsp+8]"));
  }

  @Test
  void aGoodCallAndReturnAreAccepted() {
    assertThatCode(() -> translation.check(GOOD, "linked_1", "linked_2"))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @MethodSource("badOnes")
  void theHostsStackHoldsReturnsAndNothingElse(String good, String bad) {
    translation.rejects(
        GOOD,
        bad.contains("pop r") ? Rule.HARMLESS : Rule.STACK_POINTER,
        good,
        bad,
        "linked_1",
        "linked_2");
  }

  @Test
  void whoCallsOrReturnsHasAskedForAttention() {
    String asks = "cmp dword ptr [r15+ATTENTION], 0\njne back";
    translation.rejects(GOOD, Rule.ATTENTION, asks, "", "linked_1", "linked_2");
    String again = "lea rsp, [rsp+8]\nsub r13, 3\njmp out_2";
    translation.rejects(GOOD, Rule.ATTENTION, BACK, again, "linked_1", "linked_2");
  }

  @Test
  void aCallThroughARegisterIsToCodeThatHasBeenFound() {
    String unknown = "push r14\ncall rax\nlea rsp, [rsp+8]\nreturns_2:\njmp out_1";
    translation.rejects(
        GOOD.replace("linked_1:\n", ""),
        Rule.TARGET_CHECK,
        CALL,
        unknown + "\nlinked_1:",
        "linked_1",
        "linked_2");
  }

  @Test
  void returnsAreForgottenWhereTheContextChanges() {
    String becomesUser =
        copy(VcpuState.USER_TABLE, VcpuState.TLB_TABLE)
            + copy(VcpuState.USER_GENERATION, VcpuState.TLB_GENERATION)
            + copy(Levels.USER_JUMPS, Words.JUMPS)
            + copy(Levels.USER_CONTEXT, Words.CONTEXT)
            + "mov byte ptr [r15+%d], %d\n".formatted(Levels.LEVEL, Levels.USER);
    String text = GOOD.replace("returns:\n", "returns:\n" + becomesUser + FORGET + "\n");
    assertThatCode(() -> translation.check(text, "linked_1", "linked_2"))
        .doesNotThrowAnyException();
    translation.rejects(text, Rule.STACK_POINTER, FORGET, "", "linked_1", "linked_2");
  }

  private static String copy(int from, int to) {
    return "mov r14, qword ptr [r15+%d]\nmov qword ptr [r15+%d], r14\n".formatted(from, to);
  }
}
