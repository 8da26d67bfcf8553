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

  static @Nullable Op of(int offset, Insn i, Ground g) {
    int operation = Alu.of(i.mnemonic());
    if (operation == Alu.NONE || i.lock) {
      return i.mnemonic() == Mnemonic.INC || i.mnemonic() == Mnemonic.DEC ? step(offset, i) : null;
    }
    boolean immediate = i.b.kind() == Operand.Kind.IMMEDIATE;
    if (i.a.isMemory()) {
      if (!Address.suits(i, g)) {
        return null;
      }
      if (Alu.writes(operation)) {
        return new ToMemory(offset, i, g, operation, immediate);
      }
      return new CompareMemory(offset, i, g, operation, immediate);
    }
    if (i.b.isMemory()) {
      return Address.suits(i, g) ? new FromMemory(offset, i, g, operation) : null;
    }
    return operation == Alu.XOR && i.a.equals(i.b) && i.a.size() >= 4
        ? new Zero(offset, i)
        : register(offset, i, operation);
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

  /**
   * An operation on a register: each has a class of its own, so that the compiler sees which one it
   * is. The second operand is a register or, with the struct's zero slot, a constant.
   */
  private abstract static class Register extends Op {
    final int size;
    final long keep;
    final long cut;
    final int to;
    private final int from;
    private final long immediate;

    Register(int offset, Insn i) {
      super(offset, offset + i.length);
      boolean constant = i.b.kind() == Operand.Kind.IMMEDIATE;
      size = i.a.size();
      keep = Place.kept(size);
      cut = Vcpu.mask(size);
      to = Place.of(i.a);
      from = constant ? VcpuState.ZERO : Place.of(i.b);
      immediate = constant ? i.b.value() : 0;
    }

    final long second(Vcpu c) {
      return HostMemory.getLong(c.state.base + from) | immediate;
    }
  }

  private static Op register(int offset, Insn i, int operation) {
    return switch (operation) {
      case Alu.ADD -> new Add(offset, i);
      case Alu.SUB -> new Sub(offset, i);
      case Alu.CMP -> new Cmp(offset, i);
      case Alu.AND -> new And(offset, i);
      case Alu.TEST -> new Test(offset, i);
      case Alu.XOR -> new Xor(offset, i);
      case Alu.OR -> new Or(offset, i);
      default -> new WithCarry(offset, i, operation);
    };
  }

  private static final class Add extends Register {
    Add(int offset, Insn i) {
      super(offset, i);
    }

    @Override
    void execute(Vcpu c) {
      long a = HostMemory.getLong(c.state.base + to);
      long b = second(c);
      long r = a + b;
      Flags.add(c.state, a, b, r, size);
      Place.write(c.state.base + to, keep, cut, r);
    }
  }

  private static final class Sub extends Register {
    Sub(int offset, Insn i) {
      super(offset, i);
    }

    @Override
    void execute(Vcpu c) {
      long a = HostMemory.getLong(c.state.base + to);
      long b = second(c);
      long r = a - b;
      Flags.subtract(c.state, a, b, r, size);
      Place.write(c.state.base + to, keep, cut, r);
    }
  }

  private static final class Cmp extends Register {
    Cmp(int offset, Insn i) {
      super(offset, i);
    }

    @Override
    void execute(Vcpu c) {
      long a = HostMemory.getLong(c.state.base + to);
      long b = second(c);
      long r = a - b;
      Flags.subtract(c.state, a, b, r, size);
    }
  }

  private static final class And extends Register {
    And(int offset, Insn i) {
      super(offset, i);
    }

    @Override
    void execute(Vcpu c) {
      long a = HostMemory.getLong(c.state.base + to);
      long b = second(c);
      long r = a & b;
      Flags.logic(c.state, r, size);
      Place.write(c.state.base + to, keep, cut, r);
    }
  }

  private static final class Test extends Register {
    Test(int offset, Insn i) {
      super(offset, i);
    }

    @Override
    void execute(Vcpu c) {
      long a = HostMemory.getLong(c.state.base + to);
      long b = second(c);
      long r = a & b;
      Flags.logic(c.state, r, size);
    }
  }

  private static final class Xor extends Register {
    Xor(int offset, Insn i) {
      super(offset, i);
    }

    @Override
    void execute(Vcpu c) {
      long a = HostMemory.getLong(c.state.base + to);
      long b = second(c);
      long r = a ^ b;
      Flags.logic(c.state, r, size);
      Place.write(c.state.base + to, keep, cut, r);
    }
  }

  private static final class Or extends Register {
    Or(int offset, Insn i) {
      super(offset, i);
    }

    @Override
    void execute(Vcpu c) {
      long a = HostMemory.getLong(c.state.base + to);
      long b = second(c);
      long r = a | b;
      Flags.logic(c.state, r, size);
      Place.write(c.state.base + to, keep, cut, r);
    }
  }

  /** ADC and SBB. */
  private static final class WithCarry extends Register {
    private final int operation;

    WithCarry(int offset, Insn i, int operation) {
      super(offset, i);
      this.operation = operation;
    }

    @Override
    void execute(Vcpu c) {
      long at = c.state.base + to;
      long r = Alu.compute(operation, c.state, HostMemory.getLong(at), second(c), size);
      Place.write(at, keep, cut, r);
    }
  }

  private static final class FromMemory extends Address {
    private final int operation;
    private final int size;
    private final long keep;
    private final long cut;
    private final int to;

    FromMemory(int offset, Insn i, Ground g, int operation) {
      super(offset, i, g, false);
      this.operation = operation;
      size = i.a.size();
      keep = Place.kept(size);
      cut = Vcpu.mask(size);
      to = Place.of(i.a);
    }

    @Override
    void execute(Vcpu c) {
      long b = c.mmu.load(address(c), size);
      long at = c.state.base + to;
      long r = Alu.compute(operation, c.state, HostMemory.getLong(at), b, size);
      if (Alu.writes(operation)) {
        Place.write(at, keep, cut, r);
      }
    }
  }

  private static final class CompareMemory extends Address {
    private final int operation;
    private final int size;
    private final int from;
    private final long immediate;

    CompareMemory(int offset, Insn i, Ground g, int operation, boolean immediate) {
      super(offset, i, g, false);
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

    ToMemory(int offset, Insn i, Ground g, int operation, boolean immediate) {
      super(offset, i, g, true);
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
    private final long keep;
    private final long cut;
    private final int to;
    private final boolean up;

    Step(int offset, Insn i) {
      super(offset, offset + i.length);
      size = i.a.size();
      keep = Place.kept(size);
      cut = Vcpu.mask(size);
      to = Place.of(i.a);
      up = i.mnemonic() == Mnemonic.INC;
    }

    @Override
    void execute(Vcpu c) {
      long at = c.state.base + to;
      long a = HostMemory.getLong(at);
      if (up) {
        Flags.increment(c.state, a + 1, size);
        Place.write(at, keep, cut, a + 1);
      } else {
        Flags.decrement(c.state, a - 1, size);
        Place.write(at, keep, cut, a - 1);
      }
    }
  }
}
