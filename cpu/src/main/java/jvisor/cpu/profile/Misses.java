package jvisor.cpu.profile;

import jvisor.cpu.mmu.TlbLayout;
import jvisor.cpu.state.VcpuState;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Operand;
import org.jspecify.annotations.Nullable;

/** Finds out, after the fact, why a probe of the software TLB has failed. */
final class Misses {
  private static final long PAGE = -4096;
  private static final int RSP = 4;
  private static final int RBP = 5;

  private final VcpuState s;

  Misses(VcpuState s) {
    this.s = s;
  }

  /**
   * What is amiss with the accesses of {@code i}, or null if the TLB admits them all.
   *
   * @param next offset behind the instruction from the start of the block
   */
  @Nullable String of(Insn i, int next, boolean narrow) {
    int width = narrow ? 4 : 8;
    String operand = operand(i, next, narrow);
    if (operand != null) {
      return operand;
    }
    return switch (i.mnemonic()) {
      case PUSH, CALL -> of("push", s.reg(RSP) - width, width, true, narrow);
      case POP, RET -> of("pop", s.reg(RSP), width, false, narrow);
      case LEAVE -> of("pop", s.reg(RBP), width, false, narrow);
      default -> null;
    };
  }

  private @Nullable String operand(Insn i, int next, boolean narrow) {
    Operand memory = i.a.isMemory() ? i.a : i.b.isMemory() ? i.b : i.c;
    if (!memory.isMemory() || memory.size() == 0) {
      return null;
    }
    long la = address(i, next);
    boolean store = i.a.isMemory() && i.row.writes(0);
    if (i.row.aligned() && la % memory.size() != 0) {
      return "not aligned";
    }
    return of(store ? "store" : "load", la, memory.size(), store, narrow);
  }

  private long address(Insn i, int next) {
    long address = i.displacement;
    if (i.base == Insn.RIP) {
      address += s.get(VcpuState.BLOCK_BASE) + next;
    } else if (i.base >= 0) {
      address += s.reg(i.base);
    }
    if (i.index >= 0) {
      address += s.reg(i.index) << i.scale;
    }
    if (i.addressSize == 4) {
      address &= 0xffff_ffffL;
    }
    return i.segment >= Insn.FS ? address + s.segmentBase(i.segment) : address;
  }

  private @Nullable String of(String what, long address, int size, boolean write, boolean narrow) {
    long la = narrow ? address & 0xffff_ffffL : address;
    if ((la & PAGE) != (la + size - 1 & PAGE)) {
      return what + ": two pages";
    }
    long entry =
        s.get(VcpuState.TLB_TABLE) + (la >>> TlbLayout.INDEX_SHIFT & TlbLayout.OFFSET_MASK);
    long tag = la & PAGE | s.get(VcpuState.TLB_GENERATION);
    long read = HostMemory.getLong(entry + TlbLayout.READ_TAG);
    if (read != tag) {
      return what
          + (read == -1
              ? ": empty entry"
              : (read & PAGE) == (la & PAGE)
                  ? ": entry is out of date"
                  : ": entry of another page");
    }
    return write && HostMemory.getLong(entry + TlbLayout.WRITE_TAG) != tag
        ? what + ": entry for loads only"
        : null;
  }
}
