package jvisor.machine.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import jvisor.machine.ClockSource;
import jvisor.machine.ExitReason;
import jvisor.machine.VirtualMachine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who runs when, and the time that all of them see. */
class TurnsTest {
  @TempDir Path folder;

  /** Every processor says its number and the time, many times, at its own pace. */
  private static final String TALKATIVE =
      """
      bsp:
        ipi 0, 0xc46f0
      ap:
        mov r12d, 200
      again:
        rdtsc
        mov ebx, eax
        mov r13d, 8
      digit:
        mov eax, ebx
        and al, 0xf
        add al, 'A'
        out 0xe9, al
        shr ebx, 4
        dec r13d
        jnz digit
        lea eax, [rdi+'0']
        out 0xe9, al
        lea ecx, [rdi*8+rdi+100]
      work:
        loop work
        pause
        dec r12d
        jnz again
        gather 0x40000, 4
        exit 0
      """;

  @Test
  void theInstructionClockMakesTwoRunsTheSame() {
    assertThat(talk()).hasSizeGreaterThan(9 * 200 * 4).isEqualTo(talk());
  }

  private String talk() {
    SmpGuest guest = new SmpGuest(folder, TALKATIVE);
    try (VirtualMachine machine = guest.create()) {
      assertThat(SmpGuest.run(machine)).isEqualTo(SmpGuest.SUCCESS);
      return guest.said() + machine.dumpState();
    }
  }

  static List<ClockSource> clocks() {
    return List.of(new ClockSource.Instructions(100), new ClockSource.Host());
  }

  /** A token goes round; whoever has it looks at its TSC, which must not be behind the last one. */
  @ParameterizedTest
  @MethodSource("clocks")
  void timeNeverGoesBackFromOneProcessorToAnother(ClockSource clock) {
    new SmpGuest(
            folder,
            """
            bsp:
              ipi 0, 0xc46f0
            ap:
              pause
              mov eax, [0x40000]
              and eax, 3
              cmp eax, edi
              jne ap
              rdtsc
              shl rdx, 32
              or rax, rdx
              cmp rax, [0x40008]
              jb unexpected
              mov [0x40008], rax
              inc dword ptr [0x40000]
              cmp dword ptr [0x40000], 20000
              jb ap
              test edi, edi
              jnz stop
              exit 0
            stop:
              hlt
            """)
        .clock(clock)
        .succeeds();
  }

  @Test
  void theTimeStampCounterIsAdjustedForEachAlone() {
    new SmpGuest(
            folder,
            """
            bsp:
              ipi 1, 0x46f0
              await 0x40000, 1
              mov ecx, 0x3b
              rdmsr
              or eax, edx
              jnz unexpected
              rdtsc
              cmp edx, 0x100
              jae unexpected
              exit 0
            ap:
              mov ecx, 0x3b
              xor eax, eax
              mov edx, 0x100
              wrmsr
              rdtsc
              cmp edx, 0x100
              jb unexpected
              inc dword ptr [0x40000]
              hlt
            """)
        .cpus(2)
        .succeeds();
  }

  /** Three spin without PAUSE; the first measures with its timer's help. */
  @ParameterizedTest
  @MethodSource("clocks")
  void whoeverIsBusyGetsAnEqualShare(ClockSource clock) {
    new SmpGuest(
            folder,
            """
            bsp:
              ipi 0, 0xc46f0
              mov ecx, 3000000
            busy:
              loop busy
              xor ebx, ebx
              mov eax, [0x40040]
              mov r8d, eax
              mov r9d, eax
            compare:
              add ebx, 64
              mov eax, [0x40040+rbx]
              cmp eax, r8d
              cmova r8d, eax
              cmp eax, r9d
              cmovb r9d, eax
              cmp ebx, 128
              jne compare
              cmp r9d, 1000000
              jb unexpected
              sub r8d, r9d
              cmp r8d, 40000
              ja unexpected
              exit 0
            ap:
              mov ebx, edi
              shl ebx, 6
            count:
              inc dword ptr [0x40000+rbx]
              jmp count
            """)
        .clock(clock)
        .succeeds();
  }

