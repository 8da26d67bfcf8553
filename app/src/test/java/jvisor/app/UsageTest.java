package jvisor.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import jvisor.machine.EngineOffer;
import jvisor.machine.EngineOffer.State;
import jvisor.machine.MachineConfig;
import jvisor.machine.VirtualMachine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a command line is told in one line, with status 2. */
class UsageTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          ''                                   | Missing required subcommand
          fly                                  | 'fly'
          run --kernle x                       | did you mean --kernel
          run x                                | 'x'
          run --memory                         | '--memory'
          run --memory 512                     | 512M
          run --memory 0M                      | the least is 1M
          run --memory 1025K                   | multiple of 4K
          run --memory 2T                      | 1T
          run --memory 999999999T              | 1T
          run --memory -1M                     | '-1M'
          run --memory 1M --memory 2M          | '--memory'
          run --cpus 0 --kernel x              | at least one
          run --cpus many                      | 'many'
          run --cpu ,+x                        | model
          run --cpu max,avx                    | '+feature or -feature'
          run --cpu max,+                      | '+feature or -feature'
          run --engine warp --kernel x         | no such engine
          run --engine kvm --kernel x          | no /dev/kvm
          run --lock-step kvm --kernel x       | no /dev/kvm
          run --lock-step interpreter --kernel x | asked for two
          run --lock-step interpreter --trace t --kernel x | excludes --trace
          run --lock-step interpreter --engine interpreter --kernel x | names the engine
          run --hypervisor xen                 | kvm, none
          run --hypervisor KVM                 | kvm, none
          run --clock sundial                  | instructions[:MIPS]
          run --clock instructions:0           | instructions[:MIPS]
          run --seed x                         | '--seed'
          run --serial tcp:1                   | file:PATH
          run --serial file:                   | file:PATH
          run --debugcon x                     | file:PATH
          run --timeout soon                   | 90s
          run --timeout 0s                     | no time
          run --on-triple-fault ignore         | exit, reset
          run --kernel x --firmware y          | exclude
          run --firmware x --append y          | belong to a kernel
          run --initrd x                       | --kernel
          profile --initrd x                   | --kernel
          profile --blocks -1 --kernel x       | a number from 0
          profile --lock-step x --kernel y     | no profile
          profile --kernle x                   | did you mean --kernel
          image                                | Missing required subcommand
          image build maxi                     | only mini
          image rm maxi                        | only mini
          image rm                             | NAME
          doctor me                            | 'me'
          """)
  void isOneLineThatNamesTheThing(String line, String told) {
    String[] arguments = line.equals("''") ? new String[0] : line.split(" ");
    int status = new Cli(NO_MACHINES, Map.of("HOME", "/proc"), stream(), false).run(arguments);
    String text = err.toString(StandardCharsets.UTF_8);
    assertThat(status).isEqualTo(2);
    assertThat(text.lines()).hasSize(1);
    assertThat(text)
        .startsWith("jvisor: ")
        .contains(told.replace("'+", "+").replace("-feature'", "-feature"));
  }

  @Test
  void anArgumentThatLooksLikeAFileOfArgumentsIsNone() {
    Cli cli = new Cli(NO_MACHINES, Map.of("HOME", "/proc"), stream(), false);
    assertThat(cli.run("run", "--kernel", "x", "--append", "@/etc/passwd")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("jvisor: asked\n");
  }

  @Test
  void aValueMayLookLikeAnOption() {
    Cli cli = new Cli(NO_MACHINES, Map.of("HOME", "/proc"), stream(), false);
    cli.run("run", "--kernel", "x", "--append", "-v --debug-exit");
    assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("jvisor: asked\n");
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamedWithTheWayOut() {
    Cli cli = new Cli(NO_MACHINES, Map.of("HOME", "/proc"), stream(), false);
    assertThat(cli.run("run")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .startsWith("jvisor: cannot write the image folder /proc/.cache/jvisor/images: ")
        .contains("XDG_CACHE_HOME")
        .hasLineCount(1);
  }

  private PrintStream stream() {
    return new PrintStream(err, true, StandardCharsets.UTF_8);
  }

  private static final MachineFactory NO_MACHINES =
      new MachineFactory() {
        @Override
        public VirtualMachine create(MachineConfig config) throws jvisor.machine.ConfigException {
          throw new jvisor.machine.ConfigException("asked");
        }

        @Override
        public VirtualMachine createLockStep(MachineConfig config)
            throws jvisor.machine.ConfigException {
          throw new jvisor.machine.ConfigException("asked for two");
        }

        @Override
        public List<EngineOffer> engines() {
          return List.of(
              new EngineOffer("kvm", State.REFUSED, "no /dev/kvm"),
              new EngineOffer("interpreter", State.OFFERED, "any host"));
        }
      };
}
