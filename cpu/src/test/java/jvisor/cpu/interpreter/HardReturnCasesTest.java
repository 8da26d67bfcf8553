package jvisor.cpu.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import jvisor.cpu.translator.TranslatorOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Returns to where the last call has been, and to anywhere else. */
@ParameterizedClass
@MethodSource("options")
class HardReturnCasesTest extends HardCases {
  private static final int EDX = 2;
  private static final int ESI = 6;
  private static final int[] BUDGETS = {1, 7, 61, 100_000};

  HardReturnCasesTest(TranslatorOptions options) {
    super(options);
  }

  /** Runs a program that counts RCX down to 0, with several budgets. */
  private void runs(String text, int instructions) {
    for (int budget : BUDGETS) {
      load(text);
      run(Math.min(instructions, 400 * budget), budget);
    }
    assertThat(reg(Rig.RCX)).isZero();
  }

  @Test
  void aFunctionReturnsElsewhere() {
    runs(
        """
          mov ecx, 40
        again:
          call outer
          add rax, 1
          dec ecx
          jnz again
          hlt
        outer:
          call sometimes
          add rax, 0x100
          ret
        elsewhere:
          add rax, 0x10000
          ret
        sometimes:
          test cl, 3
          jnz usual
          lea rdx, [rip+elsewhere]
          mov qword ptr [rsp], rdx
        usual:
          ret
        """,
        4_000);
    assertThat(reg(Rig.RAX)).isEqualTo(40 + 30 * 0x100 + 10 * 0x10000);
  }

  @Test
  void aReturnIsAJumpAndACallIsNone() {
    runs(
        """
          mov ecx, 40
        again:
          call outer
          add rax, 1
          lea rdx, [rip+jumped]
          push rdx
          ret
        jumped:
          dec ecx
          jnz again
          hlt
        outer:
          call here
        here:
          pop rdx
          add rax, 0x100
          call middle
          ret
        middle:
          call replaced
          jmp -1
        replaced:
          lea rdx, [rip+instead]
          mov qword ptr [rsp], rdx
          ret
        instead:
          add rax, 0x10000
          ret
        """,
        4_000);
    assertThat(reg(Rig.RAX)).isEqualTo(40 * 0x10101);
  }

  @Test
  void aReturnTakesMoreOffTheStack() {
    runs(
        """
          mov ecx, 40
        again:
          push rcx
          push rcx
          call outer
          dec ecx
          jnz again
          hlt
        outer:
          push 5
          call inner
          add rbx, qword ptr [rsp+8]
          ret 16
        inner:
          add rax, qword ptr [rsp+8]
          ret 8
        """,
        4_000);
    assertThat(reg(Rig.RAX)).isEqualTo(40 * 5);
    assertThat(reg(Rig.RSP)).isEqualTo(STACK);
  }

  @Test
  void aRecursionIsDeeperThanWhatIsRemembered() {
    runs(
        """
          mov ecx, 6
        again:
          mov edx, 300
          call down
          dec ecx
          jnz again
          hlt
        down:
          dec edx
          jz bottom
          call down
        bottom:
          inc rax
          ret
        """,
        12_000);
    assertThat(reg(Rig.RAX)).isEqualTo(6 * 300);
  }

  @Test
  void manyFramesAreLeftAtOnce() {
    runs(
        """
          mov ecx, 30
        again:
          call outer
          inc rax
          dec ecx
          jnz again
          hlt
        outer:
          mov rbp, rsp
          mov edx, 5
          call down
          jmp -1
        down:
          dec edx
          jz out
          call down
          jmp -1
        out:
          mov rsp, rbp
          add rax, 0x100
          ret
        """,
        4_000);
    assertThat(reg(Rig.RAX)).isEqualTo(30 * 0x101);
  }

  @Test
  void twoStacksTakeTurns() {
    runs(
        """
          mov ecx, 40
          mov rbp, 0x6800
          lea rdx, [rip+other]
          mov qword ptr [rbp], rdx
        again:
          call one
          dec ecx
          jnz again
          hlt
        one:
          call turn
          inc rax
          ret
        turn:
          xchg rsp, rbp
          ret
        other:
          call two
          jmp other
        two:
          call turn
          add rax, 0x100
          ret
        """,
        4_000);
    assertThat(reg(Rig.RAX)).isEqualTo(40 + 39 * 0x100);
  }

  @Test
  void whatFollowsACallIsOverwrittenMeanwhile() {
    place(
        OTHER_PAGE,
        """
          mov byte ptr [rdi], cl
          ret
        """);
    runs(
        """
          mov ecx, 40
          mov rsi, 0xa000
          lea rdi, [rip+written+1]
        again:
          call rsi
        written:
          mov al, 0
          movzx eax, al
          add rbx, rax
          call near
          dec ecx
          jnz again
          hlt
        near:
          inc byte ptr [rip+back+2]
          ret
          align 16
        back:
          add rdx, 1
          ret
        """,
        4_000);
    assertThat(reg(Rig.RBX)).isEqualTo(40 * 41 / 2);
  }

