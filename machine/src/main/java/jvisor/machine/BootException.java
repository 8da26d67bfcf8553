package jvisor.machine;

/** The kernel, initial file system or firmware is missing, damaged, foreign or does not fit. */
public final class BootException extends MachineException {
  private static final long serialVersionUID = 1L;

  /** {@code line} names the file and what to do, such as "vmlinuz: not a kernel that …". */
  public BootException(String line) {
    super(line);
  }
}
