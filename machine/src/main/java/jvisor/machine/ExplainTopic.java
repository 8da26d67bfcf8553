package jvisor.machine;

/** What can be explained of a guest's run. */
public enum ExplainTopic {
  /** System calls: SYSCALL, SYSENTER and INT n, and how they return. */
  SYSCALLS,
  /** Exceptions: page faults, undefined and forbidden instructions and the like. */
  FAULTS,
  /** Interrupts from devices and timers. */
  INTERRUPTS,
  /** Accesses to I/O ports. */
  PORTS,
  /** Accesses to devices' registers in physical memory. */
  MMIO,
  /** Instructions that are the kernel's alone, and CPUID. */
  PRIVILEGED
}
