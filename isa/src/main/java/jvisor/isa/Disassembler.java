package jvisor.isa;

import java.util.Locale;

/**
 * Intel syntax for decoded instructions: {@code lock add dword ptr fs:[rax+rcx*4-0x8], 0x1}. What
 * {@link Assembler} reads; not shown are prefixes without effect, and an address size that no
 * register tells.
 */
public final class Disassembler {
  private static final String[] CONDITIONS = {
    "o", "no", "b", "ae", "e", "ne", "be", "a", "s", "ns", "p", "np", "l", "ge", "le", "g"
  };

  private Disassembler() {}

  /**
   * The text of an instruction; branch targets are given from its first byte, as {@code $+0x10}.
   */
  public static String text(Insn insn) {
    StringBuilder text = start(insn);
    operands(text, insn, 0, false);
    return text.toString();
  }

  /** The text of an instruction that stands at {@code rip}; branch targets are absolute. */
  public static String text(Insn insn, long rip) {
    StringBuilder text = start(insn);
    operands(text, insn, rip, true);
    return text.toString();
  }

  /** The name alone, lower case, conditions filled in. */
  public static String name(Insn insn) {
    String name = insn.row.name().toLowerCase(Locale.ROOT);
    return insn.row.encoding().isCondition()
        ? name.substring(0, name.length() - 2) + CONDITIONS[insn.condition()]
        : name;
  }

  /** The number of the condition that {@code suffix} names (e, z, nae …), or -1. */
  static int condition(String suffix) {
    String canonical =
        switch (suffix) {
          case "c", "nae" -> "b";
          case "nc", "nb" -> "ae";
          case "z" -> "e";
          case "nz" -> "ne";
          case "na" -> "be";
          case "nbe" -> "a";
          case "pe" -> "p";
          case "po" -> "np";
          case "nge" -> "l";
          case "nl" -> "ge";
          case "ng" -> "le";
          case "nle" -> "g";
          default -> suffix;
        };
    for (int i = 0; i < CONDITIONS.length; i++) {
      if (CONDITIONS[i].equals(canonical)) {
        return i;
      }
    }
    return -1;
  }

  private static StringBuilder start(Insn insn) {
    StringBuilder text = new StringBuilder(40);
    if (insn.lock) {
      text.append("lock ");
    }
    if (insn.repeat != 0) {
      boolean compares = insn.row.repeat() == 2;
      text.append(insn.repeat == 0xF2 ? "repne " : compares ? "repe " : "rep ");
    }
    boolean implicit = !insn.hasMemory() && insn.segment != Insn.DS;
    if (implicit && insn.row.operands().isEmpty()) {
      text.append(RegisterNames.segment(insn.segment)).append(' ');
    }
    text.append(name(insn));
    if (insn.mnemonic() == Mnemonic.CALL_FAR || insn.mnemonic() == Mnemonic.JMP_FAR) {
      text.append(" far");
    }
    return text;
  }

  private static void operands(StringBuilder text, Insn insn, long rip, boolean absolute) {
    String separator = " ";
    for (Operand operand : new Operand[] {insn.a, insn.b, insn.c, insn.d}) {
      if (operand.kind() != Operand.Kind.NONE) {
        text.append(separator);
        operand(text, insn, operand, rip, absolute);
        separator = ", ";
      }
    }
  }

  private static void operand(
      StringBuilder text, Insn insn, Operand operand, long rip, boolean absolute) {
    switch (operand.kind()) {
      case MEM -> memory(text, insn, operand.size());
      case IMMEDIATE -> {
        int position = insn.a == operand ? 0 : insn.b == operand ? 1 : insn.c == operand ? 2 : 3;
        boolean implied = insn.row.operands().get(position).field() == OperandForm.Field.FIXED;
        text.append(implied ? "" : "0x").append(Long.toHexString(immediate(insn, operand)));
      }
      case FAR ->
          text.append("0x")
              .append(Long.toHexString(operand.value() >>> 32))
              .append(":0x")
              .append(Long.toHexString(operand.value() & 0xFFFFFFFFL));
      case RELATIVE -> {
        long distance = operand.value() + insn.length;
        if (absolute) {
          long mask = insn.operandSize == 8 ? -1L : (1L << 8 * insn.operandSize) - 1;
          text.append("0x").append(Long.toHexString(rip + distance & mask));
        } else {
          text.append('$');
          signed(text, distance);
        }
      }
      default -> text.append(RegisterNames.name(operand));
    }
  }

  /** Sign-extended immediates are shown as wide as the first operand is. */
  private static long immediate(Insn insn, Operand operand) {
    int width = insn.a == operand ? insn.operandSize : insn.a.size();
    if (operand.value() >= 0 || width >= 8 || width == 0) {
      return operand.value();
    }
    return operand.value() & (1L << 8 * width) - 1;
  }

  private static void memory(StringBuilder text, Insn insn, int size) {
    text.append(
        switch (size) {
          case 1 -> "byte ptr ";
          case 2 -> "word ptr ";
          case 4 -> "dword ptr ";
          case 6 -> "fword ptr ";
          case 8 -> "qword ptr ";
          case 10 -> "tbyte ptr ";
          case 16 -> "xmmword ptr ";
          case 32 -> "ymmword ptr ";
          default -> "";
        });
    boolean stack = insn.base == 4 || insn.base == 5;
    if (insn.segment != (stack ? Insn.SS : Insn.DS)) {
      text.append(RegisterNames.segment(insn.segment)).append(':');
    }
    text.append('[');
    boolean empty = true;
    if (insn.base == Insn.RIP) {
      text.append(insn.addressSize == 8 ? "rip" : "eip");
      empty = false;
    } else if (insn.base != Insn.NO_REGISTER) {
      text.append(RegisterNames.gpr(insn.base, insn.addressSize));
      empty = false;
    }
    if (insn.index != Insn.NO_REGISTER) {
      text.append(empty ? "" : "+").append(index(insn));
      if (insn.addressSize != 2) {
        text.append('*').append(1 << insn.scale);
      }
      empty = false;
    }
    if (empty) {
      long mask = insn.addressSize == 8 ? -1L : (1L << 8 * insn.addressSize) - 1;
      text.append("0x").append(Long.toHexString(insn.displacement & mask));
    } else if (insn.displacement != 0) {
      signed(text, insn.displacement);
    }
    text.append(']');
  }

  private static String index(Insn insn) {
    int vector = insn.vectorIndexSize();
    return vector == 0
        ? RegisterNames.gpr(insn.index, insn.addressSize)
        : RegisterNames.name(Operands.register(Operand.Kind.VECTOR, insn.index, vector));
  }

  private static void signed(StringBuilder text, long value) {
    if (value < 0) {
      text.append("-0x").append(Long.toHexString(-value));
    } else {
      text.append("+0x").append(Long.toHexString(value));
    }
  }
}
