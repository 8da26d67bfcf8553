package jvisor.platform;

/**
 * Virtual time. Every timer and counter of a guest derives from it, and no device reads another
 * clock, so that time stops with the machine and can be made deterministic.
 */
public interface VmClock {
  /** Fractional bits of {@link #pace}. */
  int PACE_BITS = 24;

  /** Nanoseconds since the machine was created; never goes back. */
  long now();

  /**
   * Nanoseconds that each instruction takes which any processor retires, with {@link #PACE_BITS}
   * fractional bits: until the processors' run ends, {@link #now} is {@code base() + (beyond() *
   * pace() >> PACE_BITS)}. 0 if time does not go by instructions, or is no such line.
   */
  default long pace() {
    return 0;
  }

  /** Where {@link #pace} begins, in nanoseconds. */
  default long base() {
    return 0;
  }

  /** Instructions retired since then. */
  default long beyond() {
    return 0;
  }

  /** Creates an unarmed timer whose {@code expiry} runs on the machine's thread. */
  Timer timer(Runnable expiry);

  /** The wall-clock time at which {@link #now} was 0, in seconds since 1970-01-01 UTC. */
  long epochSeconds();

  /** A one-shot alarm in virtual time; arm it again in its own expiry to make it periodic. */
  interface Timer {
    /**
     * Fires once {@link VmClock#now} has reached {@code deadline}; replaces an earlier deadline.
     */
    void arm(long deadline);

    /** Forgets the deadline; harmless if there is none. */
    void cancel();
  }
}
