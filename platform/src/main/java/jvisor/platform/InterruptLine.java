package jvisor.platform;

/** A wire into an interrupt controller. Setting it to the level it has is harmless. */
@FunctionalInterface
public interface InterruptLine {
  /** Drives the wire high ({@code true}) or low. */
  void set(boolean level);
}
