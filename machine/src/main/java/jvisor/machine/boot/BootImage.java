package jvisor.machine.boot;

import jvisor.machine.Boot;
import jvisor.machine.BootException;

/**
 * Something that a machine can start with, recognized and checked as far as it can be on its own.
 */
public sealed interface BootImage permits FirmwareImage, KernelImage {
  /**
   * Reads what {@code boot} names.
   *
   * @throws BootException if a file is missing, damaged or foreign
   */
  static BootImage open(Boot boot) throws BootException {
    return switch (boot) {
      case Boot.Firmware firmware -> FirmwareImage.open(HostFile.of(firmware.file()));
      case Boot.Kernel kernel -> KernelImage.open(kernel);
    };
  }
}
