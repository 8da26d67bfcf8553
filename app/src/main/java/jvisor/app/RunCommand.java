package jvisor.app;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import jvisor.app.console.Terminal;
import jvisor.app.image.Image;
import jvisor.app.image.ImageStore;
import jvisor.app.option.Choice;
import jvisor.app.option.Explanation;
import jvisor.app.option.Span;
import jvisor.app.option.Target;
import jvisor.app.option.TraceFile;
import jvisor.app.user.Progress;
import jvisor.app.user.UserError;
import jvisor.machine.Boot;
import jvisor.machine.MachineConfig;
import jvisor.machine.MachineException;
import jvisor.machine.TripleFault;
import jvisor.machine.VirtualMachine;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jvisor run}: boots a guest and connects it to the terminal. */
@Command(
    name = "run",
    description = {
      "Boots a guest and connects its serial line to this terminal.",
      "",
      "Without --kernel or --firmware it boots the default image, a Debian kernel and a busybox"
          + " shell, and makes that image first if need be. On a terminal, Ctrl-C goes to the guest"
          + " and Ctrl-] leaves.",
      ""
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  jvisor run",
      "  jvisor run --kernel vmlinuz --initrd initrd.img --append 'console=ttyS0' --memory 1G",
      "  echo 'uname -a; poweroff' | jvisor run --timeout 90s",
      "  jvisor run --firmware bios.bin --serial none --debugcon stdio",
      "  jvisor run --clock instructions --seed 7 --cpu max,-rdrand",
      "  jvisor run --explain=syscalls,count=20,file:calls.txt",
      "  jvisor run --trace boot.trace,from=20M,count=1M    then: jvisor trace show boot.trace",
      "",
      "Exit status: 0 the guest powered off or you left; 2 bad usage or input; 4 the guest died;",
      "5 engines differ (--lock-step); 70 an error of our own; 124 timeout; with --debug-exit",
      "whatever the guest says."
    })
class RunCommand implements Callable<Integer> {
  private static final String MINI_APPEND = "console=ttyS0";
  private static final Pattern TERM = Pattern.compile("[A-Za-z0-9._+-]{1,40}");

  private final Cli cli;

  @Option(names = "--kernel", paramLabel = "FILE", description = "Kernel: bzImage, ELF, multiboot.")
  private @Nullable Path kernel;

  @Option(
      names = "--initrd",
      paramLabel = "FILE",
      description = "Initial file system, or the multiboot module.")
  private @Nullable Path initrd;

  @Option(
      names = "--append",
      paramLabel = "STR",
      description = "Kernel command line; added to the default image's own.")
  private @Nullable String append;

  @Option(
      names = "--firmware",
      paramLabel = "FILE",
      description = "Firmware image to start at the reset vector, instead of a kernel.")
  private @Nullable Path firmware;

  @Mixin private MachineOptions options = new MachineOptions();

  @Option(
      names = "--serial",
      paramLabel = "stdio|file:PATH|none",
      defaultValue = "stdio",
      converter = Target.Converter.class,
      description = "The guest's serial line (default: stdio).")
  private Target serial = new Target.Stdio();

