package jvisor.cpu.mmu;

/** With whose rights memory is reached; each has translations of its own. */
public final class AccessMode {
  /** CPL 3. */
  public static final int USER = 0;

  /** CPL 0–2; user pages are out of reach if CR4.SMAP is set. Also implicit system accesses. */
  public static final int SUPERVISOR = 1;

  /** CPL 0–2 with EFLAGS.AC set, for which SMAP makes an exception. */
  public static final int SUPERVISOR_AC = 2;

  /** CPL 3 with alignment checking on (CR0.AM and EFLAGS.AC): misaligned accesses raise #AC(0). */
  public static final int USER_ALIGNED = 3;

  static final int COUNT = 4;

  private AccessMode() {}
}
