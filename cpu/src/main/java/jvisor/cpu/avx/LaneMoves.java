package jvisor.cpu.avx;

import jvisor.cpu.sse.Lanes;
import jvisor.cpu.sse.VectorAccess;
import jvisor.cpu.sse.VectorConditions;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/** Broadcasts, and lanes put in and taken out. */
final class LaneMoves {
  private static final long BYTES = 0x0101_0101_0101_0101L;
  private static final long WORDS = 0x0001_0001_0001_0001L;
  private static final long DWORDS = 0x0000_0001_0000_0001L;

  private LaneMoves() {}

  /** Binds the instructions of this chapter. */
  static void bind(SemanticTable t) {
    t.bind(Mnemonic.VPBROADCASTB, (c, i) -> broadcast(c, i, (scalar(c, i) & 0xff) * BYTES));
    t.bind(Mnemonic.VPBROADCASTW, (c, i) -> broadcast(c, i, (scalar(c, i) & 0xffff) * WORDS));
    t.bind(Mnemonic.VPBROADCASTD, LaneMoves::broadcastDword);
    t.bind(Mnemonic.VBROADCASTSS, LaneMoves::broadcastDword);
    t.bind(Mnemonic.VPBROADCASTQ, (c, i) -> broadcast(c, i, scalar(c, i)));
    t.bind(Mnemonic.VBROADCASTSD, (c, i) -> broadcast(c, i, scalar(c, i)));
    t.bind(Mnemonic.VBROADCASTF128, LaneMoves::broadcastLane);
    t.bind(Mnemonic.VBROADCASTI128, LaneMoves::broadcastLane);
    t.bind(Mnemonic.VINSERTF128, LaneMoves::insert);
    t.bind(Mnemonic.VINSERTI128, LaneMoves::insert);
    t.bind(Mnemonic.VEXTRACTF128, LaneMoves::extract);
    t.bind(Mnemonic.VEXTRACTI128, LaneMoves::extract);
  }

  private static long scalar(Vcpu c, Insn i) {
    VectorConditions.enterAvx(c);
    return VectorAccess.scalar(c, i, i.b);
  }

  private static void broadcastDword(Vcpu c, Insn i) {
    broadcast(c, i, (scalar(c, i) & 0xffff_ffffL) * DWORDS);
  }

  private static void broadcast(Vcpu c, Insn i, long value) {
    long upper = i.a.size() == 32 ? value : 0;
    VectorAccess.set(c, i, value, value, upper, upper);
  }

  /** VBROADCASTF128, VBROADCASTI128: a lane from memory, twice. */
  static void broadcastLane(Vcpu c, Insn i) {
    VectorConditions.enterAvx(c);
    long s = VectorAccess.source(c, i, i.b);
    long lo = HostMemory.getLong(s);
    long hi = HostMemory.getLong(s + 8);
    VectorAccess.set(c, i, lo, hi, lo, hi);
  }

  /** VINSERTF128, VINSERTI128: the first source with one lane replaced by the second. */
  static void insert(Vcpu c, Insn i) {
    VectorConditions.enterAvx(c);
    long s = VectorAccess.second(c, i);
    long lo = HostMemory.getLong(s);
    long hi = HostMemory.getLong(s + 8);
    long a = VectorAccess.first(c, i);
    if ((VectorAccess.immediate(i) & 1) == 0) {
      VectorAccess.set(c, i, lo, hi, HostMemory.getLong(a + 16), HostMemory.getLong(a + 24));
    } else {
      VectorAccess.set(c, i, HostMemory.getLong(a), HostMemory.getLong(a + 8), lo, hi);
    }
  }

  /** VEXTRACTF128, VEXTRACTI128: one lane to a register or to memory. */
  static void extract(Vcpu c, Insn i) {
    VectorConditions.enterAvx(c);
    long s = VectorAccess.xmm(c, i.b.index()) + 16L * (VectorAccess.immediate(i) & 1);
    long lo = HostMemory.getLong(s);
    long hi = HostMemory.getLong(s + 8);
    if (i.a.isMemory()) {
      long la = VectorAccess.address(c, i, 16, true);
      VectorAccess.store(c, la, lo, hi);
    } else {
      Lanes.store(VectorAccess.destination(c, i), lo, hi);
      VectorAccess.clearUpper(VectorAccess.destination(c, i));
    }
  }
}
