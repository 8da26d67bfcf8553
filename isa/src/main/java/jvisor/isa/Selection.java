package jvisor.isa;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the row and the bytes for one {@link Statement}: the shortest that means what is written.
 */
final class Selection {
  private static final Map<String, List<Row>> BY_NAME = byName();

  private final Statement statement;
  private final CodeMode mode;
  private final Labels labels;
  private final long here;
  private final boolean longBranch;
  private boolean tooFar;

  private Selection(
      Statement statement, CodeMode mode, Labels labels, long here, boolean longBranch) {
    this.statement = statement;
    this.mode = mode;
    this.labels = labels;
    this.here = here;
    this.longBranch = longBranch;
  }

  /**
   * The bytes of {@code statement} at address {@code here}; labels not known yet count as {@code
   * here}.
   *
   * @param longBranch whether branches to labels take the long form
   * @return the bytes; {@code null} if a short branch does not reach
   */
  static byte @Nullable [] encode(
      Statement statement, CodeMode mode, Labels labels, long here, boolean longBranch) {
    return new Selection(statement, mode, labels, here, longBranch).encode();
  }

  private static Map<String, List<Row>> byName() {
    Map<String, List<Row>> names = new HashMap<>();
    for (Row row : Table.ROWS) {
      if (!row.alias()) {
        String name = row.name().toLowerCase(Locale.ROOT);
        names.computeIfAbsent(name, key -> new ArrayList<>()).add(row);
      }
    }
    String[][] synonyms = {
      {"sal", "shl"}, {"loopz", "loope"}, {"loopnz", "loopne"}, {"xlat", "xlatb"},
      {"fwait", "wait"}, {"movabs", "mov"}, {"retn", "ret"}, {"icebp", "int1"},
      {"pushfw", "pushf"}, {"popfw", "popf"}, {"iretw", "iret"},
    };
    for (String[] synonym : synonyms) {
      names.put(synonym[0], List.copyOf(names.getOrDefault(synonym[1], List.of())));
    }
    return names;
  }

  private byte @Nullable [] encode() {
    int condition = -1;
    List<Row> rows = BY_NAME.get(statement.name());
    for (String stem : new String[] {"j", "set", "cmov"}) {
      if (rows == null && statement.name().startsWith(stem)) {
        condition = Disassembler.condition(statement.name().substring(stem.length()));
        rows = condition < 0 ? null : BY_NAME.get(stem + "cc");
      }
    }
    if (rows == null) {
      throw new IllegalArgumentException("no such instruction: " + statement.name());
    }
    byte[] best = null;
    int bestMemory = -1;
    for (Row row : rows) {
      if (row.operands().size() != statement.arguments().size() || statement.far() != isFar(row)) {
        continue;
      }
      Insn insn = match(row, condition);
      byte[] code = insn == null ? null : bytes(insn);
      if (insn == null || code == null) {
        continue;
      }
      int memory = unsizedMemory(row, insn);
      if (bestMemory >= 0 && memory >= 0 && memory != bestMemory) {
        throw new IllegalArgumentException("memory operand needs a size");
      }
      bestMemory = Math.max(memory, bestMemory);
      if (best == null || code.length < best.length) {
        best = code;
      }
    }
    if (best == null && !tooFar) {
      throw new IllegalArgumentException(
          "no form of " + statement.name() + " takes these operands");
    }
    return best;
  }

  private boolean isFar(Row row) {
    boolean far = row.mnemonic() == Mnemonic.JMP_FAR || row.mnemonic() == Mnemonic.CALL_FAR;
    return far && (statement.far() || !(statement.arguments().getFirst() instanceof Statement.Far));
  }

  /** The size that {@code insn} gives to a memory operand written without one, or -1. */
  private int unsizedMemory(Row row, Insn insn) {
    for (int i = 0; i < row.operands().size(); i++) {
      if (statement.arguments().get(i) instanceof Statement.Memory memory && memory.size() == 0) {
        return i == 0 ? insn.a.size() : i == 1 ? insn.b.size() : insn.c.size();
      }
    }
    return -1;
  }

  private byte @Nullable [] bytes(Insn insn) {
    byte[] code = Encoder.encode(insn, mode, isWide());
    if (code == null) {
      return null;
    }
    boolean branch = insn.a.kind() == Operand.Kind.RELATIVE;
    boolean ripRelative = insn.base == Insn.RIP && displacementOf().isSymbolic();
    if (!branch && !ripRelative) {
      return code;
    }
    long next = here + code.length;
    Insn adjusted;
    if (branch) {
      adjusted = branchTo(insn, next);
      if (adjusted == null) {
        tooFar = true;
        return null;
      }
    } else {
      long distance = displacementOf().value(labels, here) - next;
      if (distance != (int) distance) {
        throw new IllegalArgumentException("label too far for rip-relative addressing");
      }
      adjusted = with(insn, insn.a, distance);
    }
    return Encoder.encode(adjusted, mode, isWide());
  }

