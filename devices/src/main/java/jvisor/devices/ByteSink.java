package jvisor.devices;

/**
 * Where the bytes go that a guest sends. Called on the machine's thread; must not block for long.
 */
@FunctionalInterface
public interface ByteSink {
  /** Takes one byte (0–255). */
  void accept(int value);
}
