package jvisor.guests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import jvisor.machine.Boot;
import jvisor.machine.ExitReason;
import jvisor.machine.MachineConfig;
import jvisor.machine.TripleFault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** All the ways in which a guest ends its machine, by guests of a few instructions. */
class EndOfGuestTest {
  private static final String TRIPLE_FAULT =
      """
        lidt [cs:empty]
        int3
      empty: dw 0
        dd 0
      """;

  @TempDir Path folder;

  @Test
  void aHaltWithInterruptsOffIsDeath() {
    ExitReason end = run(config("cli\nmov eax, 0x1234567\nhlt"));
    assertThat(end).isInstanceOf(ExitReason.GuestDied.class);
    ExitReason.GuestDied died = (ExitReason.GuestDied) end;
    assertThat(died.cause()).contains("halted").contains("interrupts off");
    assertThat(died.registers()).contains("rax=0000000001234567").doesNotEndWith("\n");
  }

  @Test
  void aTripleFaultIsDeath() {
    ExitReason end = run(config(TRIPLE_FAULT));
    assertThat(end).isInstanceOf(ExitReason.GuestDied.class);
    assertThat(((ExitReason.GuestDied) end).cause()).contains("triple fault");
  }

  @Test
  void aTripleFaultCanResetTheMachineWhichKeepsItsCmos() {
    String code =
        """
          mov al, 0x40
          out 0x70, al
          in al, 0x71
          cmp al, 3
          je enough
          inc al
          out 0x71, al
        """
            + TRIPLE_FAULT
            + """
            enough:
              mov eax, 17
              out 0xf4, eax
            """;
    assertThat(run(config(code).onTripleFault(TripleFault.RESET).debugExit(true)))
        .isEqualTo(new ExitReason.DebugExit(35));
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 3", "63, 127", "127, 255", "128, 1", "0x12345678, 241"})
  void theDebugExitCarriesAStatus(String code, int status) {
    assertThat(run(config("mov eax, " + code + "\nout 0xf4, eax\ncli\nhlt").debugExit(true)))
        .isEqualTo(new ExitReason.DebugExit(status));
  }

  @Test
  void thePortOfTheDebugExitIsEmptyWithoutIt() {
    assertThat(run(config("mov eax, 1\nout 0xf4, eax\ncli\nhlt")))
        .isInstanceOf(ExitReason.GuestDied.class);
  }

  @ParameterizedTest
  @CsvSource({"0xcf9, 6", "0x64, 0xfe", "0x92, 1"})
  void aResetEndsAMachineThatDoesNotReboot(String port, String value) {
    String code = "mov dx, %s\nmov al, %s\nout dx, al\nspin: jmp spin".formatted(port, value);
    assertThat(run(config(code).noReboot(true))).isEqualTo(new ExitReason.Rebooted());
  }

  @Test
  void aGuestThatOnlySpinsObeysAStop() {
    try (Guest guest = Guest.start(config("mov al, '!'\nout 0xe9, al\nspin: jmp spin"))) {
      guest.expectDebug("!");
    }
  }

  @Test
  void aGuestThatSleepsForEverObeysAStop() {
    try (Guest guest = Guest.start(config("mov al, '!'\nout 0xe9, al\nsti\nhlt"))) {
      guest.expectDebug("!");
    }
  }

  private MachineConfig.Builder config(String code) {
    Boot boot = TinyGuest.boot(folder, code);
    return MachineConfig.of(boot).memoryBytes(1 << 20);
  }

  private static ExitReason run(MachineConfig.Builder config) {
    try (Guest guest = Guest.start(config)) {
      return guest.end();
    }
  }
}
