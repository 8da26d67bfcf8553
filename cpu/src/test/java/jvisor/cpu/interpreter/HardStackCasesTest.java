package jvisor.cpu.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Stream;
import jvisor.cpu.translator.Optimisation;
import jvisor.cpu.translator.TranslatorOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Stacks in all places: what PUSH, POP, CALL, RET and LEAVE access is probed together. */
@ParameterizedClass
@MethodSource("few")
class HardStackCasesTest extends HardCases {
  /** What there is no memory at. */
  private static final long DEVICE = 0x200_0000;

  HardStackCasesTest(TranslatorOptions options) {
    super(options);
  }

  static Stream<TranslatorOptions> few() {
    TranslatorOptions all = TranslatorOptions.always();
    return Stream.of(
        all,
        all.counting(true),
        all.without(Set.of(Optimisation.WINDOWS)),
        all.without(Set.of(Optimisation.FLAGS)),
        all.without(Set.of(Optimisation.TARGET_CACHE)));
  }

  /** A loop that uses the stack in all ways, and moves it by so many bytes each time. */
  private static final String FRAMES =
      """
        mov rsp, %s
        mov ecx, %d
        mov r12d, 3
      again:
        push rcx
        push r12
        add r12, 5
        call near
      near:
        sbb qword ptr [rsp], 1
        push qword ptr [rsp+8]
        pop r13
        pop rax
        push 7
        push rbp
        mov rbp, rsp
        sub rsp, 24
        mov [rbp-8], rcx
        cmp rcx, rdi
        push rsp
        adc rdi, [rsp+16]
        adc [rsp+8], rdi
        test cl, 3
        je even
        and rsp, -16
        push rdi
        push -1
      even:
        leave
        pop rdx
        pop r8
        pop rbx
        cmp rbx, rcx
        jne wrong
        add rsp, %d
        dec ecx
        jne again
      wrong:
        jmp wrong
      """;

  @ParameterizedTest
  @CsvSource({
    "0x6f00, 60, 0, true",
    "0x6040, 40, -8, false", // over the end of a page
    "0x6010, 20, 0, true", // in both pages each time
    "0x6003, 20, 1, true",
    "0x7018, 20, 8, true", // up to a page that is not there
    "0x6fe0, 20, 8, false", // up to the end before it
    "0x8ff0, 9, 0, true", // in a page that must not be written
    "0x9020, 20, 0, true", // in part of the supervisor's
    "0x2f80, 20, 0, false", // behind the code
    "0x800000000020, 9, 0, true", // behind what no address is
    "0x8, 9, 0, false" // over the end of the address space
  })
  void stacksAreWhereTheyAre(String stack, int rounds, int step, boolean user) {
    for (int budget : new int[] {37, 100_000}) {
      load(FRAMES.formatted(stack, rounds, step), user);
      run(Math.min(rounds * 40, 400 * budget), budget);
    }
  }

  @Test
  void theStackIsADevice() {
    load(FRAMES.formatted("0xa800", 30, 8));
    both(twin -> {
      twin.map(OTHER_PAGE, DEVICE, 7);
      twin.c.mmu.flushAll();
    });
    run(400, 7);
  }

  /** A fault in the middle of a frame leaves what was pushed before it, and no more. */
  @Test
  void theStackEndsInAPageThatIsNotThere() {
    for (int first = 0; first < 64; first += 24) {
      load(
          """
            mov ecx, 30
          again:
            mov rsp, %s
            cmp ecx, 2
            jg high
            mov rsp, %s
          high:
            push rcx
            push r12
            push 5
            pop rax
            push rsp
            cmp rcx, r9
            push rbx
            push rdi
            pop r12
            adc rdi, rcx
            dec ecx
            jne again
            hlt
          """
              .formatted(0x6f00, 0x8000 + first),
          true);
      run(700, 700);
    }
  }

  /** The instructions that are running are pushed over. */
  @ParameterizedTest
  @CsvSource({"1", "29", "100000"})
  void whatIsPushedIsCode(int budget) {
    load(
        """
          mov ecx, 20
          mov rdx, qword ptr [rip+place]
        again:
          lea rsp, [rip+behind]
          cmp ecx, 10
          jg onward
          add rdx, 0x1000000
        onward:
          push rdx
          pop rbx
          push rdx
          lea rsp, [rsp-8]
          jmp place
          nop
          nop
          nop
          nop
          nop
          nop
          nop
          nop
        place:
          add rdi, 1
          nop
          nop
          nop
          nop
        behind:
          dec ecx
          jne again
          hlt
        """);
    run(500, budget);
    assertThat(reg(Rig.RCX)).isZero();
    assertThat(reg(7)).isEqualTo(10 + 55 + 10);
  }

  /** Calls and returns among blocks of a page, with pages of the stack that come and go. */
  @Test
  void callsPushWhereTheStackIsMappedAnew() {
    load(
        """
          mov rsp, 0xa840
          mov ecx, 80
        again:
          call first
          add rdi, rax
          dec ecx
          jne again
          hlt
        first:
          push rbx
          push r14
          mov rbx, rcx
          mov r14, [rsp+16]
          call second
          lea rax, [rax+rbx]
          pop r14
          pop rbx
          ret
        second:
          push rbp
          mov rbp, rsp
          sub rsp, 32
          mov [rbp-16], rcx
          mov rax, [rbp-24]
          add rax, [rbp-16]
          leave
          ret 0
        """);
    for (long gpa : new long[] {THIRD_PAGE, OTHER_PAGE, THIRD_PAGE, OTHER_PAGE, DEVICE}) {
      both(twin -> {
        twin.map(OTHER_PAGE, gpa, 7);
        twin.c.mmu.flushAll();
      });
      run(173, 173);
    }
  }

  /** Windows that are shut for long, until the stack goes elsewhere; blocks change before that. */
  @ParameterizedTest
  @CsvSource({"53", "611", "100000"})
  void aStackIsInTwoPagesForLong(int budget) {
    load(
        """
          mov rsp, 0x6010
          mov ecx, 600
        again:
          push rcx
          push rbx
          push 9
          cmp ecx, 200
          je elsewhere
        onward:
          mov rax, [rsp+8]
        change:
          add rdi, 1
          add rdi, [rsp+16]
          test cl, 15
          jne same
          add byte ptr [rip+change+3], 1
        same:
          pop rdx
          pop r9
          pop r10
          dec ecx
          jne again
          hlt
        elsewhere:
          sub rsp, 0x500
          push rsi
          push rsi
          push rsi
          jmp onward
        """);
    run(12_000, budget);
    assertThat(reg(Rig.RCX)).isZero();
  }

  /** Flags that nothing else tells, and that what is called reads. */
  @ParameterizedTest
  @CsvSource({"41", "100000"})
  void flagsGoThroughCallsAndPushes(int budget) {
    load(
        """
          mov ecx, 300
          mov rax, %s
        again:
          push rcx
          push rax
          bsf rdx, rax
          rcl rax, 1
          call function
          pop rdx
          pop rdx
          dec ecx
          jne again
          hlt
        function:
          push rax
          push rdi
          adc rdi, rdx
          pop rdx
          adc rbx, rdi
          pop rdx
          ret
        """
            .formatted("0x123456789abcdef1"));
    run(6_000, budget);
    assertThat(reg(Rig.RCX)).isZero();
  }
}
