package jvisor.cpu.vcpu;

/**
 * What interrupts a processor, in the order in which its engine asks: the local APIC's processor
 * side.
 */
public interface InterruptUnit {
  /** Whether a non-maskable interrupt waits. */
  boolean hasNmi();

  /** Takes the waiting non-maskable interrupt. */
  void takeNmi();

  /** Whether a maskable interrupt of sufficient priority waits. */
  boolean hasInterrupt();

  /** Acknowledges the highest maskable interrupt and answers its vector, or -1 if it has gone. */
  int acknowledge();
}
