package jvisor.platform;

/**
 * What a device may ask of the machine that holds it. The request takes effect once the running
 * instruction has completed; of several the first counts.
 */
public interface MachineControl {
  /** ACPI S5 or its like: the guest has switched itself off. */
  void powerOff();

  /** A reset of the whole machine; {@code cause} is for people, such as "0xCF9". */
  void reset(String cause);

  /** Ends the machine with a process status that the guest chose (0–255). */
  void exit(int status);
}
