package jvisor.devices.ticks;

/** The ticks of one timer that are due and not delivered yet. */
public final class TickDebt {
  private final TickPolicy policy;
  private long owed;

  /** Creates an account without debt. */
  public TickDebt(TickPolicy policy) {
    this.policy = policy;
  }

  /** Adds {@code ticks} that have become due. */
  public void add(long ticks) {
    owed = Math.min(owed + ticks, policy.maxOwed() + 1L);
  }

  /** Takes one tick to deliver it now, if one is owed. */
  public boolean take() {
    if (owed == 0) {
      return false;
    }
    owed--;
    return true;
  }

  /** Whether another delivery must be scheduled. */
  public boolean outstanding() {
    return owed > 0;
  }

  /** Forgets all debt, as when the guest programs the timer anew. */
  public void clear() {
    owed = 0;
  }

  /** The nanoseconds from one delivery to the next while in debt: twice the timer's own rate. */
  public long catchUpSpacing(long period) {
    return Math.max(period / 2, policy.minSpacing());
  }
}
