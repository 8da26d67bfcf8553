package jvisor.isa;

import java.util.List;

/** One instruction on its way from bytes to {@link Insn} (SDM vol. 2, chapter 2). Used once. */
final class Decoding {
  private static final int MAX_LENGTH = 15;

  /** Values of {@link #PREFIX}; bytes that are no prefix have 0. */
  private static final int OPERAND_SIZE = 1;

  private static final int ADDRESS_SIZE = 2;
  private static final int REPEAT = 3;
  private static final int LOCK = 4;
  private static final int SEGMENT = 5;
  private static final int REX = 6;
  private static final byte[] PREFIX = prefixes();

  private static final byte[] BASE_16 = {3, 3, 5, 5, 6, 7, 5, 3};
  private static final byte[] INDEX_16 = {6, 7, 6, 7, -1, -1, -1, -1};

  private final Decoder decoder;
  private final byte[] code;
  private final int start;
  private final int limit;
  private final int end;
  private final CodeMode mode;
  private final boolean is64;

  private int p;
  private boolean cut;
  private boolean refused;
  private int rex;
  private boolean has66;
  private boolean has67;
  private boolean lock;
  private int repeat;
  private boolean vex;
  private int vexPrefix;
  private int vexL;
  private int vvvv;
  private int override = -1;
  private int opcode;
  private int modRm;
  private int operandSize;
  private int addressSize;
  private int segment = Insn.DS;
  private int base = Insn.NO_REGISTER;
  private int index = Insn.NO_REGISTER;
  private boolean vectorIndex;
  private int scale;
  private long displacement;

  Decoding(Decoder decoder, byte[] code, int offset, int limit, CodeMode mode) {
    this.decoder = decoder;
    this.code = code;
    this.start = offset;
    this.limit = limit;
    this.end = Math.min(limit, offset + MAX_LENGTH);
    this.mode = mode;
    this.is64 = mode == CodeMode.BITS64;
    this.p = offset;
  }

  private static byte[] prefixes() {
    byte[] classes = new byte[256];
    classes[0x66] = OPERAND_SIZE;
    classes[0x67] = ADDRESS_SIZE;
    classes[0xF0] = LOCK;
    classes[0xF2] = REPEAT;
    classes[0xF3] = REPEAT;
    for (int b : new int[] {0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65}) {
      classes[b] = SEGMENT;
    }
    for (int b = 0x40; b < 0x50; b++) {
      classes[b] = REX;
    }
    return classes;
  }

  Insn decode() {
    opcode = afterPrefixes();
    addressSize = addressSize();
    int map = 0;
    if (opcode == 0x0F) {
      opcode = u8();
      map = 1;
      if (opcode == 0x38 || opcode == 0x3A) {
        map = opcode == 0x38 ? 2 : 3;
        opcode = u8();
      }
    } else if (isVector()) {
      map = vex();
      if (map == 0) {
        return invalid();
      }
    }
    Decoder.Slot slot = decoder.slot(map, opcode);
    if (slot == null || cut) {
      return invalid();
    }
    modRm = slot.modRm ? u8() : 0;
    Row row = slot.select(key());
    if (row == null || cut) {
      return invalid();
    }
    return finish(row);
  }

  private int afterPrefixes() {
    while (true) {
      int b = u8();
      switch (PREFIX[b]) {
        case OPERAND_SIZE -> has66 = true;
        case ADDRESS_SIZE -> has67 = true;
        case REPEAT -> repeat = b;
        case LOCK -> lock = true;
        case SEGMENT -> segmentOverride(b);
        case REX -> {
          if (!is64) {
            return b;
          }
          rex = b;
          continue;
        }
        default -> {
          return b;
        }
      }
      rex = 0;
    }
  }

  private void segmentOverride(int b) {
    if (b >= 0x64) {
      override = b - 0x60;
    } else if (!is64) {
      override = b >> 3 & 3;
    }
  }

  /**
   * Whether the opcode begins a VEX or EVEX prefix. In 64-bit mode C4, C5 and 62 always do,
   * elsewhere when what would be ModRM names a register.
   */
  private boolean isVector() {
    if (opcode != 0xC4 && opcode != 0xC5 && opcode != 0x62) {
      return false;
    }
    return is64 || (p < end && (code[p] & 0xC0) == 0xC0);
  }

