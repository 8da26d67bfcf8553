package jvisor.cpu.interpreter;

import jvisor.cpu.state.Flags;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;
import org.jspecify.annotations.Nullable;

/**
 * Fast forms of NEG and NOT, of INC and DEC in memory, and of the multiplications into a register.
 */
final class UnaryOps {
  private UnaryOps() {}

  static @Nullable Op of(int offset, Insn i, Ground g) {
    return switch (i.mnemonic()) {
      case NEG, NOT -> Place.isRegister(i.a) ? new Inversion(offset, i) : null;
      case INC, DEC ->
          i.a.isMemory() && !i.lock && Address.suits(i, g) ? new StepMemory(offset, i, g) : null;
      case IMUL -> multiply(offset, i);
      default -> null;
    };
  }

  private static @Nullable Op multiply(int offset, Insn i) {
    boolean plain = i.b.kind() == Operand.Kind.GPR && i.a.size() >= 4;
    return plain ? new Multiply(offset, i) : null;
  }

  private static final class Inversion extends Op {
    private final int size;
    private final long keep;
    private final long cut;
    private final int to;
    private final boolean negate;

    Inversion(int offset, Insn i) {
      super(offset, offset + i.length);
      size = i.a.size();
      keep = Place.kept(size);
      cut = Vcpu.mask(size);
      to = Place.of(i.a);
      negate = i.mnemonic() == Mnemonic.NEG;
    }

    @Override
    void execute(Vcpu c) {
      long at = c.state.base + to;
      long value = HostMemory.getLong(at);
      if (negate) {
        Flags.subtract(c.state, 0, value, -value, size);
        Place.write(at, keep, cut, -value);
      } else {
        Place.write(at, keep, cut, ~value);
      }
    }
  }

  private static final class StepMemory extends Address {
    private final int size;
    private final boolean up;

    StepMemory(int offset, Insn i, Ground g) {
      super(offset, i, g, true);
      size = i.a.size();
      up = i.mnemonic() == Mnemonic.INC;
    }

    @Override
    void execute(Vcpu c) {
      long la = address(c);
      long value = c.mmu.loadForStore(la, size);
      if (up) {
        c.mmu.store(la, size, value + 1);
        Flags.increment(c.state, value + 1, size);
      } else {
        c.mmu.store(la, size, value - 1);
        Flags.decrement(c.state, value - 1, size);
      }
    }
  }

  /** IMUL with a register source, two- or three-operand. */
  private static final class Multiply extends Op {
    private final int to;
    private final int from;
    private final int by;
    private final long constant;
    private final boolean wide;

    Multiply(int offset, Insn i) {
      super(offset, offset + i.length);
      boolean immediate = i.c.kind() == Operand.Kind.IMMEDIATE;
      to = Place.of(i.a);
      from = Place.of(i.b);
      by = immediate ? VcpuState.ZERO : to;
      constant = immediate ? i.c.value() : 0;
      wide = i.a.size() == 8;
    }

    @Override
    void execute(Vcpu c) {
      long base = c.state.base;
      long a = HostMemory.getLong(base + from);
      long b = HostMemory.getLong(base + by) | constant;
      boolean carry;
      if (wide) {
        long low = a * b;
        carry = Math.multiplyHigh(a, b) != low >> 63;
        HostMemory.putLong(base + to, low);
      } else {
        long product = (long) (int) a * (int) b;
        carry = product != (int) product;
        HostMemory.putLong(base + to, product & 0xffff_ffffL);
      }
      Flags.setCarryOverflow(c.state, carry, carry);
    }
  }
}
