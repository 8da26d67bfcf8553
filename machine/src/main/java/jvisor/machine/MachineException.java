package jvisor.machine;

/**
 * A machine cannot be made from what a person asked for. The message is one line, meant for that
 * person: it names the thing and, where there is one, the way out.
 */
public abstract sealed class MachineException extends Exception
    permits BootException, ConfigException {
  private static final long serialVersionUID = 1L;

  MachineException(String line) {
    super(line);
  }
}
