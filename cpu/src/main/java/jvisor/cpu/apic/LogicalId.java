package jvisor.cpu.apic;

/**
 * Under which addresses a local APIC is reached: its id, LDR and DFR (SDM vol. 3, "Determining IPI
 * Destination").
 */
final class LogicalId {
  private static final int LDR_WRITABLE = 0xff00_0000;
  private static final int DFR_FIXED = 0x0fff_ffff;
  private static final int FLAT = 0xf;
  private static final int CLUSTER = 0x0;
  private static final int ALL_CLUSTERS = 0xf;

  private final int id;
  private int xapicId;
  private int logicalDestination;
  private int destinationFormat;

  /** Of the APIC with this x2APIC id. */
  LogicalId(int id) {
    this.id = id;
    restoreId();
  }

  /** Forgets an id that software has written. INIT does not. */
  void restoreId() {
    xapicId = id & 0xff;
  }

  void reset() {
    logicalDestination = 0;
    destinationFormat = -1;
  }

  /** The ID register. */
  int id(ApicMode mode) {
    return mode == ApicMode.X2APIC ? id : xapicId << 24;
  }

  /** Writes the ID register, which x2APIC mode does not offer. */
  void setId(int value) {
    xapicId = value >>> 24;
  }

  /** LDR, which x2APIC mode derives from the id. */
  int logicalDestination(ApicMode mode) {
    return mode == ApicMode.X2APIC ? id >>> 4 << 16 | 1 << (id & 0xf) : logicalDestination;
  }

  void setLogicalDestination(int value) {
    logicalDestination = value & LDR_WRITABLE;
  }

  /** DFR. */
  int destinationFormat() {
    return destinationFormat;
  }

  void setDestinationFormat(int value) {
    destinationFormat = value | DFR_FIXED;
  }

  /** Whether a message is for this APIC. */
  boolean matches(Destination to, ApicMode mode) {
    if (mode == ApicMode.DISABLED) {
      return false;
    }
    if (to.broadcast()) {
      return true;
    }
    boolean wide = mode == ApicMode.X2APIC;
    if (!to.logical()) {
      return to.id() == (wide ? id : xapicId);
    }
    int own = logicalDestination(mode);
    if (wide) {
      return own >>> 16 == to.id() >>> 16 && (own & to.id() & 0xffff) != 0;
    }
    return to.id() >>> 8 == 0 && matchesModel(to.id(), own >>> 24);
  }

  private boolean matchesModel(int address, int own) {
    return switch (destinationFormat >>> 28) {
      case FLAT -> (own & address) != 0;
      case CLUSTER ->
          (address >>> 4 == ALL_CLUSTERS || address >>> 4 == own >>> 4)
              && (own & address & 0x0f) != 0;
      default -> false;
    };
  }
}
