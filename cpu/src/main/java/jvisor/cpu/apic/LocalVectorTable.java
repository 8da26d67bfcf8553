package jvisor.cpu.apic;

/** The local vector table (SDM vol. 3, "Local Vector Table"): how local sources interrupt. */
final class LocalVectorTable {
  static final int CMCI = 0;
  static final int TIMER = 1;
  static final int THERMAL = 2;
  static final int PERFORMANCE = 3;
  static final int LINT0 = 4;
  static final int LINT1 = 5;
  static final int ERROR = 6;

  /** Number of entries. */
  static final int ENTRIES = 7;

  private static final int MASKED = 1 << 16;
  private static final int LEVEL = 1 << 15;
  private static final int REMOTE_IRR = 1 << 14;
  private static final int POLARITY = 1 << 13;
  private static final int DELIVERY_STATUS = 1 << 12;
  private static final int MODE = 7 << 8;
  private static final int VECTOR = 0xff;
  private static final int TIMER_MODE = 3 << 17;
  private static final int DEADLINE_MODE = 1 << 18;

  private final int[] writable = new int[ENTRIES];
  private final int[] readOnly = new int[ENTRIES];
  private final int[] entries = new int[ENTRIES];

  LocalVectorTable(boolean tscDeadline) {
    for (int entry = 0; entry < ENTRIES; entry++) {
      readOnly[entry] = DELIVERY_STATUS;
      writable[entry] =
          switch (entry) {
            case TIMER ->
                MASKED | VECTOR | (tscDeadline ? TIMER_MODE : TIMER_MODE & ~DEADLINE_MODE);
            case LINT0, LINT1 -> MASKED | LEVEL | POLARITY | MODE | VECTOR;
            case ERROR -> MASKED | VECTOR;
            default -> MASKED | MODE | VECTOR;
          };
    }
    readOnly[LINT0] |= REMOTE_IRR;
    readOnly[LINT1] |= REMOTE_IRR;
    reset();
  }

  void reset() {
    for (int entry = 0; entry < ENTRIES; entry++) {
      entries[entry] = MASKED;
    }
  }

  /** The entry with this register number, or -1. */
  static int entryOf(int register) {
    if (register == ApicRegister.LVT_CMCI) {
      return CMCI;
    }
    return register >= ApicRegister.LVT_TIMER && register <= ApicRegister.LVT_ERROR
        ? TIMER + register - ApicRegister.LVT_TIMER
        : -1;
  }

  /** Whether {@code value} sets no reserved bit. */
  boolean accepts(int entry, int value) {
    return (value & ~(writable[entry] | readOnly[entry])) == 0;
  }

  int read(int entry) {
    return entries[entry];
  }

  /** Writes an entry; one written while the APIC is disabled by software stays masked. */
  void write(int entry, int value, boolean enabled) {
    int kept = (value & LEVEL) != 0 ? entries[entry] & REMOTE_IRR : 0;
    entries[entry] = value & writable[entry] | kept | (enabled ? 0 : MASKED);
  }

  void maskAll() {
    for (int entry = 0; entry < ENTRIES; entry++) {
      entries[entry] |= MASKED;
    }
  }

  boolean isMasked(int entry) {
    return (entries[entry] & MASKED) != 0;
  }

  int vector(int entry) {
    return entries[entry] & VECTOR;
  }

  DeliveryMode mode(int entry) {
    return DeliveryMode.in(entries[entry]);
  }

  /** The timer mode that {@code value} would select, 0–3. */
  int timerMode(int value) {
    return (value & writable[TIMER] & TIMER_MODE) >>> 17;
  }

  /** Whether LINT0 brings level-triggered fixed interrupts; LINT1 never does. */
  boolean isLevelTriggered() {
    return (entries[LINT0] & (LEVEL | MODE)) == LEVEL;
  }

  /** Whether LINT0's level-triggered interrupt has been accepted and not ended. */
  boolean remoteIrr() {
    return (entries[LINT0] & REMOTE_IRR) != 0;
  }

  void setRemoteIrr(boolean set) {
    entries[LINT0] = set ? entries[LINT0] | REMOTE_IRR : entries[LINT0] & ~REMOTE_IRR;
  }
}
