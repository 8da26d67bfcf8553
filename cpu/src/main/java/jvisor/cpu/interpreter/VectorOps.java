package jvisor.cpu.interpreter;

import jvisor.cpu.sse.VectorAccess;
import jvisor.cpu.sse.VectorConditions;
import jvisor.cpu.sse.VectorMoves;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import org.jspecify.annotations.Nullable;

/** Fast forms of MOVAPS, MOVUPS and their kin, which move 16 bytes, in 64-bit code. */
final class VectorOps {
  private static final int SIZE = 16;
  private static final int PAGE = 4096;

  /** No canonical address. */
  private static final long DONE = Long.MIN_VALUE;

  private VectorOps() {}

  static @Nullable Op of(int offset, Insn i, Ground g) {
    if (g != Ground.FLAT_64) {
      return null;
    }
    if (!i.hasMemory()) {
      return new Copy(offset, i);
    }
    if (!Address.suits(i, g)) {
      return null;
    }
    return i.a.isMemory() ? new Store(offset, i, g) : new Load(offset, i, g);
  }

  private static final class Copy extends Op {
    private final int to;
    private final int from;

    Copy(int offset, Insn i) {
      super(offset, offset + i.length);
      to = i.a.index();
      from = i.b.index();
    }

    @Override
    void execute(Vcpu c) {
      VectorConditions.enterSse(c);
      long s = VectorAccess.xmm(c, from);
      VectorAccess.setXmm(c, to, HostMemory.getLong(s), HostMemory.getLong(s + 8));
    }
  }

  /** A move to or from memory. What is out of the ordinary is left to the semantic. */
  private abstract static class Memory extends Address {
    private final Insn insn;
    private final boolean aligned;

    Memory(int offset, Insn i, Ground g, boolean writes) {
      super(offset, i, g, writes);
      insn = i;
      aligned = i.row.aligned();
    }

    /**
     * Whether all 16 bytes lie in one page at a canonical address that is aligned if it must be.
     */
    private boolean isOrdinary(long la) {
      boolean fits = (la & SIZE - 1) == 0 || !aligned && (la & PAGE - 1) <= PAGE - SIZE;
      return fits && la << 16 >> 16 == la;
    }

    /**
     * The linear address, if the access is ordinary; if not, it is done, and the answer is {@link
     * #DONE}.
     */
    final long ordinary(Vcpu c) {
      VectorConditions.enterSse(c);
      long la = unchecked(c);
      if (!isOrdinary(la)) {
        byTheBook(c);
        return DONE;
      }
      c.checkAlignment(la, SIZE);
      return la;
    }

    private void byTheBook(Vcpu c) {
      c.state.setRip(c.state.get(VcpuState.BLOCK_BASE) + next);
      VectorMoves.move(c, insn);
    }
  }

  private static final class Load extends Memory {
    private final int to;

    Load(int offset, Insn i, Ground g) {
      super(offset, i, g, false);
      to = i.a.index();
    }

    @Override
    void execute(Vcpu c) {
      long la = ordinary(c);
      if (la != DONE) {
        VectorAccess.setXmm(c, to, c.mmu.load64(la), c.mmu.load64(la + 8));
      }
    }
  }

  private static final class Store extends Memory {
    private final int from;

    Store(int offset, Insn i, Ground g) {
      super(offset, i, g, true);
      from = i.b.index();
    }

    @Override
    void execute(Vcpu c) {
      long la = ordinary(c);
      if (la != DONE) {
        long s = VectorAccess.xmm(c, from);
        c.mmu.store64(la, HostMemory.getLong(s));
        c.mmu.store64(la + 8, HostMemory.getLong(s + 8));
      }
    }
  }
}
