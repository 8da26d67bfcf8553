package jvisor.cpu.system;

import jvisor.cpu.state.Control;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/**
 * FXSAVE, FXRSTOR and the XSAVE family (SDM vol. 1, 10.5 and ch. 13) for x87, SSE and AVX state.
 */
public final class ExtendedState {
  /** Of areas that the XSAVE family writes and reads. */
  private static final int ALIGNMENT = 64;

  private static final int HEADER = 512;
  private static final int HEADER_SIZE = 64;
  private static final int AVX_AREA = HEADER + HEADER_SIZE;
  private static final int AVX_SIZE = 256;
  private static final long COMPACT = 1L << 63;
  private static final long X87 = 1;
  private static final long SSE = 2;
  private static final long AVX = 4;
  private static final int MXCSR_INITIAL = 0x1f80;

  private ExtendedState() {}

  /** Binds the instructions of this chapter. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.FXSAVE, ExtendedState::fxsave)
        .bind(Mnemonic.FXRSTOR, ExtendedState::fxrstor)
        .bind(Mnemonic.XSAVE, (c, i) -> xsave(c, i, false))
        .bind(Mnemonic.XSAVEOPT, (c, i) -> xsave(c, i, true))
        .bind(Mnemonic.XSAVEC, ExtendedState::xsavec)
        .bind(Mnemonic.XSAVES, ExtendedState::xsaves)
        .bind(Mnemonic.XRSTOR, (c, i) -> xrstor(c, i, false))
        .bind(Mnemonic.XRSTORS, ExtendedState::xrstors);
  }

  /** XINUSE: the components that are not in their initial configuration (SDM vol. 1, 13.6). */
  static long inUse(Vcpu c) {
    return (LegacyArea.isX87Initial(c.state) ? 0 : X87)
        | (isVectorInitial(c.state, 0) ? 0 : SSE)
        | (isVectorInitial(c.state, 2) ? 0 : AVX);
  }

  /** Whether lanes {@code lane} and {@code lane + 1} of all vector registers are zero. */
  private static boolean isVectorInitial(VcpuState s, int lane) {
    for (int register = 0; register < 16; register++) {
      if ((s.vector(register, lane) | s.vector(register, lane + 1)) != 0) {
        return false;
      }
    }
    return true;
  }

  private static void fxsave(Vcpu c, Insn i) {
    requireFpu(c);
    long la = area(c, i, HEADER, 16, true);
    LegacyArea.saveX87(c, la, i.operandSize == 8);
    LegacyArea.saveMxcsr(c, la);
    LegacyArea.saveSse(c, la);
  }

  private static void fxrstor(Vcpu c, Insn i) {
    requireFpu(c);
    long la = area(c, i, HEADER, 16, false);
    LegacyArea.checkMxcsr(c, la);
    LegacyArea.restoreX87(c, la, i.operandSize == 8);
    LegacyArea.restoreMxcsr(c, la);
    LegacyArea.restoreSse(c, la);
  }

  private static void requireFpu(Vcpu c) {
    if ((c.state.cr(0) & (Control.CR0_TS | Control.CR0_EM)) != 0) {
      throw c.nm();
    }
  }

  private static void requireXsave(Vcpu c) {
    if ((c.state.cr(4) & Control.CR4_OSXSAVE) == 0) {
      throw c.ud();
    }
    if ((c.state.cr(0) & Control.CR0_TS) != 0) {
      throw c.nm();
    }
  }

  /**
   * The linear address of an area that is aligned and, from here on, cannot fault. Where #AC may
   * take the place of #GP (FXSAVE, FXRSTOR) it does so off doublewords. The other areas must be
   * aligned before the segment is looked at. Whether that can be written comes last.
   */
  private static long area(Vcpu c, Insn i, int size, int alignment, boolean write) {
    if (alignment == ALIGNMENT && (c.unchecked(i.segment, c.offset(i)) & ALIGNMENT - 1) != 0) {
      throw c.gp(0);
    }
    long la = c.address(i, size, false);
    if ((la & alignment - 1) != 0) {
      c.checkAlignment(la, 4);
      throw c.gp(0);
    }
    if (write) {
      c.mmu.probeWrite(c.address(i, size, true), size);
    } else {
      c.mmu.probeRead(la, size);
    }
    return la;
  }

  /** RFBM: the components that both XCR0 and EDX:EAX name. */
  private static long requested(Vcpu c) {
    VcpuState s = c.state;
    return s.get(VcpuState.XCR0) & (s.reg(2, 4) << 32 | s.reg(0, 4));
  }

