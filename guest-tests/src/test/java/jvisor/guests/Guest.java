package jvisor.guests;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jvisor.machine.ExitReason;
import jvisor.machine.MachineConfig;
import jvisor.machine.MachineException;
import jvisor.machine.StopReason;
import jvisor.machine.VirtualMachine;
import jvisor.machine.vm.Machines;

/**
 * A machine that runs on a thread of its own, with someone at its serial port. Waits are for what
 * the guest says, never for a time; the time that they are given only ends a test whose guest
 * hangs. Every failure shows what the guest has said so far.
 */
public final class Guest implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** Whoever waits for something else need not wait any longer. */
  private static final Pattern PANIC = Pattern.compile("end Kernel panic");

  private final Transcript serial = new Transcript();
  private final Transcript debug = new Transcript();
  private final Keyboard keyboard = new Keyboard(serial);
  private final List<String> notices = new CopyOnWriteArrayList<>();
  private final CompletableFuture<ExitReason> end = new CompletableFuture<>();
  private final VirtualMachine machine;
  private final Thread thread;
  private Duration patience = PATIENCE;
  private int commands;

  /** Makes machines; a test that looks inside one makes it itself. */
  public interface Maker {
    /** Creates a machine, its guest loaded. */
    VirtualMachine create(MachineConfig config) throws MachineException;
  }

  private Guest(MachineConfig.Builder config, Maker maker) {
    config.serial(keyboard).debugcon(debug).notices(notices::add);
    try {
      machine = maker.create(config.build());
    } catch (MachineException e) {
      throw new AssertionError(e.getMessage(), e);
    }
    thread = Thread.ofPlatform().name("guest").daemon().start(this::run);
  }

  /** Starts a machine; its serial line, debug console and notices are ours. */
  public static Guest start(MachineConfig.Builder config) {
    return start(config, Machines::create);
  }

  /** Starts a machine that {@code maker} makes. */
  public static Guest start(MachineConfig.Builder config, Maker maker) {
    return new Guest(config, maker);
  }

  private void run() {
    try {
      end.complete(machine.run());
    } catch (Throwable e) {
      end.completeExceptionally(e);
    } finally {
      serial.end();
      debug.end();
    }
  }

  /** Waits longer, or less long, than usual for a guest that may hang. */
  public void patience(Duration longest) {
    patience = longest;
  }

  /** Waits until the guest has sent {@code text} through its serial port. */
  public void expect(String text) {
    expect(Pattern.compile(Pattern.quote(text)));
  }

  /** Waits for {@code wanted} within a line; answers the match. */
  public Matcher expect(Pattern wanted) {
    return await(serial, wanted).match();
  }

  /** Waits until the guest has written {@code text} to its debug console. */
  public void expectDebug(String text) {
    await(debug, Pattern.compile(Pattern.quote(text)));
  }

  /** Waits for the prompt of the image mini's shell. */
  public void expectShell() {
    expect("root@jvisor:~# ");
  }

  /** Types {@code line} and Enter. */
  public void send(String line) {
    type(line + "\r");
  }

  /** Types {@code text} as it is. */
  public void type(String text) {
    keyboard.type(text);
  }

  /** Runs a command at a shell's prompt and answers what it printed; its status must be 0. */
  public String run(String command) {
    int number = ++commands;
    // The shell echoes the line; the quotes keep the echo from being taken for the output.
    send("echo be''gin-" + number + "; " + command + "; echo en''d-" + number + "=$?");
    expect("begin-" + number + "\r\n");
    Transcript.Found found = await(serial, Pattern.compile("end-" + number + "=(\\d+)"));
    String printed = found.before().replace("\r\n", "\n").strip();
    if (!found.match().group(1).equals("0")) {
      throw failure("'" + command + "' ended with " + found.match().group(1) + ": " + printed);
    }
    return printed;
  }

  /** Waits for the machine to end. */
  public ExitReason end() {
    try {
      return end.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw failure("the machine does not end");
    } catch (ExecutionException e) {
      throw broken(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** What the guest has sent through its serial port. */
  public String transcript() {
    return serial.text();
  }

  /** The machine. */
  public VirtualMachine machine() {
    return machine;
  }

  /** The thread that the machine runs on. */
  public Thread thread() {
    return thread;
  }

  private Transcript.Found await(Transcript transcript, Pattern wanted) {
    Transcript.Found found = transcript.await(wanted, PANIC, patience.toNanos());
    if (found != null) {
      return found;
    }
    if (!end.isDone()) {
      throw failure("no '" + wanted + "' after " + patience + ", the guest still runs");
    }
    throw failure("no '" + wanted + "' before the end: " + end());
  }

  private AssertionError broken(Throwable cause) {
    AssertionError error = failure("the machine broke: " + cause);
    error.initCause(cause);
    return error;
  }

  /** An error that shows all that there is to see. */
  public AssertionError failure(String what) {
    return new AssertionError(
        what
            + "\n--- serial port\n"
            + serial.text()
            + "\n--- debug console\n"
            + debug.text()
            + "\n--- notices\n"
            + String.join("\n", notices)
            + "\n--- machine\n"
            + machine.dumpState());
  }

  @Override
  public void close() {
    machine.requestStop(StopReason.SIGNAL);
    try {
      thread.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      throw failure("the machine does not stop");
    }
    machine.close();
  }
}
