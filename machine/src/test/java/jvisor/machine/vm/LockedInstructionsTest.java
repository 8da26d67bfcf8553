package jvisor.machine.vm;

import java.nio.file.Path;
import jvisor.machine.Processors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Locked instructions of two processors at the same time lose nothing, on each engine. */
@ParameterizedClass
@ValueSource(strings = {"interpreter", "translator"})
class LockedInstructionsTest {
  private static final int TIMES = 30_000;

  /** Both do the work at the same time; RBX is 0x42000, ESI is 1 for the first, 3 for the other. */
  private static final String FRAME =
      """
      bsp:
        ipi 0, 0xc46f0
      ap:
        mov ebx, 0x42000
        mov esi, edi
        lea esi, [rsi+rsi+1]
        mov r12d, %1$d
        lock inc dword ptr [0x40000]
      both:
        cmp dword ptr [0x40000], 2
        jne both
      again:
        %2$s
        dec r12d
        jnz again
        gather 0x40004, 2
        %3$s
        exit 0
      """;

  private final String engine;
  @TempDir Path folder;

  LockedInstructionsTest(String engine) {
    this.engine = engine;
  }

  private void both(String work, String check) {
    new SmpGuest(Processors.THREADS, folder, FRAME.formatted(TIMES, work, check))
        .engine(engine)
        .cpus(2)
        .succeeds();
  }

  /** The sum of what both add, 4 in each pair of rounds, beginning from zero. */
  @ParameterizedTest
  @CsvSource({
    "dword, esi, 0",
    "dword, esi, 1",
    "dword, esi, 6",
    "dword, esi, 62",
    "dword, esi, 4094",
    "qword, rsi, 8",
    "qword, rsi, 60",
    "word, si, 3",
    "word, si, 7",
  })
  void sumsAreComplete(String size, String register, int at) {
    int sum = 4 * TIMES & (size.equals("word") ? 0xffff : -1);
    both(
        "lock add %s ptr [rbx+%d], %s".formatted(size, at, register),
        "mov eax, [rbx+%d]\n%scmp eax, %d\njne unexpected"
            .formatted(at, size.equals("word") ? "movzx eax, ax\n" : "", sum));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mov eax, 1\nlock xadd [rbx], eax",
        "lock inc dword ptr [rbx]",
        "lock sub dword ptr [rbx], -1",
        "stc\nlock adc dword ptr [rbx], 0",
        "mov eax, [rbx]\nretry:\nlea ecx, [rax+1]\nlock cmpxchg [rbx], ecx\njne retry",
        """
        mov ebp, ebx
        mov eax, [rbp]
        mov edx, [rbp+4]
        retry:
        lea ebx, [rax+1]
        lea ecx, [rdx+1]
        lock cmpxchg8b [rbp]
        jne retry
        mov ebx, ebp
        """,
        """
        take:
        lock bts dword ptr [rbx+64], 7
        jnc taken
        pause
        jmp take
        taken:
        inc dword ptr [rbx]
        lock btr dword ptr [rbx+64], 7
        """,
        """
        mov ecx, 517
        take:
        lock bts [rbx], ecx
        jnc taken
        pause
        jmp take
        taken:
        inc dword ptr [rbx]
        lock btc [rbx], ecx
        """,
        """
        take:
        mov eax, 1
        xchg [rbx+64], eax
        test eax, eax
        jz taken
        pause
        jmp take
        taken:
        inc dword ptr [rbx]
        mov dword ptr [rbx+64], 0
        """,
      })
  void countsAreComplete(String work) {
    both(work, "cmp dword ptr [rbx], %d\njne unexpected".formatted(2 * TIMES));
  }
}