  @Test
  void thePageOfTheCallerIsMappedAnewMeanwhile() {
    place(OTHER_PAGE, "call rdi\n add rax, 1\n ret");
    place(THIRD_PAGE, "call rdi\n add rax, 0x100\n ret");
    both(twin -> twin.map(twin.lowTable(), twin.lowTable(), 7));
    String text =
        """
          mov ecx, 30
          mov rsi, 0x%x
          lea rdi, [rip+change]
        again:
          call rsi
          dec ecx
          jnz again
          hlt
        change:
          mov rdx, qword ptr [TABLE+8*0xa]
          xor rdx, 0x1000
          mov qword ptr [TABLE+8*0xa], rdx
          invlpg byte ptr [rsi]
          ret
        TABLE equ 0x%x
        """
            .formatted(OTHER_PAGE, fast.lowTable());
    for (int budget : BUDGETS) {
      load(text);
      run(Math.min(1_000, 400 * budget), budget);
    }
    assertThat(reg(Rig.RAX)).isEqualTo(15 * 0x101);
  }

  @Test
  void theAddressSpaceOfTheCallerIsLeftMeanwhile() {
    place(OTHER_PAGE, "call rdi\n add rax, 1\n ret");
    place(THIRD_PAGE, "call rdi\n add rax, 0x100\n ret");
    long other = 0x1c000;
    both(twin -> twin.mapElsewhere(other, OTHER_PAGE, THIRD_PAGE));
    load(
        """
          mov ecx, 30
          mov rsi, 0x%x
          mov rbx, cr3
          mov rdx, 0x%x
          lea rdi, [rip+change]
        again:
          call rsi
          dec ecx
          jnz again
          hlt
        change:
          xchg rbx, rdx
          mov cr3, rbx
          ret
        """
            .formatted(OTHER_PAGE, other));
    run(1_000, 13);
    assertThat(reg(Rig.RAX)).isEqualTo(15 * 0x101);
  }

  @Test
  void callsEndAtTheEndOfTheirPageAndBeyond() {
    String caller =
        """
        again:
          call rdi
          add rax, rdx
          call 0x%x
          dec ecx
          jnz again
          hlt
        """;
    place(OTHER_PAGE, "lea rdx, [rdx+3]\n call %d\n ret".formatted(OTHER_PAGE + 0x80));
    place(OTHER_PAGE + 0x80, "inc rbx\n ret");
    for (int before = 1; before < 30; before++) {
      place(THIRD_PAGE - before, caller.formatted(OTHER_PAGE + 0x80));
      load(
          "mov ecx, 20\n xor ebx, ebx\n mov edi, 0x%x\n mov rbp, 0x%x\n jmp rbp"
              .formatted(OTHER_PAGE, THIRD_PAGE - before));
      run(400, before);
      assertThat(reg(Rig.RCX)).isZero();
      assertThat(reg(Rig.RBX)).isEqualTo(40);
    }
  }

  @Test
  void theStackIsNotThere() {
    for (int budget : BUDGETS) {
      load(
          """
            mov ecx, 20
          again:
            call outer
            dec ecx
            jnz again
            mov rsp, 0x400000
          outer:
            call inner
            ret
          inner:
            cmp ecx, 1
            jne out
            mov rsp, 0x500000
          out:
            ret
          """);
      run(Math.min(1_000, 400 * budget), budget);
    }
  }

  @Test
  void aReturnLeadsToNoAddressAtAll() {
    for (long target : new long[] {0, -1, 0x8000_0000_0000L, Long.MIN_VALUE, 0x40_0000}) {
      load(
          """
            mov rdx, %d
            call outer
            hlt
          outer:
            push rdx
            ret
          """
              .formatted(target));
      run(20, 20);
    }
  }

  @Test
  void functionsOf32BitCodeReturn() {
    load(
        """
          mov ecx, 30
        again:
          push 0x30
          push narrow
          db 0x48, 0xcb
        bits 32
        narrow:
          call outer
          call get
          push 8
          push back
          retf
        outer:
          push 7
          call inner
          inc edx
          ret
        inner:
          add esi, dword ptr [esp+4]
          mov eax, inner_end
          push eax
          ret
        inner_end:
          ret 4
        get:
          mov eax, dword ptr [esp]
          ret
        bits 64
        back:
          dec ecx
          jnz again
          hlt
        """);
    run(2_000, 5);
    assertThat(reg(Rig.RCX)).isZero();
    assertThat(reg(ESI)).isEqualTo(30 * 7);
    assertThat(reg(EDX)).isEqualTo(30);
  }
}