  /**
   * Reads a VEX prefix and the opcode behind it (SDM vol. 2, 2.3.5); answers its map, or 0 if there
   * is none. No row is encoded with EVEX. LOCK, 66, F2, F3 and REX may not stand before it.
   */
  private int vex() {
    if (opcode == 0x62 || lock || has66 || repeat != 0 || rex != 0) {
      return 0;
    }
    int map = 1;
    int first = u8();
    int last = first;
    if (opcode == 0xC4) {
      map = first & 0x1F;
      last = u8();
    }
    if (is64) {
      rex = ~first >> 5 & (opcode == 0xC4 ? 7 : 4);
    }
    rex |= opcode == 0xC4 ? last >> 4 & 8 : 0;
    vvvv = ~last >> 3 & 15;
    vexL = last >> 2 & 1;
    vexPrefix = last & 3;
    vex = true;
    opcode = u8();
    return map >= 1 && map <= 3 ? Encoding.VEX + map : 0;
  }

  private int addressSize() {
    return switch (mode) {
      case BITS16 -> has67 ? 4 : 2;
      case BITS32 -> has67 ? 2 : 4;
      case BITS64 -> has67 ? 4 : 8;
    };
  }

  private int normalOperandSize(boolean with66) {
    if (vex) {
      return is64 && (rex & 8) != 0 ? 8 : 4;
    }
    return switch (mode) {
      case BITS16 -> with66 ? 4 : 2;
      case BITS32 -> with66 ? 2 : 4;
      case BITS64 -> (rex & 8) != 0 ? 8 : with66 ? 2 : 4;
    };
  }

  private int operandSize(Encoding encoding) {
    boolean with66 = has66 && encoding.prefix() != 0x66;
    return encoding.sizing().operandSize(normalOperandSize(with66), is64);
  }

  private int key() {
    int prefix = vex ? vexPrefix : repeat == 0xF2 ? 3 : repeat == 0xF3 ? 2 : has66 ? 1 : 0;
    return modRm & 0x3F
        | (modRm >= 0xC0 ? 1 : 0) << Encoding.Key.REGISTER
        | prefix << Encoding.Key.PREFIX
        | normalOperandSize(has66) >> 2 << Encoding.Key.OPERAND_SIZE
        | (rex >> 3 & 1) << Encoding.Key.W
        | (is64 ? 1 : 0) << Encoding.Key.LONG
        | addressSize >> 2 << Encoding.Key.ADDRESS_SIZE
        | (rex & 1) << Encoding.Key.B
        | vexL << Encoding.Key.L
        | (vvvv != 0 ? 1 : 0) << Encoding.Key.VVVV;
  }

  private Insn finish(Row row) {
    Encoding encoding = row.encoding();
    operandSize = operandSize(encoding);
    vectorIndex = encoding.isVex() && encoding.requiresMemory() && encoding.fixedRm() == 4;
    boolean memory = hasMemory(encoding);
    if (memory) {
      address();
    }
    if (lock && !(memory && row.lockable())) {
      return invalid();
    }
    Operand a = Operand.NONE;
    Operand b = Operand.NONE;
    Operand c = Operand.NONE;
    Operand d = Operand.NONE;
    List<OperandForm> forms = row.operands();
    int count = forms.size();
    if (count > 0) {
      a = operand(forms.get(0), memory);
    }
    if (count > 1) {
      b = operand(forms.get(1), memory);
    }
    if (count > 2) {
      c = operand(forms.get(2), memory);
    }
    if (count > 3) {
      d = operand(forms.get(3), memory);
    }
    boolean overlaps =
        vectorIndex && (a.index() == index || c.index() == index || a.index() == c.index());
    if (cut || refused || overlaps || loadsCs(row, a)) {
      return invalid();
    }
    int acting = row.repeat() == 0 || repeat == 0 ? 0 : row.repeat() == 1 ? 0xF3 : repeat;
    return new Insn(
        row,
        p - start,
        operandSize,
        addressSize,
        lock,
        acting,
        override >= 0 ? override : segment,
        base,
        index,
        scale,
        displacement,
        opcode,
        a,
        b,
        c,
        d);
  }

  private static boolean loadsCs(Row row, Operand a) {
    return row.mnemonic() == Mnemonic.MOV_SREG
        && a.kind() == Operand.Kind.SEGMENT
        && a.index() == Insn.CS;
  }

  private boolean hasMemory(Encoding encoding) {
    return encoding.modRm() && modRm < 0xC0 && !encoding.ignoreMod();
  }

