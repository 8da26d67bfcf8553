package jvisor.app;

import java.util.List;
import jvisor.app.option.Choice;
import jvisor.app.option.ClockOption;
import jvisor.app.option.CpuOption;
import jvisor.app.option.MemorySize;
import jvisor.app.user.UserError;
import jvisor.machine.Boot;
import jvisor.machine.ClockSource;
import jvisor.machine.CpuSpec;
import jvisor.machine.EngineOffer;
import jvisor.machine.Hypervisor;
import jvisor.machine.MachineConfig;
import jvisor.machine.Processors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a machine is made of: the options that all commands with a machine have. */
final class MachineOptions {
  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      defaultValue = "512M",
      converter = MemorySize.Converter.class,
      description = "Guest memory (default: 512M).")
  private MemorySize memory = new MemorySize(512L << 20);

  @Option(
      names = "--cpus",
      paramLabel = "N",
      defaultValue = "1",
      description = "Virtual processors, 1 to " + MachineConfig.MOST_CPUS + " (default: 1).")
  private int cpus;

  @Option(
      names = "--processors",
      paramLabel = "turns|threads",
      defaultValue = "turns",
      converter = Choice.OfProcessors.class,
      description =
          "How virtual processors share the host's: by turns, or each on a thread of its own"
              + " (default: turns).")
  private Processors processors = Processors.TURNS;

  @Option(
      names = "--cpu",
      paramLabel = "MODEL[,+feature,-feature]",
      defaultValue = CpuSpec.DEFAULT,
      converter = CpuOption.class,
      description =
          "Processor model: "
              + CpuSpec.DEFAULT
              + " is the same on every host; v1 to v3 are levels"
              + " of the x86-64 psABI, nehalem to icelake and opteron to zen4 processors.")
  private CpuSpec cpu = CpuSpec.standard();

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      defaultValue = MachineConfig.AUTO,
      description = "auto or interpreter; auto takes the fastest (default: auto).")
  private String engine = MachineConfig.AUTO;

  @Option(
      names = "--hypervisor",
      paramLabel = "kvm|none",
      defaultValue = "kvm",
      converter = Choice.OfHypervisor.class,
      description = "What the guest sees itself running on (default: kvm).")
  private Hypervisor hypervisor = Hypervisor.KVM;

  @Option(
      names = "--clock",
      paramLabel = "host|instructions[:MIPS]",
      defaultValue = "host",
      converter = ClockOption.class,
      description = "Where virtual time comes from (default: host).")
  private ClockSource clock = new ClockSource.Host();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of random numbers, for runs that repeat.")
  private @Nullable Long seed;

  /** Has the machine run on this engine, its time counted in instructions. */
  void lockStep(String name) throws UserError {
    if (!engine.equals(MachineConfig.AUTO)) {
      throw new UserError("--lock-step names the engine; --engine cannot name another");
    }
    engine = name;
    clock =
        switch (clock) {
          case ClockSource.Host() -> new ClockSource.Instructions(ClockOption.MIPS);
          case ClockSource.Instructions counted -> counted;
        };
  }

  /** Throws if a value makes no sense or there is no such engine here. */
  void check(List<EngineOffer> engines) throws UserError {
    if (cpus < 1) {
      throw new UserError("--cpus " + cpus + ": a machine has at least one processor");
    }
    if (engine.equals(MachineConfig.AUTO)) {
      return;
    }
    for (EngineOffer offer : engines) {
      if (offer.name().equals(engine)) {
        if (offer.state() != EngineOffer.State.OFFERED) {
          throw new UserError("--engine " + engine + " cannot run here: " + offer.reason());
        }
        return;
      }
    }
    throw new UserError(
        "--engine "
            + engine
            + ": there is no such engine; 'jvisor doctor' lists those that there are");
  }

  /** Such a machine, which boots {@code boot}. */
  MachineConfig.Builder configure(Boot boot) {
    MachineConfig.Builder config =
        MachineConfig.of(boot)
            .memoryBytes(memory.bytes())
            .cpus(cpus)
            .processors(processors)
            .cpu(cpu)
            .engine(engine)
            .hypervisor(hypervisor)
            .clock(clock);
    return seed == null ? config : config.seed(seed);
  }

  /** The memory in MiB. */
  long megabytes() {
    return memory.bytes() >> 20;
  }

  /** The faster engines that this host refuses, with the reason, if the choice was automatic. */
  List<String> refused(List<EngineOffer> engines, String chosen) {
    if (!engine.equals(MachineConfig.AUTO)) {
      return List.of();
    }
    return engines.stream()
        .takeWhile(offer -> !offer.name().equals(chosen))
        .filter(offer -> offer.state() == EngineOffer.State.REFUSED)
        .map(offer -> "no " + offer.name() + ", " + offer.reason())
        .toList();
  }
}
