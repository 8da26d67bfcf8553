package jvisor.machine.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import jvisor.machine.Boot;
import jvisor.machine.ClockSource;
import jvisor.machine.ConfigException;
import jvisor.machine.ExitReason;
import jvisor.machine.MachineConfig;
import jvisor.machine.Processors;
import jvisor.machine.StopReason;
import jvisor.machine.VirtualMachine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is special about processors with threads of their own. */
class ThreadsTest {
  @TempDir Path folder;

  private SmpGuest guest(String code) {
    return new SmpGuest(Processors.THREADS, folder, code);
  }

  @Test
  void whatCanBeRepeatedNeedsTurns() {
    assertThatThrownBy(() ->
            Machines.create(
                MachineConfig.of(new Boot.Firmware(folder))
                    .processors(Processors.THREADS)
                    .clock(new ClockSource.Instructions(100))
                    .build()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("--clock instructions");
  }

  @Test
  void aStopReachesProcessorsThatSpinAndThoseThatSleep() throws Exception {
    try (VirtualMachine machine =
        guest(
                """
                bsp:
                  ipi 0, 0xc46f0
                  say '.'
                spin:
                  jmp spin
                ap:
                  cmp edi, 2
                  je spin
                  hlt
                """)
            .create()) {
      CompletableFuture<ExitReason> end = CompletableFuture.supplyAsync(machine::run);
      machine.requestStop(StopReason.TIMEOUT);
      assertThat(end.get(60, TimeUnit.SECONDS))
          .isEqualTo(new ExitReason.Stopped(StopReason.TIMEOUT));
    }
  }

  /** A timer of one that spins, and one of another that sleeps, while two more are busy. */
  @Test
  void timersReachProcessorsThatSpinAndThoseThatSleep() {
    guest(
            """
            bsp:
              ipi 0, 0xc46f0
              call timer
              sti
            spin:
              cmp dword ptr [0x40000], 20
              jb spin
              cmp dword ptr [0x40004], 20
              jb spin
              exit 0
            ap:
              cmp edi, 1
              jne busy
              call timer
            sleep:
              sti
              hlt
              jmp sleep
            busy:
              inc r15
              jmp busy
            timer:
              mov ecx, 0x832
              mov eax, 0x20040
              xor edx, edx
              wrmsr
              mov ecx, 0x83e
              mov eax, 0xb
              wrmsr
              mov ecx, 0x838
              mov eax, 200000
              wrmsr
              ret
            tick:
              push rax
              push rcx
              push rdx
              lock inc dword ptr [0x40000+rdi*4]
              eoi
              pop rdx
              pop rcx
              pop rax
              iretq
            """)
        .on(0x40, "tick")
        .succeeds();
  }

  /** Reset of the whole machine by one processor, in the middle of what the others do. */
  @Test
  void aResetHoldsAllProcessors() {
    SmpGuest guest =
        guest(
            """
            bsp:
              inc dword ptr [0x40000]
              cmp dword ptr [0x40000], 20
              je enough
              mov dword ptr [0x40004], 0
              ipi 0, 0xc4500
              ipi 0, 0xc46f0
              await 0x40004, 3
              mov al, 6
              mov dx, 0xcf9
              out dx, al
            spin:
              jmp spin
            ap:
              lock inc dword ptr [0x40004]
            work:
              in al, 0x61
              lock inc qword ptr [0x41000]
              jmp work
            enough:
              exit 0
            """);
    guest.succeeds();
  }

  /** Writers of different bytes of a page of code, which all of them run. */
  @Test
  void processorsThatPatchEachOthersCodeSeeItAfterSerializing() {
    guest(
            """
            bsp:
              mov ebx, 0x50000
            fill:
              mov dword ptr [rbx], 0xb8
              mov dword ptr [rbx+4], 0xc300
              add ebx, 64
              cmp ebx, 0x51000
              jne fill
              ipi 0, 0xc46f0
            ap:
              mov r12d, 1500
              mov ebp, edi
              shl ebp, 6
              add ebp, 0x50000
            again:
              mov [rbp+1], r12d
              xor eax, eax
              cpuid
              call rbp
              cmp eax, r12d
              jne unexpected
              mov eax, r12d
              and eax, 3
              shl eax, 6
              add eax, 0x50000
              call rax
              dec r12d
              jnz again
              gather 0x40000, 4
              exit 0
            """)
        .succeeds();
  }
}
