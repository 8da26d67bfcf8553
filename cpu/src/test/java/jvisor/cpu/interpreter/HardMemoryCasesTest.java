package jvisor.cpu.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import jvisor.cpu.translator.TranslatorOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is probed once for several accesses: windows, and repeated strings. */
@ParameterizedClass
@MethodSource("options")
class HardMemoryCasesTest extends HardCases {
  HardMemoryCasesTest(TranslatorOptions options) {
    super(options);
  }

  /** A loop of three rounds in one that goes on eight bytes further each time, or as told. */
  private static final String NEST =
      """
        mov rbx, %s
        lea rsi, [rbx+24]
        mov ecx, %d
      outer:
        xor eax, eax
      inner:
        mov rdx, qword ptr [rbx+rax]
        add qword ptr [rbx+rax+8], rdx
        add rdx, qword ptr [rsp-16]
        add rax, 8
        cmp rax, 24
        jne inner
        adc rdi, qword ptr [rbx+32]
        movdqu xmm1, xmmword ptr [rsi]
        paddq xmm2, xmm1
        add rbx, %d
        lea rsi, [rbx+24]
        dec ecx
        jne outer
        hlt
      """;

  @ParameterizedTest
  @CsvSource({
    "0x5f00, 200, 8",
    "0x5ff8, 20, -8",
    "0x5f00, 50, 56",
    "0x5001, 500, 7",
    "0x6e00, 60, 16", // up to a page that is not there
    "0x8100, 40, -8", // from a page that must not be written
    "0x7f00, 40, 8",
    "0x2800, 90, 8", // behind code in its page
    "0xffffffffffffff00, 9, 40", // over the end of the address space
  })
  void shortLoopsGoOverPagesInAllDirections(String from, int rounds, int step) {
    for (int budget : new int[] {1, 17, 64, 97, 100_000}) {
      load(NEST.formatted(from, rounds, step));
      run(Math.min(rounds * 40, 500 * budget), budget);
    }
  }

  /** One to thirteen rounds each time of a loop that is counted, from places that go on. */
  private static final String COUNTED =
      """
        mov rsi, %s
        mov edi, 0x6000
        mov r8d, 130
      outer:
        lea rbx, [rbx+1]
        cmp rbx, 13
        jna counted
        mov ebx, 1
      counted:
        lea rcx, [rbx*8]
        xor eax, eax
      inner:
        mov rdx, qword ptr [rsi+rax]
        add qword ptr [rdi+rax*2], rdx
        %s
        jne inner
        adc r9, rax
        add rsi, %d
        dec r8d
        jne outer
        hlt
      """;

  @ParameterizedTest
  @CsvSource({
    "0x5f00, 'add rax, 8\ncmp rax, rcx', 8",
    "0x5f00, 'add rax, 8\nlea rdx, [rax+rdx]\ncmp rcx, rax', 40",
    "0x5800, 'add rdx, rax\nmov qword ptr [rsi+rax], rdx\nadd rax, 8\ncmp rax, rcx', 24",
    "0x5ff8, 'sub rcx, 8', -8",
    "0x5e00, 'add rax, 8\nsub rcx, 8', 16",
    "0x5e00, 'lea rax, [rax+4]\nadd rax, 4\nadd qword ptr [rdi+rax], 1\ncmp rax, rcx', 56",
    "0x5c01, 'add rdi, 8\nadd rax, 8\ncmp rax, rcx', 72",
    "0x6100, 'sub rdi, 8\nsub rsi, 8\nadd rax, 8\ncmp rcx, rax', 104",
    "0x5a00, 'add rax, 24\nsub rcx, 8', 8",
    "0x5f10, 'add rbp, 0x30000000\nadd rax, 8\ncmp rax, rcx', 8",
    "0x6f80, 'add rax, 8\ncmp rax, rcx', 8", // up to a page that is not there
    "0x8100, 'add rax, 8\nmov qword ptr [rsi], rdx\ncmp rax, rcx', -16", // not to be written
  })
  void roundsAreAsManyAsTheyShouldBe(String from, String step, int further) {
    for (int budget : new int[] {1, 5, 19, 64, 100_000}) {
      load(COUNTED.formatted(from, step, further));
      run(Math.min(10_000, 700 * budget), budget);
    }
  }

  /** Windows that are where others were: a list is gone through in twos, and pointers change. */
  @ParameterizedTest
  @CsvSource({"0x5e00, 56", "0x5fa0, -40", "0x5003, 64", "0x6d00, 72", "0x8180, -56"})
  void windowsFollowEachOther(String from, int step) {
    for (int budget : new int[] {1, 17, 64, 100_000}) {
      load(
          """
            mov rsi, %s
            lea rbx, [rsi+%d]
            mov ecx, 90
          again:
            mov rax, qword ptr [rsi]
            add rax, qword ptr [rsi+24]
            add qword ptr [rbx+8], rax
            mov rdx, qword ptr [rbx+16]
            add rdx, qword ptr [rbp+0x5100]
            mov qword ptr [rbx+16], rdx
            test cl, 3
            je other
            mov rbp, rsi
            mov rsi, rbx
            lea rbx, [rsi+%d]
            sub rbp, rsi
            dec ecx
            jne again
            hlt
          other:
            xchg rsi, rbx
            lea rdi, [rsi+8]
            mov rsi, rdi
            mov qword ptr [rdi], rdx
            dec ecx
            jne again
            hlt
          """
              .formatted(from, step, step));
      run(Math.min(1500, 300 * budget), budget);
    }
  }

