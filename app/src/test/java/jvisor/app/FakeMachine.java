package jvisor.app;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import jvisor.machine.Boot;
import jvisor.machine.BootException;
import jvisor.machine.ExitReason;
import jvisor.machine.MachineConfig;
import jvisor.machine.Profile;
import jvisor.machine.StopReason;
import jvisor.machine.VirtualMachine;

/**
 * A machine without a processor: its kernel's command line says what it does, a word a step. So the
 * command line is tested without a guest.
 */
final class FakeMachine implements VirtualMachine {
  private final MachineConfig config;
  private volatile boolean closed;
  private final AtomicReference<StopReason> stop = new AtomicReference<>();
  private final Semaphore attention = new Semaphore(0);

  FakeMachine(MachineConfig config) throws BootException {
    this.config = config;
    if (script().contains("unbootable")) {
      throw new BootException("vmlinuz: no kernel that this machine knows\nsecond line");
    }
    if (script().contains("huge")) {
      throw new OutOfMemoryError("cannot reserve");
    }
    config.serial().onReadable(attention::release);
  }

  @Override
  public ExitReason run() {
    ExitReason end = obey();
    config.profile().ifPresent(wanted -> wanted.done().accept(profile(wanted.blocks())));
    return end;
  }

  private static Profile profile(int blocks) {
    Profile.Hot block = new Profile.Hot(0x1000, 0xffff_8000L, 3, 500, 7, List.of("  inc eax"));
    return new Profile(
        "translator",
        2,
        List.of(new Profile.Share("emitted code", 3, 75), new Profile.Share("devices", 1, 25)),
        Optional.of(
            new Profile.TranslatorProfile(
                1,
                3,
                99,
                0,
                0,
                10,
                20,
                3000,
                List.of(
                    new Profile.Cause("attention", "", 3, 0),
                    new Profile.Cause("instruction", "hlt", 1, 0)),
                List.of(),
                List.of(),
                Collections.nCopies(blocks, block))));
  }

  private ExitReason obey() {
    for (String word : script().split(" ")) {
      String[] parts = word.split("=", 2);
      switch (parts[0]) {
        case "say" -> say(parts[1].replace('_', ' ') + "\r\n");
        case "prompt" -> say("$ ");
        case "config" -> say(config + "\r\n");
        case "notice" -> config.notices().accept("unknown instruction 0f 0b");
        case "debugcon" -> "debug\n".chars().forEach(config.debugcon()::write);
        case "exit" -> {
          return new ExitReason.DebugExit(Integer.parseInt(parts[1]));
        }
        case "die" -> {
          return new ExitReason.GuestDied("triple fault", "rax=0\nrip=fff0");
        }
        case "differ" -> {
          return new ExitReason.EnginesDiffer("rax 1 2");
        }
        case "reboot" -> {
          return new ExitReason.Rebooted();
        }
        case "throw" -> throw new IllegalStateException("bug in the machine");
        case "hang" -> new CountDownLatch(1).countDown();
        case "spam" -> {
          while (stop.get() == null) {
            say("0123456789012345678901234567890123456789012345678901234567890123456789\r\n");
          }
          return new ExitReason.Stopped(stop.get());
        }
        case "flood" -> say("x".repeat(Integer.parseInt(parts[1])));
        case "echo" -> {
          return echo();
        }
        case "deaf" -> {
          while (true) {
            attention.acquireUninterruptibly();
          }
        }
        default -> {}
      }
    }
    return new ExitReason.PoweredOff();
  }

  @Override
  public void requestStop(StopReason why) {
    stop.compareAndSet(null, why);
    attention.release();
  }

  @Override
  public String dumpState() {
    if (closed) {
      throw new IllegalStateException("the machine is closed");
    }
    return "rip=dead\nrsp=beef";
  }

  @Override
  public String engine() {
    return "interpreter";
  }

  @Override
  public void close() {
    closed = true;
  }

  private ExitReason echo() {
    String recent = "";
    while (true) {
      StopReason why = stop.get();
      if (why != null) {
        return new ExitReason.Stopped(why);
      }
      int key = config.serial().read();
      if (key < 0) {
        try {
          attention.tryAcquire(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        continue;
      }
      if (key < ' ' && key != '\r' && key != '\n') {
        say("<" + key + ">");
      } else {
        config.serial().write(key);
      }
      recent = (recent + (char) key).substring(Math.max(0, recent.length() - 7));
      if (recent.equals("poweroff")) {
        say("\r\nbye\r\n");
        return new ExitReason.PoweredOff();
      }
    }
  }

  private String script() {
    if (config.boot() instanceof Boot.Kernel kernel && kernel.append() != null) {
      return kernel.append();
    }
    return "";
  }

  private void say(String text) {
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      config.serial().write(b);
    }
  }
}
