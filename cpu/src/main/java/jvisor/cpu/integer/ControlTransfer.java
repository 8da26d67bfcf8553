package jvisor.cpu.integer;

import static jvisor.cpu.integer.DataTransfer.signExtend;

import jvisor.cpu.state.Flags;
import jvisor.cpu.state.GuestFault;
import jvisor.cpu.state.Vector;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;

/** Near jumps, calls, returns and loops (SDM vol. 1, 5.1.7). */
public final class ControlTransfer {
  private static final int RCX = 1;

  private ControlTransfer() {}

  /** Binds this chapter. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.JMP, ControlTransfer::jmp)
        .bind(Mnemonic.JCC, ControlTransfer::jcc)
        .bind(Mnemonic.JCXZ, ControlTransfer::jcxz)
        .bind(Mnemonic.LOOP, ControlTransfer::loop)
        .bind(Mnemonic.LOOPE, ControlTransfer::loope)
        .bind(Mnemonic.LOOPNE, ControlTransfer::loopne)
        .bind(Mnemonic.CALL, ControlTransfer::call)
        .bind(Mnemonic.RET, ControlTransfer::ret)
        .bind(Mnemonic.BOUND, ControlTransfer::bound);
  }

  static void jmp(Vcpu c, Insn i) {
    c.branch(target(c, i), i.operandSize);
  }

  static void jcc(Vcpu c, Insn i) {
    if (Flags.condition(c.state, i.condition())) {
      c.branch(c.state.rip() + i.a.value(), i.operandSize);
    }
  }

  static void jcxz(Vcpu c, Insn i) {
    if (c.state.reg(RCX, i.addressSize) == 0) {
      c.branch(c.state.rip() + i.a.value(), i.operandSize);
    }
  }

  static void loop(Vcpu c, Insn i) {
    countDown(c, i, true);
  }

  static void loope(Vcpu c, Insn i) {
    countDown(c, i, Flags.zero(c.state));
  }

  static void loopne(Vcpu c, Insn i) {
    countDown(c, i, !Flags.zero(c.state));
  }

  private static void countDown(Vcpu c, Insn i, boolean condition) {
    long count = c.state.reg(RCX, i.addressSize) - 1 & Vcpu.mask(i.addressSize);
    if (count != 0 && condition) {
      c.branch(c.state.rip() + i.a.value(), i.operandSize);
    }
    c.state.setReg(RCX, i.addressSize, count);
  }

  static void call(Vcpu c, Insn i) {
    long target = target(c, i) & Vcpu.mask(i.operandSize);
    if (!c.isBranchTarget(target)) {
      throw badCall(c, i.operandSize);
    }
    c.push(i.operandSize, c.state.rip());
    c.state.setRip(target);
  }

  /**
   * #GP(0) for a near call to where no code can be. It comes before what the stack has to say (SDM
   * vol. 2, CALL), but on processors of AMD after it.
   */
  public static GuestFault badCall(Vcpu c, int size) {
    if (c.model.isAmd()) {
      c.checkPush(size);
    }
    return c.gp(0);
  }

  static void ret(Vcpu c, Insn i) {
    c.branch(c.peek(i.operandSize, 0), i.operandSize);
    c.setStackPointer(c.stackPointer() + i.operandSize + (i.a.value() & 0xffff));
  }

  private static long target(Vcpu c, Insn i) {
    return i.a.kind() == Operand.Kind.RELATIVE ? c.state.rip() + i.a.value() : c.read(i, i.a);
  }

  static void bound(Vcpu c, Insn i) {
    int size = i.operandSize;
    long index = signExtend(c.read(i, i.a), size);
    long low = c.load(c.address(i, size, false), size);
    long high = c.load(c.partAddress(i, size, size, false), size);
    if (index < signExtend(low, size) || index > signExtend(high, size)) {
      throw c.exception(Vector.BR);
    }
  }
}
