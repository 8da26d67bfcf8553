package jvisor.cpu.oracle;

import java.lang.foreign.Arena;
import jvisor.host.HostMemory;
import jvisor.isa.CodeMode;

/**
 * Everything that an instruction can see and change, before or after it, as a record of {@value
 * #SIZE} bytes in native memory that the program of {@link HostProgram} reads and writes as well.
 * The constants are offsets in bytes; fields are little-endian.
 *
 * @param at the record's hva, a multiple of 64
 */
record CaseState(long at) {
  static final int GPR = 0;
  static final int FLAGS = 128;

  /** Before: where the instruction begins. */
  static final int RIP = 136;

  static final int CS = 144;

  /** After: the exception's vector; 3 if the instruction was completed. */
  static final int VECTOR = 152;

  /** Before: the linear address of the instruction. */
  static final int CODE_ADDRESS = 152;

  static final int ERROR = 160;
  static final int CR2 = 168;
  static final int FS_BASE = 176;
  static final int GS_BASE = 184;

  /** Selectors of two bytes: ES, CS (unused), SS, DS, FS, GS. */
  static final int SELECTORS = 192;

  /** Sixteen bytes of code, filled up with INT3. */
  static final int CODE = 208;

  /** An XSAVE area in the standard format, with x87, SSE and AVX state. */
  static final int XSAVE = 256;

  static final int XSAVE_SIZE = 832;
  static final int FCW = XSAVE;
  static final int FSW = XSAVE + 2;
  static final int FTW = XSAVE + 4;
  static final int FOP = XSAVE + 6;
  static final int FIP = XSAVE + 8;
  static final int FDP = XSAVE + 16;
  static final int MXCSR = XSAVE + 24;
  static final int ST = XSAVE + 32;
  static final int XMM = XSAVE + 160;
  static final int XSTATE_BV = XSAVE + 512;
  static final int YMM_HIGH = XSAVE + 576;

  /** The bytes of {@link Layout#WINDOW}, then those of {@link Layout#EDGE}. */
  static final int MEMORY = XSAVE + XSAVE_SIZE;

  static final int EDGE = MEMORY + Layout.WINDOW_SIZE;
  static final int SIZE = EDGE + Layout.EDGE_SIZE;

  /** {@link #VECTOR} of an instruction that ran to its end. */
  static final int COMPLETED = 3;

  long get(int offset) {
    return HostMemory.getLong(at + offset);
  }

  void set(int offset, long value) {
    HostMemory.putLong(at + offset, value);
  }

  int byteAt(int offset) {
    return HostMemory.getByte(at + offset);
  }

  int word(int offset) {
    return HostMemory.getShort(at + offset);
  }

  void setWord(int offset, int value) {
    HostMemory.putShort(at + offset, value);
  }

  long gpr(int index) {
    return get(GPR + 8 * index);
  }

  void setGpr(int index, long value) {
    set(GPR + 8 * index, value);
  }

  /** A state in memory of its own. */
  static CaseState in(Arena arena) {
    return new CaseState(arena.allocate(SIZE, 64).address());
  }

  boolean is64() {
    return get(CS) == Layout.CODE64;
  }

  /** The width of the code: 16, 32 or 64. */
  int width() {
    return is64() ? 64 : get(CS) == Layout.CODE32 ? 32 : 16;
  }

  CodeMode mode() {
    return switch (width()) {
      case 64 -> CodeMode.BITS64;
      case 32 -> CodeMode.BITS32;
      default -> CodeMode.BITS16;
    };
  }

  private static int codeSelector(int width) {
    return switch (width) {
      case 64 -> Layout.CODE64;
      case 32 -> Layout.CODE32;
      default -> LocalSegment.CODE_16.selector();
    };
  }

  int selector(int segment) {
    return word(SELECTORS + 2 * segment);
  }

  void setSelector(int segment, int value) {
    setWord(SELECTORS + 2 * segment, value);
  }

  /** Where code of a width stands unless it stands near a page's end: the offset in its segment. */
  static long codeStart(int width) {
    return Layout.CODE - LocalSegment.base(codeSelector(width));
  }

  /** Has the instruction begin at {@code rip} in the code segment of a width. */
  void place(int width, long rip) {
    int selector = codeSelector(width);
    set(CS, selector);
    set(RIP, rip);
    set(CODE_ADDRESS, LocalSegment.base(selector) + rip);
  }

  /** Sixty-four bits of a vector register, lanes 2 and 3 being the upper half of the YMM. */
  long vector(int index, int lane) {
    return get(vectorOffset(index, lane));
  }

  void setVector(int index, int lane, long value) {
    set(vectorOffset(index, lane), value);
  }

  static int vectorOffset(int index, int lane) {
    return (lane < 2 ? XMM : YMM_HIGH - 16) + 16 * index + 8 * lane;
  }

  int top() {
    return word(FSW) >>> 11 & 7;
  }

  byte[] code() {
    byte[] code = new byte[Layout.CODE_SIZE];
    HostMemory.copyOut(at + CODE, code, 0, code.length);
    return code;
  }

  void setCode(byte[] bytes, int length) {
    HostMemory.fill(at + CODE, Layout.CODE_SIZE, Layout.INT3);
    HostMemory.copyIn(at + CODE, bytes, 0, length);
  }

  /**
   * The offset of the memory byte at a linear address, or -1 if none of {@code size} is recorded.
   */
  static int memoryOffset(long la, int size) {
    if (la >= Layout.WINDOW && la + size <= Layout.WINDOW + Layout.WINDOW_SIZE) {
      return (int) (MEMORY + la - Layout.WINDOW);
    }
    if (la >= Layout.EDGE && la + size <= Layout.EDGE + Layout.EDGE_SIZE) {
      return (int) (EDGE + la - Layout.EDGE);
    }
    return -1;
  }

  void poke(long la, int size, long value) {
    int offset = memoryOffset(la, size);
    if (offset >= 0) {
      for (int n = 0; n < size; n++) {
        HostMemory.putByte(at + offset + n, (int) (value >>> 8 * n));
      }
    }
  }

  void copyFrom(CaseState other) {
    HostMemory.copy(at, other.at, SIZE);
  }
}
