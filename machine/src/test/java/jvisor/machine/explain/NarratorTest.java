package jvisor.machine.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import jvisor.isa.Assembler;
import jvisor.isa.CodeMode;
import jvisor.machine.Boot;
import jvisor.machine.ClockSource;
import jvisor.machine.ExitReason;
import jvisor.machine.ExplainSpec;
import jvisor.machine.ExplainTopic;
import jvisor.machine.MachineConfig;
import jvisor.machine.VirtualMachine;
import jvisor.machine.vm.Machines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Explanations of a small guest's traps, in real mode. */
class NarratorTest {
  private static final String GUEST =
      """
      start:
        mov ax, cs
        mov word ptr [0x1a], ax
        mov word ptr [0x102], ax
        mov ax, undefined
        mov word ptr [0x18], ax
        mov ax, service
        mov word ptr [0x100], ax
        int 0x40
        ud2
      undefined:
        mov cx, 3
      again:
        out 0x80, al
        loop again
        xor eax, eax
        cpuid
        mov eax, 20
        out 0xf4, eax
      service:
        mov bx, 7
        iret
      """;

  @TempDir Path folder;

  private List<String> explain(long from, long count, Set<ExplainTopic> topics) throws Exception {
    String code = GUEST + "\norg 0xfff0\njmp start\n";
    byte[] image =
        Arrays.copyOf(new Assembler(CodeMode.BITS16, 0xf000).emit(code).assemble(), 4096);
    Path file = Files.write(folder.resolve("tiny.bin"), image);
    List<String> lines = new ArrayList<>();
    MachineConfig config =
        MachineConfig.of(new Boot.Firmware(file))
            .memoryBytes(16 << 20)
            .clock(new ClockSource.Instructions(100))
            .debugExit(true)
            .explain(new ExplainSpec(topics, from, count, lines::add))
            .build();
    try (VirtualMachine machine = Machines.create(config)) {
      assertThat(machine.run()).isEqualTo(new ExitReason.DebugExit(41));
    }
    return lines;
  }

  @Test
  void aCallIsFollowedThereAndBack() throws Exception {
    assertThat(explain(0, 100, EnumSet.of(ExplainTopic.SYSCALLS)))
        .containsExactly(
            "#1 software interrupt, after 8 instructions",
            "   trapped  int 0x40 at f014, the kernel (level 0)",
            "   why      the program asks for a service: rax=f02d, ebx=0 ecx=0 edx=a10f11",
            "   handler  the guest's, at f02d, entry 64 of the vector table",
            "#1 software interrupt returns, 2 instructions later",
            "   by       iret at f030",
            "   control  back to f016; rax=f02d");
  }

  @Test
  void aFaultNamesItsCauseAndItsHandler() throws Exception {
    assertThat(explain(0, 100, EnumSet.of(ExplainTopic.FAULTS)))
        .containsExactly(
            "#1 #UD invalid opcode, after 11 instructions",
            "   trapped  ud2 at f016, the kernel (level 0)",
            "   why      the processor has no such instruction, or not in this mode",
            "   handler  the guest's, at f018, entry 6 of the vector table");
  }

  @Test
  void whatRepeatsIsCounted() throws Exception {
    List<String> lines = explain(0, 100, EnumSet.of(ExplainTopic.PORTS, ExplainTopic.PRIVILEGED));
    assertThat(lines)
        .startsWith("#1 port 80, after 12 instructions")
        .contains("   handler  the monitor: POST code display", "   and 2 more of these");
    assertThat(lines).anyMatch(line -> line.startsWith("#2 asks what the processor can, leaf 0: "));
    assertThat(lines).contains("   handler  the monitor: debug exit");
  }

  @Test
  void explanationsBeginAndEndWhereTheyShall() throws Exception {
    Set<ExplainTopic> all = EnumSet.allOf(ExplainTopic.class);
    assertThat(explain(1_000_000, 100, all)).isEmpty();
    assertThat(explain(0, 1, all)).filteredOn(line -> line.contains(", after ")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"3f8, 16550 serial port", "cf9, reset control", "cfc, PCI configuration"})
  void portsAreKnownByTheirDevices(String port, String device) {
    assertThat(Hardware.port(Integer.parseInt(port, 16))).isEqualTo(device);
  }

  @Test
  void systemCallsHaveLinuxNames() {
    assertThat(new SystemCallNames().of(1)).isEqualTo(" (write in Linux)");
    assertThat(new SystemCallNames().of(-1)).isEmpty();
  }
}
