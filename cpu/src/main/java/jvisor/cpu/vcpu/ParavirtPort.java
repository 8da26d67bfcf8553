package jvisor.cpu.vcpu;

/**
 * A hypervisor's own MSRs (KVM: 0x11, 0x12 and 0x4b564d00–0x4b564dff) as instructions reach them.
 */
public interface ParavirtPort {
  /** Whether {@code msr} exists. */
  boolean has(int msr);

  /** Reads an MSR that {@link #has} knows. */
  long read(int msr);

  /** Writes an MSR that {@link #has} knows; false if the value raises #GP. */
  boolean write(int msr, long value);

  /** The processor's TSC has been moved against the machine's clock. */
  default void tscChanged() {}

  /** A machine without any. */
  ParavirtPort ABSENT =
      new ParavirtPort() {
        @Override
        public boolean has(int msr) {
          return false;
        }

        @Override
        public long read(int msr) {
          return 0;
        }

        @Override
        public boolean write(int msr, long value) {
          return false;
        }
      };
}
