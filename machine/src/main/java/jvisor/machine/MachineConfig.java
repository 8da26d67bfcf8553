package jvisor.machine;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Everything that describes a machine.
 *
 * @param boot what it starts with
 * @param memoryBytes guest memory in bytes, a multiple of 4,096
 * @param cpus virtual processors, 1–{@value #MOST_CPUS}
 * @param processors how these share the host's time
 * @param cpu processor model and feature changes
 * @param engine an engine's name, or "auto" for the fastest that this host offers
 * @param translator how that engine works, if it is the translator
 * @param hypervisor what a guest learns when it asks
 * @param clock where virtual time comes from
 * @param seed source of random numbers and of whatever else is left to chance; empty draws from the
 *     host under {@link ClockSource.Host} and stands for 0 under {@link ClockSource.Instructions}
 * @param serial the other end of the first serial port
 * @param debugcon the other end of the debug console (ports 0xE9 and 0x402)
 * @param debugExit whether a 32-bit write of {@code c} to port 0xF4 ends the machine with {@code
 *     ((c << 1) | 1) & 0xff}
 * @param noReboot whether a reset that the guest asks for is the end
 * @param onTripleFault what a triple fault does
 * @param notices takes lines for people, without line ends, such as the first use of an unknown
 *     instruction; called by one thread at a time, never throws
 * @param trace the trace to be written, if any
 * @param explain the explanations to be given, if any
 * @param profile the profile to be made, if any
 */
public record MachineConfig(
    Boot boot,
    long memoryBytes,
    int cpus,
    Processors processors,
    CpuSpec cpu,
    String engine,
    TranslatorSpec translator,
    Hypervisor hypervisor,
    ClockSource clock,
    OptionalLong seed,
    SerialEnd serial,
    ByteSink debugcon,
    boolean debugExit,
    boolean noReboot,
    TripleFault onTripleFault,
    Consumer<String> notices,
    Optional<TraceSpec> trace,
    Optional<ExplainSpec> explain,
    Optional<ProfileSpec> profile) {

  /** The most virtual processors. */
  public static final int MOST_CPUS = 32;

  /** The name of the engine choice that takes the fastest one offered. */
  public static final String AUTO = "auto";

  /** A builder with the defaults: 512 MiB, one processor, KVM's signature, the host's clock. */
  public static Builder of(Boot boot) {
    return new Builder(boot);
  }

  /** Collects what differs from the defaults; not safe for several threads. */
  public static final class Builder {
    private final Boot boot;
    private long memoryBytes = 512L << 20;
    private int cpus = 1;
    private Processors processors = Processors.TURNS;
    private CpuSpec cpu = CpuSpec.standard();
    private String engine = AUTO;
    private TranslatorSpec translator = TranslatorSpec.STANDARD;
    private Hypervisor hypervisor = Hypervisor.KVM;
    private ClockSource clock = new ClockSource.Host();
    private OptionalLong seed = OptionalLong.empty();
    private SerialEnd serial = SerialEnd.outputOnly(ByteSink.none());
    private ByteSink debugcon = ByteSink.none();
    private boolean debugExit;
    private boolean noReboot;
    private TripleFault onTripleFault = TripleFault.EXIT;
    private Consumer<String> notices = line -> {};
    private Optional<TraceSpec> trace = Optional.empty();
    private Optional<ExplainSpec> explain = Optional.empty();
    private Optional<ProfileSpec> profile = Optional.empty();

    private Builder(Boot boot) {
      this.boot = boot;
    }

    /** Guest memory in bytes. */
    public Builder memoryBytes(long bytes) {
      memoryBytes = bytes;
      return this;
    }

    /** Virtual processors. */
    public Builder cpus(int count) {
      cpus = count;
      return this;
    }

    /** How virtual processors share the host's time. */
    public Builder processors(Processors how) {
      processors = how;
      return this;
    }

    /** Processor model and feature changes. */
    public Builder cpu(CpuSpec spec) {
      cpu = spec;
      return this;
    }

    /** An engine's name, or {@link MachineConfig#AUTO}. */
    public Builder engine(String name) {
      engine = name;
      return this;
    }

    /** How the translator works. */
    public Builder translator(TranslatorSpec wanted) {
      translator = wanted;
      return this;
    }

    /** What a guest learns when it asks. */
    public Builder hypervisor(Hypervisor shown) {
      hypervisor = shown;
      return this;
    }

    /** Where virtual time comes from. */
    public Builder clock(ClockSource source) {
      clock = source;
      return this;
    }

    /** Source of what is left to chance. */
    public Builder seed(long value) {
      seed = OptionalLong.of(value);
      return this;
    }

    /** The other end of the first serial port. */
    public Builder serial(SerialEnd end) {
      serial = end;
      return this;
    }

    /** The other end of the debug console. */
    public Builder debugcon(ByteSink sink) {
      debugcon = sink;
      return this;
    }

    /** Whether the debug-exit port is there. */
    public Builder debugExit(boolean present) {
      debugExit = present;
      return this;
    }

    /** Whether a reset that the guest asks for is the end. */
    public Builder noReboot(boolean end) {
      noReboot = end;
      return this;
    }

    /** What a triple fault does. */
    public Builder onTripleFault(TripleFault action) {
      onTripleFault = action;
      return this;
    }

    /** Takes lines for people. */
    public Builder notices(Consumer<String> lines) {
      notices = lines;
      return this;
    }

    /** Has a trace written. */
    public Builder trace(TraceSpec wanted) {
      trace = Optional.of(wanted);
      return this;
    }

    /** Has explanations given. */
    public Builder explain(ExplainSpec wanted) {
      explain = Optional.of(wanted);
      return this;
    }

    /** Has a profile made. */
    public Builder profile(ProfileSpec wanted) {
      profile = Optional.of(wanted);
      return this;
    }

    /** The configuration. */
    public MachineConfig build() {
      return new MachineConfig(
          boot,
          memoryBytes,
          cpus,
          processors,
          cpu,
          engine,
          translator,
          hypervisor,
          clock,
          seed,
          serial,
          debugcon,
          debugExit,
          noReboot,
          onTripleFault,
          notices,
          trace,
          explain,
          profile);
    }
  }
}
