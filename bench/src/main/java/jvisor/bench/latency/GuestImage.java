package jvisor.bench.latency;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import jvisor.isa.Assembler;
import jvisor.isa.CodeMode;
import jvisor.machine.Boot;
import jvisor.machine.MachineConfig;
import jvisor.machine.MachineException;
import jvisor.machine.VirtualMachine;
import jvisor.machine.vm.Machines;

/**
 * Firmware of a page that runs something in flat 32-bit code, with a stack at 0x20000 for the first
 * processor. Others begin with the start-up message with vector 0xFF, in the same way.
 */
final class GuestImage {
  private static final int SIZE = 4096;
  private static final int ORIGIN = 0xff000;

  private static final String PRELUDE =
      """
        jmp 0xf000:0xf005
        o32 lgdt [cs:gdtr-0xf0000]
        mov eax, cr0
        or eax, 1
        mov cr0, eax
        jmp dword 0x8:protected
      gdtr:
        dw 0x17
        dd gdt
      align 8
      gdt:
        dq 0, 0x00cf9b000000ffff, 0x00cf93000000ffff
      bits 32
      protected:
        mov eax, 0x10
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov esp, 0x20000
      """;

  private GuestImage() {}

  /** A machine that is going to run {@code source}. */
  static VirtualMachine machine(String source, Settings settings) {
    byte[] code =
        new Assembler(CodeMode.BITS16, ORIGIN)
            .emit(PRELUDE + source + "\norg 0x" + Integer.toHexString(ORIGIN + SIZE - 16))
            .emit("bits 16\njmp 0xf000:0xf000\n")
            .assemble();
    try {
      Path file = Files.createTempFile("latency", ".bin");
      try {
        Files.write(file, Arrays.copyOf(code, SIZE));
        MachineConfig.Builder config =
            MachineConfig.of(new Boot.Firmware(file)).memoryBytes(4 << 20).engine("translator");
        return Machines.create(settings.on(config).build());
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (MachineException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What is special about a machine. */
  @FunctionalInterface
  interface Settings {
    /** Sets it. */
    MachineConfig.Builder on(MachineConfig.Builder config);
  }
}
