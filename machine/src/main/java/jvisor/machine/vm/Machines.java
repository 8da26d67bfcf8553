package jvisor.machine.vm;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import jvisor.cpu.events.FlightEvents;
import jvisor.cpu.interpreter.HotTier;
import jvisor.cpu.profile.ProfiledTier;
import jvisor.cpu.profile.TranslationLog;
import jvisor.cpu.translator.TranslationListener;
import jvisor.cpu.translator.Translator;
import jvisor.cpu.translator.TranslatorOptions;
import jvisor.machine.BootException;
import jvisor.machine.ClockSource;
import jvisor.machine.ConfigException;
import jvisor.machine.EngineOffer;
import jvisor.machine.MachineConfig;
import jvisor.machine.Processors;
import jvisor.machine.ProfileSpec;
import jvisor.machine.TranslatorSpec;
import jvisor.machine.VirtualMachine;
import jvisor.machine.boot.BootImage;
import jvisor.machine.profile.ProfiledMachine;

/** Makes virtual machines. */
public final class Machines {
  private static final String INTERPRETER = "interpreter";
  private static final String TRANSLATOR = "translator";
  private static final long MOST_MEMORY = 1L << 38;

  private Machines() {}

  /**
   * Creates a machine, its guest loaded and ready to {@link VirtualMachine#run}.
   *
   * @throws ConfigException if an option's value cannot be had
   * @throws BootException if the kernel, initial file system or firmware will not do
   */
  public static VirtualMachine create(MachineConfig config) throws BootException, ConfigException {
    if (config.profile().isPresent()) {
      return profiled(config, config.profile().get());
    }
    return create(config, engine(config.engine(), config.translator()));
  }

  private static VirtualMachine profiled(MachineConfig config, ProfileSpec spec)
      throws BootException, ConfigException {
    TranslatorSpec wishes = config.translator();
    List<ProfiledTier> tiers = new ArrayList<>();
    EngineMaker engines = engine(config.engine(), wishes);
    if (isTranslator(config.engine())) {
      TranslatorOptions options = options(wishes);
      engines =
          translator(
              wishes,
              listener -> {
                ProfiledTier tier = new ProfiledTier(options, listener);
                tiers.add(tier);
                return tier;
              });
    }
    VirtualMachine machine = create(config, engines);
    return new ProfiledMachine(machine, tiers.isEmpty() ? null : tiers.getFirst(), spec);
  }

  /**
   * Creates a machine, as {@link #create(MachineConfig)} does, that can be run piece by piece.
   *
   * @param engines makes its engines, whatever the configuration says
   */
  public static SteppedMachine create(MachineConfig config, EngineMaker engines)
      throws BootException, ConfigException {
    if (config.cpus() > MachineConfig.MOST_CPUS) {
      throw new ConfigException("--cpus " + config.cpus() + ": at most " + MachineConfig.MOST_CPUS);
    }
    if (config.processors() == Processors.THREADS) {
      checkThreads(config);
    }
    if (config.memoryBytes() > MOST_MEMORY) {
      throw new ConfigException("--memory: at most " + (MOST_MEMORY >> 30) + "G");
    }
    BootImage image = BootImage.open(config.boot());
    Pc pc = Pc.build(config, image, engines);
    try {
      pc.start();
      return new Vm(config, pc, engines.name());
    } catch (BootException | RuntimeException e) {
      pc.close();
      throw e;
    }
  }

  private static void checkThreads(MachineConfig config) throws ConfigException {
    String reason = "";
    if (!(config.clock() instanceof ClockSource.Host)) {
      reason = "--clock instructions: only turns can be repeated";
    } else if (config.trace().isPresent() || config.explain().isPresent()) {
      reason = "--trace and --explain: they look on at one processor at a time";
    } else if (config.profile().isPresent() || config.translator().log().isPresent()) {
      reason = "profiles and --translator-log: they look on at one processor at a time";
    } else if (!Translator.isSupported()) {
      reason = "this host, whose memory is not ordered as the guest expects";
    }
    if (!reason.isEmpty()) {
      throw new ConfigException("--processors threads does not go with " + reason);
    }
  }

  /**
   * What makes the engines of this name, or of the fastest for {@link MachineConfig#AUTO}.
   *
   * @param wishes how it works if it is the translator; no other engine takes any
   * @throws ConfigException if this host does not offer it
   */
  public static EngineMaker engine(String name, TranslatorSpec wishes) throws ConfigException {
    if (isTranslator(name)) {
      TranslatorOptions options = options(wishes);
      return translator(wishes, listener -> new Translator(options, listener));
    }
    if (!name.equals(MachineConfig.AUTO) && !name.equals(INTERPRETER)) {
      throw new ConfigException(unavailable(name));
    }
    if (!wishes.equals(TranslatorSpec.STANDARD)) {
      throw new ConfigException("--translator and --translator-log need --engine translator");
    }
    return EngineMaker.interpreter(true);
  }

  private static boolean isTranslator(String name) {
    return (name.equals(MachineConfig.AUTO) || name.equals(TRANSLATOR)) && Translator.isSupported();
  }

  private static TranslatorOptions options(TranslatorSpec wishes) throws ConfigException {
    try {
      return wishes.options().isEmpty()
          ? TranslatorOptions.USUAL
          : TranslatorOptions.USUAL.with(wishes.options());
    } catch (IllegalArgumentException e) {
      throw new ConfigException("--translator " + e.getMessage());
    }
  }

  /** Has {@code maker} make tiers, with a listener that they are to tell. */
  private static EngineMaker translator(
      TranslatorSpec wishes, Function<TranslationListener, HotTier> maker) {
    TranslationListener log =
        wishes.log().<TranslationListener>map(TranslationLog::new).orElse(TranslationListener.NONE);
    return EngineMaker.tiered(() ->
        FlightEvents.tier(events -> maker.apply(TranslationListener.all(List.of(events, log)))));
  }

  private static String unavailable(String engine) {
    return engines().stream()
        .filter(offer -> offer.name().equals(engine))
        .map(offer -> "--engine " + engine + ": " + offer.reason())
        .findFirst()
        .orElse("--engine " + engine + ": no such engine; try auto, translator or interpreter");
  }

  /** The engines that exist, fastest first, and which of them this host offers. */
  public static List<EngineOffer> engines() {
    return List.of(
        new EngineOffer("kvm", EngineOffer.State.ABSENT, "not in this version"),
        Translator.isSupported()
            ? new EngineOffer(
                TRANSLATOR, EngineOffer.State.OFFERED, "hot code as native code of this processor")
            : new EngineOffer(
                TRANSLATOR, EngineOffer.State.ABSENT, "needs Linux on an x86-64 processor"),
        new EngineOffer(
            INTERPRETER, EngineOffer.State.OFFERED, "complete machine emulation, on any host"));
  }
}
