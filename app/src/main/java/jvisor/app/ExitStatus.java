package jvisor.app;

/** What the process answers; 130 and 143, for signals, come from the Java runtime itself. */
final class ExitStatus {
  /** The guest powered off, or the person left it. */
  static final int OK = 0;

  /** Two things that were compared differ. */
  static final int DIFFERENT = 1;

  /** Bad usage or input. */
  static final int USAGE = 2;

  /** The guest died. */
  static final int GUEST_DIED = 4;

  /** The guest ran on two engines and they differ: {@code --lock-step}. */
  static final int ENGINES_DIFFER = 5;

  /** An error of our own. */
  static final int SOFTWARE = 70;

  /** The time that {@code --timeout} gave is over. */
  static final int TIMEOUT = 124;

  /** Told to end by a signal. */
  static final int TERMINATED = 143;

  private ExitStatus() {}
}
