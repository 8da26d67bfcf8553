package jvisor.cpu.interpreter;

import jvisor.cpu.state.Flags;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Operand;
import org.jspecify.annotations.Nullable;

/** Fast forms of near JMP, Jcc, CALL, RET, and of PUSH and POP, in 64-bit code. */
final class FlowOps {
  private static final int RSP = VcpuState.gpr(4);

  /** The conditions Z and NZ, without the bit that inverts. */
  private static final int ZERO = 2;

  private FlowOps() {}

  static @Nullable Op of(int offset, Insn i) {
    if (i.operandSize != 8 && i.a.size() != 8 && i.a.kind() != Operand.Kind.RELATIVE) {
      return null;
    }
    boolean relative = i.a.kind() == Operand.Kind.RELATIVE && i.operandSize != 2;
    return switch (i.mnemonic()) {
      case JCC -> relative ? conditional(offset, i) : null;
      case JMP ->
          relative
              ? new Jump(offset, i)
              : i.a.kind() == Operand.Kind.GPR ? new IndirectJump(offset, i) : null;
      case CALL ->
          relative
              ? new Call(offset, i)
              : i.a.kind() == Operand.Kind.GPR ? new IndirectCall(offset, i) : null;
      case RET -> i.operandSize == 8 && i.a.kind() == Operand.Kind.NONE ? new Ret(offset, i) : null;
      case PUSH ->
          i.operandSize == 8 && i.a.kind() == Operand.Kind.GPR ? new Push(offset, i) : null;
      case POP -> i.operandSize == 8 && i.a.kind() == Operand.Kind.GPR ? new Pop(offset, i) : null;
      default -> null;
    };
  }

  private static void jump(Vcpu c, long rip) {
    if (rip << 16 >> 16 != rip) {
      throw c.gp(0);
    }
    c.state.setRip(rip);
  }

  /** A stack address of eight bytes, checked. */
  private static long stack(Vcpu c, long rsp) {
    Address.checkStack(c, rsp, 7);
    return rsp;
  }

  private static Op conditional(int offset, Insn i) {
    return i.condition() >> 1 == ZERO ? new IfZero(offset, i) : new Conditional(offset, i);
  }

  /** JZ and JNZ, half of all conditional jumps. */
  private static final class IfZero extends Op {
    private final int ifZero;
    private final int otherwise;

    IfZero(int offset, Insn i) {
      super(offset, offset + i.length);
      int target = next + (int) i.a.value();
      boolean zero = (i.condition() & 1) == 0;
      ifZero = zero ? target : next;
      otherwise = zero ? next : target;
    }

    @Override
    void execute(Vcpu c) {
      long base = HostMemory.getLong(c.state.base + VcpuState.BLOCK_BASE);
      jump(c, base + (Flags.zero(c.state) ? ifZero : otherwise));
    }
  }

  private static final class Conditional extends Op {
    private final int condition;
    private final int target;

    Conditional(int offset, Insn i) {
      super(offset, offset + i.length);
      condition = i.condition();
      target = next + (int) i.a.value();
    }

    @Override
    void execute(Vcpu c) {
      long base = HostMemory.getLong(c.state.base + VcpuState.BLOCK_BASE);
      jump(c, base + (Flags.condition(c.state, condition) ? target : next));
    }
  }

  private static final class Jump extends Op {
    private final long target;

    Jump(int offset, Insn i) {
      super(offset, offset + i.length);
      target = next + i.a.value();
    }

    @Override
    void execute(Vcpu c) {
      jump(c, HostMemory.getLong(c.state.base + VcpuState.BLOCK_BASE) + target);
    }
  }

  private static final class Call extends Op {
    private final long target;

    Call(int offset, Insn i) {
      super(offset, offset + i.length);
      target = next + i.a.value();
    }

    @Override
    void execute(Vcpu c) {
      long state = c.state.base;
      long base = HostMemory.getLong(state + VcpuState.BLOCK_BASE);
      long rip = base + target;
      if (rip << 16 >> 16 != rip) {
        throw c.gp(0);
      }
      long rsp = HostMemory.getLong(state + RSP) - 8;
      c.mmu.store64(stack(c, rsp), base + next);
      HostMemory.putLong(state + RSP, rsp);
      c.state.setRip(rip);
    }
  }

  private static final class IndirectJump extends Op {
    private final int from;

    IndirectJump(int offset, Insn i) {
      super(offset, offset + i.length);
      from = Place.of(i.a);
    }

    @Override
    void execute(Vcpu c) {
      jump(c, HostMemory.getLong(c.state.base + from));
    }
  }

  private static final class IndirectCall extends Op {
    private final int from;

    IndirectCall(int offset, Insn i) {
      super(offset, offset + i.length);
      from = Place.of(i.a);
    }

    @Override
    void execute(Vcpu c) {
      long state = c.state.base;
      long rip = HostMemory.getLong(state + from);
      if (rip << 16 >> 16 != rip) {
        throw c.gp(0);
      }
      long rsp = HostMemory.getLong(state + RSP) - 8;
      c.mmu.store64(stack(c, rsp), HostMemory.getLong(state + VcpuState.BLOCK_BASE) + next);
      HostMemory.putLong(state + RSP, rsp);
      c.state.setRip(rip);
    }
  }

  private static final class Ret extends Op {
    Ret(int offset, Insn i) {
      super(offset, offset + i.length);
    }

    @Override
    void execute(Vcpu c) {
      long state = c.state.base;
      long rsp = HostMemory.getLong(state + RSP);
      jump(c, c.mmu.load64(stack(c, rsp)));
      HostMemory.putLong(state + RSP, rsp + 8);
    }
  }

  private static final class Push extends Op {
    private final int from;

    Push(int offset, Insn i) {
      super(offset, offset + i.length);
      from = Place.of(i.a);
    }

    @Override
    void execute(Vcpu c) {
      long state = c.state.base;
      long rsp = HostMemory.getLong(state + RSP) - 8;
      c.mmu.store64(stack(c, rsp), HostMemory.getLong(state + from));
      HostMemory.putLong(state + RSP, rsp);
    }
  }

  private static final class Pop extends Op {
    private final int to;

    Pop(int offset, Insn i) {
      super(offset, offset + i.length);
      to = Place.of(i.a);
    }

    @Override
    void execute(Vcpu c) {
      long state = c.state.base;
      long rsp = HostMemory.getLong(state + RSP);
      long value = c.mmu.load64(stack(c, rsp));
      HostMemory.putLong(state + RSP, rsp + 8);
      HostMemory.putLong(state + to, value);
    }
  }
}
