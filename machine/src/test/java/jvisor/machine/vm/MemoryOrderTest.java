package jvisor.machine.vm;

import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import jvisor.machine.Processors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What processors at the same time may not see of each other's memory accesses (SDM vol. 3, "Memory
 * Ordering"), on each engine: the manual's examples, run many times.
 */
@ParameterizedClass
@ValueSource(strings = {"interpreter", "translator"})
class MemoryOrderTest {
  /** Rounds of two processors, and of more, which are more than hosts may have. */
  private static final int ROUNDS = 10_000;

  private static final int ROUNDS_OF_MANY = 500;

  /** X and Y are 0x42000 and 0x43000; R12D is the round, whose number is what is stored. */
  private static final String FRAME =
      """
      bsp:
        mov dword ptr [0x1000], 0x2007
        mov dword ptr [0x2000], 0x87
        mov rax, cr3
        mov cr3, rax
        ipi 0, 0xc46f0
      ap:
        %5$s
        xor r12d, r12d
        xor r13d, r13d
        mov ebp, 0x42000
        mov esi, 0x43000
      round:
        inc r12d
        mov r8d, r12d
        xor eax, eax
        xor ebx, ebx
        add r13d, %1$d
        lock inc dword ptr [0x40000]
      begin:
        mov ecx, 100
      stillbegan:
        cmp dword ptr [0x40000], r13d
        jae began
        dec ecx
        jnz stillbegan
        pause
        jmp begin
      began:
      %2$s
        jmp unexpected
      joined:
        mov [0x41000+rdi*8], eax
        mov [0x41004+rdi*8], ebx
        add r13d, %1$d
        lock inc dword ptr [0x40000]
      complete:
        mov ecx, 100
      stillcompleted:
        cmp dword ptr [0x40000], r13d
        jae completed
        dec ecx
        jnz stillcompleted
        pause
        jmp complete
      completed:
        test edi, edi
        jnz fine
      %3$s
        jmp unexpected
      fine:
        cmp r12d, %4$d
        jne round
        test edi, edi
        jnz done
        exit 0
      done:
        hlt
      """;

  /** User code can be gone to by IRETQ; from there SYSCALL ends a body with R15D as its result. */
  private static final String LEVELS =
      """
        lgdt [rip+descriptors]
        xor eax, eax
        mov ds, ax
        mov es, ax
        mov fs, ax
        mov gs, ax
        mov ecx, 0xc0000080
        rdmsr
        or eax, 1
        wrmsr
        mov ecx, 0xc0000081
        xor eax, eax
        mov edx, 0x200018
        wrmsr
        inc ecx
        lea rax, [rip+kernel]
        xor edx, edx
        wrmsr
        jmp set
      kernel:
        xor ebx, ebx
        mov eax, r15d
        jmp joined
      descriptors:
        dw 55
        dq table
      align 8
      table:
        dq 0, 0x00cf9b000000ffff, 0x00cf93000000ffff, 0x00af9b000000ffff
        dq 0x00cf93000000ffff, 0x00cff3000000ffff, 0x00affb000000ffff
      set:
      """;

  private final String engine;
  @TempDir Path folder;

  MemoryOrderTest(String engine) {
    this.engine = engine;
  }

  /** The {@code check} runs on the first processor: it jumps to {@code fine}, or the test fails. */
  private void never(String check, String... bodies) {
    String work =
        IntStream.range(0, bodies.length)
            .mapToObj(n ->
                "cmp edi, %1$d\njne not%1$d\n%2$s\njmp joined\nnot%1$d:\n".formatted(n, bodies[n]))
            .collect(Collectors.joining());
    int rounds = bodies.length == 2 ? ROUNDS : ROUNDS_OF_MANY;
    String levels = work.contains("iretq") ? LEVELS : "";
    run(bodies.length, FRAME.formatted(bodies.length, work, check, rounds, levels));
  }

  private void run(int cpus, String code) {
    new SmpGuest(Processors.THREADS, folder, code).engine(engine).cpus(cpus).succeeds();
  }

  /** Processor {@code n}'s result in EAX, or that in EBX, is this round's. */
  private static String isNew(int n, int which, String label) {
    return "cmp dword ptr [%d], r12d\nje %s\n".formatted(0x41000 + 8 * n + 4 * which, label);
  }

  private static String isOld(int n, int which, String label) {
    return "cmp dword ptr [%d], r12d\njne %s\n".formatted(0x41000 + 8 * n + 4 * which, label);
  }

  @Test
  void storesAreSeenInTheirOrder() {
    never(
        isOld(1, 0, "fine") + isNew(1, 1, "fine"),
        "mov [rbp], r12d\nmov [rsi], r12d",
        "mov eax, [rsi]\nmov ebx, [rbp]");
  }

  @Test
  void storesAreNotSeenBeforeEarlierLoads() {
    never(
        isOld(0, 0, "fine") + isOld(1, 0, "fine"),
        "mov eax, [rbp]\nmov [rsi], r12d",
        "mov eax, [rsi]\nmov [rbp], r12d");
  }

  @Test
  void loadsDoNotPassLockedInstructions() {
    never(
        isNew(0, 0, "fine") + isNew(1, 0, "fine"),
        "xchg [rbp], r8d\nmov eax, [rsi]",
        "xchg [rsi], r8d\nmov eax, [rbp]");
  }

