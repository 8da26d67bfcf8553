package jvisor.machine.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import jvisor.isa.Assembler;
import jvisor.isa.CodeMode;
import jvisor.machine.Boot;
import jvisor.machine.ClockSource;
import jvisor.machine.ExitReason;
import jvisor.machine.MachineConfig;
import jvisor.machine.MachineException;
import jvisor.machine.Processors;
import jvisor.machine.StopReason;
import jvisor.machine.VirtualMachine;
import org.jspecify.annotations.Nullable;

/**
 * A guest for several processors: firmware that takes each of them from reset, or from the start-up
 * message with vector 0xF0, to 64-bit mode, where the first goes on at the label {@code bsp}, the
 * others at {@code ap}, with the APIC id in EDI, a stack, the local APIC in x2APIC mode and
 * enabled. Memory below 4 GiB is mapped one to one; {@link #DATA} is free.
 *
 * <p>Statements of its own, which change RAX, RCX and RDX: {@code ipi DESTINATION, COMMAND} writes
 * the interrupt command register, {@code eoi} ends an interrupt, {@code exit N} ends the machine
 * with N, {@code say C} writes to the debug console.
 *
 * <p>And such that keep all registers: {@code await ADDRESS, N} waits until the double word there
 * is N; {@code gather ADDRESS, N} counts there who has come, and only the first processor goes on,
 * when all N have; the others halt.
 */
final class SmpGuest {
  /** RAM that nothing else uses, 64 KiB. */
  static final int DATA = 0x4_0000;

  /** How an exit with 0 looks from outside. */
  static final ExitReason SUCCESS = exit(0);

  private static final int PATIENCE_SECONDS = 60;
  private static final int SIZE = 0x1_0000;
  private static final int ORIGIN = 0xf_0000;

  private static final String PRELUDE =
      """
      entry:
        cli
        o32 lgdt [cs:gdtr-0xf0000]
        mov eax, cr0
        or eax, 1
        mov cr0, eax
        jmp dword 0x8:protected
      gdtr:
        dw 0x1f
        dd gdt
      align 8
      gdt:
        dq 0, 0x00cf9b000000ffff, 0x00cf93000000ffff, 0x00af9b000000ffff
      bits 32
      protected:
        mov eax, 0x10
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov eax, 1
        cpuid
        shr ebx, 24
        mov edi, ebx
        test edi, edi
        jnz mapped
        mov dword ptr [0x1000], 0x2003
        mov dword ptr [0x2000], 0x83
        mov dword ptr [0x2008], 0x40000083
        mov dword ptr [0x2010], 0x80000083
        mov dword ptr [0x2018], 0xc0000083
      mapped:
        mov eax, 0x620
        mov cr4, eax
        mov eax, 0x1000
        mov cr3, eax
        mov ecx, 0xc0000080
        mov eax, 0x100
        xor edx, edx
        wrmsr
        mov eax, cr0
        or eax, 0x80010000
        mov cr0, eax
        jmp 0x18:long
      bits 64
      long:
        mov eax, edi
        inc eax
        shl eax, 12
        lea rsp, [rax+0x20000]
        lidt [rip+idtr]
        mov ecx, 0x1b
        rdmsr
        or eax, 0xc00
        wrmsr
        mov ecx, 0x80f
        mov eax, 0x1ff
        xor edx, edx
        wrmsr
        test edi, edi
        jnz ap
        jmp bsp
      unexpected:
        mov al, '?'
        out 0xe9, al
        mov eax, 0x7f
        out 0xf4, eax
      spurious:
        iretq
      """;

  private final Path folder;
  private final String code;
  private final Map<Integer, String> gates = new TreeMap<>();
  private final StringBuilder said = new StringBuilder();
  private int cpus = 4;
  private ClockSource clock = new ClockSource.Instructions(1000);
  private Processors processors = Processors.TURNS;
  private String engine = MachineConfig.AUTO;
  private @Nullable EngineMaker engines;
  private Runnable sayListener = () -> {};

  /** A guest whose file goes to {@code folder}. */
  SmpGuest(Path folder, String code) {
    this.folder = folder;
    this.code = code;
    gates.put(0xff, "spurious");
  }

  /** Such a guest, whose processors share the host's time like this. */
  SmpGuest(Processors how, Path folder, String code) {
    this(folder, code);
    processors(how);
  }

  /** How an {@code exit} looks from outside. */
  static ExitReason exit(int status) {
    return new ExitReason.DebugExit((status << 1 | 1) & 0xff);
  }

  /** How many processors there are, 4 unless told. */
  SmpGuest cpus(int count) {
    cpus = count;
    return this;
  }