  private void address() {
    int mod = modRm >> 6;
    int rm = modRm & 7;
    if (addressSize == 2) {
      refused |= vectorIndex;
      if (mod == 0 && rm == 6) {
        displacement = signed(2);
        return;
      }
      base = BASE_16[rm];
      index = INDEX_16[rm];
      displacement = mod == 0 ? 0 : signed(mod);
    } else {
      if (rm == 4) {
        int sib = u8();
        int number = sib >> 3 & 7 | (rex & 2) << 2;
        if (number != 4 || vectorIndex) {
          index = number;
          scale = sib >> 6;
        }
        rm = sib & 7;
        base = mod == 0 && rm == 5 ? Insn.NO_REGISTER : rm | (rex & 1) << 3;
      } else if (mod == 0 && rm == 5) {
        base = is64 ? Insn.RIP : Insn.NO_REGISTER;
      } else {
        base = rm | (rex & 1) << 3;
      }
      if (mod == 1) {
        displacement = signed(1);
      } else if (mod == 2 || base == Insn.NO_REGISTER || base == Insn.RIP) {
        displacement = signed(4);
      }
    }
    if (base == 4 || base == 5) {
      segment = Insn.SS;
    }
  }

  private Operand operand(OperandForm form, boolean memory) {
    return switch (form.field()) {
      case REG -> register(form, modRm >> 3 & 7, (rex & 4) << 1);
      case RM ->
          memory
              ? Operands.memory(width(form.memorySize()))
              : register(form, modRm & 7, (rex & 1) << 3);
      case VVVV -> register(form, is64 ? vvvv : vvvv & 7, 0);
      case IS4 -> register(form, u8() >> 4 & (is64 ? 15 : 7), 0);
      case OPCODE -> register(form, opcode & 7, (rex & 1) << 3);
      case FIXED ->
          form.kind() == Operand.Kind.IMMEDIATE
              ? Operands.immediate(1, form.value())
              : Operands.register(form.kind(), form.value(), width(form.size()));
      case IMMEDIATE -> immediate(form);
      case OFFSET -> {
        displacement = unsigned(addressSize);
        yield Operands.memory(width(form.memorySize()));
      }
    };
  }

  private int width(int code) {
    return code >= 0 ? code : OperandForm.width(code, operandSize, addressSize, mode);
  }

  private Operand register(OperandForm form, int number, int extension) {
    return switch (form.kind()) {
      case GPR -> {
        int size = width(form.size());
        yield size == 1 && number >= 4 && rex == 0
            ? Operands.high8(number - 4)
            : Operands.gpr(number | extension, size);
      }
      case VECTOR -> {
        yield Operands.register(Operand.Kind.VECTOR, number | extension, form.size());
      }
      case SEGMENT -> {
        yield number > Insn.GS ? refuse() : Operands.register(form.kind(), number, 2);
      }
      case CONTROL -> {
        int control = number | extension;
        boolean exists = control == 0 || control >= 2 && control <= 4 || control == 8;
        yield exists ? Operands.register(form.kind(), control, width(form.size())) : refuse();
      }
      case DEBUG -> {
        yield extension != 0
            ? refuse()
            : Operands.register(form.kind(), number, width(form.size()));
      }
      default -> {
        yield Operands.register(form.kind(), number, form.size());
      }
    };
  }

  private Operand refuse() {
    refused = true;
    return Operand.NONE;
  }

  private Operand immediate(OperandForm form) {
    int size = width(form.size());
    return switch (form.kind()) {
      case RELATIVE -> new Operand(Operand.Kind.RELATIVE, 0, size, signed(size));
      case FAR -> {
        long offset = unsigned(size - 2);
        yield new Operand(Operand.Kind.FAR, 0, size, unsigned(2) << 32 | offset);
      }
      default -> Operands.immediate(size, form.value() == 1 ? unsigned(size) : signed(size));
    };
  }

  private int u8() {
    if (p >= end) {
      cut = true;
      return 0;
    }
    return code[p++] & 0xFF;
  }

  private long unsigned(int size) {
    if (end - p < size) {
      cut = true;
      return 0;
    }
    long value = 0;
    for (int i = 0; i < size; i++) {
      value |= (code[p + i] & 0xFFL) << 8 * i;
    }
    p += size;
    return value;
  }

  private long signed(int size) {
    int shift = 64 - 8 * size;
    return unsigned(size) << shift >> shift;
  }

  private Insn invalid() {
    if (cut) {
      return limit - start >= MAX_LENGTH ? Decoder.TOO_LONG : Decoder.TRUNCATED;
    }
    return Decoder.invalid(p - start);
  }
}
