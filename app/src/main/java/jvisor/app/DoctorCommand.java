package jvisor.app;

import java.util.concurrent.Callable;
import jvisor.app.doctor.Host;
import jvisor.app.doctor.Prescription;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code jvisor doctor}: what this host offers. */
@Command(
    name = "doctor",
    description = "Tells what this host offers: engines, virtualization, Java, memory, terminal.",
    footerHeading = "%nExamples:%n",
    footer = {"  jvisor doctor", "  jvisor doctor --json"})
final class DoctorCommand implements Callable<Integer> {
  private final Cli cli;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  DoctorCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    Host host =
        Host.examine(Version.text(), cli.machines().engines(), cli.folders(), System.getenv());
    if (json) {
      Json.print(host, System.out);
    } else {
      System.out.print(new Prescription(cli.colourOutput()).of(host));
    }
    return ExitStatus.OK;
  }
}
