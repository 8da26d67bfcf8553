package jvisor.machine.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import jvisor.machine.ExitReason;
import jvisor.machine.Processors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Interrupts that processors send each other, through the whole machine. */
@ParameterizedClass
@EnumSource(Processors.class)
class InterprocessorInterruptTest {
  private final Processors processors;

  InterprocessorInterruptTest(Processors processors) {
    this.processors = processors;
  }

  private static final int IPI = 0x40;

  /** The others wait in HLT for interrupts, each of which counts at 0x40000 + 4 × APIC id. */
  private static final String COUNTING =
      """
      bsp:
        ipi 0, 0xc46f0
        await 0x41000, 3
        call test
        exit 0
      ap:
        lock inc dword ptr [0x41000]
      sleep:
        sti
        hlt
        jmp sleep
      counted:
        push rax
        push rcx
        push rdx
        mov ecx, 0x802
        rdmsr
        lock inc dword ptr [0x40000+rax*4]
        lock inc dword ptr [0x41004]
        eoi
        pop rdx
        pop rcx
        pop rax
        iretq
      await:
        pause
        cmp [0x41004], ebx
        jne await
        ret
      """;

  @TempDir Path folder;

  private void counts(String test, int... interrupts) {
    StringBuilder checks = new StringBuilder();
    int all = 0;
    for (int n = 0; n < interrupts.length; n++) {
      checks.append("cmp dword ptr [0x40000+%d], %d\n".formatted(4 * n, interrupts[n]));
      checks.append("jne unexpected\n");
      all += interrupts[n];
    }
    String await = "sti\nmov ebx, " + all + "\ncall await\n";
    new SmpGuest(processors, folder, COUNTING + "test:\n" + test + "\n" + await + checks + "ret\n")
        .on(IPI, "counted")
        .on(2, "counted")
        .succeeds();
  }

  @ParameterizedTest
  @CsvSource({
    "2, 0x4040, 0, 0, 1, 0",
    "0, 0x4040, 1, 0, 0, 0",
    "0, 0x44040, 1, 0, 0, 0",
    "0, 0x84040, 1, 1, 1, 1",
    "0, 0xc4040, 0, 1, 1, 1",
    "0xffffffff, 0x4040, 1, 1, 1, 1",
    "0x5, 0x4840, 1, 0, 1, 0",
    "0xa, 0x4840, 0, 1, 0, 1",
    "0x1000f, 0x4840, 0, 0, 0, 0",
    "3, 0x4400, 0, 0, 0, 1",
    "0, 0xc4400, 0, 1, 1, 1"
  })
  void aCommandReachesWhomItNames(
      String destination, String command, int none, int one, int two, int three) {
    counts("ipi " + destination + ", " + command, none, one, two, three);
  }

  @Test
  void theLowestPriorityIsServedAndEqualsTakeTurns() {
    counts("ipi 0xe, 0x4940\n".repeat(3), 0, 1, 1, 1);
  }

  @Test
  void theSelfIpiRegisterNamesNobodyElse() {
    counts("mov ecx, 0x83f\nmov eax, 0x40\nxor edx, edx\nwrmsr\n", 1, 0, 0, 0);
  }

  @Test
  void anNmiWakesAProcessorThatHaltsWithInterruptsOff() {
    new SmpGuest(
            processors,
            folder,
            """
            bsp:
              ipi 0, 0xc46f0
              await 0x40000, 1
              ipi 1, 0x4400
              await 0x40000, 3
              exit 0
            ap:
              inc dword ptr [0x40000]
              hlt
              inc dword ptr [0x40000]
            stop:
              hlt
              jmp stop
            nmi:
              inc dword ptr [0x40000]
              iretq
            """)
        .cpus(2)
        .on(2, "nmi")
        .succeeds();
  }

  @Test
  void aHaltInsideAnNmiHandlerWithAnotherNmiPendingIsDeath() {
    SmpGuest guest =
        new SmpGuest(
                processors,
                folder,
                """
                bsp:
                  ipi 0, 0x4400
                  nop
                  jmp unexpected
                ap:
                  hlt
                nmi:
                  ipi 0, 0x4400
                  hlt
                  jmp unexpected
                """)
            .on(2, "nmi");
    assertThat(guest.run()).isInstanceOf(ExitReason.GuestDied.class);
  }

  /** xAPIC mode: the register page, an LDR that software sets, flat and cluster model. */
  @ParameterizedTest
  @CsvSource({
    "0xffffffff, 2, 0x02000000, 0x40000",
    "0x0fffffff, 0x12, 0x12000000, 0x40000",
    "0x0fffffff, 0x12, 0xff000000, 0x40000",
    "0xffffffff, 2, 0xfe000000, 0x40000"
  })
  void logicalDestinationsOfTheRegisterPage(
      String model, String logicalId, String destination, String counter) {
    new SmpGuest(
            processors,
            folder,
            """
            bsp:
              ipi 0, 0xc46f0
              call page
              mov dword ptr [rbx+0xe0], %s
              mov dword ptr [rbx+0xd0], 0x01000000
              await 0x40004, 1
              mov dword ptr [rbx+0x310], %s
              mov dword ptr [rbx+0x300], 0x4840
            sent:
              test dword ptr [rbx+0x300], 0x1000
              jnz sent
            arrived:
              pause
              cmp dword ptr [%s], 1
              jne arrived
              exit 0
            page:
              mov ecx, 0x1b
              rdmsr
              and eax, 0xfffff3ff
              wrmsr
              or eax, 0x800
              wrmsr
              mov ebx, 0xfee00000
              mov dword ptr [rbx+0xf0], 0x1ff
              ret
            ap:
              call page
              mov dword ptr [rbx+0xe0], %s
              mov eax, %s
              shl eax, 24
              mov dword ptr [rbx+0xd0], eax
              mov dword ptr [0x40004], 1
            sleep:
              sti
              hlt
              jmp sleep
            count:
              inc dword ptr [0x40000]
              mov dword ptr [rbx+0xb0], 0
              iretq
            """
                .formatted(model, destination, counter, model, logicalId))
        .cpus(2)
        .on(IPI, "count")
        .succeeds();
  }

  @Test
  void aRequestToARunningProcessorInterruptsItWithinATurn() {
    new SmpGuest(
            processors,
            folder,
            """
            bsp:
              ipi 0, 0xc46f0
              await 0x40000, 3
              mov r12d, %d
            again:
              mov dword ptr [0x40004], 0
              ipi 0, 0xc4040
              await 0x40004, 3
              dec r12d
              jnz again
              exit 0
            ap:
              lock inc dword ptr [0x40000]
              sti
            busy:
              inc r15
              jmp busy
            answer:
              lock inc dword ptr [0x40004]
              eoi
              iretq
            """
                .formatted(processors == Processors.TURNS ? 1000 : 30))
        .on(IPI, "answer")
        .succeeds();
  }
}
