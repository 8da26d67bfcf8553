package jvisor.app;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jvisor.app.console.InputPump;
import jvisor.app.console.OutputPump;
import jvisor.app.console.StreamEnd;
import jvisor.app.console.Terminal;
import jvisor.app.option.Span;
import jvisor.app.option.Target;
import jvisor.app.user.Notes;
import jvisor.app.user.Progress;
import jvisor.app.user.UserError;
import jvisor.machine.ByteSink;
import jvisor.machine.ExitReason;
import jvisor.machine.SerialEnd;
import jvisor.machine.StopReason;
import jvisor.machine.VirtualMachine;
import org.jspecify.annotations.Nullable;

/**
 * A guest's run as the process sees it: streams and terminal connected before, every way to stop it
 * meanwhile, and afterwards the terminal as it was and a status.
 *
 * <p>The machine runs on the main thread. The terminal is restored by whoever is first: the main
 * thread when the machine has ended, the shutdown hook when a signal comes, the watch when a
 * machine does not obey.
 */
final class Session implements AutoCloseable {
  /** How long a machine that has been told to stop may take before it counts as hung. */
  private static final long OBEDIENCE_MILLIS = 5_000;

  /** How long a reader may take for the rest of the output once the guest has been stopped. */
  private static final long LAST_WORDS_MILLIS = 1_000;

  private static final int NOTICES_KEPT = 50;

  private final Cli cli;
  private final Notes notes;
  private final Optional<Terminal> terminal;
  private final boolean verbose;
  private final List<OutputPump> outputs = new ArrayList<>();
  private final List<FileOutputStream> files = new ArrayList<>();
  private final Deque<String> notices = new ArrayDeque<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Progress booting;
  private final SerialEnd serial;
  private final ByteSink debugcon;
  private @Nullable InputPump input;
  private @Nullable OutputPump stdout;
  private volatile @Nullable VirtualMachine machine;
  private volatile @Nullable StopReason asked;
  private volatile @Nullable UserError brokenOutput;
  private volatile boolean spoken;

  /** Opens the streams; nothing flows before {@link #run}. */
  Session(Cli cli, Optional<Terminal> terminal, Target serial, Target debugcon, boolean verbose)
      throws UserError {
    this.cli = cli;
    this.notes = cli.notes();
    this.terminal = terminal;
    this.verbose = verbose;
    this.booting = new Progress(notes, "booting");
    this.serial = serial(serial);
    this.debugcon = sink("debugcon", debugcon);
  }

  SerialEnd serial() {
    return serial;
  }

  ByteSink debugcon() {
    return debugcon;
  }

  /** Takes a line from the machine. */
  void notice(String line) {
    synchronized (notices) {
      if (notices.size() == NOTICES_KEPT) {
        notices.removeFirst();
      }
      notices.addLast(line);
    }
    if (verbose) {
      notes.note(line);
    }
  }

  /** Runs the guest to its end and answers the process's status. */
  int run(VirtualMachine vm, @Nullable Span timeout, boolean dumpState) throws UserError {
    machine = vm;
    cli.fact("machine", vm::dumpState);
    cli.fact("notices", this::recentNotices);
    Thread hook = Thread.ofPlatform().name("shutdown").unstarted(this::onShutdown);
    Runtime.getRuntime().addShutdownHook(hook);
    terminal.ifPresent(t -> {
      t.raw();
      notes.raw(true);
    });
    try {
      outputs.forEach(output -> output.start(this::firstWord));
      if (input != null) {
        input.start();
      }
      if (timeout != null) {
        watch(timeout);
      }
      showBooting();
      ExitReason reason = vm.run();
      firstWord();
      finishOutput(reason);
      restore();
      return status(reason, vm, timeout, dumpState);
    } finally {
      cli.keep("machine");
      firstWord();
      restore();
      if (input != null) {
        input.stop();
      }
      ended.countDown();
    }
  }

  @Override
  public void close() throws UserError {
    for (FileOutputStream file : files) {
      try {
        file.close();
      } catch (IOException e) {
        throw UserError.of("cannot write the guest's output", e);
      }
    }
  }

  private SerialEnd serial(Target target) throws UserError {
    ByteSink sink = sink("serial", target);
    if (!(target instanceof Target.Stdio)) {
      return SerialEnd.outputOnly(sink);
    }
    InputPump pump =
        new InputPump(
            Channels.newInputStream(new FileInputStream(FileDescriptor.in).getChannel()),
            terminal.isPresent() ? () -> stop(StopReason.LEFT) : null);
    input = pump;
    return new StreamEnd(sink, pump);
  }

  private ByteSink sink(String name, Target target) throws UserError {
    return switch (target) {
      case Target.Nowhere _ -> ByteSink.none();
      case Target.Stdio _ -> {
        if (stdout == null) {
          stdout = pump("stdout", new FileOutputStream(FileDescriptor.out));
        }
        yield stdout;
      }
      case Target.ToFile file -> {
        try {
          if (Files.isDirectory(file.path())) {
            throw new UserError("--%s file:%s: it is a folder".formatted(name, file.path()));
          }
          FileOutputStream stream = new FileOutputStream(file.path().toFile());
          files.add(stream);
          yield pump(file.path().toString(), stream);
        } catch (IOException e) {
          throw UserError.of("--%s file:%s".formatted(name, file.path()), e);
        }
      }
    };
  }