  /** Bytes of the area that holds these components, header included. */
  private static int size(long components) {
    return (components & AVX) != 0 ? AVX_AREA + AVX_SIZE : AVX_AREA;
  }

  private static void xsave(Vcpu c, Insn i, boolean optimized) {
    requireXsave(c);
    long requested = requested(c);
    long la = area(c, i, size(requested), ALIGNMENT, true);
    long used = inUse(c);
    long saved = optimized ? requested & used : requested;
    if ((saved & X87) != 0) {
      LegacyArea.saveX87(c, la, i.operandSize == 8);
    }
    if ((requested & (SSE | AVX)) != 0) {
      LegacyArea.saveMxcsr(c, la);
    }
    if ((saved & SSE) != 0) {
      LegacyArea.saveSse(c, la);
    }
    if ((saved & AVX) != 0) {
      LegacyArea.saveVectors(c, la + AVX_AREA, 2);
    }
    long before = c.mmu.load64(la + HEADER);
    c.mmu.store64(la + HEADER, before & ~requested | requested & used);
  }

  private static void xsavec(Vcpu c, Insn i) {
    requireXsave(c);
    long requested = requested(c);
    long la = area(c, i, size(requested), ALIGNMENT, true);
    long used = inUse(c);
    if (c.state.mxcsr() != MXCSR_INITIAL) {
      used |= SSE;
    }
    long saved = requested & used;
    if ((saved & X87) != 0) {
      LegacyArea.saveX87(c, la, i.operandSize == 8);
    }
    if ((saved & SSE) != 0) {
      LegacyArea.saveMxcsr(c, la);
      LegacyArea.saveSse(c, la);
    }
    if ((saved & AVX) != 0) {
      LegacyArea.saveVectors(c, la + AVX_AREA, 2);
    }
    c.mmu.store64(la + HEADER, saved);
    c.mmu.store64(la + HEADER + 8, requested | COMPACT);
  }

  /** There are no supervisor components, so XSAVES saves what XSAVEC does. */
  private static void xsaves(Vcpu c, Insn i) {
    requireXsave(c);
    c.requireCpl0();
    xsavec(c, i);
  }

  private static void xrstors(Vcpu c, Insn i) {
    requireXsave(c);
    c.requireCpl0();
    xrstor(c, i, true);
  }

  private static void xrstor(Vcpu c, Insn i, boolean compactOnly) {
    requireXsave(c);
    long requested = requested(c);
    long la = area(c, i, size(requested), ALIGNMENT, false);
    long present = c.mmu.load64(la + HEADER);
    long compaction = c.mmu.load64(la + HEADER + 8);
    boolean compact = compaction < 0;
    if (compactOnly && !compact) {
      throw c.gp(0);
    }
    checkHeader(c, la, present, compaction);
    long loaded = requested & present;
    boolean mxcsr = compact ? (loaded & SSE) != 0 : (requested & (SSE | AVX)) != 0;
    if (mxcsr) {
      LegacyArea.checkMxcsr(c, la);
    }
    if ((loaded & X87) != 0) {
      LegacyArea.restoreX87(c, la, i.operandSize == 8);
    } else if ((requested & X87) != 0) {
      LegacyArea.initializeX87(c.state);
    }
    if (mxcsr) {
      LegacyArea.restoreMxcsr(c, la);
    } else if (compact && (requested & SSE) != 0) {
      c.state.setMxcsr(MXCSR_INITIAL);
    }
    if ((loaded & SSE) != 0) {
      LegacyArea.restoreSse(c, la);
    } else if ((requested & SSE) != 0) {
      LegacyArea.initializeVectors(c, 0);
    }
    if ((loaded & AVX) != 0) {
      LegacyArea.restoreVectors(c, la + AVX_AREA, 2);
    } else if ((requested & AVX) != 0) {
      LegacyArea.initializeVectors(c, 2);
    }
  }

  /** #GP(0) for an XSAVE header that the form does not allow (SDM vol. 1, 13.8). */
  private static void checkHeader(Vcpu c, long la, long present, long compaction) {
    long xcr0 = c.state.get(VcpuState.XCR0);
    boolean compact = compaction < 0;
    boolean bad =
        compact
            ? (compaction & ~(xcr0 | COMPACT)) != 0 || (present & ~compaction) != 0
            : (present & ~xcr0) != 0 || compaction != 0;
    int checked = compact ? HEADER_SIZE : 24;
    for (int offset = 16; offset < checked; offset += 8) {
      bad |= c.mmu.load64(la + HEADER + offset) != 0;
    }
    if (bad || compact && present < 0) {
      throw c.gp(0);
    }
  }
}
