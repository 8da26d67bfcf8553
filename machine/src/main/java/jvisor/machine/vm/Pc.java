package jvisor.machine.vm;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import jvisor.cpu.apic.ApicBus;
import jvisor.cpu.apic.LocalApic;
import jvisor.cpu.interpreter.CodeCache;
import jvisor.cpu.interpreter.Interpreter;
import jvisor.cpu.model.CpuModel;
import jvisor.cpu.model.CpuModels;
import jvisor.cpu.paravirt.KvmClock;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.InterruptUnit;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.machine.BootException;
import jvisor.machine.ClockSource;
import jvisor.machine.ConfigException;
import jvisor.machine.Hypervisor;
import jvisor.machine.MachineConfig;
import jvisor.machine.Processors;
import jvisor.machine.board.BoardConfig;
import jvisor.machine.board.Q35Board;
import jvisor.machine.board.SerialFeed;
import jvisor.machine.boot.BootImage;
import jvisor.machine.boot.BootTarget;
import jvisor.machine.boot.EntryState;
import jvisor.machine.boot.FirmwareImage;
import jvisor.machine.boot.KernelImage;
import jvisor.machine.boot.LinuxImage;
import jvisor.machine.boot.MultibootImage;
import jvisor.machine.clock.HostClock;
import jvisor.machine.clock.InstructionClock;
import jvisor.machine.clock.MachineClock;
import jvisor.machine.clock.SteadyClock;
import jvisor.machine.clock.Wakeup;
import jvisor.platform.Inbox;
import jvisor.platform.InterruptLine;
import jvisor.platform.MachineLock;
import jvisor.platform.MmioDevice;
import org.jspecify.annotations.Nullable;

/** A board with its processors: everything that a machine is made of, wired. */
final class Pc implements AutoCloseable {
  /** The wall clock at the start of machines whose time is counted in instructions: 2026-01-01. */
  private static final long FIXED_EPOCH = 1_767_225_600L;

  private final BootImage image;
  private final MachineClock clock;
  private final ControlPanel control;
  private final RetiredCount retired = new RetiredCount();
  private final Inbox inbox = new Inbox();
  private final Wakeup wakeup = new Wakeup();
  private final Q35Board board;
  private final Onlookers onlookers;
  private final MachineLock lock;

  private final CodeCache code;

  private final List<Processor> processors;
  private final Schedule schedule;

  private Pc(MachineConfig config, BootImage image, CpuModel model, EngineMaker engines) {
    this.image = image;
    control = new ControlPanel(config.noReboot(), this::callBack);
    clock = clock(config);
    ApicBus apics = new ApicBus();
    Late intr = new Late();
    boolean threads = config.processors() == Processors.THREADS;
    lock = threads ? new SharedLock() : MachineLock.NONE;
    board =
        new Q35Board(
            new BoardConfig(
                config.memoryBytes(),
                config.cpus(),
                config.serial(),
                config.debugcon(),
                config.debugExit()),
            clock,
            control,
            apics,
            intr,
            level -> {});
    if (image instanceof FirmwareImage firmware) {
      board.installFirmware(firmware.content());
    }
    onlookers = new Onlookers(config, model, image instanceof LinuxImage);
    board.guard(lock);
    code = engines.cache(board.memory());
    processors = processors(config, model, apics, engines);
    intr.line = processors.getFirst().apic()::lint0;
    schedule =
        clock instanceof SteadyClock steady && lock instanceof SharedLock shared
            ? new Threads(processors, shared, steady, wakeup)
            : new Turns(processors, clock, wakeup);
    clock.onEarlier(schedule::interrupt);
    inbox.onPost(this::callBack);
    SerialFeed.connect(board.com1(), config.serial(), inbox);
    clock.pause();
  }

  private List<Processor> processors(
      MachineConfig config, CpuModel model, ApicBus apics, EngineMaker engines) {
    UnknownCodeLog unknown = new UnknownCodeLog(config.notices());
    RandomGenerator random = random(config);
    List<Processor> made = new ArrayList<>();
    for (int number = 0; number < config.cpus(); number++) {
      Vcpu vcpu = new Vcpu(number, model, board.memory(), board.ports(), clock);
      vcpu.setProcessors(config.cpus());
      retired.vcpus.add(vcpu);
      LocalApic apic =
          new LocalApic(
              number,
              model,
              clock,
              vcpu.attention,
              board.externalInterrupts(),
              board.ioApic()::eoi);
      apics.add(apic);
      GuardedApic guarded = new GuardedApic(apic, lock);
      apic.onModeChange(() -> vcpu.mmu.setLocalPage(apic.page(), registers(apic, guarded)));
      if (isShared()) {
        apic.onNmi(vcpu::isNmiBlocked);
      }
      vcpu.setApic(isShared() ? guarded : apic);
      KvmClock kvmClock =
          new KvmClock(board.memory(), clock, () -> vcpu.state.get(VcpuState.TSC_OFFSET));
      if (config.hypervisor() == Hypervisor.KVM) {
        vcpu.setParavirt(isShared() ? new GuardedParavirt(kvmClock, lock) : kvmClock);
      }
      vcpu.setRandom(random::nextLong);
      onlookers.watch(vcpu);
      InterruptUnit interrupts = isShared() ? guarded : apic;
      Interpreter engine = engines.make(vcpu, interrupts, unknown, code);
      made.add(new Processor(vcpu, apic, kvmClock, engine));
    }
    return List.copyOf(made);
  }