  private OutputPump pump(String name, FileOutputStream stream) {
    OutputPump pump = new OutputPump(name, stream, failure -> outputBroke(name, failure));
    outputs.add(pump);
    return pump;
  }

  /** A reader that has gone away is no error; a full disk is. */
  private void outputBroke(String name, IOException failure) {
    String why = UserError.reason(failure);
    if (!why.equals("Broken pipe") && !why.equals("Bad file descriptor")) {
      brokenOutput = new UserError("cannot write the guest's output to " + name + ": " + why);
    }
    stop(StopReason.OUTPUT_CLOSED);
  }

  private void stop(StopReason why) {
    if (asked == null) {
      asked = why;
    }
    VirtualMachine vm = machine;
    if (vm != null) {
      vm.requestStop(why);
    }
    outputs.forEach(OutputPump::release);
    if (why == StopReason.LEFT || why == StopReason.TIMEOUT) {
      daemon("obedience", this::expectEnd);
    }
  }

  /** Ends the process in the machine's place if the machine does not. */
  private void expectEnd() {
    if (!awaitEnd(OBEDIENCE_MILLIS + LAST_WORDS_MILLIS)) {
      IllegalStateException hung = new IllegalStateException("the machine does not stop");
      Thread.getAllStackTraces().entrySet().stream()
          .filter(entry -> entry.getKey().getName().equals("main"))
          .forEach(entry -> hung.setStackTrace(entry.getValue()));
      restore();
      int status = cli.broken(hung);
      Runtime.getRuntime().halt(asked == StopReason.TIMEOUT ? ExitStatus.TIMEOUT : status);
    }
  }

  private void watch(Span timeout) {
    daemon(
        "timeout",
        () -> {
          if (!awaitEnd(timeout.millis())) {
            stop(StopReason.TIMEOUT);
          }
        });
  }

  private void onShutdown() {
    if (ended.getCount() > 0) {
      stop(StopReason.SIGNAL);
      awaitEnd(LAST_WORDS_MILLIS * 2);
      restore();
    }
  }

  private boolean awaitEnd(long millis) {
    try {
      return ended.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void finishOutput(ExitReason reason) {
    boolean patient = !(reason instanceof ExitReason.Stopped);
    for (OutputPump output : outputs) {
      if (!output.finish(patient ? 0 : LAST_WORDS_MILLIS)) {
        // A guest that has ended by itself is owed every byte, unless the person has had enough.
        while (patient && asked == null && !output.finish(100)) {}
      }
    }
  }

  /** A person sees that something goes on until the guest says its first word. */
  private void showBooting() {
    if (stdout != null && notes.terminal() && !verbose) {
      daemon(
          "booting",
          () -> {
            while (!spoken && !awaitEnd(100)) {
              synchronized (booting) {
                if (!spoken) {
                  booting.alive();
                }
              }
            }
          });
    }
  }

  private void firstWord() {
    synchronized (booting) {
      spoken = true;
      booting.close();
    }
  }

  private void restore() {
    terminal.ifPresent(t -> {
      OutputPump output = stdout;
      if (t.restore() && output != null && output.last() != '\n') {
        notes.freshLine();
      }
      notes.raw(false);
    });
  }

  private int status(
      ExitReason reason, VirtualMachine vm, @Nullable Span timeout, boolean dumpState)
      throws UserError {
    int status =
        switch (reason) {
          case ExitReason.PoweredOff _ -> ended("the guest powered off");
          case ExitReason.Rebooted _ -> ended("the guest rebooted");
          case ExitReason.GuestDied died -> {
            notes.error("the guest died: " + died.cause());
            notes.print(died.registers());
            if (!verbose) {
              synchronized (notices) {
                notices.forEach(notes::note);
              }
            }
            yield ExitStatus.GUEST_DIED;
          }
          case ExitReason.EnginesDiffer differ -> {
            notes.error("the engines differ");
            notes.print(differ.report());
            yield ExitStatus.ENGINES_DIFFER;
          }
          case ExitReason.DebugExit exit -> exit.status() & 0xff;
          case ExitReason.Stopped stopped ->
              switch (stopped.why()) {
                case LEFT -> ended("left");
                case OUTPUT_CLOSED -> ExitStatus.OK;
                case SIGNAL -> ExitStatus.TERMINATED;
                case TIMEOUT -> {
                  notes.error(
                      "stopped: --timeout "
                          + (timeout == null ? "" : timeout.text() + " ")
                          + "is over");
                  yield ExitStatus.TIMEOUT;
                }
              };
        };
    if (dumpState) {
      notes.print(vm.dumpState());
    }
    UserError broken = brokenOutput;
    if (broken != null) {
      throw broken;
    }
    return status;
  }

  private int ended(String how) {
    if (verbose) {
      notes.note(how);
    }
    return ExitStatus.OK;
  }

  private String recentNotices() {
    synchronized (notices) {
      return String.join("\n", notices);
    }
  }

  private static void daemon(String name, Runnable work) {
    Thread.ofPlatform().daemon().name(name).start(work);
  }
}
