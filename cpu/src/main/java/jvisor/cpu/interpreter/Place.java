package jvisor.cpu.interpreter;

import jvisor.cpu.state.VcpuState;
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

  /** Writes the low {@code size} bytes at {@code hva}; 4 clears the upper half. */
  static void write(long hva, int size, long value) {
    switch (size) {
      case 8 -> HostMemory.putLong(hva, value);
      case 4 -> HostMemory.putLong(hva, value & 0xffff_ffffL);
      case 2 -> HostMemory.putShort(hva, (int) value);
      default -> HostMemory.putByte(hva, (int) value);
    }
  }
}
