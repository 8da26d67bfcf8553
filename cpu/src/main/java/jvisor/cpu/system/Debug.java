package jvisor.cpu.system;

/** Debug registers and exceptions (SDM vol. 3, 17.2–17.3). */
public final class Debug {
  /** Bits of DR6 that read as ones. */
  static final long DR6_FIXED = 0xffff_0ff0L;

  /** The bit of DR7 that reads as one. */
  static final long DR7_FIXED = 0x400;

  /** General detect: the next access to a debug register faults. */
  static final long DR7_GD = 1 << 13;

  private Debug() {}
}
