package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.RSP;

import jvisor.cpu.translator.Known.Kind;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;

/**
 * What emitted code may do with the host's stack: keep {@link Returns} there. RSP is where the last
 * one is, wherever code is entered or left; more are pushed where there is room, and taken off
 * where there are some.
 */
final class ReturnRules {
  private static final int WORD = 8;
  private static final int NOT_BELOW = 3;

  private ReturnRules() {}

  /** Whether RSP is named, or implied by a push. */
  static boolean concern(Insn i) {
    return i.mnemonic() == Mnemonic.PUSH
        || isRsp(i.a)
        || isRsp(i.b)
        || i.hasMemory() && i.base == RSP;
  }

  private static boolean isRsp(Operand o) {
    return o.kind() == Operand.Kind.GPR && o.index() == RSP;
  }

  /** Whether RSP is where the last return is. */
  static boolean isAtReturn(Knowledge k) {
    return k.get(RSP).is(Kind.RETURNS);
  }

  /**
   * Follows an instruction that these {@linkplain #concern concern}.
   *
   * @return whether it is allowed
   */
  static boolean follow(Insn i, Knowledge k) {
    Kind before = k.get(RSP).kind();
    if (i.a.size() != WORD) {
      return false;
    }
    return switch (i.mnemonic()) {
      case PUSH ->
          i.a.kind() == Operand.Kind.GPR
              && before == Kind.RETURNS
              && k.facts.has(Fact.ROOM)
              && becomes(k, Known.CALLING);
      case LEA -> taken(i, before, k);
      case MOV -> isRsp(i.a) && Effects.isWord(i, k, Words.HOST_STACK) && isEmpty(k);
      case CMP -> compared(i, before, k);
      default -> false;
    };
  }

  private static boolean becomes(Knowledge k, Known now) {
    k.set(RSP, now);
    k.facts.drop(Fact.ROOM);
    k.facts.drop(Fact.REMEMBERED);
    return true;
  }

  private static boolean isEmpty(Knowledge k) {
    becomes(k, Known.RETURNS);
    k.facts.add(Fact.ROOM);
    return true;
  }

  /** Something is taken off the stack. */
  private static boolean taken(Insn i, Kind before, Knowledge k) {
    boolean moves =
        isRsp(i.a) && i.base == RSP && i.index == Insn.NO_REGISTER && i.addressSize == WORD;
    boolean last =
        i.displacement == Returns.SIZE && before == Kind.RETURNS && k.facts.has(Fact.REMEMBERED);
    boolean rest = i.displacement == Returns.SIZE - WORD && before == Kind.RETURNED;
    return moves && (last || rest) && becomes(k, Known.RETURNS);
  }

  private static boolean compared(Insn i, Kind before, Knowledge k) {
    k.flagsChanged();
    if (isRsp(i.a) && Effects.isWord(i, k, Words.HOST_STACK_END)) {
      k.flagsTell(Fact.ROOM, NOT_BELOW);
      return true;
    }
    if (isRsp(i.a) && Effects.isWord(i, k, Words.HOST_STACK)) {
      k.flagsTell(Fact.REMEMBERED, Emitter.NOT_EQUAL);
      return true;
    }
    boolean remembered = i.b.isMemory() && i.base == RSP && i.index == Insn.NO_REGISTER;
    boolean plain = i.displacement == WORD && i.addressSize == WORD && i.segment < Insn.FS;
    return remembered && plain && !isRsp(i.a) && before == Kind.RETURNS;
  }

  /**
   * Follows a call, but for those of stubs.
   *
   * @return whether it is allowed
   */
  static boolean call(Knowledge k) {
    return k.get(RSP).is(Kind.CALLING) && becomes(k, Known.RETURNS);
  }

  /** Whether an instruction returns to what is remembered. */
  static boolean isReturn(Insn i, Knowledge k) {
    return i.a == Operand.NONE && i.operandSize == WORD && isAtReturn(k);
  }

  /** {@code at} is known where a call comes back: whoever returns has looked at the budget. */
  static void cameBack(Knowledge at) {
    at.set(RSP, Known.RETURNED);
    at.facts.add(Fact.CAME_BACK);
  }
}
