package jvisor.platform;

/**
 * Several sources wired to one interrupt line, as level-triggered sources share it: the line is
 * high while at least one of them drives it high.
 */
public final class SharedLine {
  private final InterruptLine target;
  private int drivers;

  /** Creates the wire into {@code target}; it is low until a source drives it. */
  public SharedLine(InterruptLine target) {
    this.target = target;
  }

  /** A new source. */
  public InterruptLine input() {
    return new Source();
  }

  private final class Source implements InterruptLine {
    private boolean high;

    @Override
    public void set(boolean level) {
      if (level == high) {
        return;
      }
      high = level;
      drivers += level ? 1 : -1;
      if (drivers == (level ? 1 : 0)) {
        target.set(level);
      }
    }
  }
}