  private @Nullable Insn branchTo(Insn insn, long next) {
    if (!(statement.arguments().getFirst() instanceof Statement.Value target)) {
      return null;
    }
    int size = insn.a.size();
    long distance = target.value().value(labels, here) - next;
    if (insn.operandSize < 8) {
      int shift = 64 - 8 * insn.operandSize;
      distance = distance << shift >> shift;
    }
    boolean onlyShort = BY_NAME.getOrDefault(statement.name(), List.of()).size() == 1;
    if (size == 1 && longBranch && !onlyShort) {
      return null;
    }
    int shift = 64 - 8 * size;
    if (distance << shift >> shift != distance) {
      return null;
    }
    return with(insn, new Operand(Operand.Kind.RELATIVE, 0, size, distance), insn.displacement);
  }

  private static Insn with(Insn insn, Operand a, long displacement) {
    return new Insn(
        insn.row,
        insn.length,
        insn.operandSize,
        insn.addressSize,
        insn.lock,
        insn.repeat,
        insn.segment,
        insn.base,
        insn.index,
        insn.scale,
        displacement,
        insn.opcode,
        a,
        insn.b,
        insn.c,
        insn.d);
  }

  private Statement.@Nullable Memory memory() {
    for (Statement.Argument argument : statement.arguments()) {
      if (argument instanceof Statement.Memory memory) {
        return memory;
      }
    }
    return null;
  }

  private Expression displacementOf() {
    Statement.Memory memory = memory();
    return memory == null ? Expression.of(0) : memory.displacement();
  }

  private boolean isWide() {
    return displacementOf().isSymbolic();
  }

  /** The instruction in this row with the first operand size that fits, or {@code null}. */
  private @Nullable Insn match(Row row, int condition) {
    Encoding encoding = row.encoding();
    if (!encoding.validIn(mode)) {
      return null;
    }
    int[] normals =
        switch (mode) {
          case BITS16 -> new int[] {2, 4};
          case BITS32 -> new int[] {4, 2};
          case BITS64 -> new int[] {4, 2, 8};
        };
    if (encoding.isVex()) {
      normals = mode == CodeMode.BITS64 ? new int[] {4, 8} : new int[] {4};
    }
    for (int normal : normals) {
      int size = encoding.sizing().operandSize(normal, mode == CodeMode.BITS64);
      int fixed = encoding.fixedOperandSize();
      if (fixed != 0 && fixed != normal
          || statement.operandSize() != 0 && statement.operandSize() != size) {
        continue;
      }
      Insn insn = match(row, size, condition);
      if (insn != null) {
        return insn;
      }
    }
    return null;
  }

  private @Nullable Insn match(Row row, int operandSize, int condition) {
    Statement.Memory memory = memory();
    int addressSize = addressSize(row.encoding(), memory);
    Operand[] operands = {Operand.NONE, Operand.NONE, Operand.NONE, Operand.NONE};
    int opcodeRegister = 0;
    for (int i = 0; i < row.operands().size(); i++) {
      OperandForm form = row.operands().get(i);
      Operand operand =
          operand(form, statement.arguments().get(i), operandSize, addressSize, operands[0]);
      if (operand == null) {
        return null;
      }
      operands[i] = operand;
      if (form.field() == OperandForm.Field.OPCODE) {
        boolean high = operand.kind() == Operand.Kind.HIGH8;
        opcodeRegister = high ? operand.index() + 4 : operand.index() & 7;
      }
    }
    boolean stack = memory != null && (memory.base() == 4 || memory.base() == 5);
    int segment = stack ? Insn.SS : Insn.DS;
    int override = memory != null && memory.segment() >= 0 ? memory.segment() : statement.segment();
    if (override >= 0 && (mode != CodeMode.BITS64 || override >= Insn.FS)) {
      segment = override;
    }
    boolean symbolicRip = memory != null && memory.base() == Insn.RIP && isWide();
    long displacement = symbolicRip ? 0 : displacementOf().value(labels, here);
    if (row.encoding().modRm()) {
      displacement = signed(displacement, addressSize);
    }
    return new Insn(
        row,
        0,
        operandSize,
        addressSize,
        statement.lock(),
        row.repeat() == 1 && statement.repeat() != 0 ? 0xF3 : statement.repeat(),
        segment,
        memory == null ? Insn.NO_REGISTER : memory.base(),
        memory == null ? Insn.NO_REGISTER : memory.index(),
        memory == null ? 0 : memory.scale(),
        displacement,
        row.encoding().opcode() + (condition >= 0 ? condition : opcodeRegister),
        operands[0],
        operands[1],
        operands[2],
        operands[3]);
  }

