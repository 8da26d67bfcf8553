package jvisor.cpu.translator;

import java.util.Arrays;

/**
 * Writes host instructions (SDM vol. 2) for a place that is known beforehand. Registers are numbers
 * 0–15; operands are 64 bits wide unless the name says otherwise.
 */
final class Emitter {
  /** NOPs of one to nine bytes (SDM vol. 2, NOP). */
  private static final byte[][] NOPS = {
    {(byte) 0x90},
    {0x66, (byte) 0x90},
    {0x0f, 0x1f, 0},
    {0x0f, 0x1f, 0x40, 0},
    {0x0f, 0x1f, 0x44, 0, 0},
    {0x66, 0x0f, 0x1f, 0x44, 0, 0},
    {0x0f, 0x1f, (byte) 0x80, 0, 0, 0, 0},
    {0x0f, 0x1f, (byte) 0x84, 0, 0, 0, 0, 0},
    {0x66, 0x0f, 0x1f, (byte) 0x84, 0, 0, 0, 0, 0}
  };

  static final int ADD = 0x03;

  /** With memory, always locked. */
  static final int XCHG = 0x87;

  static final int OR = 0x0b;
  static final int AND = 0x23;
  static final int SUB = 0x2b;
  static final int XOR = 0x33;
  static final int CMP = 0x3b;

  static final int STORE_STRING = 0xaa;
  static final int MOVE_STRING = 0xa4;

  static final int BELOW = 2;
  static final int ABOVE_EQUAL = 3;
  static final int EQUAL = 4;
  static final int NOT_EQUAL = 5;
  static final int BELOW_EQUAL = 6;
  static final int ABOVE = 7;
  static final int NEGATIVE = 8;
  static final int NOT_NEGATIVE = 9;

  private byte[] bytes = new byte[8192];
  private int length;
  private long place;

  /** Begins anew at the hva {@code at}, where the code will run. */
  void begin(long at) {
    place = at;
    length = 0;
  }

  /** Bytes so far. */
  int length() {
    return length;
  }

  /** The bytes, of which the first {@link #length} count. */
  byte[] code() {
    return bytes;
  }

