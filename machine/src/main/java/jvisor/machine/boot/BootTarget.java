package jvisor.machine.boot;

import java.util.List;
import jvisor.devices.fwcfg.E820Entry;
import jvisor.platform.GuestMemory;

/**
 * The machine that a kernel is placed in.
 *
 * @param memory its memory
 * @param memoryMap what the guest is told about it; memory of type RAM is free to be used, except
 *     where the caller has put something of its own, which must have another type
 * @param rsdp gpa of the ACPI root pointer, or 0 if there is none
 */
public record BootTarget(GuestMemory memory, List<E820Entry> memoryMap, long rsdp) {
  /** Copies the list. */
  public BootTarget {
    memoryMap = List.copyOf(memoryMap);
  }
}
