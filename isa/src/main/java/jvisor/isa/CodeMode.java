package jvisor.isa;

/** The width that the code segment gives to operands and addresses without prefixes. */
public enum CodeMode {
  /** Real, virtual-8086 and 16-bit protected code. */
  BITS16,
  /** 32-bit protected and compatibility code. */
  BITS32,
  /** 64-bit code (CS.L = 1 in long mode). */
  BITS64
}
