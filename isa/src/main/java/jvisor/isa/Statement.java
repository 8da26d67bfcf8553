package jvisor.isa;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One instruction of assembly text, taken apart but not yet encoded.
 *
 * @param name instruction name, lower case
 * @param lock whether LOCK is given
 * @param repeat the repeat prefix, 0xF3, 0xF2 or 0
 * @param segment segment override, or -1
 * @param operandSize operand size asked for with o16, o32 or o64, or 0
 * @param addressSize address size asked for with a16, a32 or a64, or 0
 * @param far whether {@code far} is given
 * @param arguments the operands
 */
record Statement(
    String name,
    boolean lock,
    int repeat,
    int segment,
    int operandSize,
    int addressSize,
    boolean far,
    List<Argument> arguments) {

  /** An operand as written. */
  sealed interface Argument {}

  /** A register. */
  record Register(Operand operand) implements Argument {}

  /** A number, perhaps with a width of its own ({@code byte 1}), else 0. */
  record Value(Expression value, int size) implements Argument {}

  /** A far pointer; {@code size} is the width of its offset, or 0. */
  record Far(Expression selector, Expression offset, int size) implements Argument {}

  /**
   * Memory; {@code size} is 0 if none is given, {@code segment} -1, {@code addressSize} 0 if no
   * register tells it, {@code vectorIndexSize} 0 if the index is no vector register.
   */
  record Memory(
      int size,
      int segment,
      int addressSize,
      int base,
      int index,
      int scale,
      int vectorIndexSize,
      Expression displacement)
      implements Argument {}

  /** Parses {@code [prefixes] name [operand, …]}. */
  static Statement parse(String text) {
    boolean lock = false;
    int repeat = 0;
    int segment = -1;
    int operandSize = 0;
    int addressSize = 0;
    String rest = text.strip();
    while (true) {
      int space = rest.indexOf(' ');
      String word = (space < 0 ? rest : rest.substring(0, space)).toLowerCase(Locale.ROOT);
      String after = space < 0 ? "" : rest.substring(space + 1).strip();
      switch (word) {
        case "lock" -> lock = true;
        case "rep", "repe", "repz" -> repeat = 0xF3;
        case "repne", "repnz" -> repeat = 0xF2;
        case "es", "cs", "ss", "ds", "fs", "gs" -> segment = segmentNumber(word);
        case "o16", "o32", "o64" -> operandSize = Integer.parseInt(word, 1, 3, 10) / 8;
        case "a16", "a32", "a64" -> addressSize = Integer.parseInt(word, 1, 3, 10) / 8;
        default -> {
          boolean far = after.startsWith("far ");
          return new Statement(
              word,
              lock,
              repeat,
              segment,
              operandSize,
              addressSize,
              far,
              arguments(far ? after.substring(4) : after));
        }
      }
      rest = after;
    }
  }

  private static List<Argument> arguments(String text) {
    List<Argument> arguments = new ArrayList<>(3);
    for (String part : split(text)) {
      arguments.add(argument(part));
    }
    return arguments;
  }

  /** Splits at commas outside quotes. */
  static List<String> split(String text) {
    List<String> parts = new ArrayList<>(3);
    char quote = 0;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (c == ',') {
        parts.add(text.substring(start, i).strip());
        start = i + 1;
      }
    }
    if (!text.substring(start).isBlank() || !parts.isEmpty()) {
      parts.add(text.substring(start).strip());
    }
    return parts;
  }

  private static Argument argument(String text) {
    Operand register = RegisterNames.parse(text);
    if (register != null) {
      return new Register(register);
    }
    String rest = text;
    int size = 0;
    while (true) {
      int end = 0;
      while (end < rest.length() && Character.isLetter(rest.charAt(end))) {
        end++;
      }
      int width = width(rest.substring(0, end).toLowerCase(Locale.ROOT));
      boolean word = end < rest.length() && (rest.charAt(end) == ' ' || rest.charAt(end) == '[');
      if (width < 0 || !word) {
        break;
      }
      size = width == 0 ? size : width;
      rest = rest.substring(end).strip();
    }
    int bracket = rest.indexOf('[');
    int colon = rest.indexOf(':');
    if (bracket >= 0) {
      int segment = colon >= 0 && colon < bracket ? segmentNumber(rest.substring(0, colon)) : -1;
      return memory(rest.substring(bracket + 1, rest.lastIndexOf(']')), size, segment);
    }
    if (colon >= 0) {
      return new Far(
          Expression.parse(rest.substring(0, colon)),
          Expression.parse(rest.substring(colon + 1)),
          size);
    }
    return new Value(Expression.parse(rest), size);
  }

  /** Bytes of a width keyword, 0 for words without meaning, -1 for others. */
  private static int width(String word) {
    return switch (word) {
      case "ptr", "short", "near" -> 0;
      case "byte" -> 1;
      case "word" -> 2;
      case "dword" -> 4;
      case "fword" -> 6;
      case "qword" -> 8;
      case "tbyte", "tword" -> 10;
      case "xmmword", "oword" -> 16;
      case "ymmword", "yword" -> 32;
      default -> -1;
    };
  }

  private static int segmentNumber(String text) {
    Operand register = RegisterNames.parse(text.strip());
    if (register == null || register.kind() != Operand.Kind.SEGMENT) {
      throw new IllegalArgumentException("not a segment register: " + text);
    }
    return register.index();
  }

  private static Memory memory(String inside, int size, int outerSegment) {
    int segment = outerSegment;
    String text = inside.strip();
    int colon = text.indexOf(':');
    if (colon >= 0) {
      segment = segmentNumber(text.substring(0, colon));
      text = text.substring(colon + 1);
    }
    int base = Insn.NO_REGISTER;
    int index = Insn.NO_REGISTER;
    int scale = 0;
    int addressSize = 0;
    int vectorIndexSize = 0;
    boolean scaled = false;
    StringBuilder numbers = new StringBuilder();
    int start = 0;
    boolean minus = false;
    for (int i = 0; i <= text.length(); i++) {
      if (i < text.length() && text.charAt(i) != '+' && text.charAt(i) != '-') {
        continue;
      }
      String term = text.substring(start, i).strip();
      int star = term.indexOf('*');
      Operand register = addressRegister(star < 0 ? term : term.substring(0, star).strip());
      if (register == null) {
        numbers.append(minus ? '-' : '+').append(term);
      } else {
        boolean vector = register.kind() == Operand.Kind.VECTOR;
        vectorIndexSize = vector ? register.size() : vectorIndexSize;
        addressSize = vector ? addressSize : register.size();
        if (star >= 0 || vector || base != Insn.NO_REGISTER) {
          if (index != Insn.NO_REGISTER) {
            throw new IllegalArgumentException("too many registers: " + inside);
          }
          index = register.index();
          scaled = star >= 0;
          scale = scaled ? scale(term.substring(star + 1).strip()) : 0;
        } else {
          base = register.index();
        }
      }
      minus = i < text.length() && text.charAt(i) == '-';
      start = i + 1;
    }
    boolean swap = addressSize > 2 && vectorIndexSize == 0 && index == 4 && !scaled;
    boolean swap16 = addressSize == 2 && (base == 6 || base == 7) && index != Insn.NO_REGISTER;
    if (swap || swap16) {
      int other = base;
      base = index;
      index = other;
    }
    boolean number = !numbers.toString().replace("+", "").replace("-", "").isBlank();
    return new Memory(
        size,
        segment,
        addressSize,
        base,
        index,
        scale,
        vectorIndexSize,
        number ? Expression.parse(numbers.toString()) : Expression.of(0));
  }

  private static int scale(String factor) {
    return switch (factor) {
      case "1" -> 0;
      case "2" -> 1;
      case "4" -> 2;
      case "8" -> 3;
      default -> throw new IllegalArgumentException("scale " + factor);
    };
  }

  private static @Nullable Operand addressRegister(String text) {
    if (text.equalsIgnoreCase("rip") || text.equalsIgnoreCase("eip")) {
      return new Operand(Operand.Kind.GPR, Insn.RIP, text.startsWith("e") ? 4 : 8, 0);
    }
    Operand register = RegisterNames.parse(text);
    boolean index =
        register != null
            && (register.kind() == Operand.Kind.GPR || register.kind() == Operand.Kind.VECTOR);
    return index ? register : null;
  }
}
