package jvisor.app;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import jvisor.app.console.Terminal;
import jvisor.app.console.Terminal.Stream;
import jvisor.app.user.CrashReport;
import jvisor.app.user.Folders;
import jvisor.app.user.Notes;
import jvisor.app.user.UserError;
import jvisor.machine.MachineException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line as a whole: what every command needs of the process, and how what goes wrong
 * becomes one line and a status.
 */
@Command(
    name = "jvisor",
    description = "Runs an unmodified operating system in a virtual machine.",
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = Version.class,
    footerHeading = "%nExamples:%n",
    footer = {
      "  jvisor run                     boot the default image to a shell",
      "  jvisor run --kernel vmlinuz --initrd initrd.img --append console=ttyS0",
      "  jvisor doctor                  what this host offers",
      "",
      "'jvisor COMMAND --help' tells more. In a guest, Ctrl-] leaves."
    })
final class Cli {
  private final MachineFactory machines;
  private final boolean colourful;
  private final Notes notes;
  private final Folders folders;
  private final Map<String, Supplier<String>> facts = new LinkedHashMap<>();

  @SuppressWarnings("UnusedVariable") // Declares the option; picocli acts on it.
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help and exit.")
  private boolean help;

  @SuppressWarnings("UnusedVariable") // Likewise.
  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version and exit.")
  private boolean version;

  /** The command line of this process. */
  Cli(MachineFactory machines) {
    this(machines, System.getenv(), System.err, Terminal.is(Stream.ERROR));
  }

  /** A command line that says what it has to say to {@code err}. */
  Cli(MachineFactory machines, Map<String, String> environment, PrintStream err, boolean terminal) {
    this.machines = machines;
    this.colourful = colourful(environment);
    this.notes = new Notes(err, terminal, colourful);
    this.folders = Folders.of(environment);
  }

  MachineFactory machines() {
    return machines;
  }

  Notes notes() {
    return notes;
  }

  Folders folders() {
    return folders;
  }

  /** Whether what goes to standard output may be coloured. */
  boolean colourOutput() {
    return colourful && Terminal.is(Stream.OUTPUT);
  }

  /** Adds to a report, should one be written, what {@code fact} then says. */
  void fact(String heading, Supplier<String> fact) {
    facts.put(heading, fact);
  }

  /** A fact is told now, for what it is about will not be there any more. */
  void keep(String heading) {
    facts.computeIfPresent(
        heading,
        (same, fact) -> {
          String text = told(fact);
          return () -> text;
        });
  }

  /** Runs one command line and answers its status. */
  int run(String... arguments) {
    fact("command line", () -> String.join(" ", arguments));
    CommandLine line = new CommandLine(this);
    commands(arguments).forEach(command -> line.addSubcommand(new CommandLine(command)));
    line.setColorScheme(CommandLine.Help.defaultColorScheme(colourOutput() ? Ansi.ON : Ansi.OFF))
        .setExpandAtFiles(false)
        .setAllowOptionsAsOptionParameters(true)
        .setUsageHelpWidth(96)
        .setParameterExceptionHandler((e, _) -> usage(e))
        .setExecutionExceptionHandler((e, _, _) -> failure(e));
    try {
      return line.execute(arguments);
    } catch (Throwable t) {
      return broken(t);
    }
  }

  /**
   * The command that a command line calls, or all if it calls none: picocli takes longer to look at
   * a command's options than many a command to do its work.
   */
  private List<Object> commands(String... arguments) {
    Map<String, Supplier<Object>> all = new LinkedHashMap<>();
    all.put("run", () -> new RunCommand(this));
    all.put("profile", () -> new ProfileCommand(this));
    all.put("image", () -> new ImageCommand(this));
    all.put("trace", TraceCommand::new);
    all.put("doctor", () -> new DoctorCommand(this));
    Supplier<Object> called = arguments.length == 0 ? null : all.get(arguments[0]);
    return called == null
        ? all.values().stream().map(Supplier::get).toList()
        : List.of(called.get());
  }

  /** Tells of an error of ours and writes its report. */
  int broken(Throwable error) {
    String what = error.getMessage() == null ? error.getClass().getSimpleName() : error.toString();
    try {
      Map<String, String> texts = new LinkedHashMap<>();
      facts.forEach((heading, fact) -> texts.put(heading, told(fact)));
      Path report = CrashReport.write(folders.reports(), error, texts);
      notes.error("internal error (" + firstLine(what) + "); report: " + report);
    } catch (IOException e) {
      notes.error("internal error (" + firstLine(what) + "); no report can be written");
      StringWriter trace = new StringWriter();
      error.printStackTrace(new PrintWriter(trace));
      notes.print(trace.toString());
    }
    return ExitStatus.SOFTWARE;
  }

  private int failure(Exception error) {
    if (error instanceof UserError || error instanceof MachineException) {
      notes.error(firstLine(String.valueOf(error.getMessage())));
      return ExitStatus.USAGE;
    }
    return broken(error);
  }

  private int usage(ParameterException error) {
    CommandLine command = error.getCommandLine();
    String line = firstLine(String.valueOf(error.getMessage()));
    if (error instanceof UnmatchedArgumentException unmatched) {
      String hint = String.join(" or ", unmatched.getSuggestions().stream().limit(2).toList());
      if (!hint.isEmpty() && unmatched.isUnknownOption()) {
        line += "; did you mean " + hint + "?";
      }
    }
    notes.error(line + " (see '" + command.getCommandSpec().qualifiedName() + " --help')");
    return ExitStatus.USAGE;
  }

  private static String told(Supplier<String> fact) {
    try {
      return fact.get();
    } catch (RuntimeException e) {
      return "cannot be told: " + e;
    }
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  private static boolean colourful(Map<String, String> environment) {
    String wish = environment.getOrDefault("NO_COLOR", "");
    return wish.isEmpty() && !environment.getOrDefault("TERM", "dumb").equals("dumb");
  }
}
