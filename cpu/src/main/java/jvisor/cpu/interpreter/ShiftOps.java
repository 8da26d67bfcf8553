package jvisor.cpu.interpreter;

import jvisor.cpu.state.Flags;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;
import org.jspecify.annotations.Nullable;

/** Fast forms of SHL, SHR, SAR, ROL and ROR on 32- and 64-bit registers. */
final class ShiftOps {
  private static final int SHL = 0;
  private static final int SHR = 1;
  private static final int SAR = 2;
  private static final int ROL = 3;
  private static final int ROR = 4;

  private ShiftOps() {}

  static @Nullable Op of(int offset, Insn i) {
    if (i.a.kind() != Operand.Kind.GPR || i.a.size() < 4) {
      return null;
    }
    int operation = operation(i.mnemonic());
    if (i.b.kind() == Operand.Kind.IMMEDIATE) {
      int count = (int) i.b.value() & (i.a.size() == 8 ? 63 : 31);
      return count == 0 ? null : new ByConstant(offset, i, operation, count);
    }
    return new ByCl(offset, i, operation);
  }

  private static int operation(Mnemonic mnemonic) {
    return switch (mnemonic) {
      case SHL -> SHL;
      case SHR -> SHR;
      case SAR -> SAR;
      case ROL -> ROL;
      default -> ROR;
    };
  }

  /** Shifts by a count of 1 to {@code 8 * size - 1}, sets the flags and answers the result. */
  private static long shift(int operation, VcpuState s, long value, int count, int size) {
    int unused = 64 - 8 * size;
    long result;
    switch (operation) {
      case SHL -> {
        result = value << count;
        boolean carry = value << unused + count - 1 < 0;
        Flags.set(s, result, size, carry, carry != result << unused < 0, true);
      }
      case SHR -> {
        long unsigned = value << unused >>> unused;
        result = unsigned >>> count;
        boolean overflow = count == 1 && value << unused < 0;
        Flags.set(s, result, size, (unsigned >>> count - 1 & 1) != 0, overflow, true);
      }
      case SAR -> {
        long signed = value << unused >> unused;
        result = signed >> count;
        Flags.set(s, result, size, (signed >>> count - 1 & 1) != 0, false, true);
      }
      case ROL -> {
        result = rotateLeft(value, count, size);
        boolean carry = (result & 1) != 0;
        Flags.setCarryOverflow(s, carry, carry != result << unused < 0);
      }
      default -> {
        result = rotateLeft(value, 8 * size - count, size);
        boolean carry = result << unused < 0;
        Flags.setCarryOverflow(s, carry, carry != result << unused + 1 < 0);
      }
    }
    return result;
  }

  private static long rotateLeft(long value, int count, int size) {
    return size == 8 ? Long.rotateLeft(value, count) : Integer.rotateLeft((int) value, count);
  }

  private static final class ByConstant extends Op {
    private final int operation;
    private final int size;
    private final long keep;
    private final long cut;
    private final int to;
    private final int count;

    ByConstant(int offset, Insn i, int operation, int count) {
      super(offset, offset + i.length);
      this.operation = operation;
      this.count = count;
      size = i.a.size();
      keep = Place.kept(size);
      cut = Vcpu.mask(size);
      to = Place.of(i.a);
    }

    @Override
    void execute(Vcpu c) {
      long at = c.state.base + to;
      Place.write(at, keep, cut, shift(operation, c.state, HostMemory.getLong(at), count, size));
    }
  }

  private static final class ByCl extends Op {
    private static final int CL = VcpuState.gpr(1);

    private final int operation;
    private final int size;
    private final long keep;
    private final long cut;
    private final int to;

    ByCl(int offset, Insn i, int operation) {
      super(offset, offset + i.length);
      this.operation = operation;
      size = i.a.size();
      keep = Place.kept(size);
      cut = Vcpu.mask(size);
      to = Place.of(i.a);
    }

    @Override
    void execute(Vcpu c) {
      long at = c.state.base + to;
      long value = HostMemory.getLong(at);
      int count = HostMemory.getByte(c.state.base + CL) & (size == 8 ? 63 : 31);
      Place.write(
          at, keep, cut, count == 0 ? value : shift(operation, c.state, value, count, size));
    }
  }
}
