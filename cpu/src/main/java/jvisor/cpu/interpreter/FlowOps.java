package jvisor.cpu.interpreter;

import jvisor.cpu.integer.ControlTransfer;
import jvisor.cpu.state.Flags;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;
import org.jspecify.annotations.Nullable;

/** Fast forms of near JMP, Jcc, CALL and RET in flat code. */
final class FlowOps {
  /** The conditions Z and NZ, without the bit that inverts. */
  private static final int ZERO = 2;

  private FlowOps() {}

  static @Nullable Op of(int offset, Insn i, Ground g) {
    boolean relative = i.a.kind() == Operand.Kind.RELATIVE && i.operandSize != 2;
    int width = StackOps.width(g);
    return switch (i.mnemonic()) {
      case JCC -> relative ? conditional(offset, i, g) : null;
      case JMP, CALL -> {
        if (relative) {
          yield i.mnemonic() == Mnemonic.JMP ? new Jump(offset, i, g) : new Call(offset, i, g);
        }
        yield i.a.size() == width ? indirect(offset, i, g) : null;
      }
      case RET -> i.operandSize == width ? new Ret(offset, i, g) : null;
      default -> null;
    };
  }

  private static @Nullable Op indirect(int offset, Insn i, Ground g) {
    boolean call = i.mnemonic() == Mnemonic.CALL;
    if (i.a.kind() == Operand.Kind.GPR) {
      return call ? new IndirectCall(offset, i, g) : new IndirectJump(offset, i, g);
    }
    return i.a.isMemory() && Address.suits(i, g) ? new ThroughMemory(offset, i, g, call) : null;
  }

  private static Op conditional(int offset, Insn i, Ground g) {
    return i.condition() >> 1 == ZERO ? new IfZero(offset, i, g) : new Conditional(offset, i, g);
  }

  /** An op that writes RIP. */
  private abstract static class Branch extends Op {
    final long mask;

    Branch(int offset, Insn i, Ground g) {
      super(offset, offset + i.length);
      mask = g.ripMask;
    }

    /** Goes {@code distance} bytes from the block's start; #GP(0) if that is not canonical. */
    final void jump(Vcpu c, long distance) {
      c.state.setRip(target(c, distance));
    }

    final long target(Vcpu c, long distance) {
      return checked(c, here(c) + distance & mask);
    }
  }

  private static long here(Vcpu c) {
    return HostMemory.getLong(c.state.base + VcpuState.BLOCK_BASE);
  }

  private static long checked(Vcpu c, long rip) {
    if (rip << 16 >> 16 != rip) {
      throw c.gp(0);
    }
    return rip;
  }

  private static void checkCall(Vcpu c, long rip) {
    if (rip << 16 >> 16 != rip) {
      throw ControlTransfer.badCall(c, Long.BYTES);
    }
  }

  /** JZ and JNZ, half of all conditional jumps. */
  private static final class IfZero extends Branch {
    private final int ifZero;
    private final int otherwise;

    IfZero(int offset, Insn i, Ground g) {
      super(offset, i, g);
      int target = next + (int) i.a.value();
      boolean zero = (i.condition() & 1) == 0;
      ifZero = zero ? target : next;
      otherwise = zero ? next : target;
    }

    @Override
    void execute(Vcpu c) {
      jump(c, Flags.zero(c.state) ? ifZero : otherwise);
    }
  }

  private static final class Conditional extends Branch {
    private final int condition;
    private final int target;

    Conditional(int offset, Insn i, Ground g) {
      super(offset, i, g);
      condition = i.condition();
      target = next + (int) i.a.value();
    }

    @Override
    void execute(Vcpu c) {
      jump(c, Flags.condition(c.state, condition) ? target : next);
    }
  }

  private static final class Jump extends Branch {
    private final long target;

    Jump(int offset, Insn i, Ground g) {
      super(offset, i, g);
      target = next + i.a.value();
    }

    @Override
    void execute(Vcpu c) {
      jump(c, target);
    }
  }

  private static final class Call extends Branch {
    private final long target;
    private final boolean wide;

    Call(int offset, Insn i, Ground g) {
      super(offset, i, g);
      target = next + i.a.value();
      wide = g == Ground.FLAT_64;
    }

    @Override
    void execute(Vcpu c) {
      long rip = here(c) + target & mask;
      checkCall(c, rip);
      StackOps.push(c, wide, here(c) + next);
      c.state.setRip(rip);
    }
  }

  private static final class IndirectJump extends Branch {
    private final int from;

    IndirectJump(int offset, Insn i, Ground g) {
      super(offset, i, g);
      from = Place.of(i.a);
    }

    @Override
    void execute(Vcpu c) {
      c.state.setRip(checked(c, HostMemory.getLong(c.state.base + from) & mask));
    }
  }

  private static final class IndirectCall extends Branch {
    private final int from;
    private final boolean wide;

    IndirectCall(int offset, Insn i, Ground g) {
      super(offset, i, g);
      from = Place.of(i.a);
      wide = g == Ground.FLAT_64;
    }

    @Override
    void execute(Vcpu c) {
      long rip = HostMemory.getLong(c.state.base + from) & mask;
      checkCall(c, rip);
      StackOps.push(c, wide, here(c) + next);
      c.state.setRip(rip);
    }
  }

  /** JMP and CALL to an address in memory. */
  private static final class ThroughMemory extends Address {
    private final boolean wide;
    private final boolean call;

    ThroughMemory(int offset, Insn i, Ground g, boolean call) {
      super(offset, i, g, false);
      wide = g == Ground.FLAT_64;
      this.call = call;
    }

    @Override
    void execute(Vcpu c) {
      long la = address(c);
      long rip = wide ? c.mmu.load64(la) : c.mmu.load32(la) & 0xffff_ffffL;
      if (call) {
        checkCall(c, rip);
        StackOps.push(c, wide, here(c) + next);
      }
      c.state.setRip(call ? rip : checked(c, rip));
    }
  }

  private static final class Ret extends Branch {
    private final boolean wide;
    private final long release;

    Ret(int offset, Insn i, Ground g) {
      super(offset, i, g);
      wide = g == Ground.FLAT_64;
      release = StackOps.width(g) + (i.a.value() & 0xffff);
    }

    @Override
    void execute(Vcpu c) {
      long rsp = StackOps.pointer(c);
      c.state.setRip(checked(c, StackOps.load(c, wide, rsp)));
      StackOps.setPointer(c, wide, rsp + release);
    }
  }
}
