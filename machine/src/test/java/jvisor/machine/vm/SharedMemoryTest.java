package jvisor.machine.vm;

import java.nio.file.Path;
import jvisor.machine.Processors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What processors see of each other's stores, code and translations. */
@ParameterizedClass
@EnumSource(Processors.class)
class SharedMemoryTest {
  private final Processors processors;

  SharedMemoryTest(Processors processors) {
    this.processors = processors;
  }

  /** All four do {@code work} 20,000 times with RBX = 0x40000; then {@code check} runs. */
  private static final String TOGETHER =
      """
      bsp:
        ipi 0, 0xc46f0
        jmp ap
      ap:
        mov ebx, 0x40000
        mov r12d, 20000
      again:
        %s
        dec r12d
        jnz again
        gather 0x4f000, 4
        %s
        exit 0
      """;

  @TempDir Path folder;

  private void together(String work, String check) {
    new SmpGuest(processors, folder, TOGETHER.formatted(work, check)).succeeds();
  }

  /** Aligned, unaligned within a line, across lines, across pages. */
  @ParameterizedTest
  @ValueSource(ints = {0, 3, 62, 4094})
  void lockedAdditionsLoseNothing(int offset) {
    together(
        "lock add dword ptr [rbx+%d], 0x10001".formatted(offset),
        "cmp dword ptr [rbx+%d], %d\njne unexpected".formatted(offset, 0x10001 * 80000));
  }

