package jvisor.cpu.translator;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import jvisor.cpu.translator.UnsafeCode.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A loop of {@link Streams}, and what the verifier says when one thing in it is bad. */
class StreamVerifierTest {
  /**
   * Bytes that go up with RCX, eight in a round, and such that go down with RDX, four times two.
   */
  private static final String GOOD =
      """
      start:
        sub r13, 3
        js back
        cmp dword ptr [r15+ATTENTION], 0
        jne back
        jmp enter
      plain:
        jmp back
      enter:
        mov qword ptr [r15+REST], r13
        lea r11, [rcx+rbx]
        probe write [r11+23], unusual
        lea r14, [r11+23]
        not r14
        and r14d, 0xfff
        shr r14, 3
        imul r14, r14, 3
        mov r13, r14
        add r11, qword ptr [r12+ADDEND]
        sub r11, rcx
        mov qword ptr [r15+STREAM], r11
        mov r11, rdi
        probe read [r11+3], unusual
        mov r14, r11
        and r14d, 0xfff
        shr r14, 2
        imul r14, r14, 3
        cmp r14, r13
        cmovb r13, r14
        add r11, qword ptr [r12+ADDEND]
        mov r14, rdx
        neg r14
        lea r11, [r11+r14*4]
        mov qword ptr [r15+STREAM+8], r11
        mov r14, qword ptr [r15+REST]
        cmp r14, r13
        jb scarce
      enough:
        sub r14, r13
        mov qword ptr [r15+REST], r14
        mov r12, qword ptr [r15+STREAM]
      head:
        mov rax, qword ptr [r12+rcx]
        mov qword ptr [r12+rcx+16], rax
        add rcx, 8
        mov r11, qword ptr [r15+STREAM+8]
        mov esi, dword ptr [r11+rdx*4]
        dec rdx
        cmp rcx, rax
        je out
        sub r13, 3
        jns head
        add r13, 3
        add r13, qword ptr [r15+REST]
        jmp start
      out:
        add r13, qword ptr [r15+REST]
        jmp back
      scarce:
        cmovb r13, r14
        jmp enough
      unusual:
        mov r13, qword ptr [r15+REST]
        jmp plain
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

  static Stream<Arguments> bad() {
    String up = "cmp r14, qword ptr [r12+8]\njne unusual";
    String down = "cmp r14, qword ptr [r12]\njne unusual";
    String again = "not r14\nand r14d, 0xfff";
    String load = "mov rax, qword ptr [r12+rcx]";
    String store = "mov qword ptr [r12+rcx+16], rax";
    String step = "add rcx, 8";
    String begins = "mov r13, r14\nadd r11, qword ptr [r12+ADDEND]\nsub r11, rcx";
    String lowers = "cmp r14, r13\ncmovb r13, r14\nadd r11, qword ptr [r12+ADDEND]\nmov r14, rdx";
    String share = "cmp r14, r13\njb scarce";
    String loops = "sub r13, 3\njns head";
    return Stream.of(
        // Probes, and what they admit in the first round.
        arguments(Rule.PROBE, up, ""),
        arguments(Rule.PROBE, up, down),
        arguments(Rule.PROBE, load, "mov rax, qword ptr [r12+rcx-1]"),
        arguments(Rule.PROBE, load, "mov rax, qword ptr [r12+rcx+17]"),
        arguments(Rule.PROBE, load, "vmovups ymm0, ymmword ptr [r12+rcx]"),
        arguments(Rule.PROBE, "mov esi, dword ptr [r11+rdx*4]", "mov dword ptr [r11+rdx*4], esi"),
        // Where the stream is.
        arguments(Rule.ADDRESS_FORM, load, "mov rax, qword ptr [r12+rbx]"),
        arguments(Rule.ADDRESS_FORM, load, "mov rax, qword ptr [r12]"),
        arguments(Rule.ADDRESS_FORM, load, "mov rax, qword ptr [r12+rcx*2]"),
        arguments(Rule.ADDRESS_FORM, load, "mov rax, qword ptr [rcx+r12*2]"),
        arguments(
            Rule.ADDRESS_FORM, "mov esi, dword ptr [r11+rdx*4]", "mov esi, dword ptr [r11+rcx*4]"),
        arguments(Rule.ADDRESS_FORM, "sub r11, rcx", ""),
        arguments(Rule.ADDRESS_FORM, "sub r11, rcx", "sub r11d, ecx"),
        arguments(Rule.ADDRESS_FORM, "neg r14", ""),
        arguments(Rule.ADDRESS_FORM, "lea r11, [r11+r14*4]", "lea r11, [r11+r14*2]"),
        arguments(Rule.ADDRESS_FORM, "lea r11, [r11+r14*4]", "lea r11, [r11+r14*4+1]"),
        arguments(Rule.ADDRESS_FORM, load, load + "\nmov qword ptr [r15+STREAM+8], rax"),
        arguments(Rule.ADDRESS_FORM, load, load + "\nadd r12, 8"),
        arguments(Rule.STATE_WRITE, load, "mov dword ptr [r15+STREAM+8], eax"),
        arguments(Rule.STATE_WRITE, load, "mov qword ptr [r15+STREAM+4], rax"),
        // How it moves.
        arguments(Rule.PROBE, step, "add rcx, 16"),
        arguments(Rule.PROBE, step, "sub rcx, 8"),
        arguments(Rule.PROBE, "dec rdx", "sub rdx, 2"),
        arguments(Rule.PROBE, "dec rdx", "inc rdx"),
        arguments(Rule.ADDRESS_FORM, step, "add ecx, 8"),
        arguments(Rule.ADDRESS_FORM, step, "add rcx, rbx"),
        arguments(Rule.ADDRESS_FORM, step, "mov rcx, rbx"),
        arguments(Rule.ADDRESS_FORM, step, step + "\nmul rbx"),
        arguments(Rule.ADDRESS_FORM, step, step + "\nxchg rbx, rcx"),
        // How far that is from the page's end.
        arguments(Rule.PROBE, "lea r14, [r11+23]\nnot r14", "lea r14, [r11+22]\nnot r14"),
        arguments(Rule.PROBE, "shr r14, 3", "shr r14, 2"),
        arguments(Rule.PROBE, "shr r14, 2", "shr r14, 1"),
        arguments(Rule.BUDGET, again, "and r14d, 0x1fff"),
        arguments(Rule.PROBE, again, "and r14d, 0xfff"),
        arguments(Rule.BUDGET, "shr r14, 3\nimul r14, r14, 3", "shr r14, 3\nimul r14, r14, 4"),
        arguments(Rule.BUDGET, "shr r14, 3\nimul r14, r14, 3", "shr r14, 3"),
        // What the rounds' budget is.
        arguments(Rule.BUDGET, begins, begins.replace("r13, r14", "r13, rax")),
        arguments(Rule.BUDGET, begins, begins.replace("r13, r14", "r13, r11")),
        arguments(Rule.BUDGET, begins, begins.replace("r13, r14", "r13d, 0x3001")),
        arguments(Rule.PROBE, begins, begins.replace("r13, r14", "r13d, 0x3000")),
        arguments(Rule.PROBE, begins, begins.replace("mov r13, r14\n", "")),
        arguments(Rule.BUDGET, "mov qword ptr [r15+REST], r13\n", ""),
        arguments(
            Rule.BUDGET,
            "mov qword ptr [r15+REST], r13\n",
            "mov qword ptr [r15+REST], r13\nadd r13, 3\n"),
        arguments(Rule.BUDGET, lowers, lowers.replace("cmp r14, r13\n", "")),
        arguments(Rule.BUDGET, lowers, lowers.replace("cmovb", "cmova")),
        arguments(Rule.BUDGET, lowers, lowers.replace("cmp r14, r13", "cmp r11, r13")),
        arguments(Rule.BUDGET, lowers, lowers.replace("cmovb", "mov r14, rax\ncmovb")),
        arguments(Rule.PROBE, lowers, "add r11, qword ptr [r12+ADDEND]\nmov r14, rdx"),
        // How much of the whole one that is.
        arguments(Rule.BUDGET, share, ""),
        arguments(Rule.BUDGET, share, "cmp r14, r13\nja scarce"),
        arguments(Rule.BUDGET, share, "cmp rax, r13\njb scarce"),
        arguments(Rule.BUDGET, "scarce:\ncmovb r13, r14", "scarce:"),
        arguments(Rule.BUDGET, "scarce:\ncmovb r13, r14", "scarce:\ncmovb r13, rax"),
        arguments(Rule.BUDGET, load, load + "\nmov r13, rax"),
        arguments(Rule.BUDGET, load, load + "\nmov r13, qword ptr [r15+REST]"),
        arguments(Rule.BUDGET, "mov r13, qword ptr [r15+REST]", "mov r13, qword ptr [r15+STREAM]"),
        arguments(
            Rule.BUDGET,
            "out:\nadd r13, qword ptr [r15+REST]",
            "out:\nadd r13, qword ptr [r15+FLAGS]"),
        arguments(Rule.BUDGET, "sub r14, r13", "sub r14, rax"),
        // Rounds.
        arguments(Rule.ADDRESS_FORM, loops, "jmp head"),
        arguments(Rule.ATTENTION, loops, "sub r13, 3\njmp head"),
        arguments(Rule.ATTENTION, loops, "sub r13, 3\njs head"),
        arguments(Rule.ADDRESS_FORM, loops, "add r13, qword ptr [r15+REST]\n" + loops),
        arguments(Rule.BUDGET, loops, "sub r13, 2\njns head"),
        arguments(Rule.ATTENTION, "cmp dword ptr [r15+ATTENTION], 0\njne back", ""));
  }

  /** The same with two rounds that come off the budget together. */
  private static final String TWICE =
      GOOD.replaceAll("\n\\s*", "\n")
          .replace(
              "head:\n",
              """
              jmp second
              first:
              mov rax, qword ptr [r12+rcx]
              mov qword ptr [r12+rcx+16], rax
              add rcx, 8
              mov r11, qword ptr [r15+STREAM+8]
              mov esi, dword ptr [r11+rdx*4]
              dec rdx
              cmp rcx, rax
              je early
              second:
              """)
          .replace("sub r13, 3\njns head\nadd r13, 3", "sub r13, 6\njns first\nadd r13, 6")
          .replace("out:\n", "early:\nadd r13, 3\nout:\n");

  static Stream<Arguments> badTwice() {
    String loops = "sub r13, 6\njns first";
    String first = "mov rax, qword ptr [r12+rcx]\nmov qword ptr [r12+rcx+16], rax\nadd rcx, 8";
    return Stream.of(
        arguments(Rule.PROBE, loops, "sub r13, 3\njns first"),
        arguments(Rule.BUDGET, loops, "sub r13, 9\njns first"),
        arguments(Rule.PROBE, loops, "jmp first"),
        arguments(Rule.PROBE, loops, "sub r13, 6\njmp first"),
        arguments(Rule.PROBE, first, first.replace("rcx, 8", "rcx, 9")),
        arguments(Rule.PROBE, first, first.replace("+16", "+25")),
        arguments(Rule.PROBE, "early:\nadd r13, 3", "early:\nadd r13, 3\njmp second"));
  }

  /** Two rounds at a time, the second off the budget before; at last one more if it is odd. */
  private static final String PAIRS =
      GOOD.replaceAll("\n\\s*", "\n")
          .replace("head:\n", "sub r13, 3\njs single\nhead:\n")
          .replace("cmp rcx, rax\nje out\n", round() + "\n")
          .replace(
              "sub r13, 3\njns head\nadd r13, 3\n",
              "sub r13, 6\njns head\nadd r13, 3\njs even\n" + round() + "\nall:\n")
          .replace(
              "scarce:\n",
              """
              even:
              add r13, 3
              jmp all
              single:
              add r13, 3
              add r13, qword ptr [r15+REST]
              jmp plain
              scarce:
              """);

  private static String round() {
    return """
    mov rax, qword ptr [r12+rcx]
    mov qword ptr [r12+rcx+16], rax
    add rcx, 8
    mov r11, qword ptr [r15+STREAM+8]
    mov esi, dword ptr [r11+rdx*4]
    dec rdx\
    """;
  }

  static Stream<Arguments> badPairs() {
    String second = "sub r13, 3\njs single";
    String loops = "sub r13, 6\njns head";
    String third = "add r13, 3\njs even";
    return Stream.of(
        arguments(Rule.PROBE, second, ""),
        arguments(Rule.PROBE, second, "sub r13, 3"),
        arguments(Rule.PROBE, second, "sub r13, 3\njns single"),
        arguments(Rule.BUDGET, second, "sub r13, 2\njs single"),
        arguments(Rule.PROBE, loops, "sub r13, 3\njns head"),
        arguments(Rule.PROBE, loops, "jmp head"),
        arguments(Rule.ATTENTION, loops, "sub r13, 6\njmp head"),
        arguments(Rule.PROBE, third, ""),
        arguments(Rule.PROBE, third, "add r13, 3"),
        arguments(Rule.PROBE, third, "add r13, 6\njs even"),
        arguments(Rule.PROBE, third, "add r13, 3\njns even"));
  }

  @Test
  void aGoodLoopIsAccepted() {
    assertThatCode(() -> written.check(PAIRS)).doesNotThrowAnyException();
    assertThatCode(() -> written.check(TWICE)).doesNotThrowAnyException();
    assertThatCode(() -> written.check(GOOD)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @MethodSource("bad")
  void aLoopThatBreaksARuleIsRejectedByThatRule(Rule rule, String good, String bad) {
    written.rejects(GOOD, rule, good, bad);
  }

  @ParameterizedTest
  @MethodSource("badTwice")
  void twoRoundsThatBreakARuleAreRejectedByThatRule(Rule rule, String good, String bad) {
    written.rejects(TWICE, rule, good, bad);
  }

  @ParameterizedTest
  @MethodSource("badPairs")
  void pairsOfRoundsThatBreakARuleAreRejectedByThatRule(Rule rule, String good, String bad) {
    written.rejects(PAIRS, rule, good, bad);
  }
}
