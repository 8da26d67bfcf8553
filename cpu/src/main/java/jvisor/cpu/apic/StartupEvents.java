package jvisor.cpu.apic;

/**
 * What INIT and start-up messages ask of the machine that a processor belongs to. Called on the
 * machine's thread, possibly in the middle of an instruction of the same processor: note it and act
 * when the engine has come back.
 */
public interface StartupEvents {
  /** INIT: the processor and its local APIC ({@link LocalApic#init}) go to their INIT state. */
  void init();

  /**
   * SIPI: a processor that waits after INIT starts at {@code vector} × 4 KiB; others ignore it.
   *
   * @param vector 0–255
   */
  void startUp(int vector);

  /** Ignores both. */
  StartupEvents NONE =
      new StartupEvents() {
        @Override
        public void init() {}

        @Override
        public void startUp(int vector) {}
      };
}
