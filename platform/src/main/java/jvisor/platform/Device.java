package jvisor.platform;

/**
 * The life cycle that all devices share; their registers are {@link PortDevice} or {@link
 * MmioDevice}.
 */
public interface Device {
  /** A short name for logs and errors, unique within its machine, such as "com1". */
  String name();

  /** Returns every register to its power-on value; input lines keep their level. */
  void reset();
}