  @Option(
      names = "--debugcon",
      paramLabel = "stdio|file:PATH|none",
      defaultValue = "none",
      converter = Target.Converter.class,
      description = "The debug console, ports 0xE9 and 0x402 (default: none).")
  private Target debugcon = new Target.Nowhere();

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = Span.Converter.class,
      description = "Stop the guest after this time, such as 90s, with status 124.")
  private @Nullable Span timeout;

  @Option(
      names = "--debug-exit",
      description = "Let a 32-bit write of c to port 0xF4 end with status ((c<<1)|1)&0xff.")
  private boolean debugExit;

  @Option(names = "--no-reboot", description = "End when the guest reboots.")
  private boolean noReboot;

  @Option(
      names = "--on-triple-fault",
      paramLabel = "exit|reset",
      defaultValue = "exit",
      converter = Choice.OfTripleFault.class,
      description = "What a triple fault does (default: exit).")
  private TripleFault onTripleFault = TripleFault.EXIT;

  @Option(
      names = "--dump-state-on-exit",
      description = "Print the machine's registers to standard error at the end.")
  private boolean dumpStateOnExit;

  @Option(
      names = "--trace",
      paramLabel = "FILE[,from=N,count=N]",
      converter = TraceFile.Converter.class,
      description = "Write every instruction and its effects, for 'jvisor trace'.")
  private @Nullable TraceFile trace;

  @Option(
      names = "--explain",
      arity = "0..1",
      fallbackValue = "",
      paramLabel = "TOPIC,...[,FILE][,from=N,count=N]",
      converter = Explanation.Converter.class,
      description = {
        "Explain what traps, why, who handles it and where control goes, on standard error or in"
            + " file:PATH.",
        "Topics: syscalls, faults, interrupts, ports, mmio, privileged (default: all)."
      })
  private @Nullable Explanation explain;

  @Mixin private TranslatorOutput translator = new TranslatorOutput();

  @Option(
      names = "--lock-step",
      paramLabel = "ENGINE",
      description = {
        "Run on this engine and on the reference side by side, and stop at the first instruction"
            + " after which they differ, with status 5.",
        "Time is counted in instructions."
      })
  private @Nullable String lockStep;

  @Option(
      names = {"-v", "--verbose"},
      description = "Tell more, and let the default image's kernel speak.")
  private boolean verbose;

  RunCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws UserError, MachineException {
    checkUsage();
    if (lockStep != null) {
      options.lockStep(lockStep);
    }
    options.check(cli.machines().engines());
    Optional<Terminal> terminal =
        serial instanceof Target.Stdio ? Terminal.open() : Optional.empty();
    Boot boot = boot(terminal);
    try (Session session = new Session(cli, terminal, serial, debugcon, verbose)) {
      MachineConfig.Builder config =
          options
              .configure(boot)
              .translator(translator.spec())
              .serial(session.serial())
              .debugcon(session.debugcon())
              .debugExit(debugExit)
              .noReboot(noReboot)
              .onTripleFault(onTripleFault)
              .notices(session::notice);
      TraceOutput traced = trace == null ? null : new TraceOutput(trace);
      if (traced != null) {
        config.trace(traced.spec());
      }
      int status;
      try (ExplainOutput explained =
              explain == null ? null : new ExplainOutput(explain, cli.notes());
          TranslatorOutput translated = translator) {
        if (explained != null) {
          config.explain(explained.spec());
        }
        prepare(config);
        try (VirtualMachine machine = create(config.build())) {
          if (traced != null) {
            traced.open();
          }
          if (explained != null) {
            explained.open();
          }
          translated.open();
          tell(boot, machine);
          status = session.run(machine, timeout, dumpStateOnExit);
        }
      }
      if (traced != null) {
        traced.check();
      }
      return status;
    }
  }

  /** For commands that want more of the machine. */
  void prepare(MachineConfig.Builder config) {}

  /** Whether two engines run side by side. */
  final boolean isLockStep() {
    return lockStep != null;
  }

  private void checkUsage() throws UserError {
    if (kernel != null && firmware != null) {
      throw new UserError("--kernel and --firmware exclude each other");
    }
    if (firmware != null && (initrd != null || append != null)) {
      throw new UserError("--initrd and --append belong to a kernel, not to --firmware");
    }
    if (initrd != null && kernel == null) {
      throw new UserError("--initrd needs a --kernel");
    }
    if (lockStep != null && (trace != null || explain != null)) {
      throw new UserError("--lock-step excludes --trace and --explain");
    }
  }

  private Boot boot(Optional<Terminal> terminal) throws UserError {
    if (firmware != null) {
      return new Boot.Firmware(firmware);
    }
    if (kernel != null) {
      return new Boot.Kernel(kernel, initrd, append);
    }
    Image mini = new ImageStore(cli.folders(), cli.notes(), verbose).mini();
    StringBuilder line = new StringBuilder(MINI_APPEND);
    if (!verbose) {
      line.append(" quiet");
    }
    terminal.ifPresent(t -> {
      if (t.rows() > 0 && t.columns() > 0) {
        line.append(" jvisor.rows=").append(t.rows());
        line.append(" jvisor.columns=").append(t.columns());
      }
      String type = System.getenv().getOrDefault("TERM", "");
      if (TERM.matcher(type).matches()) {
        line.append(" jvisor.term=").append(type);
      }
    });
    if (append != null) {
      line.append(' ').append(append);
    }
    return new Boot.Kernel(mini.kernel(), mini.initrd(), line.toString());
  }

  private VirtualMachine create(MachineConfig config) throws UserError, MachineException {
    try (Progress progress = new Progress(cli.notes(), "loading")) {
      progress.alive();
      return lockStep == null
          ? cli.machines().create(config)
          : cli.machines().createLockStep(config);
    } catch (OutOfMemoryError e) {
      throw new UserError(
          "--memory " + options.megabytes() + "M: this host cannot give that much; ask for less");
    }
  }

  private void tell(Boot boot, VirtualMachine machine) {
    for (String refused : options.refused(cli.machines().engines(), machine.engine())) {
      cli.notes().note("fell back to engine " + machine.engine() + ": " + refused);
    }
    if (verbose) {
      switch (boot) {
        case Boot.Firmware f -> cli.notes().note("firmware " + f.file());
        case Boot.Kernel k -> {
          cli.notes().note("kernel " + k.file());
          cli.notes().note("initrd " + k.initrd());
          cli.notes().note("command line " + k.append());
        }
      }
      cli.notes().note("engine " + machine.engine() + ", memory " + options.megabytes() + "M");
    }
  }
}
