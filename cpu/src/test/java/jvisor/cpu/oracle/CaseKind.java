package jvisor.cpu.oracle;

import jvisor.isa.CodeMode;
import jvisor.isa.Encoding;
import jvisor.isa.Row;

/** The kinds of cases. */
enum CaseKind {
  /** 64-bit and 32-bit code in the segments that Linux gives to all programs. */
  FLAT,

  /** 16-bit code, and 32-bit code whose data lie in segments with bases and limits. */
  SEGMENTED;

  /** Whether there are cases of {@code row}. */
  boolean has(Row row) {
    Encoding e = row.encoding();
    boolean only64 = !e.isVex() && e.requiresW() || e.fixedAddressSize() == 8;
    return this == FLAT || e.validIn(CodeMode.BITS16) && !only64;
  }
}
