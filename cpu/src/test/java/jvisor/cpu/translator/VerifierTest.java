package jvisor.cpu.translator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import jvisor.cpu.translator.UnsafeCode.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A good translation, written by hand, and what the verifier says when one thing in it is bad. */
class VerifierTest {
  /** A load, a store and a jump through the target cache, with all that they need. */
  private static final String GOOD =
      """
        sub r13, 3
        js back
        cmp dword ptr [r15+ATTENTION], 0
        jne back
        lea r11, [rbx+8]
        probe read [r11+7], exit_0
        add r11, qword ptr [r12+ADDEND]
        mov rax, qword ptr [r11]
      behind_0:
        mov r11, rcx
        probe write [r11+3], exit_1
        add r11, qword ptr [r12+ADDEND]
        mov r14, qword ptr [r15+0x60]
        mov dword ptr [r11], r14d
        mov qword ptr [r15+0x60], r14
      behind_1:
        mov r11, rdx
        mov r12, r11
        shr r12, 15
        xor r12, r11
        and r12d, 0x1ffff
        shl r12, 5
        add r12, qword ptr [r15+JUMPS]
        cmp r11, qword ptr [r12]
        jne exit_2
        mov r14, qword ptr [r15+CONTEXT]
        cmp r14, qword ptr [r12+8]
        jne exit_2
        and r11, -4096
        mov qword ptr [r15+PAGE_BASE], r11
        jmp qword ptr [r12+16]
      exit_0:
        mov r11d, 0x500
        jmp LEAVE
      resume_0:
        jmp behind_0
      exit_1:
        mov r11d, 0x501
        jmp LEAVE
      resume_1:
        mov r11d, 0x582
        call LOAD_VECTORS
        jmp behind_1
      exit_2:
        mov r11d, 0x502
        jmp LEAVE
      back:
        add r13, 3
        mov r11d, 0x80000123
        jmp LEAVE
      """;

  private static final String COUNTING =
      """
        mov r12, qword ptr [r15+COUNTS]
        mov r14, qword ptr [r12+COUNT]
        lea r14, [r14+1]
        mov qword ptr [r12+COUNT], r14
      """;

