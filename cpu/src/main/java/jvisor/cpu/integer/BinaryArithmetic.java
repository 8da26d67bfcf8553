package jvisor.cpu.integer;

import jvisor.cpu.state.Flags;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/** Addition, subtraction and logic (SDM vol. 1, 5.1.2 and 5.1.4). */
public final class BinaryArithmetic {
  private BinaryArithmetic() {}

  /** Binds this chapter. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.ADD, BinaryArithmetic::add)
        .bind(Mnemonic.ADC, BinaryArithmetic::adc)
        .bind(Mnemonic.SUB, BinaryArithmetic::sub)
        .bind(Mnemonic.SBB, BinaryArithmetic::sbb)
        .bind(Mnemonic.CMP, BinaryArithmetic::cmp)
        .bind(Mnemonic.INC, BinaryArithmetic::inc)
        .bind(Mnemonic.DEC, BinaryArithmetic::dec)
        .bind(Mnemonic.NEG, BinaryArithmetic::neg)
        .bind(Mnemonic.ADCX, BinaryArithmetic::adcx)
        .bind(Mnemonic.ADOX, BinaryArithmetic::adox)
        .bind(Mnemonic.AND, BinaryArithmetic::and)
        .bind(Mnemonic.OR, BinaryArithmetic::or)
        .bind(Mnemonic.XOR, BinaryArithmetic::xor)
        .bind(Mnemonic.NOT, BinaryArithmetic::not)
        .bind(Mnemonic.TEST, BinaryArithmetic::test);
  }

  static void add(Vcpu c, Insn i) {
    long b = c.read(i, i.b);
    long a = c.readForWrite(i, i.a);
    long result = a + b;
    c.writeBack(i, i.a, result);
    Flags.add(c.state, a, b, result, i.a.size());
  }

  static void adc(Vcpu c, Insn i) {
    long b = c.read(i, i.b);
    long a = c.readForWrite(i, i.a);
    long result = a + b + (Flags.carry(c.state) ? 1 : 0);
    c.writeBack(i, i.a, result);
    Flags.add(c.state, a, b, result, i.a.size());
  }

  static void sub(Vcpu c, Insn i) {
    long b = c.read(i, i.b);
    long a = c.readForWrite(i, i.a);
    long result = a - b;
    c.writeBack(i, i.a, result);
    Flags.subtract(c.state, a, b, result, i.a.size());
  }

  static void sbb(Vcpu c, Insn i) {
    long b = c.read(i, i.b);
    long a = c.readForWrite(i, i.a);
    long result = a - b - (Flags.carry(c.state) ? 1 : 0);
    c.writeBack(i, i.a, result);
    Flags.subtract(c.state, a, b, result, i.a.size());
  }

  static void cmp(Vcpu c, Insn i) {
    long b = c.read(i, i.b);
    long a = c.read(i, i.a);
    Flags.subtract(c.state, a, b, a - b, i.a.size());
  }

  static void inc(Vcpu c, Insn i) {
    long result = c.readForWrite(i, i.a) + 1;
    c.writeBack(i, i.a, result);
    Flags.increment(c.state, result, i.a.size());
  }

  static void dec(Vcpu c, Insn i) {
    long result = c.readForWrite(i, i.a) - 1;
    c.writeBack(i, i.a, result);
    Flags.decrement(c.state, result, i.a.size());
  }

  static void neg(Vcpu c, Insn i) {
    long a = c.readForWrite(i, i.a);
    c.writeBack(i, i.a, -a);
    Flags.subtract(c.state, 0, a, -a, i.a.size());
  }

  static void adcx(Vcpu c, Insn i) {
    Flags.setCarry(c.state, addWithCarry(c, i, Flags.carry(c.state)));
  }

  static void adox(Vcpu c, Insn i) {
    boolean carry = addWithCarry(c, i, Flags.overflow(c.state));
    Flags.setCarryOverflow(c.state, Flags.carry(c.state), carry);
  }

  private static boolean addWithCarry(Vcpu c, Insn i, boolean carry) {
    long b = c.read(i, i.b);
    long a = c.read(i, i.a);
    long result = a + b + (carry ? 1 : 0);
    c.write(i, i.a, result);
    long carries = (a & b) | ((a | b) & ~result);
    return carries << (64 - 8 * i.a.size()) < 0;
  }

  static void and(Vcpu c, Insn i) {
    long b = c.read(i, i.b);
    long result = c.readForWrite(i, i.a) & b;
    c.writeBack(i, i.a, result);
    Flags.logic(c.state, result, i.a.size());
  }

  static void or(Vcpu c, Insn i) {
    long b = c.read(i, i.b);
    long result = c.readForWrite(i, i.a) | b;
    c.writeBack(i, i.a, result);
    Flags.logic(c.state, result, i.a.size());
  }

  static void xor(Vcpu c, Insn i) {
    long b = c.read(i, i.b);
    long result = c.readForWrite(i, i.a) ^ b;
    c.writeBack(i, i.a, result);
    Flags.logic(c.state, result, i.a.size());
  }

  static void not(Vcpu c, Insn i) {
    c.writeBack(i, i.a, ~c.readForWrite(i, i.a));
  }

  static void test(Vcpu c, Insn i) {
    long b = c.read(i, i.b);
    Flags.logic(c.state, c.read(i, i.a) & b, i.a.size());
  }
}
