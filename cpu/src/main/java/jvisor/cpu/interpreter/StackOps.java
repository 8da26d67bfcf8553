package jvisor.cpu.interpreter;

import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Operand;
import org.jspecify.annotations.Nullable;

/** The stack of flat code, and fast forms of PUSH, POP and LEAVE. */
final class StackOps {
  private static final int RSP = VcpuState.gpr(4);
  private static final int RBP = VcpuState.gpr(5);
  private static final long LAST = 0xffff_ffffL;

  private StackOps() {}

  static @Nullable Op of(int offset, Insn i, Ground g) {
    if (i.operandSize != width(g)) {
      return null;
    }
    return switch (i.mnemonic()) {
      case PUSH ->
          switch (i.a.kind()) {
            case GPR -> new Push(offset, i, g);
            case IMMEDIATE -> new PushConstant(offset, i, g);
            default -> i.a.isMemory() && Address.suits(i, g) ? new PushMemory(offset, i, g) : null;
          };
      case POP -> i.a.kind() == Operand.Kind.GPR ? new Pop(offset, i, g) : null;
      case LEAVE -> new Leave(offset, i, g);
      default -> null;
    };
  }

  /** Bytes of a stack slot. */
  static int width(Ground g) {
    return g == Ground.FLAT_64 ? 8 : 4;
  }

  /** Stores a slot below the stack pointer and moves that. */
  static void push(Vcpu c, boolean wide, long value) {
    long state = c.state.base;
    long rsp;
    if (wide) {
      rsp = HostMemory.getLong(state + RSP) - 8;
      Address.checkStack(c, rsp, 7);
      c.mmu.store64(rsp, value);
    } else {
      rsp = HostMemory.getLong(state + RSP) - 4 & LAST;
      checkFlat(c, rsp);
      c.mmu.store32(rsp, (int) value);
    }
    HostMemory.putLong(state + RSP, rsp);
  }

  /** The slot at {@code rsp}. */
  static long load(Vcpu c, boolean wide, long rsp) {
    if (wide) {
      Address.checkStack(c, rsp, 7);
      return c.mmu.load64(rsp);
    }
    checkFlat(c, rsp & LAST);
    return c.mmu.load32(rsp & LAST) & LAST;
  }

  /** Sets the stack pointer. */
  static void setPointer(Vcpu c, boolean wide, long rsp) {
    HostMemory.putLong(c.state.base + RSP, wide ? rsp : rsp & LAST);
  }

  /** The stack pointer, with anything above its width. */
  static long pointer(Vcpu c) {
    return HostMemory.getLong(c.state.base + RSP);
  }

  private static void checkFlat(Vcpu c, long esp) {
    if (esp > LAST - 3) {
      throw c.ss(0);
    }
  }

  private static final class Push extends Op {
    private final boolean wide;
    private final int from;

    Push(int offset, Insn i, Ground g) {
      super(offset, offset + i.length);
      wide = g == Ground.FLAT_64;
      from = Place.of(i.a);
    }

    @Override
    void execute(Vcpu c) {
      push(c, wide, HostMemory.getLong(c.state.base + from));
    }
  }

  private static final class PushConstant extends Op {
    private final boolean wide;
    private final long value;

    PushConstant(int offset, Insn i, Ground g) {
      super(offset, offset + i.length);
      wide = g == Ground.FLAT_64;
      value = i.a.value();
    }

    @Override
    void execute(Vcpu c) {
      push(c, wide, value);
    }
  }

  private static final class PushMemory extends Address {
    private final boolean wide;

    PushMemory(int offset, Insn i, Ground g) {
      super(offset, i, g, false);
      wide = g == Ground.FLAT_64;
    }

    @Override
    void execute(Vcpu c) {
      long la = address(c);
      push(c, wide, wide ? c.mmu.load64(la) : c.mmu.load32(la));
    }
  }

  private static final class Pop extends Op {
    private final boolean wide;
    private final int to;

    Pop(int offset, Insn i, Ground g) {
      super(offset, offset + i.length);
      wide = g == Ground.FLAT_64;
      to = Place.of(i.a);
    }

    @Override
    void execute(Vcpu c) {
      long rsp = pointer(c);
      long value = load(c, wide, rsp);
      setPointer(c, wide, rsp + (wide ? 8 : 4));
      HostMemory.putLong(c.state.base + to, value);
    }
  }

  private static final class Leave extends Op {
    private final boolean wide;

    Leave(int offset, Insn i, Ground g) {
      super(offset, offset + i.length);
      wide = g == Ground.FLAT_64;
    }

    @Override
    void execute(Vcpu c) {
      long rbp = HostMemory.getLong(c.state.base + RBP);
      long value = load(c, wide, rbp);
      setPointer(c, wide, rbp + (wide ? 8 : 4));
      HostMemory.putLong(c.state.base + RBP, value);
    }
  }
}