  /** A window into the page of the code itself, through which the loop is changed while it runs. */
  @Test
  void whatIsAccessedTogetherMayBeTheCode() {
    for (int budget : new int[] {1, 23, 64, 100_000}) {
      load(
          """
            lea rbx, [rip+outer]
            mov ecx, 40
          outer:
            add rdi, 1
            mov rdx, qword ptr [rbx]
            mov rsi, qword ptr [rbx+8]
            mov qword ptr [rbx+8], rsi
            test cl, 7
            jne onward
            add byte ptr [rbx+3], 1
          onward:
            dec ecx
            jne outer
            hlt
          """);
      run(600, budget);
      assertThat(reg(Rig.RCX)).isZero();
      assertThat(reg(7)).isEqualTo(1 + 8 * (2 + 3 + 4 + 5) + 7 * 6);
    }
  }

  /** Three windows, each accessed in several blocks of one translation, and a store among them. */
  @Test
  void windowsStayOpenFromBlockToBlock() {
    for (int budget : new int[] {5, 77, 10_000}) {
      load(
          """
            mov ebx, 0x5000
            mov esi, 0x5800
            mov edi, 0x6200
            mov ecx, 300
          again:
            mov rdx, qword ptr [rbx+8]
            add qword ptr [rsi+16], rcx
            test cl, 3
            je over
            add rdx, qword ptr [rdi]
            cmp dword ptr [rsi+24], 0x7fff
            je over
            mov qword ptr [rdi+8], rdx
            and edx, 0xff
            mov al, byte ptr [rdx+rbx+0x100]
            test cl, 4
            je over
            inc dword ptr [rsi]
            mov rax, qword ptr [rbx+16]
            mov qword ptr [rdi], rax
          over:
            and dword ptr [rbx+8], 0xff
            add dword ptr [rbx+16], 5
            dec ecx
            jne again
            hlt
          """);
      run(7000, budget);
      assertThat(reg(Rig.RCX)).isZero();
    }
  }

  @Test
  void addressesLikeThoseOfAStringsEndAreProbed() {
    load(
        """
          mov eax, 0x2880
          mov rbx, rax
          mov edx, dword ptr [rax+rax-1]
          lea rsi, [rax+rbx-1]
          mov edi, dword ptr [rsi]
          hlt
        """);
    run(6, 6);
    assertThat(reg(Rig.RBX)).isEqualTo(0x2880);
  }

  /**
   * Repeated moves and stores that overlap, end at a page's end or go over it, have nothing to do
   * or more than a page, and go downwards, again and again; at last one that writes over itself.
   */
  private static final String REPEATED =
      """
        mov r8d, 40
      again:
        lea rsi, [0x5000+r8*8]
        lea rdi, [0x5003+r8*8]
        mov ecx, r8d
        rep movsb
        lea rdi, [0x5f00+r8*8-64]
        mov ecx, 0x10
        mov eax, r8d
        rep stosq
        mov ecx, 0
        rep stosw
        lea rsi, [0x5fb0]
        lea rdi, [0x5800]
        lea ecx, [r8-20]
        and ecx, 0x1f
        rep movsd
        mov edi, 0x5000
        mov esi, 0x5020
        mov ecx, 512
        test r8d, 7
        jz some
        rep movsq
      some:
        mov edi, 0x5ff0
        mov ecx, 40
        std
        rep stosb
        cld
        mov edi, 0x5ffc
        mov ecx, r8d
        and ecx, 7
        add ecx, 1
        db 0xf2
        stosw
        add r9, rdi
        add r10, rcx
        dec r8d
        jnz again
        mov edi, 0x5100
        mov ecx, 0x380
        rep stosq
        lea rdi, [rip+over]
        mov al, 0x90
        mov ecx, 5
      over:
        rep stosb
        inc rbx
        inc rbx
        inc rbx
        hlt
      """;

  @Test
  void stringsAreRepeatedAsOftenAsTheySay() {
    for (int budget : new int[] {1, 2, 5, 17, 1000}) {
      load(REPEATED);
      run(3000, budget);
      assertThat(fast.c.isHalted()).isTrue();
    }
  }

  @Test
  void aRepeatedStringThatFaultsHasDoneWhatIsBefore() {
    for (String text :
        new String[] {
          "mov edi, 0x6ff0\n mov ecx, 7\n rep stosq",
          "mov edi, 0x7ff0\n mov ecx, 7\n rep stosd",
          "mov edi, 0x8ff0\n mov ecx, 30\n rep stosb",
          "mov esi, 0x6ff8\n mov edi, 0x5000\n mov ecx, 30\n rep movsb",
          "mov esi, 0x5000\n mov edi, 0x6ffe\n mov ecx, 9\n rep movsw",
          "mov rsi, 0x7ffffffff000\n mov edi, 0x5000\n mov ecx, 3\n rep movsq"
        }) {
      load("mov r8d, 3\n again: " + text + "\n dec r8d\n jnz again\n hlt");
      run(40, 1);
      load("mov r8d, 3\n again: " + text + "\n dec r8d\n jnz again\n hlt");
      run(40, 40);
    }
  }
}
