package jvisor.cpu.mmu;

/** With whose rights memory is reached; each has translations of its own. */
public final class AccessMode {
  /** CPL 3. */
  public static final int USER = 0;

  /** CPL 0–2; user pages are out of reach if CR4.SMAP is set. Also implicit system accesses. */
  public static final int SUPERVISOR = 1;

  /** CPL 0–2 with EFLAGS.AC set, for which SMAP makes an exception. */
  public static final int SUPERVISOR_AC = 2;

  static final int COUNT = 3;

  private AccessMode() {}
}
