package jvisor.cpu.vcpu;

/** The local APIC as its processor's instructions reach it: MSRs, CR8 and the deadline timer. */
public interface ApicPort {
  /** IA32_APIC_BASE. */
  long base();

  /** Writes IA32_APIC_BASE; false if the value or the transition raises #GP. */
  boolean setBase(long value);

  /** CR8, 0–15: the task priority class. */
  int taskPriority();

  /** Writes CR8, 0–15. */
  void setTaskPriority(int priority);

  /** Whether the x2APIC register at MSR {@code 0x800 + register} (0–0xff) can be read now. */
  boolean isReadable(int register);

  /** Reads an x2APIC register for which {@link #isReadable} holds. */
  long read(int register);

  /** Writes an x2APIC register; false if the register, the value or the mode raises #GP. */
  boolean write(int register, long value);

  /** IA32_TSC_DEADLINE in ticks of the TSC, 0 if unarmed. */
  long deadline();

  /**
   * Writes IA32_TSC_DEADLINE.
   *
   * @param tsc when to fire, in ticks of the TSC (nanoseconds); 0 disarms
   * @param tscOffset what the TSC is ahead of the machine's clock
   */
  void setDeadline(long tsc, long tscOffset);

  /** A processor without a local APIC. */
  ApicPort ABSENT =
      new ApicPort() {
        @Override
        public long base() {
          return 0;
        }

        @Override
        public boolean setBase(long value) {
          return false;
        }

        @Override
        public int taskPriority() {
          return 0;
        }

        @Override
        public void setTaskPriority(int priority) {}

        @Override
        public boolean isReadable(int register) {
          return false;
        }

        @Override
        public long read(int register) {
          return 0;
        }

        @Override
        public boolean write(int register, long value) {
          return false;
        }

        @Override
        public long deadline() {
          return 0;
        }

        @Override
        public void setDeadline(long tsc, long tscOffset) {}
      };
}
