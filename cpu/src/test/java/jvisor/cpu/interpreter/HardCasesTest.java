package jvisor.cpu.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import jvisor.cpu.translator.TranslatorOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks, links, budgets, and code that changes or is mapped anew. */
@ParameterizedClass
@MethodSource("options")
class HardCasesTest extends HardCases {
  HardCasesTest(TranslatorOptions options) {
    super(options);
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

  /** What takes most room, as often as a translation has instructions. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "rep movsb",
        "repne scasq",
        "idiv qword ptr [r12+r13*8+0x5101]",
        "push qword ptr [r12+r13*8+0x5101]",
        "enter 0x20, 0",
        "fld tbyte ptr [r12+r13*8+0x5101]",
        "lock cmpxchg16b xmmword ptr [r12+r13*8+0x5100]",
        "bts qword ptr [r12+r13*8+0x5100], r14",
        "adc qword ptr [r12+r13*8+0x5100], r14",
        "vpmaskmovq ymmword ptr [r12+r13*8+0x5100], ymm1, ymm2",
      })
  void theLongestTranslationHasRoom(String longest) {
    StringBuilder blocks = new StringBuilder("mov ebx, 40\nagain:\n");
    for (int n = 0; n < 15; n++) {
      blocks.append("xor ecx, ecx\n");
      for (int each = 0; each < 18; each++) {
        blocks.append(longest).append('\n');
      }
      blocks.append("jz $+2\n");
    }
    load(blocks.append("dec ebx\njnz again\nhlt\n").toString());
    // Interrupted where the loop begins again, so that all of it grows together.
    run(1, 1);
    run(302 * 10, 302);
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

  /** Functions 64 bytes apart, the next of which is called each time. */
  private static String functions(int add) {
    StringBuilder all = new StringBuilder();
    for (int n = 0; n < 6; n++) {
      all.append("align 64\n add rax, %d\n ret\n".formatted(add + n));
    }
    return all.toString();
  }

  @Test
  void functionsOfAPageAreReachedInManyAddressSpacesWhileTheyChange() {
    long other = 0x1c000;
    both(twin -> twin.mapElsewhere(other, OTHER_PAGE, THIRD_PAGE));
    for (int budget : new int[] {1, 11, 100_000}) {
      place(OTHER_PAGE, functions(1));
      place(THIRD_PAGE, functions(0x40));
      load(
          """
            mov ecx, 60
            mov rbx, cr3
            mov rdx, 0x%x
          space:
            mov rdi, 0x%x
          again:
            call rdi
            add rdi, 64
            test edi, 0x100
            jz again
            test cl, 3
            jnz same
            inc byte ptr [rdi-64+3]
            call rdi
          same:
            xchg rbx, rdx
            mov cr3, rbx
            dec ecx
            jnz space
            hlt
          """
              .formatted(other, OTHER_PAGE));
      run(Math.min(3_000, 400 * budget), budget);
    }
    assertThat(reg(Rig.RCX)).isZero();
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
