package jvisor.isa;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names of registers, both ways. */
final class RegisterNames {
  private static final String[] WORDS = {"ax", "cx", "dx", "bx", "sp", "bp", "si", "di"};
  private static final String[] BYTES = {"al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil"};
  private static final String[] HIGH = {"ah", "ch", "dh", "bh"};
  private static final String[] SEGMENTS = {"es", "cs", "ss", "ds", "fs", "gs"};
  private static final Map<String, Operand> BY_NAME = byName();

  private RegisterNames() {}

  private static Map<String, Operand> byName() {
    Map<String, Operand> names = new HashMap<>();
    for (int i = 0; i < 16; i++) {
      for (int size = 1; size <= 8; size *= 2) {
        names.put(gpr(i, size), Operands.gpr(i, size));
      }
      names.put("xmm" + i, Operands.register(Operand.Kind.VECTOR, i, 16));
      names.put("ymm" + i, Operands.register(Operand.Kind.VECTOR, i, 32));
      names.put("cr" + i, new Operand(Operand.Kind.CONTROL, i, 0, 0));
    }
    for (int i = 0; i < 8; i++) {
      names.put("mm" + i, Operands.register(Operand.Kind.MMX, i, 8));
      names.put("dr" + i, new Operand(Operand.Kind.DEBUG, i, 0, 0));
      names.put("st(" + i + ")", Operands.register(Operand.Kind.ST, i, 10));
      names.put("st" + i, Operands.register(Operand.Kind.ST, i, 10));
    }
    names.put("st", Operands.register(Operand.Kind.ST, 0, 10));
    for (int i = 0; i < 4; i++) {
      names.put(HIGH[i], Operands.high8(i));
    }
    for (int i = 0; i < SEGMENTS.length; i++) {
      names.put(SEGMENTS[i], Operands.register(Operand.Kind.SEGMENT, i, 2));
    }
    return Map.copyOf(names);
  }

  /** Name of a general-purpose register of 1, 2, 4 or 8 bytes. */
  static String gpr(int index, int size) {
    if (index >= 8) {
      return "r" + index + (size == 8 ? "" : size == 4 ? "d" : size == 2 ? "w" : "b");
    }
    return switch (size) {
      case 1 -> BYTES[index];
      case 2 -> WORDS[index];
      case 4 -> "e" + WORDS[index];
      default -> "r" + WORDS[index];
    };
  }

  /** Name of a segment register. */
  static String segment(int index) {
    return SEGMENTS[index];
  }

  /** Name of a register operand. */
  static String name(Operand operand) {
    int index = operand.index();
    return switch (operand.kind()) {
      case GPR -> gpr(index, operand.size());
      case HIGH8 -> HIGH[index];
      case SEGMENT -> SEGMENTS[index];
      case CONTROL -> "cr" + index;
      case DEBUG -> "dr" + index;
      case ST -> "st(" + index + ")";
      case MMX -> "mm" + index;
      case VECTOR -> (operand.size() == 32 ? "ymm" : "xmm") + index;
      case NONE, MEM, IMMEDIATE, RELATIVE, FAR -> throw new IllegalArgumentException("no register");
    };
  }

  /**
   * The register called {@code name}, in either case, or {@code null}; control and debug registers
   * have size 0, as their width follows from the mode.
   */
  static @Nullable Operand parse(String name) {
    return BY_NAME.get(name.toLowerCase(Locale.ROOT));
  }
}
