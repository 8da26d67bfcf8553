package jvisor.cpu.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import jvisor.cpu.translator.Optimisation;
import jvisor.cpu.translator.TranslatorOptions;
import jvisor.isa.Assembler;
import jvisor.isa.CodeMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Programs at which translations can go wrong, in two processors: one that translates everything,
 * and one that executes each instruction by its semantic. Both are stopped after the same numbers
 * of instructions, and have to agree each time in everything. So have translations without one of
 * their optimisations, and without any.
 */
@ParameterizedClass
@MethodSource("without")
class HardCasesTest {
  private static final long STACK = 0x6f00;
  private static final long OTHER_PAGE = 0xa000;
  private static final long THIRD_PAGE = 0xb000;

  private final TranslatorOptions options;
  private Twin fast;
  private final Twin slow = new Twin(Form.SEMANTICS, Ground.FLAT_64);
  private final byte[] fastMemory = Twin.image();
  private final byte[] slowMemory = Twin.image();

  HardCasesTest(Set<Optimisation> without) {
    options = TranslatorOptions.always().without(without);
    fast = new Twin(options, Ground.FLAT_64);
  }

  static Stream<Set<Optimisation>> without() {
    return Stream.concat(
        Stream.of(Set.of(), EnumSet.allOf(Optimisation.class)),
        Stream.of(Optimisation.values()).map(Set::of));
  }

  @AfterEach
  void close() {
    fast.close();
    slow.close();
  }

  private void both(Consumer<Twin> change) {
    change.accept(fast);
    change.accept(slow);
  }

  private static byte[] assemble(long place, String text) {
    return new Assembler(CodeMode.BITS64, place).emit(text).assemble();
  }

  /** Puts code at {@link Twin#CODE} and makes the processors begin there. */
  private void load(String text) {
    byte[] code = assemble(Twin.CODE, text);
    long[] registers = new long[16];
    registers[Rig.RSP] = STACK;
    both(twin -> {
      twin.remember();
      twin.load(code, new byte[8], registers, 0, 0, 0, false);
    });
  }

  private void place(long gpa, String text) {
    byte[] code = assemble(gpa, text);
    both(twin -> twin.write(gpa, code));
  }

  /** Runs both for {@code count} instructions in pieces of {@code step}. */
  private void run(int count, int step) {
    for (int done = 0; done < count; done += step) {
      Exit exit = slow.run(step);
      assertThat(fast.run(step)).isEqualTo(exit);
      assertThat(fast.result(0)).as("after %d instructions", done + step).isEqualTo(slow.result(0));
      if (exit != Exit.BUDGET) {
        break;
      }
    }
    fast.memory(fastMemory);
    slow.memory(slowMemory);
    assertThat(Arrays.mismatch(fastMemory, slowMemory))
        .as("first difference in memory")
        .isEqualTo(-1);
  }

  private long reg(int index) {
    return fast.c.state.reg(index);
  }

  /** A loop that calls, pushes, loads and stores, with three blocks and both ways of a branch. */
  private static final String LOOP =
      """
        mov ecx, 1000
      again:
        add qword ptr [0x5000], 3
        mov rax, qword ptr [0x5000]
        adc rbx, rax
        push rbx
        test cl, 1
        jz even
        call function
      even:
        pop rdx
        add r12, rdx
        mov r10d, eax
        xor edx, edx
        mov r11d, 7
        div r11
        dec ecx
        jnz again
        hlt
      function:
        lea rsi, [rip+function]
        xchg qword ptr [0x5008], rsi
        ret
      """;

  /** A loop of blocks that are translated together, and written to by one of them. */
  private static final String OVERWRITTEN =
      """
        mov ecx, 300
      again:
        xor edx, edx
        add edi, ecx
        test dil, 7
        jnz written
        mov byte ptr [rip+written+1], cl
        add r10, r11
      written:
        mov al, 5
        adc bl, al
        cmp ecx, ebx
        jae other
        inc r9
      other:
        dec ecx
        jnz again
        hlt
      """;

