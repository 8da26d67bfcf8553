package jvisor.machine.vm;

import jvisor.cpu.state.Control;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.machine.boot.EntryState;

/** Gives a processor the registers with which a boot protocol enters. */
final class EntryRegisters {
  private static final int RAX = 0;
  private static final int RBX = 3;
  private static final int RSP = 4;
  private static final int RSI = 6;
  private static final int CODE_32 =
      Segment.GRANULAR
          | Segment.BIG
          | Segment.PRESENT
          | Segment.NOT_SYSTEM
          | Segment.CODE
          | Segment.READABLE
          | Segment.ACCESSED;
  private static final int CODE_64 = CODE_32 & ~Segment.BIG | Segment.LONG;
  private static final int DATA =
      Segment.GRANULAR
          | Segment.BIG
          | Segment.PRESENT
          | Segment.NOT_SYSTEM
          | Segment.WRITABLE
          | Segment.ACCESSED;
  private static final int BUSY_TSS = Segment.PRESENT | 0xb00;
  private static final long WHOLE = 0xffff_ffffL;

  private EntryRegisters() {}

  /** Applies {@code entry} to {@code c}, which has just been reset. */
  static void apply(Vcpu c, EntryState entry) {
    switch (entry.mode()) {
      case RESET -> {
        return;
      }
      case PROTECTED -> flat(c, entry, CODE_32);
      case LONG -> {
        c.state.setCr(3, entry.cr3());
        c.state.setCr(4, Control.CR4_PAE);
        c.state.set(VcpuState.EFER, Control.EFER_LME | Control.EFER_LMA);
        c.state.setCr(0, Control.CR0_PG);
        flat(c, entry, CODE_64);
      }
    }
  }

  private static void flat(Vcpu c, EntryState entry, int codeAttributes) {
    VcpuState s = c.state;
    s.setCr(0, s.cr(0) & Control.CR0_PG | Control.CR0_PE | Control.CR0_ET | Control.CR0_NE);
    s.setSegment(Segment.CS, EntryState.CODE_SELECTOR, 0, WHOLE, codeAttributes);
    for (int segment : new int[] {Segment.ES, Segment.SS, Segment.DS, Segment.FS, Segment.GS}) {
      s.setSegment(segment, EntryState.DATA_SELECTOR, 0, WHOLE, DATA);
    }
    s.setSegment(Segment.TR, EntryState.TASK_SELECTOR, 0, 0x67, BUSY_TSS);
    s.set(VcpuState.GDTR_BASE, entry.gdtBase());
    s.set(VcpuState.GDTR_LIMIT, entry.gdtLimit());
    s.setReg(RSP, entry.rsp());
    s.setReg(RSI, entry.rsi());
    s.setReg(RBX, entry.rbx());
    s.setReg(RAX, entry.rax());
    s.setRip(entry.rip());
    c.setCpl(0);
    c.modeChanged();
    c.mmu.flushAll();
  }
}
