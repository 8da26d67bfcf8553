package jvisor.machine.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import jvisor.isa.Assembler;
import jvisor.isa.CodeMode;
import jvisor.machine.Boot;
import jvisor.machine.ClockSource;
import jvisor.machine.MachineConfig;
import jvisor.machine.VirtualMachine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a multiboot kernel that goes to real mode finds there. */
class LegacyFirmwareTest {
  private static final String TO_REAL_MODE =
      """
      header:
        dd 0x1badb002, 0x10000, 0xe4514ffe, header, header, end, end, entry
      gdt:
        dq 0, 0x00009b000000ffff, 0x000093000000ffff
      gdtr:
        dw 23
        dd gdt
      idtr:
        dw 0x3ff
        dd 0
      entry:
        lgdt [gdtr]
        lidt [idtr]
        mov eax, 0x10
        mov ds, ax
        mov es, ax
        mov ss, ax
        jmp 0x8:narrow
      bits 16
      narrow:
        mov eax, cr0
        and eax, 0xfffffffe
        mov cr0, eax
        jmp 0:real
      real:
        xor eax, eax
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov sp, 0x7000
        jmp program
      bad:
        mov eax, 1
        out 0xf4, eax
      program:
      """;

  @TempDir Path folder;

  private void succeeds(String program) throws Exception {
    String text = TO_REAL_MODE + program + "\nmov eax, 0\nout 0xf4, eax\nend:\n";
    byte[] image = new Assembler(CodeMode.BITS32, 0x9000).emit(text).assemble();
    Path file = Files.write(folder.resolve("real.bin"), image);
    MachineConfig config =
        MachineConfig.of(new Boot.Kernel(file, null, null))
            .memoryBytes(4 << 20)
            .clock(new ClockSource.Instructions(1000))
            .debugExit(true)
            .build();
    try (VirtualMachine machine = Machines.create(config)) {
      assertThat(SmpGuest.run(machine)).as(machine::dumpState).isEqualTo(SmpGuest.SUCCESS);
    }
  }

  @Test
  void theTimerTicksAndEndsHlt() throws Exception {
    succeeds(
        """
        sti
        hlt
        hlt
        hlt
        cli
        cmp dword ptr [0x46c], 3
        jne bad
        """);
  }

  @Test
  void theTickCallsTheVectorThatProgramsHook() throws Exception {
    succeeds(
        """
        mov word ptr [0x70], hook
        mov word ptr [0x72], 0
        mov bx, 0
        sti
        hlt
        hlt
        cli
        cmp bx, 2
        jne bad
        jmp done
        hook:
        inc bx
        iret
        done:
        """);
  }

  @Test
  void otherInterruptsAreAcknowledgedAndCallsReturn() throws Exception {
    succeeds(
        """
        mov al, 0
        out 0xa1, al
        mov al, 0xfa
        out 0x21, al
        sti
        mov dx, 0x200f
        mov eax, 1
        out dx, eax
        nop
        cli
        mov al, 0xb
        out 0x20, al
        in al, 0x20
        test al, al
        jnz bad
        mov al, 0xa
        out 0xa0, al
        in al, 0xa0
        test al, 0x80
        jnz bad
        mov al, 0xb
        out 0xa0, al
        in al, 0xa0
        test al, al
        jnz bad
        int 0x10
        int 0xff
        """);
  }
}
