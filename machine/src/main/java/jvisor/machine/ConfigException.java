package jvisor.machine;

/**
 * An option's value cannot be had: too little memory, an unknown processor feature, no such engine.
 */
public final class ConfigException extends MachineException {
  private static final long serialVersionUID = 1L;

  /** {@code line} names the option and what it takes. */
  public ConfigException(String line) {
    super(line);
  }
}
