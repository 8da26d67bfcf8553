package jvisor.cpu.model;

/** The four registers that CPUID answers in. */
public enum CpuidRegister {
  EAX,
  EBX,
  ECX,
  EDX
}