  /** A loop that reads through a slot of {@link Frames}. */
  private static final String LOOP =
      """
        sub r13, 3
        js back
        cmp dword ptr [r15+ATTENTION], 0
        jne back
        jmp enter
      head:
        sub r13, 3
        js back
        cmp dword ptr [r15+ATTENTION], 0
        jne back
        lea r11, [rbx+8]
        mov r14, r11
        and r14, -4089
        cmp r14, qword ptr [r15+TAG]
        jne miss
      there:
        add r11, qword ptr [r15+TAG+8]
        mov rax, qword ptr [r11]
        dec rcx
        jne head
        jmp back
      miss:
        probe read [r11+7], exit_0
        mov r14, qword ptr [r12+ADDEND]
        mov qword ptr [r15+TAG+8], r14
        mov r14, r11
        and r14, -4096
        mov qword ptr [r15+TAG], r14
        jmp there
      enter:
        mov qword ptr [r15+TAG], 0x800
        jmp head
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

  /** A load of the FPU, with the pointers to it, a control word and a store. */
  private static final String X87 =
      """
        sub r13, 3
        js back
        cmp dword ptr [r15+ATTENTION], 0
        jne back
        cmp byte ptr [r15+X87_USABLE], 0
        jne usable
        mov r11d, 0x580
        call LOAD_X87
      usable:
        lea r11, [rbx+8]
        probe read [r11+9], exit_0
        mov qword ptr [r15+0x490], r11
        add r11, qword ptr [r12+ADDEND]
        fld tbyte ptr [r11]
        movzx r14d, word ptr [r11]
        mov r12d, r14d
        or r12d, 0x3f
        cmp r12d, r14d
        jne exit_1
        mov word ptr [r15+X87_CONTROL], r12w
        fldcw word ptr [r15+X87_CONTROL]
        paddb mm1, mm2
        emms
        mov r14, qword ptr [r15+PAGE_BASE]
        mov qword ptr [r15+0x488], r14
        mov word ptr [r15+0x498], r14w
        mov word ptr [r15+0x49a], r14w
        jmp back
      exit_0:
        mov r11d, 0x500
        jmp LEAVE
      resume_0:
        mov r11d, 0x581
        call LOAD_X87
        fld1
        jmp back
      exit_1:
        mov r11d, 0x501
        jmp LEAVE
      resume_1:
        jmp back
      back:
        add r13, 3
        mov r11d, 0x80000123
        jmp LEAVE
      """;

  private final HandWritten written = new HandWritten();

  private void check(String text, String... linked) {
    written.check(text, linked);
  }

  @Test
  void aGoodTranslationIsAccepted() {
    assertThatCode(() -> check(GOOD)).doesNotThrowAnyException();
  }

  @Test
  void aTranslationCountsItsOwnEntries() {
    assertThatCode(() -> check(COUNTING + GOOD)).doesNotThrowAnyException();
    for (String other : new String[] {"r12+COUNT+8", "r12+COUNT-8", "r12+COUNT+4", "r12"}) {
      assertThatThrownBy(() -> check(COUNTING.replace("r12+COUNT", other) + GOOD))
          .as(other)
          .isInstanceOf(UnsafeCode.class);
    }
    assertThatThrownBy(() ->
            check(
                COUNTING.replace("qword ptr [r12+COUNT], r14", "dword ptr [r12+COUNT], r14d")
                    + GOOD))
        .isInstanceOf(UnsafeCode.class);
  }

  @Test
  void aGoodTranslationWithX87InstructionsIsAccepted() {
    assertThatCode(() -> check(X87)).doesNotThrowAnyException();
  }

  static Stream<Arguments> badX87() {
    String load = "fld tbyte ptr [r11]";
    String held = "jne usable";
    String mask = "or r12d, 0x3f";
    String kept = "mov word ptr [r15+X87_CONTROL], r12w";
    String control = "fldcw word ptr [r15+X87_CONTROL]";
    String pointer = "mov qword ptr [r15+0x488], r14";
    return Stream.of(
        arguments(Rule.X87, held, "je usable"),
        arguments(Rule.X87, held, "jmp usable"),
        arguments(Rule.X87, "cmp byte ptr [r15+X87_USABLE], 0", "cmp byte ptr [r15+X87_HELD], 0"),
        arguments(Rule.X87, "cmp byte ptr [r15+X87_USABLE], 0", "cmp byte ptr [r15+X87_USABLE], 1"),
        arguments(Rule.X87, "call LOAD_X87\n usable:", "call LOAD_VECTORS\n usable:"),
        arguments(Rule.X87, "call LOAD_X87\n fld1", "fld1"),
        arguments(Rule.X87, "mov r11d, 0x581\n call LOAD_X87\n fld1", "pxor mm1, mm1"),
        arguments(Rule.EXIT_WORD, "mov r11d, 0x580", "mov r11d, 0x680"),
        arguments(Rule.PROBE, load, "fstp tbyte ptr [r11]"),
        arguments(Rule.PROBE, load, "fst dword ptr [r11]"),
        arguments(Rule.PROBE, load, "movq qword ptr [r11], mm1"),
        arguments(Rule.PROBE, load, "fld tbyte ptr [r11+1]"),
        arguments(Rule.PROBE, load, "fld tbyte ptr [r11-1]"),
        arguments(Rule.HARMLESS, load, "fninit"),
        arguments(Rule.HARMLESS, load, "fldenv [r11]"),
        arguments(Rule.HARMLESS, load, "fnsave [r11]"),
        arguments(Rule.HARMLESS, load, "maskmovq mm1, mm2"),
        arguments(Rule.X87_CONTROL, control, "fldcw word ptr [r11]"),
        arguments(Rule.X87_CONTROL, control, "fldcw word ptr [r15+0x480]"),
        arguments(Rule.STATE_WRITE, mask, "or r12d, 0x3e"),
        arguments(Rule.STATE_WRITE, mask, "and r12d, 0x3f"),
        arguments(Rule.STATE_WRITE, mask, ""),
        arguments(Rule.STATE_WRITE, kept, "mov word ptr [r15+X87_CONTROL], r14w"),
        arguments(Rule.STATE_WRITE, kept, "mov dword ptr [r15+X87_CONTROL], r12d"),
        arguments(Rule.STATE_WRITE, kept, "mov word ptr [r15+X87_CONTROL+1], r12w"),
        arguments(Rule.STATE_WRITE, kept, "add word ptr [r15+X87_CONTROL], r12w"),
        arguments(Rule.STATE_WRITE, kept, "mov byte ptr [r15+X87_HELD], 1"),
        arguments(Rule.STATE_WRITE, kept, "mov byte ptr [r15+X87_USABLE], 1"),
        arguments(Rule.STATE_WRITE, kept, "fnstcw word ptr [r15+X87_CONTROL]"),
        arguments(Rule.STATE_WRITE, kept, "mov word ptr [r15+0x480], r12w"),
        arguments(Rule.STATE_WRITE, kept, "mov word ptr [r15+0x482], r12w"),
        arguments(Rule.STATE_WRITE, pointer, "mov qword ptr [r15+0x48a], r14"),
        arguments(Rule.STATE_WRITE, pointer, "mov qword ptr [r15+0x498], r14"));
  }

  @ParameterizedTest
  @MethodSource("badX87")
  void badX87InstructionsAreRejected(Rule rule, String good, String bad) {
    written.rejects(X87, rule, good, bad);
  }

  static Stream<Arguments> badOnes() {
    String load = "mov rax, qword ptr [r11]";
    String store = "mov dword ptr [r11], r14d";
    String borrow = "mov qword ptr [r15+0x60], r14";
    String leaves = "jne exit_0";
    String enter = "jmp qword ptr [r12+16]";
    return Stream.of(
        // Instructions.
        arguments(Rule.DECODING, load, "db 6"),
        arguments(Rule.DECODING, "mov r11d, 0x80000123\n jmp LEAVE", ""),
        arguments(Rule.HARMLESS, load, "hlt"),
        arguments(Rule.HARMLESS, load, "syscall"),
        arguments(Rule.HARMLESS, load, "int3"),
        arguments(Rule.HARMLESS, load, "int 0x80"),
        arguments(Rule.PROBE, load, "rep movsb"),
        arguments(Rule.HARMLESS, load, "mov fs, ax"),
        arguments(Rule.HARMLESS, load, "wrgsbase rax"),
        arguments(Rule.HARMLESS, load, "fninit"),
        arguments(Rule.STACK_POINTER, load, "push rax"),
        arguments(Rule.HARMLESS, load, "popfq"),
        arguments(Rule.STACK_POINTER, load, "ret 8"),
        arguments(Rule.DIVISION, load, "div rcx"),
        arguments(Rule.DIVISION, load, "idiv dword ptr [r11]"),
        arguments(Rule.HARMLESS, load, "cpuid"),
        arguments(Rule.HARMLESS, load, "rdtsc"),
        arguments(Rule.HARMLESS, load, "mov rax, cr0"),
        arguments(Rule.HARMLESS, load, "ldmxcsr dword ptr [r11]"),
        arguments(Rule.HARMLESS, load, "bt qword ptr [r11], rax"),
        // Registers.
        arguments(Rule.STACK_POINTER, load, "mov rsp, rax"),
        arguments(Rule.STACK_POINTER, load, "add esp, 8"),
        arguments(Rule.STACK_POINTER, load, "mov spl, al"),
        arguments(Rule.STACK_POINTER, load, "lea rax, [rsp+8]"),
        arguments(Rule.STATE_REGISTER, load, "mov r15, rax"),
        arguments(Rule.STATE_REGISTER, load, "mov r15b, al"),
        arguments(Rule.STATE_REGISTER, load, "xchg rax, r15"),
        arguments(Rule.STATE_REGISTER, load, "mov rax, r15"),
        arguments(Rule.STATE_REGISTER, load, "lea rax, [r15+8]"),
        // Addresses.
        arguments(Rule.STACK_POINTER, load, "mov rax, qword ptr [rsp]"),
        arguments(Rule.ADDRESS_FORM, load, "mov rax, qword ptr [rip+8]"),
        arguments(Rule.ADDRESS_FORM, load, "mov rax, qword ptr [0x1000]"),
        arguments(Rule.ADDRESS_FORM, load, "mov rax, qword ptr [rsi]"),
        arguments(Rule.ADDRESS_FORM, load, "mov rax, qword ptr [r11+rcx]"),
        arguments(Rule.ADDRESS_FORM, load, "mov rax, qword ptr fs:[r11]"),
        arguments(Rule.ADDRESS_FORM, load, "mov rax, qword ptr [r11d]"),
        arguments(Rule.ADDRESS_FORM, load, "mov rax, qword ptr [r15+rax*8]"),
        arguments(Rule.PROBE, load, "mov rax, qword ptr [rbx]"),
        // The struct.
        arguments(Rule.STATE_BOUNDS, borrow, "mov qword ptr [r15-8], r14"),
        arguments(Rule.STATE_BOUNDS, borrow, "mov qword ptr [r15+0xff9], r14"),
        arguments(Rule.STATE_BOUNDS, load, "mov rax, qword ptr [r15+0x1000]"),
        arguments(Rule.STATE_WRITE, borrow, "mov qword ptr [r15+0x79], r14"),
        arguments(Rule.STATE_WRITE, borrow, "mov qword ptr [r15+TLB_TABLE], r14"),
        arguments(Rule.STATE_WRITE, borrow, "mov qword ptr [r15+TLB_GENERATION], r14"),
        arguments(Rule.STATE_WRITE, borrow, "mov qword ptr [r15+JUMPS], r14"),
        arguments(Rule.STATE_WRITE, borrow, "mov qword ptr [r15+CONTEXT], r14"),
        arguments(Rule.STATE_WRITE, borrow, "mov dword ptr [r15+ATTENTION], 0"),
        arguments(Rule.STATE_WRITE, borrow, "mov qword ptr [r15+FLAGS+4], r14"),
        arguments(Rule.STATE_WRITE, borrow, "mov qword ptr [r15+BUDGET], r14"),
        arguments(Rule.STATE_WRITE, borrow, "mov qword ptr [r15+PAGE_BASE+4], r14"),
        // The budget.
        arguments(Rule.BUDGET, "add r13, 3", "add r13, 4"),
        arguments(Rule.BUDGET, "add r13, 3", "add r13d, 3"),
        arguments(Rule.BUDGET, "sub r13, 3", "sub r13, 2"),
        arguments(Rule.BUDGET, borrow, "mov r13, r14"),
        arguments(Rule.BUDGET, borrow, "xchg r14, r13"),
        arguments(Rule.BUDGET, borrow, "lea r13, [r13+3]"),
        // Entries of the tables.
        arguments(Rule.ENTRY_ACCESS, leaves, "mov qword ptr [r12], rax"),
        arguments(Rule.ENTRY_ACCESS, leaves, "mov rax, qword ptr [r12+0x10]"),
        arguments(Rule.ENTRY_ACCESS, leaves, "mov rax, qword ptr [r12+0x20]"),
        arguments(Rule.ENTRY_ACCESS, leaves, "mov eax, dword ptr [r12]"),
        // Probes.
        arguments(Rule.PROBE, leaves, ""),
        arguments(Rule.PROBE, leaves, "je exit_0"),
        arguments(Rule.PROBE, leaves, "jb exit_0"),
        arguments(Rule.PROBE, leaves, "test rax, rax\n jne exit_0"),
        arguments(Rule.PROBE, "cmp r14, qword ptr [r12]\n", "cmp r11, qword ptr [r12]\n"),
        arguments(Rule.PROBE, "cmp r14, qword ptr [r12]\n", "cmp r14, qword ptr [r12+24]\n"),
        arguments(
            Rule.PROBE,
            "cmp r14, qword ptr [r12+8]\n jne exit_1",
            "cmp r14, qword ptr [r12]\n jne exit_1"),
        arguments(Rule.PROBE, "lea r14, [r11+7]", "lea r14, [r11+6]"),
        arguments(Rule.PROBE, "lea r14, [r11+7]", "lea r14, [r11+0x1007]"),
        arguments(Rule.PROBE, "lea r14, [r11+7]", "lea r14, [r11-1]"),
        arguments(Rule.PROBE, "lea r14, [r11+7]", "lea r14, [rsi+7]"),
        arguments(Rule.PROBE, load, "mov rax, qword ptr [r11+1]"),
        arguments(Rule.PROBE, load, "mov rax, qword ptr [r11-1]"),
        arguments(Rule.PROBE, load, "vmovdqu xmm0, xmmword ptr [r11]"),
        arguments(Rule.PROBE, load, "mov qword ptr [r11], rax"),
        arguments(Rule.PROBE, load, "add byte ptr [r11], 1"),
        arguments(Rule.PROBE, load, "xchg qword ptr [r11], rax"),
        arguments(Rule.PROBE, load, "setb byte ptr [r11]"),
        arguments(Rule.PROBE, store, "mov qword ptr [r11], r14"),
        arguments(Rule.PROBE, load, "lea r11, [r11+8]\n " + load),
        arguments(Rule.ADDRESS_FORM, load, "add r11, 8\n " + load),
        arguments(Rule.ADDRESS_FORM, load, "mov r11b, cl\n " + load),
        arguments(Rule.ADDRESS_FORM, load, "xadd rcx, r11\n " + load),
        arguments(Rule.PROBE, load, "mov r11, rcx\n " + load),
        arguments(Rule.ADDRESS_FORM, load, "mov r11, qword ptr [r11]\n " + load),
        // Jumps.
        arguments(Rule.JUMP_TARGET, leaves, "jne PLACE-5"),
        arguments(Rule.JUMP_TARGET, leaves, "jne LEAVE+1"),
        arguments(Rule.STACK_POINTER, leaves, "call exit_0"),
        arguments(Rule.STACK_POINTER, "call LOAD_VECTORS", "call LEAVE"),
        arguments(Rule.STACK_POINTER, enter, "call qword ptr [r12+16]"),
        arguments(Rule.TARGET_CHECK, enter, "jmp qword ptr [r12+8]"),
        arguments(Rule.TARGET_CHECK, enter, "jmp rax"),
        arguments(Rule.TARGET_CHECK, enter, "jmp qword ptr [r15+TARGET_CODE]"),
        arguments(Rule.TARGET_CHECK, enter, "jmp qword ptr [r15+0x60]"),
        arguments(
            Rule.TARGET_CHECK,
            enter,
            "mov qword ptr [r15+TARGET_CODE], rax\n jmp qword ptr [r15+TARGET_CODE]"),
        arguments(Rule.ADDRESS_FORM, enter, "jmp qword ptr [rax]"),
        arguments(Rule.TARGET_CHECK, "cmp r11, qword ptr [r12]\n  jne exit_2", ""),
        arguments(Rule.TARGET_CHECK, "cmp r14, qword ptr [r12+8]\n  jne exit_2", ""),
        arguments(Rule.TARGET_CHECK, "mov r14, qword ptr [r15+CONTEXT]", "mov r14, rax"),
        arguments(Rule.ADDRESS_FORM, "and r12d, 0x1ffff\n", "and r12d, 0xffff\n"),
        arguments(Rule.ADDRESS_FORM, "shl r12, 5", "shl r12, 6"),
        arguments(Rule.EXIT_WORD, "mov r11d, 0x500", "mov r11d, 0x600"),
        arguments(Rule.EXIT_WORD, "mov r11d, 0x500", "mov r11d, 0x504"),
        arguments(Rule.EXIT_WORD, "mov r11d, 0x500", "mov r11d, ecx"),
        arguments(Rule.EXIT_WORD, "mov r11d, 0x80000123", "mov r11d, 0x80001123"),
        arguments(Rule.EXIT_WORD, "mov r11d, 0x80000123", "mov r11d, 0xfffffffe"),
        arguments(Rule.EXIT_WORD, "mov r11d, 0x582", ""),
        // Coming back.
        arguments(Rule.ATTENTION, "cmp dword ptr [r15+ATTENTION], 0\n  jne back", ""),
        arguments(Rule.ATTENTION, "cmp dword ptr [r15+ATTENTION], 0\n  jne back", "jne back"),
        arguments(Rule.ATTENTION, "sub r13, 3\n  js back", ""),
        arguments(Rule.ATTENTION, "  js back", "  jns back"),
        arguments(Rule.ATTENTION, load, "loop: jmp loop"),
        arguments(Rule.ATTENTION, load, "add r13, 3"),
        arguments(Rule.ATTENTION, "jmp behind_1\n", "jmp resume_1\n"));
  }

  static Stream<Arguments> badLoops() {
    String load = "mov rax, qword ptr [r11]";
    String mask = "and r14, -4089";
    String none = "mov qword ptr [r15+TAG], 0x800";
    String tag = "mov qword ptr [r15+TAG], r14";
    String asks = "jmp enter\nhead:\nsub r13, 3\njs back\ncmp dword ptr [r15+ATTENTION], 0";
    return Stream.of(
        arguments(Rule.ADDRESS_FORM, "jne miss", ""),
        arguments(Rule.ADDRESS_FORM, mask, "and r14, -4087"),
        arguments(Rule.ADDRESS_FORM, mask, "and r14d, -4089"),
        arguments(Rule.ADDRESS_FORM, mask, "and r14, -4093"),
        arguments(Rule.PROBE, load, "mov rax, qword ptr [r11+8]"),
        arguments(Rule.PROBE, load, "mov qword ptr [r11], rax"),
        arguments(
            Rule.ADDRESS_FORM, "add r11, qword ptr [r15+TAG+8]", "add r11, qword ptr [r15+TAG+24]"),
        arguments(Rule.ADDRESS_FORM, "there:", "lea r11, [r11+8]\nthere:"),
        arguments(Rule.ADDRESS_FORM, none, ""),
        arguments(Rule.ADDRESS_FORM, none, "mov qword ptr [r15+TAG], 0x1000"),
        arguments(Rule.ADDRESS_FORM, none, "mov dword ptr [r15+TAG], 0x800"),
        arguments(Rule.ADDRESS_FORM, tag, "mov qword ptr [r15+TAG], rdx"),
        arguments(Rule.ADDRESS_FORM, tag, tag + "\nmov qword ptr [r15+TAG+8], rdx"),
        arguments(Rule.ADDRESS_FORM, tag, tag + "\nmov dword ptr [r15+TAG+12], edx"),
        arguments(Rule.ADDRESS_FORM, tag, tag + "\nvmovups ymmword ptr [r15+TAG-8], ymm0"),
        arguments(Rule.ADDRESS_FORM, "mov r14, qword ptr [r12+ADDEND]", "mov r14, rdx"),
        arguments(Rule.ADDRESS_FORM, "jne exit_0", ""),
        arguments(Rule.ADDRESS_FORM, load, load + "\nmov qword ptr [r15+TAG+8], rax"),
        arguments(Rule.ATTENTION, asks, asks.replace("sub r13, 3\njs back\n", "")),
        arguments(Rule.ATTENTION, asks + "\njne back", asks));
  }

  @Test
  void aGoodLoopIsAccepted() {
    assertThatCode(() -> check(LOOP)).doesNotThrowAnyException();
  }

  @Test
  void aSlotIsFilledBehindAnotherProbeOfTheSameBytes() {
    String wider = "lea r11, [rbx+8]\nprobe read [r11+15], exit_0\n";
    for (int order = 0; order < 2; order++) {
      String again = order == 0 ? wider : wider.replace("[r11+15]", "[r11+3]");
      assertThatCode(() -> check(LOOP.replace("  lea r11, [rbx+8]\n", again)))
          .doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @MethodSource("badLoops")
  void aLoopThatBreaksARuleIsRejectedByThatRule(Rule rule, String good, String bad) {
    written.rejects(LOOP, rule, good, bad);
  }

  @ParameterizedTest
  @MethodSource("badOnes")
  void whatBreaksARuleIsRejectedByThatRule(Rule rule, String good, String bad) {
    written.rejects(GOOD, rule, good, bad);
  }

  @Test
  void whatIsDirectedToOtherTranslationsLaterIsAJumpBetweenBlocks() {
    String linked = GOOD.replace("jmp qword ptr [r12+16]", "jmp back\nlinked:");
    assertThatCode(() -> check(linked, "linked")).doesNotThrowAnyException();
    assertThatThrownBy(() -> check(linked, "resume_0"))
        .isInstanceOfSatisfying(UnsafeCode.class, e -> assertThat(e.rule()).isEqualTo(Rule.LINK));
    String unpolled = linked.replace("js back", "");
    assertThatThrownBy(() -> check(unpolled, "linked"))
        .isInstanceOfSatisfying(
            UnsafeCode.class, e -> assertThat(e.rule()).isEqualTo(Rule.ATTENTION));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cmp rdx, rcx; jae exit_0; div rcx",
        "mov r11, rcx; cmp edx, r11d; jae exit_0; div r11d",
        "mov r14, rax; sar r14, 63; cmp r14, rdx; jne exit_0;"
            + "lea r14, [rcx+1]; cmp r14, 1; jbe exit_0; idiv rcx",
        "mov r14d, edx; shl r14, 32; mov r12d, eax; or r14, r12; movsxd r12, eax;"
            + "cmp r14, r12; jne exit_0;"
            + "movsxd r11, ecx; lea r14, [r11+1]; cmp r14, 1; jbe exit_0; idiv r11d"
      })
  void aDivisionIsAcceptedBehindEverythingThatMakesItFit(String division) {
    String load = "mov rax, qword ptr [r11]\n";
    assertThatCode(() -> check(GOOD.replace(load, lines(division)))).doesNotThrowAnyException();
    String[] parts = division.split(";", -1);
    for (int left = 0; left < parts.length - 1; left++) {
      String text = lines(without(parts, left));
      if (!parts[left].equals("mov r11, rcx")) {
        assertThatThrownBy(() -> check(GOOD.replace(load, text)))
            .as(text)
            .isInstanceOfSatisfying(
                UnsafeCode.class, e -> assertThat(e.rule()).isEqualTo(Rule.DIVISION));
      }
    }
  }

  private static String lines(String statements) {
    return statements.replace(";", "\n") + "\n";
  }

  private static String without(String[] parts, int left) {
    List<String> rest = new ArrayList<>(List.of(parts));
    rest.remove(left);
    return String.join(";", rest);
  }

  @Test
  void aMessageTellsWhereAndWhat() {
    String bad = GOOD.replace("mov rax, qword ptr [r11]\n", "mov qword ptr [r11], rax\n");
    assertThatThrownBy(() -> check(bad))
        .hasMessageContaining("PROBE: translation 5, +0x")
        .hasMessageEndingWith("mov qword ptr [r11], rax");
  }
}