  /** Where time comes from: instructions unless told. */
  SmpGuest clock(ClockSource source) {
    clock = source;
    return this;
  }

  /** How processors share the host's time; threads need the host's clock, and get it. */
  SmpGuest processors(Processors how) {
    processors = how;
    if (how == Processors.THREADS) {
      clock = new ClockSource.Host();
    }
    return this;
  }

  /** An engine's name; the fastest unless told. */
  SmpGuest engine(String name) {
    engine = name;
    return this;
  }

  /** What makes its engines. */
  SmpGuest engines(EngineMaker maker) {
    engines = maker;
    return this;
  }

  /** Handles {@code vector} at {@code label}; others end the machine. */
  SmpGuest on(int vector, String label) {
    gates.put(vector, label);
    return this;
  }

  /** What the guest has said to its debug console. */
  String said() {
    return said.toString();
  }

  /** Has {@code listener} run whenever the guest says something. */
  SmpGuest onSay(Runnable listener) {
    sayListener = listener;
    return this;
  }

  /** Runs it to its end. */
  ExitReason run() {
    try (VirtualMachine machine = create()) {
      return run(machine);
    }
  }

  /** Expects that it exits with 0. */
  void succeeds() {
    try (VirtualMachine machine = create()) {
      assertThat(run(machine)).as(() -> said + "\n" + machine.dumpState()).isEqualTo(SUCCESS);
    }
  }

  /** Runs {@code machine} to its end; a guest that hangs is stopped, for its state to be seen. */
  static ExitReason run(VirtualMachine machine) {
    CompletableFuture<Void> ended = new CompletableFuture<>();
    ended
        .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .exceptionally(late -> {
          machine.requestStop(StopReason.TIMEOUT);
          return null;
        });
    try {
      return machine.run();
    } finally {
      ended.complete(null);
    }
  }

  /** The machine, not yet running. */
  VirtualMachine create() {
    try {
      Path file = Files.write(folder.resolve("smp.bin"), image());
      MachineConfig config =
          MachineConfig.of(new Boot.Firmware(file))
              .memoryBytes(4 << 20)
              .cpus(cpus)
              .processors(processors)
              .engine(engine)
              .clock(clock)
              .debugcon(value -> {
                said.append((char) (value & 0xff));
                sayListener.run();
              })
              .debugExit(true)
              .build();
      return engines == null ? Machines.create(config) : Machines.create(config, engines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (MachineException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  private byte[] image() {
    StringBuilder text = new StringBuilder(PRELUDE).append(expanded());
    text.append("\nalign 16\nidt:\n");
    for (int vector = 0; vector < 256; vector++) {
      String handler = gates.getOrDefault(vector, "unexpected");
      text.append("dw ").append(handler).append("-0xf0000, 0x18, 0x8e00, 0xf, 0, 0, 0, 0\n");
    }
    text.append("idtr:\ndw 0xfff\ndq idt\norg 0xffff0\nbits 16\njmp 0xf000:0\n");
    byte[] image = new Assembler(CodeMode.BITS16, ORIGIN).emit(text.toString()).assemble();
    return Arrays.copyOf(image, SIZE);
  }

  private String expanded() {
    StringBuilder text = new StringBuilder();
    int number = 0;
    for (String line : code.split("\n", -1)) {
      String[] words = line.strip().split("\\s+", 2);
      String argument = words.length > 1 ? words[1] : "";
      text.append(
          switch (words[0]) {
            case "ipi" -> {
              String[] parts = argument.split(",", 2);
              yield "mov edx, " + parts[0] + "\nmov eax, " + parts[1] + "\n" + msr(0x830);
            }
            case "eoi" -> "xor eax, eax\nxor edx, edx\n" + msr(0x80b);
            case "exit" -> "mov eax, " + argument + "\nout 0xf4, eax";
            case "say" -> "mov al, " + argument + "\nout 0xe9, al";
            case "await" -> await(argument, number++);
            case "gather" -> gather(argument, number++);
            default -> line;
          });
      text.append('\n');
    }
    return text.toString();
  }

  private static String await(String argument, int number) {
    String[] parts = argument.split(",", 2);
    return """
    await_%1$d:
      pause
      cmp dword ptr [%2$s], %3$s
      jne await_%1$d
    """
        .formatted(number, parts[0], parts[1]);
  }

  private static String gather(String argument, int number) {
    return """
    lock inc dword ptr [%2$s]
    test edi, edi
    jz gathered_%1$d
    rest_%1$d:
      hlt
      jmp rest_%1$d
    gathered_%1$d:
    """
            .formatted(number, argument.split(",", 2)[0])
        + await(argument, number);
  }

  private static String msr(int number) {
    return "mov ecx, " + number + "\nwrmsr";
  }
}
