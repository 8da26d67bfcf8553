package jvisor.cpu.translator;

/**
 * Writes host instructions (SDM vol. 2) of the general registers, the numbers 0–15. Operands are 64
 * bits wide unless the name says otherwise.
 */
final class Emitter extends CodeBuffer {
  static final int ADD = 0x03;

  /** With memory, always locked. */
  static final int XCHG = 0x87;

  static final int OR = 0x0b;
  static final int AND = 0x23;
  static final int SUB = 0x2b;
  static final int XOR = 0x33;
  static final int CMP = 0x3b;
  static final int TEST = 0x85;

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

  private void rex(boolean wide, int reg, int index, int rm) {
    int bits = (wide ? 8 : 0) | reg >> 3 << 2 | index >> 3 << 1 | rm >> 3;
    if (bits != 0) {
      put(0x40 | bits);
    }
  }

  /** One of one byte, or of two of which the first is 0F. */
  private void opcode(int opcode) {
    if (opcode > 0xff) {
      put(opcode >> 8);
    }
    put(opcode);
  }

  /** ModRM, SIB and displacement of {@code [base + displacement]}. */
  void address(int reg, int base, int displacement) {
    address(reg, base, (base & 7) == 4 ? 0x24 : -1, displacement);
  }

  /** The same, with a SIB byte unless that is negative. */
  private void address(int reg, int base, int sib, int displacement) {
    boolean none = displacement == 0 && (base & 7) != 5;
    boolean small = displacement == (byte) displacement;
    put((none ? 0 : small ? 0x40 : 0x80) | (reg & 7) << 3 | (sib < 0 ? base & 7 : 4));
    if (sib >= 0) {
      put(sib);
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

  /** An instruction of one byte's opcode, or of 0F and another, with memory. */
  void memory(boolean wide, int opcode, int reg, int base, int displacement) {
    rex(wide, reg, 0, base);
    opcode(opcode);
    address(reg, base, displacement);
  }

  /** The same with registers alone. */
  void registers(boolean wide, int opcode, int reg, int rm) {
    rex(wide, reg, 0, rm);
    opcode(opcode);
    put(0xc0 | (reg & 7) << 3 | rm & 7);
  }

  /** A VEX prefix of three bytes and an opcode. */
  void vex(int map, int last, int opcode, int register, int base) {
    put(0xc4);
    put((register < 8 ? 0x80 : 0) | 0x40 | (base < 8 ? 0x20 : 0) | map);
    put(last);
    put(opcode);
  }

  void load(int to, int base, int displacement) {
    memory(true, 0x8b, to, base, displacement);
  }

  /** Loads 4 bytes, zero-extended, or 8. */
  void load(int size, int to, int base, int displacement) {
    memory(size == 8, 0x8b, to, base, displacement);
  }

  void load16(int to, int base, int displacement) {
    memory(false, 0x0fb7, to, base, displacement);
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
    memory(false, 0x0fb6, to, base, displacement);
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
    registers(true, 0xc7, 0, to);
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
    rex(size == 8, to, index, base);
    put(0x8d);
    address(to, base, scale << 6 | (index & 7) << 3 | base & 7, displacement);
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
    withConstant(8, AND, to, mask);
  }

  /** AND of the low halves with a constant; the upper half is cleared. */
  void and32(int to, int mask) {
    registers(false, 0x81, 4, to);
    number(mask);
  }

  /** OR of the low halves with a constant; the upper half is cleared. */
  void or32(int to, int mask) {
    registers(false, 0x81, 1, to);
    number(mask);
  }

  /** Sets the flags from the low half and a mask. */
  void test32(int register, int mask) {
    registers(false, 0xf7, 0, register);
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
    registers(true, 0xc1, operation, to);
    put(count);
  }

  /** Adds a number. */
  void addConstant(int register, int value) {
    withConstant(8, ADD, register, value);
  }

  /** Subtracts a number. */
  void subtractConstant(int register, int value) {
    withConstant(8, SUB, register, value);
  }

  /** An operation of the low {@code size} 4 or 8 bytes with a sign-extended constant. */
  void withConstant(int size, int operation, int register, int value) {
    boolean small = value == (byte) value;
    registers(size == 8, small ? 0x83 : 0x81, operation >> 3, register);
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
    registers(true, 0x0faf, register, by);
  }

  /** MOV of all eight bytes if {@code condition} holds. */
  void moveIf(int condition, int to, int from) {
    registers(true, 0x0f40 | condition, to, from);
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
    registers(size == 8, 0x0f00 | operation, number, of);
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

  /** Calls what the eight bytes in memory say. */
  void callThrough(int base, int displacement) {
    memory(false, 0xff, 2, base, displacement);
  }

  void jumpTo(int register) {
    registers(false, 0xff, 4, register);
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
}
