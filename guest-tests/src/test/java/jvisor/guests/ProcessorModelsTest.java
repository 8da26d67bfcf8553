package jvisor.guests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import jvisor.cpu.model.CpuModels;
import jvisor.machine.Boot;
import jvisor.machine.CpuSpec;
import jvisor.machine.MachineConfig;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Debian's kernel for clouds on processors of several generations. */
@Tag("long")
class ProcessorModelsTest {
  @ParameterizedTest
  @ValueSource(strings = {"v1", "v3", "nehalem", "haswell", "icelake", "opteron", "zen", "zen4"})
  void theKernelFindsNothingToComplainAboutButVulnerabilities(String name) {
    Boot boot =
        new Boot.Kernel(DebianFiles.mini().kernel(), DebianFiles.mini().initrd(), "console=ttyS0");
    CpuSpec cpu = new CpuSpec(name, List.of(), List.of());
    try (Guest guest = Guest.start(MachineConfig.of(boot).cpu(cpu))) {
      guest.expectShell();
      guest.run("dmesg > /tmp/dmesg");
      String dmesg = guest.run("cat /tmp/dmesg");
      Complaints.none(
          dmesg
              .lines()
              .filter(line -> !line.contains("Speculative") && !line.contains("RETBleed"))
              .collect(Collectors.joining("\n")));
      int signature = CpuModels.parse(name, false).signature();
      int family = (signature >> 8 & 15) + (signature >> 20 & 0xff);
      assertThat(guest.run("grep 'cpu family' /proc/cpuinfo")).endsWith(": " + family);
    }
  }
}