  /** Whether processors have threads. */
  private boolean isShared() {
    return lock.isShared();
  }

  /** What answers in the register page of an APIC. */
  private @Nullable MmioDevice registers(LocalApic apic, GuardedApic guarded) {
    return isShared() && apic.mmio() != null ? guarded : apic.mmio();
  }

  /** Builds the machine, switched off. */
  static Pc build(MachineConfig config, BootImage image, EngineMaker engines)
      throws ConfigException {
    CpuModel model;
    try {
      model =
          CpuModels.of(
              config.cpu().model(),
              config.cpu().add(),
              config.cpu().remove(),
              config.hypervisor() == Hypervisor.KVM);
    } catch (IllegalArgumentException e) {
      throw new ConfigException("--cpu: " + e.getMessage());
    }
    try {
      return new Pc(config, image, model, engines);
    } catch (OutOfMemoryError e) {
      throw new ConfigException(
          "--memory: the host cannot give %d MiB (%s); ask for less"
              .formatted(config.memoryBytes() >> 20, e.getMessage()));
    }
  }

  /** Switches on: places the kernel, or leaves the firmware to begin at the reset vector. */
  void start() throws BootException {
    EntryState entry =
        switch (image) {
          case FirmwareImage firmware -> firmware.entry();
          case KernelImage kernel -> {
            long rsdp = board.presetForDirectBoot();
            if (kernel instanceof MultibootImage) {
              board.presetForRealMode();
            }
            yield kernel.load(new BootTarget(board.memory(), board.memoryMap(), rsdp));
          }
        };
    for (Processor processor : processors) {
      processor.reset();
    }
    schedule.reset();
    Processor first = processors.getFirst();
    first.enter(entry);
    if (image instanceof KernelImage) {
      first.apic().virtualWire();
    }
  }

  /** Resets board and processors and switches on again; a kernel placed by us is placed anew. */
  void reset() throws BootException {
    board.reset();
    if (image instanceof KernelImage) {
      board.memory().clear();
    }
    start();
  }

  ControlPanel control() {
    return control;
  }

  MachineClock clock() {
    return clock;
  }

  Inbox inbox() {
    return inbox;
  }

  List<Processor> processors() {
    return processors;
  }

  Schedule schedule() {
    return schedule;
  }

  /** Instructions that all processors have retired. */
  long retired() {
    return retired.getAsLong();
  }

  /** The board, for those who look behind the guest's back. */
  Q35Board board() {
    return board;
  }

  /** Makes the loop look at its inbox and its control panel; any thread. */
  private void callBack() {
    Schedule active = schedule;
    if (active != null) {
      active.interrupt();
    }
    wakeup.raise();
  }

  private MachineClock clock(MachineConfig config) {
    long epoch = System.currentTimeMillis() / 1000;
    return switch (config.clock()) {
      case ClockSource.Host() ->
          config.processors() == Processors.THREADS
              ? new SteadyClock(epoch)
              : new HostClock(epoch, retired);
      case ClockSource.Instructions(int mips) -> new InstructionClock(FIXED_EPOCH, retired, mips);
    };
  }

  private static RandomGenerator random(MachineConfig config) {
    if (config.seed().isPresent()) {
      return new Random(config.seed().getAsLong());
    }
    return switch (config.clock()) {
      case ClockSource.Host() -> new SecureRandom();
      case ClockSource.Instructions(int mips) -> new Random(0);
    };
  }

  /** The machine has run for the last time. */
  void ended() {
    onlookers.close();
  }

  @Override
  public void close() {
    ended();
    for (Processor processor : processors) {
      processor.close();
    }
    code.close();
    board.close();
  }

  /** The count of instructions that all processors have retired. */
  private static final class RetiredCount implements LongSupplier {
    private final List<Vcpu> vcpus = new ArrayList<>();

    @Override
    public long getAsLong() {
      long sum = 0;
      for (int n = 0; n < vcpus.size(); n++) {
        sum += vcpus.get(n).retired();
      }
      return sum;
    }
  }

  /** A wire whose far end is soldered on after the near one. */
  private static final class Late implements InterruptLine {
    private InterruptLine line = level -> {};

    @Override
    public void set(boolean level) {
      line.set(level);
    }
  }
}