  private int addressSize(Encoding encoding, Statement.@Nullable Memory memory) {
    int usual = mode == CodeMode.BITS16 ? 2 : mode == CodeMode.BITS32 ? 4 : 8;
    if (encoding.fixedAddressSize() != 0) {
      return encoding.fixedAddressSize();
    }
    if (memory != null && memory.addressSize() != 0) {
      return memory.addressSize();
    }
    if (statement.addressSize() != 0) {
      return statement.addressSize();
    }
    boolean beyond64K = mode == CodeMode.BITS16 && displacementOf().constant() >>> 16 != 0;
    return memory != null && beyond64K ? 4 : usual;
  }

  private @Nullable Operand operand(
      OperandForm form,
      Statement.Argument argument,
      int operandSize,
      int addressSize,
      Operand first) {
    return switch (argument) {
      case Statement.Register register -> register(form, register.operand(), operandSize);
      case Statement.Memory memory -> {
        if (!form.allowsMemory()) {
          yield null;
        }
        if (form.vectorIndexSize() != memory.vectorIndexSize()) {
          yield null;
        }
        if (form.field() == OperandForm.Field.OFFSET
            && (memory.base() != Insn.NO_REGISTER || memory.index() != Insn.NO_REGISTER)) {
          yield null;
        }
        int size = OperandForm.width(form.memorySize(), operandSize, addressSize, mode);
        boolean fits = memory.size() == 0 || size == 0 || memory.size() == size;
        yield fits ? Operands.memory(size) : null;
      }
      case Statement.Far far -> far(form, far, operandSize, addressSize);
      case Statement.Value number -> number(form, number, operandSize, addressSize, first);
    };
  }

  private @Nullable Operand register(OperandForm form, Operand register, int operandSize) {
    boolean control =
        register.kind() == Operand.Kind.CONTROL || register.kind() == Operand.Kind.DEBUG;
    boolean high = register.kind() == Operand.Kind.HIGH8 && form.kind() == Operand.Kind.GPR;
    if (form.kind() != register.kind() && !high) {
      return null;
    }
    int size = OperandForm.width(form.size(), operandSize, 0, mode);
    if (form.field() == OperandForm.Field.FIXED && (high || form.value() != register.index())) {
      return null;
    }
    if (control) {
      return new Operand(register.kind(), register.index(), size, 0);
    }
    boolean byteOutside64 =
        mode != CodeMode.BITS64 && !high && register.size() == 1 && register.index() >= 4;
    return size != register.size() || byteOutside64 ? null : register;
  }

  private @Nullable Operand far(
      OperandForm form, Statement.Far far, int operandSize, int addressSize) {
    if (form.kind() != Operand.Kind.FAR) {
      return null;
    }
    int size = OperandForm.width(form.size(), operandSize, addressSize, mode);
    if (far.size() != 0 && far.size() != size - 2) {
      return null;
    }
    long selector = far.selector().value(labels, here) & 0xFFFF;
    long offset = far.offset().value(labels, here);
    if (offset >>> 8 * (size - 2) != 0) {
      return null;
    }
    return new Operand(Operand.Kind.FAR, 0, size, selector << 32 | offset);
  }

  private @Nullable Operand number(
      OperandForm form, Statement.Value number, int operandSize, int addressSize, Operand first) {
    int size = OperandForm.width(form.size(), operandSize, addressSize, mode);
    if (form.kind() == Operand.Kind.RELATIVE) {
      return new Operand(Operand.Kind.RELATIVE, 0, size, 0);
    }
    if (form.kind() != Operand.Kind.IMMEDIATE || number.size() != 0 && number.size() != size) {
      return null;
    }
    long value = number.value().value(labels, here);
    if (form.field() == OperandForm.Field.FIXED) {
      return value == form.value() && !number.value().isSymbolic()
          ? Operands.immediate(1, value)
          : null;
    }
    if (form.value() == 1) {
      return value >= 0 && value < 1L << 8 * size ? Operands.immediate(size, value) : null;
    }
    int width = first.kind() == Operand.Kind.NONE ? operandSize : first.size();
    if (number.value().isSymbolic() && size < Math.min(width, 4)) {
      return null;
    }
    if (width < 8 && value >= 0 && value < 1L << 8 * width) {
      value = signed(value, width);
    }
    return signed(value, size) == value ? Operands.immediate(size, value) : null;
  }

  private static long signed(long value, int size) {
    int shift = 64 - 8 * size;
    return value << shift >> shift;
  }
}
