package jvisor.cpu.interpreter;

import jvisor.cpu.state.Flags;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Operand;
import org.jspecify.annotations.Nullable;

/** Fast forms of MOV, MOVZX, MOVSX, MOVSXD, LEA, CMOVcc, SETcc and NOP. */
final class MoveOps {
  private MoveOps() {}

  static @Nullable Op of(int offset, Insn i, Ground g) {
    if (i.hasMemory() && !Address.suits(i, g)) {
      return null;
    }
    return switch (i.mnemonic()) {
      case MOV -> move(offset, i, g);
      case MOVZX -> i.b.isMemory() ? new Load(offset, i, g, 0) : new Copy(offset, i, 0);
      case MOVSX, MOVSXD -> {
        int shift = 64 - 8 * i.b.size();
        yield i.b.isMemory() ? new Load(offset, i, g, shift) : new Copy(offset, i, shift);
      }
      case LEA -> new Lea(offset, i, g);
      case CMOVCC ->
          i.b.isMemory() ? new ConditionalLoad(offset, i, g) : new ConditionalMove(offset, i);
      case SETCC -> i.a.isMemory() ? new StoreByte(offset, i, g) : new SetByte(offset, i);
      case NOP -> new Nothing(offset, i);
      default -> null;
    };
  }

  private static @Nullable Op move(int offset, Insn i, Ground g) {
    boolean immediate = i.b.kind() == Operand.Kind.IMMEDIATE;
    if (i.a.isMemory()) {
      return immediate ? new StoreImmediate(offset, i, g) : new Store(offset, i, g);
    }
    if (i.b.isMemory()) {
      return new Load(offset, i, g, 0);
    }
    return immediate ? new Constant(offset, i) : new Copy(offset, i, 0);
  }

  private static final class Nothing extends Op {
    Nothing(int offset, Insn i) {
      super(offset, offset + i.length);
    }

    @Override
    void execute(Vcpu c) {}
  }

  private static final class Constant extends Op {
    private final long keep;
    private final long cut;
    private final int to;
    private final long value;

    Constant(int offset, Insn i) {
      super(offset, offset + i.length);
      keep = Place.kept(i.a.size());
      cut = Vcpu.mask(i.a.size());
      to = Place.of(i.a);
      value = i.b.value();
    }

    @Override
    void execute(Vcpu c) {
      Place.write(c.state.base + to, keep, cut, value);
    }
  }

  /** Register to register, with zero extension or, by {@code shift}, sign extension. */
  private static final class Copy extends Op {
    private final long keep;
    private final long cut;
    private final int to;
    private final int from;
    private final long mask;
    private final int shift;

    Copy(int offset, Insn i, int shift) {
      super(offset, offset + i.length);
      keep = Place.kept(i.a.size());
      cut = Vcpu.mask(i.a.size());
      to = Place.of(i.a);
      from = Place.of(i.b);
      mask = Vcpu.mask(i.b.size());
      this.shift = shift;
    }

    @Override
    void execute(Vcpu c) {
      long value = HostMemory.getLong(c.state.base + from) & mask;
      Place.write(c.state.base + to, keep, cut, value << shift >> shift);
    }
  }

  /** Memory to register, with zero extension or, by {@code shift}, sign extension. */
  private static final class Load extends Address {
    private final long keep;
    private final long cut;
    private final int to;
    private final int width;
    private final int shift;

    Load(int offset, Insn i, Ground g, int shift) {
      super(offset, i, g, false);
      keep = Place.kept(i.a.size());
      cut = Vcpu.mask(i.a.size());
      to = Place.of(i.a);
      width = i.b.size();
      this.shift = shift;
    }

    @Override
    void execute(Vcpu c) {
      long value = c.mmu.load(address(c), width);
      Place.write(c.state.base + to, keep, cut, value << shift >> shift);
    }
  }

  private static final class Store extends Address {
    private final int size;
    private final int from;

    Store(int offset, Insn i, Ground g) {
      super(offset, i, g, true);
      size = i.a.size();
      from = Place.of(i.b);
    }

    @Override
    void execute(Vcpu c) {
      c.mmu.store(address(c), size, HostMemory.getLong(c.state.base + from));
    }
  }

  private static final class StoreImmediate extends Address {
    private final int size;
    private final long value;

    StoreImmediate(int offset, Insn i, Ground g) {
      super(offset, i, g, true);
      size = i.a.size();
      value = i.b.value();
    }

    @Override
    void execute(Vcpu c) {
      c.mmu.store(address(c), size, value);
    }
  }

  private static final class Lea extends Address {
    private final long keep;
    private final long cut;
    private final int to;

    Lea(int offset, Insn i, Ground g) {
      super(offset, i, g, false);
      keep = Place.kept(i.a.size());
      cut = Vcpu.mask(i.a.size());
      to = Place.of(i.a);
    }

    @Override
    void execute(Vcpu c) {
      Place.write(c.state.base + to, keep, cut, offset(c.state.base));
    }
  }

  private static final class ConditionalMove extends Op {
    private final long keep;
    private final long cut;
    private final int to;
    private final int from;
    private final int condition;

    ConditionalMove(int offset, Insn i) {
      super(offset, offset + i.length);
      keep = Place.kept(i.a.size());
      cut = Vcpu.mask(i.a.size());
      to = Place.of(i.a);
      from = Place.of(i.b);
      condition = i.condition();
    }

    @Override
    void execute(Vcpu c) {
      long base = c.state.base;
      int source = Flags.condition(c.state, condition) ? from : to;
      Place.write(base + to, keep, cut, HostMemory.getLong(base + source));
    }
  }

  private static final class ConditionalLoad extends Address {
    private final int size;
    private final long keep;
    private final long cut;
    private final int to;
    private final int condition;

    ConditionalLoad(int offset, Insn i, Ground g) {
      super(offset, i, g, false);
      size = i.a.size();
      keep = Place.kept(size);
      cut = Vcpu.mask(size);
      to = Place.of(i.a);
      condition = i.condition();
    }

    @Override
    void execute(Vcpu c) {
      long value = c.mmu.load(address(c), size);
      long at = c.state.base + to;
      Place.write(
          at, keep, cut, Flags.condition(c.state, condition) ? value : HostMemory.getLong(at));
    }
  }

  private static final class StoreByte extends Address {
    private final int condition;

    StoreByte(int offset, Insn i, Ground g) {
      super(offset, i, g, true);
      condition = i.condition();
    }

    @Override
    void execute(Vcpu c) {
      c.mmu.store8(address(c), Flags.condition(c.state, condition) ? 1 : 0);
    }
  }

  private static final class SetByte extends Op {
    private final int to;
    private final int condition;

    SetByte(int offset, Insn i) {
      super(offset, offset + i.length);
      to = Place.of(i.a);
      condition = i.condition();
    }

    @Override
    void execute(Vcpu c) {
      HostMemory.putByte(c.state.base + to, Flags.condition(c.state, condition) ? 1 : 0);
    }
  }
}
