package jvisor.devices.chipset;

/** The commands that software may write to the APM port, as the FADT announces them. */
public final class ApmCommands {
  /** The I/O port that takes them (FADT: SMI_CMD). */
  public static final int PORT = 0xb2;

  /** Turns ACPI mode on. */
  public static final int ACPI_ENABLE = 2;

  /** Turns ACPI mode off. */
  public static final int ACPI_DISABLE = 3;

  private ApmCommands() {}
}
