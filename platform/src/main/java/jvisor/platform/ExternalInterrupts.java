package jvisor.platform;

/** The legacy controller's INTR output as a processor sees it (8259A: INTR and INTA). */
public interface ExternalInterrupts {
  /** Whether INTR is asserted. */
  boolean pending();

  /** The INTA cycle: acknowledges the highest request and answers its vector (0–255). */
  int acknowledge();
}