  @Test
  void blocksTranslatedTogetherAreNotRunOnceOneOfThemIsOverwritten() {
    for (int budget : new int[] {1, 3, 7, 50, 64, 1000}) {
      load(OVERWRITTEN);
      run(5_000, budget);
      assertThat(reg(Rig.RCX)).isZero();
    }
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

  @Test
  void everyBudgetEndsAtItsInstruction() {
    for (int budget = 1; budget <= 64; budget++) {
      load(LOOP);
      run(20 * budget, budget);
    }
    load(LOOP);
    run(100_000, 100_000);
    assertThat(reg(Rig.RCX)).isZero();
  }

  @Test
  void aMemoryForCodeThatIsTooSmallIsUsedAgainAndAgain() {
    fast.close();
    fast = new Twin(options.withCodeSize(TranslatorOptions.SMALLEST), Ground.FLAT_64);
    StringBuilder blocks = new StringBuilder("mov ecx, 4\nagain:\n");
    for (int n = 0; n < 900; n++) {
      blocks.append("inc qword ptr [0x5000+8*%d]\ntest cl, cl\njz $+2\n".formatted(n));
    }
    String text = blocks.append("dec ecx\njnz again\nhlt\n").toString();
    // Two pages of code, the second of which is otherwise the interrupt table's.
    byte[] code = assemble(OTHER_PAGE, text);
    load("mov rax, 0xa000\n jmp rax");
    both(twin -> twin.write(OTHER_PAGE, code));
    run(12_000, 97);
    assertThat(reg(Rig.RCX)).isZero();
  }

  /**
   * Vectors that stay in the host's registers over blocks, while instructions between them leave:
   * for a value across pages, for the x87, and because MXCSR is not as usual for some turns.
   */
  @Test
  void vectorsSurviveEveryWayInAndOutOfCode() {
    String text =
        """
          mov rax, cr4
          or eax, 0x40600
          mov cr4, rax
          xor ecx, ecx
          xor edx, edx
          mov eax, 7
          xsetbv
          mov dword ptr [0x5100], 0x1f80
          mov dword ptr [0x5104], 0x1d80
          mov dword ptr [0x5108], 0x7f80
          mov dword ptr [0x510c], 0x9f80
          mov ecx, 60
          movd xmm0, ecx
          pshufd xmm1, xmm0, 0
          cvtdq2ps xmm2, xmm1
          vpbroadcastd ymm4, xmm0
        again:
          mov eax, ecx
          and eax, 3
          ldmxcsr dword ptr [0x5100+rax*4]
          paddd xmm1, xmm0
          mulps xmm2, xmm2
          sqrtps xmm2, xmm2
          addps xmm2, xmm1
          vpaddd ymm4, ymm4, ymm1
          vpermq ymm5, ymm4, 0x4e
          movdqu xmmword ptr [0x5ff9], xmm1
          fld1
          fstp qword ptr [0x5200]
          addsd xmm3, qword ptr [0x5200]
          call function
          vmovdqu ymmword ptr [0x5300], ymm5
          movdqu xmm6, xmmword ptr [0x5ff5]
          pxor xmm7, xmm6
          movq rbx, xmm7
          stmxcsr dword ptr [0x5110]
          and dword ptr [0x5110], 0xffc0
          dec ecx
          jnz again
          hlt
        function:
          pmuludq xmm1, xmm2
          test cl, 4
          jz over
          movaps xmmword ptr [0x5400], xmm2
        over:
          ucomiss xmm2, xmm3
          ret
        """;
    for (int step : new int[] {1, 3, 7, 61, 5000}) {
      load(text);
      run(5000, step);
      assertThat(reg(Rig.RCX)).isZero();
    }
  }

  /** What the x87 state goes through in the following, with handlers for #NM and #MF. */
  private static final String X87 =
      """
        mov rax, cr4
        or eax, 0x600
        mov cr4, rax
        mov word ptr [0x5100], 0x37f
        mov word ptr [0x5102], 0x27f
        mov word ptr [0x5104], 0xf7f
        mov word ptr [0x5106], 0x37b
        fninit
        fldpi
        fld1
        mov ecx, 60
      again:
        mov eax, ecx
        and eax, 3
        fldcw word ptr [0x5100+rax*2]
        fld st(1)
        fdiv st, st(1)
        fstp tbyte ptr [0x5ffb]
        fld tbyte ptr [0x5ffb]
        faddp st(1), st
        fldz
        fld1
        fdivrp st(1), st
        fstp qword ptr [0x5108]
        call function
        fcomi st, st(1)
        ja over
        fnstsw ax
        mov word ptr [0x5200], ax
        fxsave [0x5400]
      over:
        test cl, 8
        jz notmmx
        movd mm3, ecx
        paddb mm3, qword ptr [0x5108]
        movq qword ptr [0x5208], mm3
        cvtpi2ps xmm1, mm3
        movq2dq xmm2, mm3
        cvttps2pi mm4, xmm1
        emms
        fldpi
        fild dword ptr [0x5208]
      notmmx:
        test cl, 7
        jnz available
        mov rax, cr0
        or eax, 8
        mov cr0, rax
      available:
        fxam
        fnstcw word ptr [0x5204]
        fwait
        mov eax, ecx
        and eax, 1
        shl eax, 3
        or eax, 0xc1
        mov byte ptr [rip+written+1], al
      written:
        fadd st, st(1)
        dec ecx
        jnz again
        fnsave [0x5600]
        hlt
      function:
        fsin
        test cl, 4
        jz done
        fld1
        fxch st(1)
        fyl2x
        fbstp tbyte ptr [0x5300]
        fild word ptr [0x5300]
      done:
        ret
      """;

  /** The x87 state is in the host's over blocks, while much between them leaves. */
  @Test
  void theX87StateSurvivesEveryWayInAndOutOfCode() {
    for (int step : new int[] {1, 3, 7, 61, 5000}) {
      place(Twin.HANDLERS + 32 * 7, "clts\n iretq");
      place(Twin.HANDLERS + 32 * 16, "fnclex\n iretq");
      load(X87);
      run(5000, step);
      assertThat(reg(Rig.RCX)).isZero();
    }
  }

  /**
   * An exception that is unmasked while its flag is set comes with the next x87 instruction, as
   * does that of the next turn, which still is unmasked.
   */
  @Test
  void exceptionsThatAreUnmaskedLaterArePending() {
    place(Twin.HANDLERS + 32 * 16, "inc ebx\n fnclex\n iretq");
    load(
        """
          fninit
          mov word ptr [0x5100], 0x37b
          mov ecx, 40
        again:
          fld1
          fldz
          fdivp st(1), st
          mov dword ptr [0x5104], 0x37f
          test cl, 3
          jnz masked
          mov dword ptr [0x5104], 0x37b
        masked:
          fldcw word ptr [0x5104]
          mov eax, 5
          fstp qword ptr [0x5108]
          fnclex
          dec ecx
          jnz again
          hlt
        """);
    run(2000, 31);
    assertThat(reg(Rig.RCX)).isZero();
    assertThat(reg(Rig.RBX)).isEqualTo(20);
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

  @Test
  void codeGoesOnInTheNextPage() {
    // Instructions across the boundary, blocks that end at it, and a loop over both pages.
    for (int before = 1; before < 24; before++) {
      place(
          THIRD_PAGE - before,
          """
          again:
            inc rax
            add qword ptr [0x5000], rax
            mov rbx, 0x1122334455667788
            adc rdx, rbx
            dec ecx
            jnz again
            hlt
          """);
      load("mov ecx, 20\n mov rbp, 0x%x\n jmp rbp".formatted(THIRD_PAGE - before));
      run(200, before);
      assertThat(reg(Rig.RCX)).isZero();
    }
  }

  @Test
  void onePhysicalPageRunsAtTwoAddresses() {
    long alias = 0x40_0000_a000L;
    both(twin -> twin.map(alias, OTHER_PAGE, 3));
    place(
        OTHER_PAGE,
        """
          lea rax, [rip]
          add rbx, rax
          call inner
          jmp out
          align 16
        inner:
          mov rdx, qword ptr [rsp]
          add rsi, rdx
          ret
        out:
          ret
        """);
    load(
        """
          mov ecx, 50
          mov rdi, 0x%x
          mov rbp, 0x%x
        again:
          call rdi
          call rbp
          dec ecx
          jnz again
          hlt
        """
            .formatted(OTHER_PAGE, alias));
    run(2000, 7);
    assertThat(reg(Rig.RBX)).isEqualTo(50 * (OTHER_PAGE + alias + 14));
  }

  @Test
  void aBlockThatChangesItselfOrItsSuccessorIsSeenAtOnce() {
    // The immediate of the running block's ADD, then that of a block to which it is linked.
    load(
        """
          mov ecx, 40
        again:
          inc byte ptr [own+2]
        own:
          add eax, 1
          inc byte ptr [next+2]
          jmp next
        align 64
        next:
          add ebx, 1
          dec ecx
          jnz again
          hlt
        """);
    run(400, 3);
    load(
        "mov ecx, 40\n"
            + "again:\n inc byte ptr [own+2]\nown:\n add eax, 1\n inc byte ptr [next+2]\n jmp next\nalign 64\nnext:\n add ebx, 1\n dec ecx\n jnz again\n hlt");
    run(400, 400);
    assertThat(reg(Rig.RAX)).isEqualTo(41 * 42 / 2 - 1);
    assertThat(reg(Rig.RBX)).isEqualTo(41 * 42 / 2 - 1);
  }

  @Test
  void aDeviceChangesALinkedBlock() {
    place(OTHER_PAGE + 0x40, "add eax, 1\n jmp %d".formatted(OTHER_PAGE));
    place(OTHER_PAGE, "inc rbx\n jmp %d".formatted(OTHER_PAGE + 0x40));
    load("mov rax, 0xa000\n jmp rax");
    List<Long> values = new ArrayList<>();
    for (int n = 1; n < 30; n++) {
      run(40, 40);
      values.add(reg(Rig.RAX));
      byte[] immediate = {(byte) n};
      both(twin -> twin.write(OTHER_PAGE + 0x42, immediate));
    }
    assertThat(values).doesNotHaveDuplicates();
  }

  @Test
  void aCodePageIsMappedAnewByInvlpg() {
    place(OTHER_PAGE, "add rax, 1\n ret");
    place(THIRD_PAGE, "add rax, 0x100\n ret");
    both(twin -> twin.map(twin.lowTable(), twin.lowTable(), 7));
    load(
        """
          mov ecx, 30
          mov rdi, 0x%x
        again:
          call rdi
          mov rsi, qword ptr [TABLE+8*0xa]
          xor rsi, 0x1000
          mov qword ptr [TABLE+8*0xa], rsi
          invlpg byte ptr [rdi]
          dec ecx
          jnz again
          hlt
        TABLE equ 0x%x
        """
            .formatted(OTHER_PAGE, fast.lowTable()));
    run(1000, 11);
    assertThat(reg(Rig.RAX)).isEqualTo(15 * 0x101);
  }

  @Test
  void theSecondPageOfAnInstructionIsMappedAnewAndWritten() {
    // The immediate's second half lies in a page that is one of two, which changes as well.
    for (long page : new long[] {THIRD_PAGE, THIRD_PAGE ^ 0x7000}) {
      place(page - 3, "mov edx, 0x10001\n add rax, rdx\n ret");
    }
    both(twin -> twin.map(twin.lowTable(), twin.lowTable(), 7));
    load(
        """
          mov ecx, 40
          mov rdi, 0x%x
        again:
          call rdi
          call rdi
          mov rsi, qword ptr [TABLE+8*0xb]
          xor rsi, 0x7000
          mov qword ptr [TABLE+8*0xb], rsi
          invlpg byte ptr [rdi+3]
          call rdi
          inc byte ptr [rdi+3]
          dec ecx
          jnz again
          hlt
        TABLE equ 0x%x
        """
            .formatted(THIRD_PAGE - 3, fast.lowTable()));
    run(2000, 11);
    assertThat(reg(Rig.RCX)).isZero();
    assertThat(reg(Rig.RAX)).isGreaterThan(3 * 40 * 0x10001);
  }

  @Test
  void aCodePageIsMappedAnewByCr3() {
    place(OTHER_PAGE, "add rax, 1\n ret");
    place(THIRD_PAGE, "add rax, 0x100\n ret");
    long other = 0x1c000;
    both(twin -> twin.mapElsewhere(other, OTHER_PAGE, THIRD_PAGE));
    load(
        """
          mov ecx, 30
          mov rdi, 0x%x
          mov rsi, cr3
          mov rdx, 0x%x
        again:
          call rdi
          xchg rsi, rdx
          mov cr3, rsi
          dec ecx
          jnz again
          hlt
        """
            .formatted(OTHER_PAGE, other));
    run(1000, 13);
    assertThat(reg(Rig.RAX)).isEqualTo(15 * 0x101);
  }

  @Test
  void thePageOfA64BitFunctionIsRunAs32BitCode() {
    // 48 ff c0 is INC RAX, or DEC EAX and INC EAX; the far returns lie behind it.
    place(OTHER_PAGE, "db 0x48, 0xff, 0xc0\n inc ebx\n db 0x48, 0xcb");
    place(OTHER_PAGE + 0x40, "jmp %d".formatted(OTHER_PAGE));
    load(
        """
          mov ecx, 30
        again:
          push 8
          lea rax, [rip+wide]
          push rax
          mov eax, 5
          mov rdi, 0x%x
          jmp rdi
        wide:
          add rsi, rax
          push 0x30
          push narrow
          db 0x48, 0xcb
        bits 32
        narrow:
          push 8
          push back
          mov eax, 5
          mov edi, 0x%x
          push edi
          ret
        bits 64
        back:
          add rsi, rax
          dec ecx
          jnz again
          hlt
        """
            .formatted(OTHER_PAGE + 0x40, OTHER_PAGE + 0x40));
    run(2000, 5);
    assertThat(reg(Rig.RCX)).isZero();
  }

  @Test
  void breakpointsOnInstructionsAndDataInterruptHotLoops() {
    long handler = Twin.HANDLERS + 32;
    load(
        """
          mov ecx, 60
        again:
          inc rax
          add qword ptr [0x5000], rax
          cmp ecx, 40
          jne other
          lea rdx, [rip+watched]
          mov dr0, rdx
          mov edx, 0x402
          mov dr7, rdx
        other:
          cmp ecx, 20
          jne watched
          mov edx, 0x5004
          mov dr1, rdx
          mov edx, 0x00d00408
          mov dr7, rdx
        watched:
          add rbx, rax
          dec ecx
          jnz again
          hlt
        """);
    place(
        handler, "inc r13\n mov rdx, dr6\n add r14, rdx\n or dword ptr [rsp+16], 0x10000\n iretq");
    run(3000, 9);
    assertThat(reg(Rig.RCX)).isZero();
    assertThat(reg(13)).isEqualTo(20 + 19);
  }

  @Test
  void aLoopIsSteppedByTheTrapFlagForAWhile() {
    load(
        """
          mov ecx, 60
        again:
          inc rax
          add qword ptr [0x5000], rax
          cmp ecx, 40
          jne other
          pushfq
          or qword ptr [rsp], 0x100
          popfq
        other:
          cmp ecx, 20
          jne last
          pushfq
          and qword ptr [rsp], -257
          popfq
        last:
          dec ecx
          jnz again
          hlt
        """);
    place(Twin.HANDLERS + 32, "inc r13\n add r14, qword ptr [rsp]\n iretq");
    run(3000, 7);
    assertThat(reg(Rig.RCX)).isZero();
    assertThat(reg(13)).isGreaterThan(100);
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

  @Test
  void theTimeStampIsThatOfTheInstructionsRetired() {
    String text =
        """
          mov r8d, 30
        again:
          rdtsc
          add r9, rax
          shl rdx, 32
          or rax, rdx
          sub rax, r10
          add r10, rax
          mov ecx, r8d
          rdtscp
          lea rbx, [rbx+rbx*2]
          add rbx, rax
          add rbx, rcx
          rdtsc
          rdtsc
          push rax
          push rdx
          mov ecx, 0x10
          test r8d, 3
          jnz rare
          add edx, 9
          wrmsr
          mov rax, cr4
          xor eax, 4
          mov cr4, rax
        rare:
          dec r8d
          jnz again
          hlt
        """;
    for (long pace : new long[] {1 << 24, 100 << 24, 55_555_555, 209_716, 0}) {
      for (int budget : new int[] {1, 2, 7, 64, 2000}) {
        both(twin -> twin.setPace(pace));
        load(text);
        run(2000, budget);
        assertThat(fast.c.isHalted()).isTrue();
      }
    }
  }

  @Test
  void aGuestThatSpinsWithInterruptsOffIsStoppedByARequest() throws InterruptedException {
    load("again: inc rax\n jmp again");
    fast.run(1000);
    Thread other = new Thread(fast.c::request);
    other.start();
    assertThat(fast.run(Long.MAX_VALUE / 2)).isEqualTo(Exit.ATTENTION);
    other.join();
  }
}
