package jvisor.cpu.interpreter;

import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Operand;

/** Registers as offsets in the state struct, for the fast forms. */
final class Place {
  private Place() {}

  /** Whether the operand is a general-purpose register or a part of one. */
  static boolean isRegister(Operand o) {
    return o.kind() == Operand.Kind.GPR || o.kind() == Operand.Kind.HIGH8;
  }

  /** The offset of a register's first byte in the struct. */
  static int of(Operand o) {
    return VcpuState.gpr(o.index()) + (o.kind() == Operand.Kind.HIGH8 ? 1 : 0);
  }

  /** What a register write of {@code size} bytes leaves of the eight bytes there; 4 clears them. */
  static long kept(int size) {
    return size >= 4 ? 0 : ~Vcpu.mask(size);
  }

  /**
   * Writes the bits of {@code value} in {@code mask}, leaving those in {@code keep}: eight bytes
   * whatever the size, so that there is no branch and a later read is served from the write.
   */
  static void write(long hva, long keep, long mask, long value) {
    HostMemory.putLong(hva, HostMemory.getLong(hva) & keep | value & mask);
  }
}
