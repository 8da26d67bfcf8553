package jvisor.cpu.profile;

import java.util.List;
import java.util.Locale;
import jvisor.cpu.translator.Translation;
import jvisor.isa.Disassembler;
import jvisor.isa.Insn;
import jvisor.isa.Operand;
import org.jspecify.annotations.Nullable;

/** What is counted of a translated block, through all its translations. */
final class BlockRecord {
  private final long[] exits;
  private final @Nullable Cause[] causes;
  private Translation translation;
  private long executions;

  BlockRecord(Translation translation) {
    this.translation = translation;
    exits = new long[instructions().size() + 1];
    causes = new @Nullable Cause[exits.length];
  }

  List<Insn> instructions() {
    return translation.instructions();
  }

  Translation translation() {
    return translation;
  }

  /** The block has been translated again. */
  void again(Translation newer) {
    translation = newer;
  }

  /** It has been entered so often. */
  void executed(long times) {
    executions += times;
  }

  long executions() {
    return executions;
  }

  /** Control has left at this instruction. */
  void left(int op) {
    exits[op]++;
  }

  long exits() {
    long sum = 0;
    for (long count : exits) {
      sum += count;
    }
    return sum;
  }

  /** The offset behind an instruction from the block's start. */
  int next(int op) {
    int sum = 0;
    for (int i = 0; i <= op && i < instructions().size(); i++) {
      sum += instructions().get(i).length;
    }
    return sum;
  }

  /** The cause that this instruction always leaves. */
  Cause always(int op) {
    Cause cause = causes[op];
    if (cause == null) {
      cause = new Cause(ExitKind.INSTRUCTION, form(instructions().get(op)));
      causes[op] = cause;
    }
    return cause;
  }

  /** An instruction's name and the kinds and widths of its operands. */
  static String form(Insn i) {
    StringBuilder text = new StringBuilder(i.lock ? "lock " : i.repeat != 0 ? "rep " : "");
    text.append(Disassembler.name(i));
    String separator = " ";
    for (Operand operand : new Operand[] {i.a, i.b, i.c, i.d}) {
      if (operand == Operand.NONE) {
        break;
      }
      text.append(separator).append(name(operand.kind()));
      if (operand.kind() != Operand.Kind.IMMEDIATE && operand.kind() != Operand.Kind.RELATIVE) {
        text.append(operand.size() * 8);
      }
      separator = ",";
    }
    return text.toString();
  }

  private static String name(Operand.Kind kind) {
    return switch (kind) {
      case GPR -> "r";
      case IMMEDIATE -> "imm";
      case RELATIVE -> "rel";
      case VECTOR -> "v";
      case MEM -> "m";
      default -> kind.name().toLowerCase(Locale.ROOT);
    };
  }
}
