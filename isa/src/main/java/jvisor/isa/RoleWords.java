package jvisor.isa;

import java.util.List;

/**
 * The words of the table's third column that tell {@link Roles}. {@code a=} has a letter for each
 * operand: {@code r} read, {@code w} written, {@code m} modified, which is both, {@code p} partly
 * written, so that a register keeps the rest and memory is not read, {@code n} neither. Operands
 * without a letter are read, but the first is modified unless it is a constant. {@code uses=},
 * {@code sets=} and {@code mods=} name implicit registers that are read, written and both, without
 * their first letter R; {@code GPR} stands for the eight general-purpose registers of all modes,
 * {@code VEC} for all vector registers.
 */
final class RoleWords {
  private static final List<String> REGISTERS =
      List.of("AX", "CX", "DX", "BX", "SP", "BP", "SI", "DI", "8", "9", "10", "11");

  private String access = "";
  private int uses;
  private int sets;

  /** Takes {@code word} in; false if it is none of these. */
  boolean take(String word) {
    if (word.startsWith("a=")) {
      access = word.substring(2);
      return true;
    }
    boolean both = word.startsWith("mods=");
    if (!both && !word.startsWith("uses=") && !word.startsWith("sets=")) {
      return false;
    }
    int registers = 0;
    for (String name : word.substring(5).split(",", -1)) {
      registers |= registers(name);
    }
    uses |= both || word.startsWith("uses=") ? registers : 0;
    sets |= both || word.startsWith("sets=") ? registers : 0;
    return true;
  }

  private static int registers(String name) {
    return switch (name) {
      case "GPR" -> 0xFF;
      case "VEC" -> 0xFFFF << Roles.VECTORS;
      case "XMM0" -> 1 << Roles.VECTORS;
      default -> 1 << REGISTERS.indexOf(name);
    };
  }

  /** The roles of a row with these operands. */
  Roles of(List<OperandForm> operands) {
    int reads = 0;
    int writes = 0;
    boolean loads = false;
    boolean stores = false;
    for (int i = 0; i < operands.size(); i++) {
      OperandForm form = operands.get(i);
      char letter = letter(i, form);
      boolean read = letter == 'r' || letter == 'm' || letter == 'p';
      boolean written = letter == 'w' || letter == 'm' || letter == 'p';
      reads |= read ? 1 << i : 0;
      writes |= written ? 1 << i : 0;
      if (form.allowsMemory()) {
        loads = read && letter != 'p';
        stores = written;
      }
      if (form.field() == OperandForm.Field.FIXED) {
        int register = fixed(form);
        uses |= read || written && keepsAPart(form) ? register : 0;
        sets |= written ? register : 0;
      }
    }
    return new Roles(reads, writes, loads, stores, uses, sets);
  }

  private char letter(int position, OperandForm form) {
    if (position < access.length()) {
      return access.charAt(position);
    }
    boolean constant =
        switch (form.kind()) {
          case IMMEDIATE, RELATIVE, FAR -> true;
          default -> false;
        };
    return position == 0 && !constant ? 'm' : 'r';
  }

  private static int fixed(OperandForm form) {
    return switch (form.kind()) {
      case GPR -> 1 << form.value();
      case VECTOR -> 1 << Roles.VECTORS + form.value();
      default -> 0;
    };
  }

  /** Whether a write may leave some of the register as it is. */
  private static boolean keepsAPart(OperandForm form) {
    return form.size() < 4;
  }
}
