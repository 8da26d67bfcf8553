package jvisor.machine;

import java.util.List;

/** Makes virtual machines. */
public final class Machines {
  private Machines() {}

  /**
   * Creates a machine, its guest loaded and ready to {@link VirtualMachine#run}.
   *
   * @throws ConfigException if an option's value cannot be had
   * @throws BootException if the kernel, initial file system or firmware will not do
   */
  public static VirtualMachine create(MachineConfig config) throws BootException, ConfigException {
    if (config.cpus() != 1) {
      throw new ConfigException("--cpus " + config.cpus() + ": only one processor works yet");
    }
    throw new ConfigException("this build holds no machine yet, only the command line");
  }

  /** The engines that exist, fastest first, and which of them this host offers. */
  public static List<EngineOffer> engines() {
    return List.of(
        new EngineOffer("kvm", EngineOffer.State.ABSENT, "not in this version"),
        new EngineOffer("translator", EngineOffer.State.ABSENT, "not in this version"),
        new EngineOffer(
            "interpreter", EngineOffer.State.OFFERED, "complete machine emulation, on any host"));
  }
}
