package jvisor.cpu.interpreter;

import jvisor.cpu.state.Flags;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;
import org.jspecify.annotations.Nullable;

/** Fast forms of ADD, OR, ADC, SBB, AND, SUB, XOR, CMP, TEST, INC and DEC. */
final class AluOps {
  private AluOps() {}

  static @Nullable Op of(int offset, Insn i) {
    int operation = Alu.of(i.mnemonic());
    if (operation == Alu.NONE || i.lock) {
      return i.mnemonic() == Mnemonic.INC || i.mnemonic() == Mnemonic.DEC ? step(offset, i) : null;
    }
    boolean immediate = i.b.kind() == Operand.Kind.IMMEDIATE;
    if (i.a.isMemory()) {
      if (!Address.suits(i)) {
        return null;
      }
      if (Alu.writes(operation)) {
        return new ToMemory(offset, i, operation, immediate);
      }
      return new CompareMemory(offset, i, operation, immediate);
    }
    if (i.b.isMemory()) {
      return Address.suits(i) ? new FromMemory(offset, i, operation) : null;
    }
    if (immediate) {
      return new RegisterImmediate(offset, i, operation);
    }
    return operation == Alu.XOR && i.a.equals(i.b) && i.a.size() >= 4
        ? new Zero(offset, i)
        : new RegisterRegister(offset, i, operation);
  }

  private static @Nullable Op step(int offset, Insn i) {
    return Place.isRegister(i.a) ? new Step(offset, i) : null;
  }

  /** XOR of a register with itself. */
  private static final class Zero extends Op {
    private final int to;

    Zero(int offset, Insn i) {
      super(offset, offset + i.length);
      to = Place.of(i.a);
    }

    @Override
    void execute(Vcpu c) {
      HostMemory.putLong(c.state.base + to, 0);
      Flags.logic(c.state, 0, 8);
    }
  }

  private static final class RegisterRegister extends Op {
    private final int operation;
    private final int size;
    private final int to;
    private final int from;

    RegisterRegister(int offset, Insn i, int operation) {
      super(offset, offset + i.length);
      this.operation = operation;
      size = i.a.size();
      to = Place.of(i.a);
      from = Place.of(i.b);
    }

    @Override
    void execute(Vcpu c) {
      long at = c.state.base + to;
      long b = HostMemory.getLong(c.state.base + from);
      long r = Alu.compute(operation, c.state, HostMemory.getLong(at), b, size);
      if (Alu.writes(operation)) {
        Place.write(at, size, r);
      }
    }
  }

  private static final class RegisterImmediate extends Op {
    private final int operation;
    private final int size;
    private final int to;
    private final long immediate;

    RegisterImmediate(int offset, Insn i, int operation) {
      super(offset, offset + i.length);
      this.operation = operation;
      size = i.a.size();
      to = Place.of(i.a);
      immediate = i.b.value();
    }

    @Override
    void execute(Vcpu c) {
      long at = c.state.base + to;
      long r = Alu.compute(operation, c.state, HostMemory.getLong(at), immediate, size);
      if (Alu.writes(operation)) {
        Place.write(at, size, r);
      }
    }
  }

  private static final class FromMemory extends Address {
    private final int operation;
    private final int size;
    private final int to;

    FromMemory(int offset, Insn i, int operation) {
      super(offset, i);
      this.operation = operation;
      size = i.a.size();
      to = Place.of(i.a);
    }

    @Override
    void execute(Vcpu c) {
      long b = c.mmu.load(address(c), size);
      long at = c.state.base + to;
      long r = Alu.compute(operation, c.state, HostMemory.getLong(at), b, size);
      if (Alu.writes(operation)) {
        Place.write(at, size, r);
      }
    }
  }

  private static final class CompareMemory extends Address {
    private final int operation;
    private final int size;
    private final int from;
    private final long immediate;

    CompareMemory(int offset, Insn i, int operation, boolean immediate) {
      super(offset, i);
      this.operation = operation;
      size = i.a.size();
      from = immediate ? VcpuState.ZERO : Place.of(i.b);
      this.immediate = immediate ? i.b.value() : 0;
    }

    @Override
    void execute(Vcpu c) {
      long a = c.mmu.load(address(c), size);
      long b = HostMemory.getLong(c.state.base + from) | immediate;
      Alu.compute(operation, c.state, a, b, size);
    }
  }

  private static final class ToMemory extends Address {
    private final int operation;
    private final int size;
    private final int from;
    private final long immediate;

    ToMemory(int offset, Insn i, int operation, boolean immediate) {
      super(offset, i);
      this.operation = operation;
      size = i.a.size();
      from = immediate ? VcpuState.ZERO : Place.of(i.b);
      this.immediate = immediate ? i.b.value() : 0;
    }

    @Override
    void execute(Vcpu c) {
      long la = address(c);
      long a = c.mmu.loadForStore(la, size);
      long b = HostMemory.getLong(c.state.base + from) | immediate;
      c.mmu.store(la, size, Alu.compute(operation, c.state, a, b, size));
    }
  }

  private static final class Step extends Op {
    private final int size;
    private final int to;
    private final boolean up;

    Step(int offset, Insn i) {
      super(offset, offset + i.length);
      size = i.a.size();
      to = Place.of(i.a);
      up = i.mnemonic() == Mnemonic.INC;
    }

    @Override
    void execute(Vcpu c) {
      long at = c.state.base + to;
      long a = HostMemory.getLong(at);
      if (up) {
        Flags.increment(c.state, a + 1, size);
        Place.write(at, size, a + 1);
      } else {
        Flags.decrement(c.state, a - 1, size);
        Place.write(at, size, a - 1);
      }
    }
  }
}