  @Test
  void aSpinlockGuardsWhatIsNotAtomic() {
    together(
        """
        acquire:
          mov eax, 1
          xchg [rbx+8], eax
          test eax, eax
          jz mine
        busy:
          pause
          cmp dword ptr [rbx+8], 0
          jne busy
          jmp acquire
        mine:
          mov eax, [rbx]
          inc eax
          mov [rbx], eax
          mov dword ptr [rbx+8], 0
        """,
        "cmp dword ptr [rbx], 80000\njne unexpected");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4080})
  void compareAndExchangeOfSixteenBytesIsOneAccess(int offset) {
    together(
        """
          mov rbp, rbx
        retry:
          mov rax, [rbp+%1$d]
          mov rdx, [rbp+%1$d+8]
          lea rcx, [rdx+3]
          mov r8, rbx
          lea rbx, [rax+1]
          lock cmpxchg16b [rbp+%1$d]
          mov rbx, r8
          jne retry
        """
            .formatted(offset),
        """
        cmp qword ptr [rbx+%1$d], 80000
        jne unexpected
        cmp qword ptr [rbx+%1$d+8], 240000
        jne unexpected
        """
            .formatted(offset));
  }

  /** Code in RAM that returns a number; the first processor changes it while the others call. */
  @Test
  void allRunTheCodeThatOneHasWritten() {
    new SmpGuest(
            processors,
            folder,
            """
            bsp:
              mov dword ptr [0x40000], 0xb8
              mov dword ptr [0x40004], 0xc300
              ipi 0, 0xc46f0
              mov r12d, 0
            next:
              mov dword ptr [0x42000], 0
              inc r12d
              mov [0x40001], r12d
              mov [0x41000], r12d
              await 0x42000, 3
              cmp r12d, 500
              jne next
              exit 0
            ap:
              xor r13d, r13d
              mov ebx, 0x40000
            turn:
              mov r14d, [0x41000]
              cmp r14d, r13d
              jne changed
              call rbx
              pause
              jmp turn
            changed:
              mov eax, 0
              cpuid
              mov ebx, 0x40000
              call rbx
              cmp eax, r14d
              jne unexpected
              mov r13d, r14d
              lock inc dword ptr [0x42000]
              jmp turn
            """)
        .succeeds();
  }

  /** The first processor changes a mapping and asks the others to forget it. */
  @Test
  void aShootDownReachesEveryTranslation() {
    new SmpGuest(
            processors,
            folder,
            """
            bsp:
              mov dword ptr [0x5000], 0x83        ; the first GiB in pieces,
              mov dword ptr [0x5008], 0x6003      ; from 2 MiB on in pages of 4 KiB
              mov dword ptr [0x6000], 0x40003
              mov dword ptr [0x2000], 0x5003
              mov rax, cr3
              mov cr3, rax
              mov dword ptr [0x40000], 0
              mov dword ptr [0x41000], 1
              ipi 0, 0xc46f0
              mov r12d, 200
              mov r13d, 0x40003
              await 0x42000, 3
            again:
              xor r13d, 0x1000
              mov [0x6000], r13d
              mov dword ptr [0x42004], 0
              ipi 0, 0xc4040
              await 0x42004, 3
              mov eax, r13d
              shr eax, 12
              and eax, 1
              mov [0x43000], eax
              mov dword ptr [0x42008], 0
              mov dword ptr [0x43004], 1
              await 0x42008, 3
              mov dword ptr [0x43004], 0
              dec r12d
              jnz again
              exit 0
            ap:
              mov ebp, 0x200000
              lock inc dword ptr [0x42000]
            use:
              sti
              mov eax, [rbp]
              pause
              cmp dword ptr [0x43004], 1
              jne use
              mov eax, [rbp]
              cmp eax, [0x43000]
              jne unexpected
              lock inc dword ptr [0x42008]
              await 0x43004, 0
              jmp use
            forget:
              push rax
              push rcx
              push rdx
              invlpg [rbp]
              lock inc dword ptr [0x42004]
              eoi
              pop rdx
              pop rcx
              pop rax
              iretq
            """)
        .on(0x40, "forget")
        .succeeds();
  }

  /** A REP MOVS that is interrupted and loses its turn goes on where it was. */
  @Test
  void repeatedStringInstructionsSurviveInterruptsAndTurns() {
    new SmpGuest(
            processors,
            folder,
            """
            bsp:
              ipi 1, 0x46f0
              mov ebx, 0x200000
            fill:
              mov [rbx], ebx
              add ebx, 4
              cmp ebx, 0x280000
              jne fill
            copies:
              inc r14d
              mov dword ptr [0x40000], r14d
              ipi 1, 0x4040
              xor eax, eax
              mov edi, 0x300001
              mov ecx, 0x80000
              sti
              rep stosb
              mov esi, 0x200000
              mov edi, 0x300001
              mov ecx, 0x80000
              rep movsb
              mov esi, 0x200000
              mov edi, 0x300001
              mov ecx, 0x80000
              repe cmpsb
              jne unexpected
              test ecx, ecx
              jnz unexpected
              cmp dword ptr [0x40004], 100
              jb copies
              exit 0
            ap:
              sti
            harass:
              ipi 0, 0x4041
              inc r15
              jmp harass
            told:
              push rax
              push rcx
              push rdx
              lock inc dword ptr [0x40004]
              eoi
              pop rdx
              pop rcx
              pop rax
              iretq
            """)
        .cpus(2)
        .on(0x40, "told")
        .on(0x41, "told")
        .succeeds();
  }

  /** One loads a segment whose descriptor another changes: the accessed bit, nothing else. */
  @Test
  void aDescriptorIsMarkedAccessedInOneStep() {
    new SmpGuest(
            processors,
            folder,
            """
            bsp:
              lea rsi, [rip+table]
              mov edi, 0x48000
              mov ecx, 40
              rep movsb
              xor edi, edi
              lgdt [rip+descriptors]
              ipi 0, 0xc46f0
              await 0x41008, 1
              mov r12d, 20000
            load:
              lock and byte ptr [0x48025], 0xfe
              mov eax, 0x20
              mov fs, ax
              test byte ptr [0x48025], 1
              jz unexpected
              dec r12d
              jnz load
              mov dword ptr [0x41000], 1
              await 0x41004, 1
              exit 0
            ap:
              cmp edi, 1
              jne done
              xor ebx, ebx
              mov dword ptr [0x41008], 1
            change:
              lock xor byte ptr [0x48025], 0x60
              xor ebx, 0x60
              mov al, [0x48025]
              and al, 0x60
              cmp al, bl
              jne unexpected
              cmp dword ptr [0x41000], 0
              je change
              mov dword ptr [0x41004], 1
            done:
              hlt
            descriptors:
              dw 39
              dq 0x48000
            align 8
            table:
              dq 0, 0x00cf9b000000ffff, 0x00cf93000000ffff, 0x00af9b000000ffff
              dq 0x00cf92000000ffff
            """)
        .succeeds();
  }
}
