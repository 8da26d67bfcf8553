package jvisor.machine.lockstep;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import jvisor.machine.BootException;
import jvisor.machine.ClockSource;
import jvisor.machine.ConfigException;
import jvisor.machine.ExitReason;
import jvisor.machine.MachineConfig;
import jvisor.machine.MachineException;
import jvisor.machine.SerialEnd;
import jvisor.machine.StopReason;
import jvisor.machine.VirtualMachine;
import jvisor.machine.vm.EngineMaker;
import jvisor.machine.vm.Machines;
import org.jspecify.annotations.Nullable;

/**
 * A machine that is two: one on the engine that its configuration names, the other on the
 * reference. Its run ends with {@link ExitReason.EnginesDiffer} if they differ.
 */
public final class LockStep implements VirtualMachine {
  /** Slices between two looks at all of memory. */
  static final int ROUND = 2_000;

  private static final String INTERPRETER = "interpreter";

  /** Bytes that are typed in advance of a guest that does not take them. */
  private static final int MOST_BACKLOG = 64;

  /** An engine and what it is called. */
  record Contestant(String name, EngineMaker engines) {}

  private final MachineConfig config;
  private final Contestant reference;
  private final Contestant tested;
  private final SerialEnd serial;
  private final Typing typing = new Typing();
  private final Semaphore attention = new Semaphore(0);

  /** Held by who replaces or closes the machines, and by other threads that reach for them. */
  private final Object lock = new Object();

  private Pair pair;
  private boolean open = true;
  private volatile @Nullable StopReason stop;

  /** Makes both machines, the guest loaded. */
  LockStep(MachineConfig config, Contestant reference, Contestant tested)
      throws BootException, ConfigException {
    if (!(config.clock() instanceof ClockSource.Instructions)) {
      throw new ConfigException("--lock-step: time must be counted in instructions");
    }
    this.config = config;
    this.reference = reference;
    this.tested = tested;
    serial = config.serial();
    pair = make(config.notices());
    serial.onReadable(attention::release);
  }

  /**
   * Creates a machine on the engine that {@code config} names. It is compared with the interpreter,
   * the interpreter with itself without fast forms. Nobody looks on, whatever {@code config} says.
   *
   * @throws ConfigException if an option's value cannot be had, among others if time is not counted
   *     in instructions
   * @throws BootException if the kernel, initial file system or firmware will not do
   */
  public static VirtualMachine create(MachineConfig config) throws BootException, ConfigException {
    String name = config.engine();
    if (name.equals(MachineConfig.AUTO)) {
      throw new ConfigException("--lock-step: say which engine");
    }
    Contestant reference =
        name.equals(INTERPRETER)
            ? new Contestant("semantics", EngineMaker.interpreter(false))
            : new Contestant(INTERPRETER, EngineMaker.interpreter(true));
    return new LockStep(
        config, reference, new Contestant(name, Machines.engine(name, config.translator())));
  }

  private Pair make(Consumer<String> notices) throws BootException, ConfigException {
    Side one = new Side(config, reference.engines, line -> {});
    try {
      return new Pair(one, new Side(config, tested.engines, notices));
    } catch (BootException | ConfigException | RuntimeException e) {
      one.close();
      throw e;
    }
  }

  /** Puts a new pair in the place of the old one. */
  private Pair again() throws BootException, ConfigException {
    close();
    Pair next = make(line -> {});
    synchronized (lock) {
      pair = next;
      open = true;
      if (stop != null) {
        obey(stop);
      }
    }
    return next;
  }

  @Override
  public ExitReason run() {
    long slices = 0;
    long memorySame = 0;
    while (true) {
      boolean typed = type();
      Walk.slice(pair);
      StopReason why = stop;
      if (why != null) {
        return new ExitReason.Stopped(why);
      }
      List<Difference> found = pair.differences();
      if (!found.isEmpty() || pair.hasEnded() || ++slices % ROUND == 0) {
        List<Long> pages = pair.memory().pages();
        if (!found.isEmpty() || !pages.isEmpty()) {
          return differ(memorySame, pages, found);
        }
        memorySame = pair.count();
      }
      speak();
      ExitReason end = pair.tested.end();
      if (end != null) {
        return end;
      }
      if (!typed && pair.waitsForHost()) {
        attention.acquireUninterruptibly();
        attention.drainPermits();
      }
    }
  }

  /** Gives both guests what the host has; whether there was anything. */
  private boolean type() {
    byte[] bytes = new byte[Math.max(0, MOST_BACKLOG - pair.backlog())];
    int count = 0;
    int next = -1;
    while (count < bytes.length && (next = serial.read()) >= 0) {
      bytes[count++] = (byte) next;
    }
    if (count > 0) {
      byte[] typed = Arrays.copyOf(bytes, count);
      typing.add(pair.count(), typed);
      pair.type(typed);
    }
    return count > 0;
  }

  /** Hands on what both guests have said. */
  private void speak() {
    for (byte b : pair.tested.serial()) {
      serial.write(b);
    }
    for (byte b : pair.tested.debugcon.toByteArray()) {
      config.debugcon().write(b);
    }
    pair.forget();
  }

  private ExitReason differ(long same, List<Long> pages, List<Difference> found) {
    long count = pair.count();
    List<Difference> all = new ArrayList<>(found);
    all.addAll(pair.memory().words(pages));
    Search search = new Search(this::again, typing, pages, () -> stop != null, config.notices());
    Finding finding;
    try {
      finding = search.find(same, count);
      if (finding == null) {
        finding = new Finding(count, List.of(), "It is not seen when the guest runs again.", all);
      }
    } catch (MachineException e) {
      String how = "The guest cannot be run again: " + e.getMessage();
      finding = new Finding(count, List.of(), how, all);
    }
    return new ExitReason.EnginesDiffer(finding.report(reference.name, tested.name));
  }

  @Override
  public void requestStop(StopReason why) {
    synchronized (lock) {
      if (stop == null) {
        stop = why;
      }
      if (open) {
        obey(why);
      }
    }
    attention.release();
  }

  private void obey(StopReason why) {
    pair.reference.machine.requestStop(why);
    pair.tested.machine.requestStop(why);
  }

  @Override
  public String dumpState() {
    synchronized (lock) {
      return open ? pair.tested.machine.dumpState() : "";
    }
  }

  @Override
  public String engine() {
    return tested.name;
  }

  @Override
  public void close() {
    synchronized (lock) {
      if (open) {
        pair.close();
      }
      open = false;
    }
  }
}
