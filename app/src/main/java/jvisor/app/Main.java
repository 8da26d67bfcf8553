package jvisor.app;

/** The program. */
public final class Main {
  private Main() {}

  /** Runs a command line and ends the process with its {@link ExitStatus}. */
  public static void main(String[] arguments) {
    System.exit(new Cli(MachineFactory.real()).run(arguments));
  }
}
