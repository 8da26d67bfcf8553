package jvisor.platform;

/**
 * Keeps the threads of one machine apart where processors meet: devices, interrupt controllers and
 * timers, and what processors know of each other's code. Instructions that reach nothing but
 * registers and memory never take it.
 *
 * <p>Whoever waits for it has no cached knowledge in use: with {@link #alone} the holder finds all
 * other processors between two instructions, or inside one that waits here or for the host.
 */
public interface MachineLock {
  /** That of a machine of one thread, which needs none. */
  MachineLock NONE =
      new MachineLock() {
        @Override
        public void enter() {}

        @Override
        public void exit() {}

        @Override
        public void alone() {}

        @Override
        public boolean isShared() {
          return false;
        }
      };

  /** Takes it, or takes it once more. */
  void enter();

  /** Gives back what one {@link #enter} took. */
  void exit();

  /**
   * Returns once no other processor executes guest code, which stays so until the holder has given
   * all back.
   */
  void alone();

  /** Whether there are several threads at all. */
  boolean isShared();
}