  @Test
  void aProcessorThatPausesCostsTheOthersNothing() {
    long alone = retired(new SmpGuest(folder, busy("")).cpus(1));
    long watched = retired(new SmpGuest(folder, busy("ipi 0, 0xc46f0\n")).cpus(4));
    assertThat(watched - alone).isBetween(1L, alone / 100);
  }

  private static String busy(String start) {
    return "bsp:\n"
        + start
        + """
          mov ecx, 1000000
        work:
          loop work
          exit 0
        ap:
          pause
          jmp ap
        """;
  }

  /** Both hold the lock nearly always, spin for it without PAUSE, and pause somewhere else. */
  @Test
  void aLockWhoseHolderHasLostItsTurnIsNotSpunForLong() {
    long alone = retired(new SmpGuest(folder, LOCKING).cpus(1));
    long both = retired(new SmpGuest(folder, LOCKING).cpus(2));
    assertThat(both).isLessThan(2 * 2 * alone);
  }

  private static final String LOCKING =
      """
      bsp:
        ipi 0, 0xc46f0
      ap:
        mov r12d, 100
      again:
        mov r13d, 32
      lock:
        mov eax, 1
        xchg [0x40000], eax
        test eax, eax
        jnz lock
        mov ecx, 150
      work:
        loop work
        mov dword ptr [0x40000], 0
        mov ecx, 15
      rest:
        loop rest
        dec r13d
        jnz lock
        pause
        dec r12d
        jnz again
        test edi, edi
        jnz stop
        exit 0
      stop:
        hlt
      """;

  private static long retired(SmpGuest guest) {
    try (VirtualMachine machine = guest.create()) {
      ExitReason end = SmpGuest.run(machine);
      assertThat(end).isEqualTo(SmpGuest.SUCCESS);
      return machine
          .dumpState()
          .lines()
          .filter(line -> line.startsWith("retired="))
          .mapToLong(line -> Long.parseLong(line.substring("retired=".length())))
          .sum();
    }
  }

  /** The timer of a halted processor fires when its time has come, whoever else runs. */
  @Test
  void everyProcessorHasATimerOfItsOwn() {
    new SmpGuest(
            folder,
            """
            bsp:
              ipi 0, 0xc46f0
            wait:
              sti
              hlt
              cmp dword ptr [0x40000], 30
              jb wait
              exit 0
            ap:
              mov ecx, 0x832
              mov eax, 0x20040
              xor edx, edx
              wrmsr
              mov ecx, 0x83e
              mov eax, 0xb
              wrmsr
              mov ecx, 0x838
              lea eax, [rdi*4+100]
              imul eax, eax, 100
              wrmsr
            sleep:
              sti
              hlt
              jmp sleep
            tick:
              lock inc dword ptr [0x40000]
              eoi
              ipi 0, 0x4041
              iretq
            told:
              eoi
              iretq
            """)
        .on(0x40, "tick")
        .on(0x41, "told")
        .succeeds();
  }

  /** What one reads across two pages is what somebody has stored: instructions are atomic. */
  @Test
  void aStoreAcrossPagesIsNeverSeenInHalves() {
    new SmpGuest(
            folder,
            """
            bsp:
              ipi 0, 0xc46f0
            ap:
              mov ebx, 0x40000
              mov r12d, 20000
            again:
              mov eax, edi
              inc eax
              imul eax, eax, 0x11111111
              mov [rbx+4094], eax
              mov eax, [rbx+4094]
              xor edx, edx
              mov ecx, 0x11111111
              div ecx
              test edx, edx
              jnz unexpected
              dec r12d
              jnz again
              gather 0x4f000, 4
              exit 0
            """)
        .succeeds();
  }
}
