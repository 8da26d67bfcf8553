package jvisor.conformance;

import jvisor.isa.CodeMode;

/** In which mode a scene's program begins, always at privilege level 0. */
enum Mode {
  /** Real-address mode, all segments 0. */
  REAL(CodeMode.BITS16, 2),
  /** Protected mode with flat 32-bit segments, paging off. */
  PROTECTED(CodeMode.BITS32, 4),
  /** 64-bit mode, the first gigabyte mapped to itself and open to all. */
  LONG(CodeMode.BITS64, 8);

  final CodeMode code;

  /** Bytes in a slot of an interrupt's stack frame. */
  final int slot;

  Mode(CodeMode code, int slot) {
    this.code = code;
    this.slot = slot;
  }
}
