package jvisor.cpu.apic;

/** What IA32_APIC_BASE makes of a local APIC. */
public enum ApicMode {
  /** EN clear: the processor has no local APIC, LINT0 and LINT1 are INTR and NMI. */
  DISABLED,
  /** EN set, EXTD clear: registers in a page of memory. */
  XAPIC,
  /** EN and EXTD set: registers in MSRs. */
  X2APIC
}
