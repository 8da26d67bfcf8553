package jvisor.bench.latency;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import jvisor.isa.Assembler;
import jvisor.isa.CodeMode;
import jvisor.machine.Boot;
import jvisor.machine.MachineConfig;
import jvisor.machine.MachineException;
import jvisor.machine.StopReason;
import jvisor.machine.VirtualMachine;
import jvisor.machine.vm.Machines;

/** A whole machine whose guest says on the debug console that it spins in 32-bit code. */
final class Spinning implements AutoCloseable {
  private static final int SIZE = 4096;
  private static final int ORIGIN = 0xff000;

  /** From reset to the loop; {@code FLAG} is to be {@code sti} or {@code cli}. */
  private static final String GUEST =
      """
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
        mov al, '!'
        out 0xe9, al
        FLAG
      again:
        inc eax
        jmp again
      """;

  private final CountDownLatch begun = new CountDownLatch(1);
  private final VirtualMachine machine;
  private final Thread thread;
  private volatile long ended;

  private Spinning(boolean interruptible) throws InterruptedException {
    try {
      String source = GUEST.replace("FLAG", interruptible ? "sti" : "cli");
      byte[] code =
          new Assembler(CodeMode.BITS16, ORIGIN)
              .emit(source + "\norg 0x" + Integer.toHexString(ORIGIN + SIZE - 16))
              .emit("bits 16\njmp 0xf000:0xf000\n")
              .assemble();
      Path file = Files.createTempFile("spinning", ".bin");
      Files.write(file, Arrays.copyOf(code, SIZE));
      machine =
          Machines.create(
              MachineConfig.of(new Boot.Firmware(file))
                  .memoryBytes(4 << 20)
                  .engine("translator")
                  .debugcon(value -> begun.countDown())
                  .build());
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (MachineException e) {
      throw new IllegalStateException(e);
    }
    thread =
        Thread.ofPlatform()
            .name("machine")
            .daemon()
            .start(() -> {
              machine.run();
              ended = System.nanoTime();
            });
    begun.await();
  }

  /** From the request to stop to the end of the machine's loop, each in a machine of its own. */
  static Samples stops(boolean interruptible, int count) {
    return Samples.take(
        count,
        () -> {
          try (Spinning guest = new Spinning(interruptible)) {
            Samples.spin();
            return guest.stop();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
          }
        });
  }

  private long stop() {
    long asked = System.nanoTime();
    machine.requestStop(StopReason.LEFT);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return ended - asked;
  }

  @Override
  public void close() {
    stop();
    machine.close();
  }
}
