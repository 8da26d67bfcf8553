package jvisor.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import jvisor.app.user.Folders;
import jvisor.machine.EngineOffer;
import jvisor.machine.EngineOffer.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {
  @TempDir Path folder;

  @Test
  void virtualizationIsReadFromTheFlags() throws IOException {
    Processor intel =
        cpuinfo("model name\t: A\nflags\t\t: fpu vmx hypervisor\nvmx flags\t: vnmi ept\n");
    assertThat(intel.vtx()).isTrue();
    assertThat(intel.ept()).isTrue();
    assertThat(intel.amdv()).isFalse();
    assertThat(intel.virtual()).isTrue();
    Processor old = cpuinfo("model name\t: A\nflags\t\t: fpu vmx ept\n");
    assertThat(old.ept()).isTrue();
    Processor amd = cpuinfo("model name\t: B C\nflags\t\t: fpu svm npt npt\n");
    assertThat(amd.amdv()).isTrue();
    assertThat(amd.npt()).isTrue();
    assertThat(amd.vtx()).isFalse();
    assertThat(amd.model()).isEqualTo("B C");
    assertThat(Processor.read(folder.resolve("none")).known()).isFalse();
    assertThat(cpuinfo("processor : 0\nFeatures : fp asimd\n").known()).isFalse();
  }

  @Test
  void whatTheHostOffersIsToldWithTheReasonsForTheRest() {
    Host host =
        Host.examine(
            "1.2",
            List.of(
                new EngineOffer("kvm", State.REFUSED, "no /dev/kvm"),
                new EngineOffer("interpreter", State.OFFERED, "any host")),
            Folders.of(Map.of("HOME", folder.toString())),
            Map.of("PATH", folder.toString()));
    String told = new Prescription(false).of(host);
    assertThat(told)
        .contains("jvisor 1.2", "- kvm          no /dev/kvm", "+ interpreter  any host")
        .contains("- APT          none: bring a kernel with --kernel")
        .contains(System.getProperty("java.home"))
        .doesNotContain("\u001b");
    assertThat(new Prescription(true).of(host)).contains("\u001b[32m+\u001b[0m interpreter");
    assertThat(host.images().writable()).isTrue();
  }

  private Processor cpuinfo(String text) throws IOException {
    return Processor.read(Files.writeString(folder.resolve("cpuinfo"), text));
  }
}