  void put(int value) {
    if (length == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * length);
    }
    bytes[length++] = (byte) value;
  }

  void put(byte[] code, int count) {
    for (int i = 0; i < count; i++) {
      put(code[i]);
    }
  }

  private void number(int value) {
    for (int shift = 0; shift < 32; shift += 8) {
      put(value >> shift);
    }
  }

  private void rex(boolean wide, int reg, int index, int rm) {
    int bits = (wide ? 8 : 0) | reg >> 3 << 2 | index >> 3 << 1 | rm >> 3;
    if (bits != 0) {
      put(0x40 | bits);
    }
  }

  /** ModRM, SIB and displacement of {@code [base + displacement]}. */
  private void address(int reg, int base, int displacement) {
    boolean none = displacement == 0 && (base & 7) != 5;
    boolean small = displacement == (byte) displacement;
    put((none ? 0 : small ? 0x40 : 0x80) | (reg & 7) << 3 | base & 7);
    if ((base & 7) == 4) {
      put(0x24);
    }
    if (none) {
      return;
    }
    if (small) {
      put(displacement);
    } else {
      number(displacement);
    }
  }

  private void memory(boolean wide, int opcode, int reg, int base, int displacement) {
    rex(wide, reg, 0, base);
    put(opcode);
    address(reg, base, displacement);
  }

  private void registers(boolean wide, int opcode, int reg, int rm) {
    rex(wide, reg, 0, rm);
    put(opcode);
    put(0xc0 | (reg & 7) << 3 | rm & 7);
  }

  void load(int to, int base, int displacement) {
    memory(true, 0x8b, to, base, displacement);
  }

  /** Loads 4 bytes, zero-extended, or 8. */
  void load(int size, int to, int base, int displacement) {
    memory(size == 8, 0x8b, to, base, displacement);
  }

  void load16(int to, int base, int displacement) {
    rex(false, to, 0, base);
    put(0x0f);
    put(0xb7);
    address(to, base, displacement);
  }

  void store(int base, int displacement, int from) {
    memory(true, 0x89, from, base, displacement);
  }

  /** Stores the low 4 or all 8 bytes. */
  void store(int size, int base, int displacement, int from) {
    memory(size == 8, 0x89, from, base, displacement);
  }

  /** Loads a byte, zero-extended, to one of the registers from R8 on or of the first four. */
  void load8(int to, int base, int displacement) {
    rex(false, to, 0, base);
    put(0x0f);
    put(0xb6);
    address(to, base, displacement);
  }

  /** Stores the low byte of one of the registers from R8 on or of the first four. */
  void store8From(int base, int displacement, int from) {
    memory(false, 0x88, from, base, displacement);
  }

  void store16(int base, int displacement, int from) {
    put(0x66);
    memory(false, 0x89, from, base, displacement);
  }

  void store8(int base, int displacement, int value) {
    memory(false, 0xc6, 0, base, displacement);
    put(value);
  }

  /** Stores a constant of 4 bytes, or one that is sign-extended to 8. */
  void storeConstant(int size, int base, int displacement, int value) {
    memory(size == 8, 0xc7, 0, base, displacement);
    number(value);
  }

  void move(int to, int from) {
    registers(true, 0x89, from, to);
  }

  /** Moves the low half and clears the upper one. */
  void move32(int to, int from) {
    registers(false, 0x89, from, to);
  }

  void constant32(int to, int value) {
    rex(false, 0, 0, to);
    put(0xb8 | to & 7);
    number(value);
  }

  /** A sign-extended constant. */
  void constant(int to, int value) {
    rex(true, 0, 0, to);
    put(0xc7);
    put(0xc0 | to & 7);
    number(value);
  }

  void constant64(int to, long value) {
    rex(true, 0, 0, to);
    put(0xb8 | to & 7);
    number((int) value);
    number((int) (value >>> 32));
  }

  /** {@code [base + displacement]} cut to {@code size} 4 or 8 bytes. */
  void lea(int size, int to, int base, int displacement) {
    memory(size == 8, 0x8d, to, base, displacement);
  }

  /** {@code [base + index·2^scale + displacement]}. */
  void lea(int size, int to, int base, int index, int scale, int displacement) {
    boolean none = displacement == 0 && (base & 7) != 5;
    boolean small = displacement == (byte) displacement;
    rex(size == 8, to, index, base);
    put(0x8d);
    put((none ? 0 : small ? 0x40 : 0x80) | (to & 7) << 3 | 4);
    put(scale << 6 | (index & 7) << 3 | base & 7);
    if (!none) {
      if (small) {
        put(displacement);
      } else {
        number(displacement);
      }
    }
  }

  /** {@code [index·2^scale + displacement]}. */
  void leaScaled(int size, int to, int index, int scale, int displacement) {
    rex(size == 8, to, index, 0);
    put(0x8d);
    put(0x04 | (to & 7) << 3);
    put(scale << 6 | (index & 7) << 3 | 5);
    number(displacement);
  }

  /** An operation of a register with memory. */
  void operate(int operation, int reg, int base, int displacement) {
    memory(true, operation, reg, base, displacement);
  }

  /** An operation of two registers. */
  void operate(int operation, int to, int from) {
    registers(true, operation, to, from);
  }

  /** AND with a sign-extended constant. */
  void and(int to, int mask) {
    rex(true, 0, 0, to);
    if (mask == (byte) mask) {
      put(0x83);
      put(0xe0 | to & 7);
      put(mask);
    } else {
      put(0x81);
      put(0xe0 | to & 7);
      number(mask);
    }
  }

  /** AND of the low halves with a constant; the upper half is cleared. */
  void and32(int to, int mask) {
    rex(false, 0, 0, to);
    put(0x81);
    put(0xe0 | to & 7);
    number(mask);
  }

  /** OR of the low halves with a constant; the upper half is cleared. */
  void or32(int to, int mask) {
    rex(false, 0, 0, to);
    put(0x81);
    put(0xc8 | to & 7);
    number(mask);
  }

  /** Sets the flags from the low half and a mask. */
  void test32(int register, int mask) {
    rex(false, 0, 0, register);
    put(0xf7);
    put(0xc0 | register & 7);
    number(mask);
  }

  /** Sets the flags from the four bytes there and a mask. */
  void testMemory32(int base, int displacement, int mask) {
    memory(false, 0xf7, 0, base, displacement);
    number(mask);
  }

  /** Sets the flags from the low byte and a mask. */
  void test8(int register, int mask) {
    put(0x40 | register >> 3);
    put(0xf6);
    put(0xc0 | register & 7);
    put(mask);
  }

  void shiftLeft(int to, int count) {
    shift(4, to, count);
  }

  void shiftRight(int to, int count) {
    shift(5, to, count);
  }

  void shiftRightSigned(int to, int count) {
    shift(7, to, count);
  }

  private void shift(int operation, int to, int count) {
    rex(true, 0, 0, to);
    put(0xc1);
    put(0xc0 | operation << 3 | to & 7);
    put(count);
  }

  /** Adds a number. */
  void addConstant(int register, int value) {
    withConstant(0, register, value);
  }

  /** Subtracts a number. */
  void subtractConstant(int register, int value) {
    withConstant(5, register, value);
  }

  private void withConstant(int operation, int register, int value) {
    boolean small = value == (byte) value;
    registers(true, small ? 0x83 : 0x81, operation, register);
    if (small) {
      put(value);
    } else {
      number(value);
    }
  }

  /** Compares all bits that a mask, sign-extended, has with 0. */
  void test(int register, int mask) {
    registers(true, 0xf7, 0, register);
    number(mask);
  }

  /** NOT. Keeps the flags. */
  void invert(int register) {
    registers(true, 0xf7, 2, register);
  }

  /** NEG. */
  void negate(int register) {
    registers(true, 0xf7, 3, register);
  }

  /** IMUL of a register by a constant. */
  void multiply(int register, int by) {
    registers(true, 0x69, register, register);
    number(by);
  }

  /** IMUL of two registers. */
  void multiplyBy(int register, int by) {
    rex(true, register, 0, by);
    put(0x0f);
    put(0xaf);
    put(0xc0 | (register & 7) << 3 | by & 7);
  }

  /** MOV of all eight bytes if {@code condition} holds. */
  void moveIf(int condition, int to, int from) {
    rex(true, to, 0, from);
    put(0x0f);
    put(0x40 | condition);
    put(0xc0 | (to & 7) << 3 | from & 7);
  }

  /** Adds 1 to the eight bytes there. */
  void increment(int base, int displacement) {
    memory(true, 0x83, 0, base, displacement);
    put(1);
  }

  /** Compares the four bytes there with zero. */
  void compareWithZero32(int base, int displacement) {
    memory(false, 0x83, 7, base, displacement);
    put(0);
  }

  /** Compares the byte there with zero. */
  void compareWithZero8(int base, int displacement) {
    compareWithConstant8(base, displacement, 0);
  }

  /** Compares the two bytes there with zero. */
  void compareWithZero16(int base, int displacement) {
    put(0x66);
    memory(false, 0x83, 7, base, displacement);
    put(0);
  }

  /** Compares the byte there with a constant. */
  void compareWithConstant8(int base, int displacement, int value) {
    memory(false, 0x80, 7, base, displacement);
    put(value);
  }

  /** Compares the low {@code size} 4 or 8 bytes of two registers. */
  void compare(int size, int first, int second) {
    registers(size == 8, CMP, first, second);
  }

  /** DIV (6) or IDIV (7) by the low {@code size} 4 or 8 bytes of a register. */
  void divide(int size, int operation, int by) {
    registers(size == 8, 0xf7, operation, by);
  }

  /**
   * BT (0xa3), BTS (0xab), BTR (0xb3) or BTC (0xbb) of 4 or 8 bytes; the number is taken modulo.
   */
  void bit(int size, int operation, int of, int number) {
    rex(size == 8, number, 0, of);
    put(0x0f);
    put(operation);
    put(0xc0 | (number & 7) << 3 | of & 7);
  }

  /** MOVSXD: the sign extension of the low half. */
  void signExtend(int to, int from) {
    registers(true, 0x63, to, from);
  }

  /** Compares with a constant −128–127. */
  void compareConstant(int register, int value) {
    registers(true, 0x83, 7, register);
    put(value);
  }

  /** Compares with a sign-extended constant. */
  void compareConstant32(int register, int value) {
    registers(true, 0x81, 7, register);
    number(value);
  }

  /** REP STOS or REP MOVS of elements of {@code size} bytes. */
  void repeat(int operation, int size) {
    if (size == 2) {
      put(0x66);
    }
    put(0xf3);
    rex(size == 8, 0, 0, 0);
    put(size == 1 ? operation : operation | 1);
  }

  void push(int register) {
    rex(false, 0, 0, register);
    put(0x50 | register & 7);
  }

  void pop(int register) {
    rex(false, 0, 0, register);
    put(0x58 | register & 7);
  }

  void ret() {
    put(0xc3);
  }

  /** Goes where the eight bytes in memory say. */
  void jumpThrough(int base, int displacement) {
    memory(false, 0xff, 4, base, displacement);
  }

  void jumpTo(int register) {
    registers(false, 0xff, 4, register);
  }

  /** JMP to an hva; answers the offset of its four bytes of distance. */
  int jump(long target) {
    put(0xe9);
    number((int) (target - (place + length + 4)));
    return length - 4;
  }

  /** CALL to an hva. */
  void call(long target) {
    put(0xe8);
    number((int) (target - (place + length + 4)));
  }

  /** JMP to a place in this code, which {@link #bind} tells later. */
  int jumpAhead() {
    put(0xe9);
    number(0);
    return length;
  }

  /** Jcc to a place in this code, which {@link #bind} tells later. */
  int jumpAhead(int condition) {
    put(0x0f);
    put(0x80 | condition);
    number(0);
    return length;
  }

  /** Fills up so that the distance of a JMP that follows lies in one aligned group of 8 bytes. */
  void alignDistance() {
    alignDistance(1);
  }

  /** The same for a Jcc. */
  void alignDistanceOfJcc() {
    alignDistance(2);
  }

  private void alignDistance(int opcode) {
    int at = (int) (place + length + opcode) & 7;
    if (at > 4) {
      put(NOPS[7 - at], 8 - at);
    }
  }

  /** The jump that ended at {@code end} goes to the next byte. */
  void bind(int end) {
    int distance = length - end;
    for (int i = 0; i < 4; i++) {
      bytes[end - 4 + i] = (byte) (distance >> 8 * i);
    }
  }

  /** JMP back to a place in this code. */
  void jumpBack(int offset) {
    put(0xe9);
    number(offset - (length + 4));
  }

  /** Jcc back to a place in this code. */
  void jumpBack(int condition, int offset) {
    put(0x0f);
    put(0x80 | condition);
    number(offset - (length + 4));
  }

  /** Sets SF, ZF, AF, PF and CF from AH and OF from AL, which holds 0 or 1. Spoils AL. */
  void flagsFromAx() {
    put(0x04);
    put(0x7f);
    put(0x9e);
  }

  /** The inverse of {@link #flagsFromAx}; keeps the flags. */
  void flagsToAx() {
    put(0x9f);
    put(0x0f);
    put(0x90);
    put(0xc0);
  }

  /** VMOVDQU of 32 bytes between a vector register and memory. */
  void vector(boolean store, int register, int base, int displacement) {
    vector(0x01, 0x7e, store ? 0x7f : 0x6f, register, base);
    address(register, base, displacement);
  }

  /** VMOVDQU of 16 bytes from memory to a vector register. */
  void loadHalfVector(int register, int base, int displacement) {
    vector(0x01, 0x7a, 0x6f, register, base);
    address(register, base, displacement);
  }

  /** VPOR of 16 bytes in memory to one of the first eight vector registers. */
  void orHalfVector(int register, int base, int displacement) {
    vector(0x01, 0x79 ^ register << 3, 0xeb, register, base);
    address(register, base, displacement);
  }

  /** VPTEST of the low half of one of the first eight vector registers with itself: ZF if zero. */
  void testHalfVector(int register) {
    vector(0x02, 0x79, 0x17, register, register);
    put(0xc0 | register << 3 | register);
  }

  /** A VEX prefix of three bytes and an opcode. */
  private void vector(int map, int last, int opcode, int register, int base) {
    put(0xc4);
    put((register < 8 ? 0x80 : 0) | 0x40 | (base < 8 ? 0x20 : 0) | map);
    put(last);
    put(opcode);
  }

  /** LDMXCSR (2) or STMXCSR (3). */
  void mxcsr(int operation, int base, int displacement) {
    rex(false, 0, 0, base);
    put(0x0f);
    put(0xae);
    address(operation, base, displacement);
  }

  /** FLDENV (4), FLDCW (5) or FNSTENV (6). */
  private void environment(int operation, int base, int displacement) {
    memory(false, 0xd9, operation, base, displacement);
  }

  /** FLDCW. */
  void loadControl(int base, int displacement) {
    environment(5, base, displacement);
  }

  /** FLDENV of 28 bytes. */
  void loadEnvironment(int base, int displacement) {
    environment(4, base, displacement);
  }

  /** FNSTENV of 28 bytes. */
  void storeEnvironment(int base, int displacement) {
    environment(6, base, displacement);
  }

  /** FLD of 10 bytes. */
  void pushX87(int base, int displacement) {
    memory(false, 0xdb, 5, base, displacement);
  }

  /** FSTP of 10 bytes. */
  void popX87(int base, int displacement) {
    memory(false, 0xdb, 7, base, displacement);
  }

  /** EMMS: all x87 registers are empty, and the next one to be written is the last one. */
  void emptyX87() {
    put(0x0f);
    put(0x77);
  }

  /** MOVD from MM0: as all MMX instructions, it makes the first x87 register the top, all valid. */
  void readMmx(int to) {
    rex(false, 0, 0, to);
    put(0x0f);
    put(0x7e);
    put(0xc0 | to & 7);
  }

  /** PDEP of 4 bytes of one of the first eight registers. */
  void deposit(int to, int from, int mask) {
    bits(0x7b, to, from, mask);
  }

  /** PEXT of 4 bytes of one of the first eight registers. */
  void extract(int to, int from, int mask) {
    bits(0x7a, to, from, mask);
  }

  private void bits(int last, int to, int from, int mask) {
    vector(0x02, last ^ from << 3, 0xf5, to, mask);
    put(0xc0 | (to & 7) << 3 | mask & 7);
  }

  /**
   * FDECSTP and FINCSTP, which clear C1 as the manuals want it of FCOMI and its kin; some
   * processors' keep it.
   */
  void clearC1() {
    put(0xd9);
    put(0xf6);
    put(0xd9);
    put(0xf7);
  }

  /** VZEROUPPER. */
  void zeroUpper() {
    put(0xc5);
    put(0xf8);
    put(0x77);
  }

  /** Goes on at a multiple of {@code alignment}, by NOPs. */
  void alignByNops(int alignment) {
    int left = (int) -(place + length) & alignment - 1;
    while (left > 0) {
      int size = Math.min(left, NOPS.length);
      put(NOPS[size - 1], size);
      left -= size;
    }
  }

  /** Fills up to a multiple of {@code alignment} with INT3. */
  void align(int alignment) {
    while ((place + length & alignment - 1) != 0) {
      put(0xcc);
    }
  }
}
