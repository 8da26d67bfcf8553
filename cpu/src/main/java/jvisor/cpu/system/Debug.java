package jvisor.cpu.system;

import jvisor.cpu.state.Vector;
import jvisor.cpu.vcpu.Vcpu;

/** Debug registers and exceptions (SDM vol. 3, 17.2–17.3). */
public final class Debug {
  /** Bits of DR6 that read as ones. */
  static final long DR6_FIXED = 0xffff_0ff0L;

  /** The bit of DR7 that reads as one. */
  static final long DR7_FIXED = 0x400;

  /** General detect: the next access to a debug register faults. */
  static final long DR7_GD = 1 << 13;

  /** DR6: the exception is a single step's. */
  static final long DR6_BS = 1 << 14;

  private static final long DR7_ENABLES = 0xff;

  private Debug() {}

  /** Whether a breakpoint is enabled, so that instructions must run one by one. */
  public static boolean armed(Vcpu c) {
    return (c.state.dr(7) & DR7_ENABLES) != 0;
  }

  /** Delivers the #DB of a single step, after an instruction that began with TF set. */
  public static void singleStep(Vcpu c) {
    c.state.setDr(6, c.state.dr(6) | DR6_BS);
    Delivery.trap(c, Vector.DB);
  }

  /** DR0–DR7 have been written. */
  static void registersChanged(Vcpu c) {
    c.attention.raise();
  }
}
