package jvisor.cpu.oracle;

import jvisor.host.HostMemory;

/**
 * The state that everything in a case has that does not matter: registers and memory that differ
 * from each other, so that it shows when they are changed or mixed up, and control registers as
 * after a reset of the program.
 */
final class StandardState {
  private static final int RSP = 4;
  private static final int FLAGS = 0x202;
  private static final int FCW = 0x37f;
  private static final int MXCSR = 0x1f80;
  private static final long BYTES = 0x0101_0101_0101_0101L;

  private StandardState() {}

  /** Fills in everything but the code and where it stands. */
  static void fill(CaseState s) {
    boolean is64 = s.is64();
    int data = s.width() == 16 ? LocalSegment.DATA_16.selector() : Layout.DATA;
    HostMemory.fill(s.at() + CaseState.XSAVE, CaseState.XSAVE_SIZE, 0);
    for (int r = 0; r < 16; r++) {
      long value = BYTES * (0x10 + r);
      s.setGpr(r, is64 ? value : r < 8 ? value & 0xffff_ffffL : 0);
    }
    s.set(CaseState.FLAGS, FLAGS);
    s.set(CaseState.ERROR, 0);
    s.set(CaseState.CR2, 0);
    s.set(CaseState.FS_BASE, 0);
    s.set(CaseState.GS_BASE, 0);
    for (int segment = 0; segment < 6; segment++) {
      s.setSelector(segment, data);
    }
    if (s.width() == 16) {
      s.setGpr(RSP, s.gpr(RSP) & Layout.SMALL_STACK_POINTER);
    }
    s.set(CaseState.XSTATE_BV, 7);
    s.setWord(CaseState.FCW, FCW);
    s.set(CaseState.MXCSR, MXCSR);
    for (int n = 0; n < 8; n++) {
      s.set(CaseState.ST + 16 * n, BYTES * (0x80 + n));
      s.setWord(CaseState.ST + 16 * n + 8, 0x4000 + n);
    }
    for (int n = 0; n < 16; n++) {
      for (int lane = 0; lane < 4; lane++) {
        s.setVector(n, lane, BYTES * (0x20 + 0x10 * lane + n));
      }
    }
    for (int at = CaseState.MEMORY; at < CaseState.SIZE; at++) {
      HostMemory.putByte(s.at() + at, memory(at));
    }
  }

  /** The byte at an offset of the record that belongs to the memory. */
  static int memory(int offset) {
    return Layout.constant(offset) & 0xff;
  }
}
