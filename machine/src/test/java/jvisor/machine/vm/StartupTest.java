package jvisor.machine.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import jvisor.machine.Boot;
import jvisor.machine.ConfigException;
import jvisor.machine.ExitReason;
import jvisor.machine.MachineConfig;
import jvisor.machine.Processors;
import jvisor.machine.VirtualMachine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reset, INIT, start-up messages, and the ends of machines with several processors. */
@ParameterizedClass
@EnumSource(Processors.class)
class StartupTest {
  private final Processors processors;

  StartupTest(Processors processors) {
    this.processors = processors;
  }

  /** To all but the sender. */
  private static final String INIT = "ipi 0, 0xc4500\n";

  private static final String SIPI = "ipi 0, 0xc46f0\n";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8, MachineConfig.MOST_CPUS})
  void everyProcessorStartsOnce(int cpus) {
    new SmpGuest(
            processors,
            folder,
            "bsp:\n"
                + INIT
                + SIPI
                + SIPI
                + """
                wait:
                  cmp dword ptr [0x40000], %d
                  je complete
                  pause
                  jmp wait
                complete:
                  exit 0
                ap:
                  lock inc dword ptr [0x40000]
                  hlt
                """
                    .formatted(cpus - 1))
        .cpus(cpus)
        .succeeds();
  }

  @Test
  void moreProcessorsThanCanBeHadAreRefused() {
    MachineConfig config =
        MachineConfig.of(new Boot.Firmware(folder)).cpus(MachineConfig.MOST_CPUS + 1).build();
    assertThatThrownBy(() -> Machines.create(config))
        .isInstanceOf(ConfigException.class)
        .hasMessage("--cpus 33: at most 32");
  }

  @Test
  void afterPowerOnTheOthersWaitForTheStartUpMessageAlone() {
    new SmpGuest(
            processors,
            folder,
            "bsp:\n"
                + SIPI
                + """
                  await 0x40000, 6
                  exit 0
                ap:
                  lock add [0x40000], edi
                  hlt
                """)
        .succeeds();
  }

  @Test
  void aProcessorInInitIsAsAfterResetButForItsModeAndFloatingPoint() {
    new SmpGuest(
            processors,
            folder,
            "bsp:\n"
                + SIPI
                + """
                  await 0x40000, 1
                  ipi 1, 0x4500
                  ipi 1, 0x46f0
                  await 0x40000, 2
                  exit 0
                ap:
                  lock inc dword ptr [0x40000]
                  cmp dword ptr [0x40000], 2
                  je again
                  mov eax, 0x1234
                  movd xmm7, eax
                  mov dr0, rax
                  mov ecx, 0xc0000103
                  wrmsr
                spin:
                  jmp spin
                again:
                  mov rax, dr0
                  test rax, rax
                  jnz unexpected
                  movd eax, xmm7
                  cmp eax, 0x1234
                  jne unexpected
                  mov ecx, 0xc0000103
                  rdmsr
                  cmp eax, 0x1234
                  jne unexpected
                  hlt
                """)
        .cpus(2)
        .succeeds();
  }

  @Test
  void aStartUpMessageReachesOnlyProcessorsThatWaitForIt() {
    new SmpGuest(
            processors,
            folder,
            "bsp:\n"
                + SIPI
                + """
                  await 0x40000, 1
                """
                + SIPI
                + """
                  mov dword ptr [0x40004], 1
                more:
                  pause
                  cmp dword ptr [0x40008], 1000
                  jb more
                  cmp dword ptr [0x40000], 1
                  jne unexpected
                  exit 0
                ap:
                  inc dword ptr [0x40000]
                  await 0x40004, 1
                count:
                  inc dword ptr [0x40008]
                  jmp count
                """)
        .cpus(2)
        .succeeds();
  }

  @Test
  void initSendsTheFirstProcessorToTheResetVector() {
    new SmpGuest(
            processors,
            folder,
            """
            bsp:
              inc dword ptr [0x40000]
              cmp dword ptr [0x40000], 2
              je done
              ipi 0, 0x4500
              say 'x'
              jmp unexpected
            done:
              exit 0
            ap:
              hlt
            """)
        .succeeds();
  }

  @Test
  void aMachineWhoseFirstProcessorHaltsForEverGoesOn() {
    new SmpGuest(
            processors,
            folder,
            "bsp:\n"
                + SIPI
                + """
                  hlt
                  jmp unexpected
                ap:
                  mov ecx, 100000
                count:
                  loop count
                  exit 0
                """)
        .succeeds();
  }

  @Test
  void aMachineIsDeadWhenAllItsProcessorsAre() {
    SmpGuest dead = new SmpGuest(processors, folder, "bsp:\nipi 1, 0x46f0\nhlt\nap:\nhlt\n");
    ExitReason end = dead.cpus(3).run();
    assertThat(end).isInstanceOf(ExitReason.GuestDied.class);
    ExitReason.GuestDied died = (ExitReason.GuestDied) end;
    assertThat(died.cause()).isEqualTo("halted with interrupts off");
    assertThat(died.registers())
        .contains("cpu 0\n", "cpu 1\n", "cpu 2 waits for SIPI\n")
        .doesNotContain("cpu 3")
        .doesNotEndWith("\n");
  }

  @Test
  void aTripleFaultOfAnyProcessorEndsTheMachine() {
    SmpGuest guest =
        new SmpGuest(
            processors,
            folder,
            "bsp:\n"
                + SIPI
                + """
                spin:
                  jmp spin
                ap:
                  push 0
                  push 0
                  lidt [rsp]
                  ud2
                """);
    ExitReason end = guest.cpus(2).run();
    assertThat(end).isInstanceOf(ExitReason.GuestDied.class);
    assertThat(((ExitReason.GuestDied) end).cause()).isEqualTo("triple fault of cpu 1");
  }

  @Test
  void aResetStopsTheOthersUntilTheyAreStartedAgain() {
    new SmpGuest(
            processors,
            folder,
            """
            bsp:
              inc dword ptr [0x40000]
              cmp dword ptr [0x40000], 2
              je after
            """
                + SIPI
                + """
                wait:
                  await 0x40004, 3
                  mov al, 6
                  mov dx, 0xcf9
                  out dx, al
                  jmp wait
                after:
                  mov eax, [0x40008]
                  mov ecx, 100000
                idle:
                  loop idle
                  cmp eax, [0x40008]
                  jne unexpected
                  exit 0
                ap:
                  lock inc dword ptr [0x40004]
                count:
                  inc dword ptr [0x40008]
                  jmp count
                """)
        .succeeds();
  }

  @Test
  void theDumpShowsEveryProcessor() {
    SmpGuest guest =
        new SmpGuest(processors, folder, "bsp:\nipi 2, 0x46f0\nhlt\nap:\nmov r15d, 77\nexit 0\n");
    try (VirtualMachine machine = guest.create()) {
      SmpGuest.run(machine);
      assertThat(machine.dumpState())
          .containsSubsequence(
              "cpu 0\n", "cpu 1 waits for SIPI\n", "cpu 2\n", "r15=000000000000004d", "cpu 3");
    }
  }
}
