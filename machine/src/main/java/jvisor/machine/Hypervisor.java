package jvisor.machine;

/** How the machine presents itself to a guest that asks whether it is virtual. */
public enum Hypervisor {
  /** KVM's CPUID signature and paravirtual clock. */
  KVM,
  /** No hypervisor bit: the guest calibrates its clocks as on hardware. */
  NONE
}
