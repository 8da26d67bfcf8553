package jvisor.devices.acpi;

/**
 * What differs from board to board in the tables.
 *
 * @param cpus processors, 1–254, with APIC ids 0 to {@code cpus-1}
 * @param pmTimerBits width of the PM timer, 24 or 32
 * @param keyboardController whether there is an 8042
 * @param ecamBase gpa of the 256 MiB ECAM window, below 4 GiB
 * @param lowWindow gpa where the windows for PCI below 4 GiB begin: the end of low RAM's reach, at
 *     most {@code ecamBase}
 * @param highWindow gpa of the window for PCI above 4 GiB
 * @param highWindowLength its length in bytes
 */
public record AcpiConfig(
    int cpus,
    int pmTimerBits,
    boolean keyboardController,
    long ecamBase,
    long lowWindow,
    long highWindow,
    long highWindowLength) {

  public AcpiConfig {
    if (cpus < 1 || cpus > 254) {
      throw new IllegalArgumentException(cpus + " processors");
    }
    if (lowWindow > ecamBase) {
      throw new IllegalArgumentException("PCI window begins above ECAM");
    }
  }
}