  @Test
  void loadsDoNotPassFences() {
    never(
        isNew(0, 0, "fine") + isNew(1, 0, "fine"),
        "mov [rbp], r12d\nmfence\nmov eax, [rsi]",
        "mov [rsi], r12d\nlock or dword ptr [rsp], 0\nmov eax, [rbp]");
  }

  @Test
  void loadsDoNotPassSerializingInstructions() {
    never(
        isNew(0, 0, "fine") + isNew(1, 0, "fine"),
        "mov [rbp], r12d\nxor eax, eax\ncpuid\nmov eax, [rsi]",
        "mov [rsi], r12d\nxor eax, eax\ncpuid\nmov eax, [rbp]");
  }

  @Test
  void loadsDoNotPassReturnsFromInterrupts() {
    String way = "mov r14, rsp\npush 0x2b\npush r14\npush 2\npush 0x33\nlea rax, [rip+user%d]\n";
    never(
        isNew(0, 0, "fine") + isNew(1, 0, "fine"),
        way.formatted(0) + "push rax\nmov [rbp], r12d\niretq\nuser0:\nmov r15d, [rsi]\nsyscall\n",
        way.formatted(1) + "push rax\nmov [rsi], r12d\niretq\nuser1:\nmov r15d, [rbp]\nsyscall\n");
  }

  /** A processor sees its own store before others do, but another one's never out of thin air. */
  @Test
  void aProcessorSeesItsOwnStores() {
    never(
        isOld(0, 0, "unexpected") + isNew(1, 0, "fine"),
        "mov [rbp], r12d\nmov eax, [rbp]\nmov ebx, [rsi]",
        "mov [rsi], r12d\nmov eax, [rsi]\nmov ebx, [rbp]");
  }

  @Test
  void allSeeStoresOfTwoInTheSameOrder() {
    never(
        isOld(2, 0, "fine") + isNew(2, 1, "fine") + isOld(3, 0, "fine") + isNew(3, 1, "fine"),
        "mov [rbp], r12d",
        "mov [rsi], r12d",
        "mov eax, [rbp]\nmov ebx, [rsi]",
        "mov eax, [rsi]\nmov ebx, [rbp]");
  }

  @Test
  void whatOneHasSeenOthersSeeToo() {
    never(
        isOld(1, 0, "fine") + isOld(2, 0, "fine") + isNew(2, 1, "fine"),
        "mov [rbp], r12d",
        "mov eax, [rbp]\nmov [rsi], eax",
        "mov eax, [rsi]\nmov ebx, [rbp]");
  }

  /** The first counts in two words, second after first; the others watch, with no other meeting. */
  @Test
  void aStreamOfStoresIsSeenInOrder() {
    run(
        2,
        """
        bsp:
          mov ebp, 0x42000
          mov esi, 0x43000
          ipi 0, 0xc46f0
          xor ecx, ecx
        write:
          inc rcx
          mov [rbp], rcx
          mov [rsi], rcx
          cmp dword ptr [0x41000], 0
          je write
          exit 0
        ap:
          mov ebp, 0x42000
          mov esi, 0x43000
          mov r12d, 1000000
        watch:
          mov rax, [rsi]
          mov rbx, [rbp]
          cmp rbx, rax
          jb unexpected
          dec r12d
          jnz watch
          mov dword ptr [0x41000], 1
          hlt
        """);
  }

  /** Every aligned value that is read has been stored as a whole. */
  @Test
  void alignedAccessesAreNotTorn() {
    run(
        2,
        """
        bsp:
          mov ebp, 0x42000
          ipi 0, 0xc46f0
          xor ecx, ecx
        write:
          not rcx
          mov [rbp], rcx
          cmp dword ptr [0x41000], 0
          je write
          exit 0
        ap:
          mov ebp, 0x42000
          mov r12d, 1000000
        watch:
          mov rax, [rbp]
          cmp rax, -1
          je whole
          test rax, rax
          jnz unexpected
        whole:
          dec r12d
          jnz watch
          mov dword ptr [0x41000], 1
          hlt
        """);
  }

  /** Peterson's algorithm guards a counter as long as its load does not pass its stores. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "xchg [rbx], eax",
        "mov [rbx], eax\nmfence",
        "mov [rbx], eax\nlock add dword ptr [rsp-8], 0",
        "mov [rbx], eax\npush rax\npush rbx\ncpuid\npop rbx\npop rax"
      })
  void mutualExclusionHolds(String storeAndFence) {
    run(
        2,
        """
        bsp:
          ipi 0, 0xc46f0
        ap:
          mov r12d, 50000
          mov esi, edi
          xor esi, 1
          mov r8d, edi
          shl r8d, 6
          mov r9d, esi
          shl r9d, 6
          mov ebx, 0x43000
          mov ebp, 0x42000
          lock inc dword ptr [0x46000]
        both:
          cmp dword ptr [0x46000], 2
          jne both
        again:
          mov dword ptr [rbp+r8], 1
          mov eax, esi
          %s
        wait:
          cmp dword ptr [rbp+r9], 0
          je mine
          pause
          cmp [rbx], esi
          je wait
        mine:
          mov eax, [0x44000]
          inc eax
          mov [0x44000], eax
          mov dword ptr [rbp+r8], 0
          dec r12d
          jnz again
          gather 0x45000, 2
          cmp dword ptr [0x44000], 100000
          jne unexpected
          exit 0
        """
            .formatted(storeAndFence));
  }
}
