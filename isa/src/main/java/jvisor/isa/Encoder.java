package jvisor.isa;

import java.util.Arrays;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/**
 * Turns an {@link Insn} into bytes: the inverse of {@link Decoder}, in the shortest form of its
 * row. The length and bytes without effect (idle prefixes, wider displacements) are not kept.
 *
 * <p>An instance is for a translator: it encodes one instruction after the other without
 * allocating, and trusts what it is given. For one thread at a time.
 */
public final class Encoder {
  /** Bytes of the longest instruction. */
  public static final int MAX_LENGTH = 15;

  private static final Decoder ALL = new Decoder(EnumSet.allOf(Feature.class));

  private final byte[] bytes = new byte[40];
  private final boolean wide;
  private Insn insn = Decoder.TRUNCATED;
  private CodeMode mode = CodeMode.BITS64;
  private boolean is64;
  private int length;
  private int rexBits;
  private boolean high8;
  private boolean impossible;
  private boolean has66;
  private boolean w;
  private int vvvv;

  /** Creates one for many instructions. */
  public Encoder() {
    this(false);
  }

  private Encoder(boolean wide) {
    this.wide = wide;
  }

  /**
   * The bytes of {@code insn} in {@code mode}, or {@code null} if its row cannot be encoded with
   * these operands, sizes and prefixes there. The bytes are decoded again to be sure.
   */
  public static byte @Nullable [] encode(Insn insn, CodeMode mode) {
    return encode(insn, mode, false);
  }

  /** As {@link #encode(Insn, CodeMode)}; {@code wide} gives every displacement its full width. */
  static byte @Nullable [] encode(Insn insn, CodeMode mode, boolean wide) {
    Encoder encoder = new Encoder(wide);
    if (!encoder.assemble(insn, mode)) {
      return null;
    }
    byte[] code = Arrays.copyOf(encoder.bytes, encoder.length);
    Insn decoded = ALL.decode(code, 0, code.length, mode);
    return decoded.length == code.length && same(decoded, insn) ? code : null;
  }

  /**
   * Writes the bytes of {@code insn} in {@code mode} to {@code code} from {@code offset}, where
   * there must be room for {@link #MAX_LENGTH}.
   *
   * @param insn one that {@link Decoder} or {@link Substitution} made: that its operands are of the
   *     kinds and widths of its row is not checked
   * @return the number of bytes, or 0 if there is no such instruction in {@code mode}: a row that
   *     is not in it, AH to BH beside something that needs REX, registers 8–15 or sizes that it
   *     lacks
   */
  public int encode(Insn insn, CodeMode mode, byte[] code, int offset) {
    if (!assemble(insn, mode)) {
      return 0;
    }
    System.arraycopy(bytes, 0, code, offset, length);
    return length;
  }

  /** Whether two instructions are the same but for their lengths. */
  static boolean same(Insn x, Insn y) {
    return x.row == y.row
        && x.operandSize == y.operandSize
        && x.addressSize == y.addressSize
        && x.lock == y.lock
        && x.repeat == y.repeat
        && x.segment == y.segment
        && x.base == y.base
        && x.index == y.index
        && x.scale == y.scale
        && x.displacement == y.displacement
        && x.opcode == y.opcode
        && x.a.equals(y.a)
        && x.b.equals(y.b)
        && x.c.equals(y.c)
        && x.d.equals(y.d);
  }

  private boolean assemble(Insn next, CodeMode nextMode) {
    insn = next;
    mode = nextMode;
    is64 = nextMode == CodeMode.BITS64;
    length = 0;
    rexBits = 0;
    high8 = false;
    impossible = false;
    has66 = false;
    w = false;
    vvvv = 0;
    Encoding encoding = insn.row.encoding();
    if (insn.row == Row.INVALID || !encoding.validIn(mode) || !chooseSizes(encoding)) {
      return false;
    }
    int modRm = modRm(encoding);
    if (impossible) {
      return false;
    }
    prefixes(encoding);
    if (encoding.isVex()) {
      vex(encoding);
    }
    opcode(encoding);
    if (encoding.modRm()) {
      address(modRm);
    }
    immediates();
    return !impossible && length <= MAX_LENGTH;
  }

  /** Sets 66, REX.W and VEX.W so that the operand size comes out; false if it cannot. */
  private boolean chooseSizes(Encoding encoding) {
    if (encoding.isVex()) {
      w = encoding.vexW() == 1 || encoding.vexW() < 0 && insn.operandSize == 8;
      return encoding.sizing().operandSize(w && is64 ? 8 : 4, is64) == insn.operandSize;
    }
    boolean mandatory66 = encoding.prefix() == 0x66;
    boolean may66 = !mandatory66 && encoding.allows66();
    for (int attempt = 0; attempt < 3; attempt++) {
      boolean with66 = attempt == 1;
      boolean withW = attempt == 2;
      if (with66 && !may66 || withW && !is64 || encoding.requiresW() && !withW) {
        continue;
      }
      int normal =
          switch (mode) {
            case BITS16 -> with66 ? 4 : 2;
            case BITS32 -> with66 ? 2 : 4;
            case BITS64 -> withW ? 8 : with66 ? 2 : 4;
          };
      int fixed = encoding.fixedOperandSize();
      if ((fixed == 0 || fixed == normal)
          && encoding.sizing().operandSize(normal, is64) == insn.operandSize) {
        has66 = with66 || mandatory66;
        rexBits = withW ? 8 : 0;
        return true;
      }
    }
    return false;
  }

  /** Collects ModRM's reg and register rm, REX bits and the opcode's register from the operands. */
  private int modRm(Encoding encoding) {
    int reg = Math.max(encoding.fixedReg(), 0);
    int rm = encoding.requiresRegister() || encoding.ignoreMod() ? 0xC0 : 0;
    rm |= Math.max(encoding.fixedRm(), 0);
    for (int i = 0; i < insn.row.operands().size(); i++) {
      OperandForm form = insn.row.operands().get(i);
      Operand operand = operand(i);
      switch (form.field()) {
        case REG -> reg = number(operand, 4);
        case RM -> rm = operand.isMemory() ? 0 : 0xC0 | number(operand, 1);
        case OPCODE -> number(operand, 1);
        case VVVV -> vvvv = operand.index();
        default -> {}
      }
    }
    if (insn.hasMemory() && encoding.modRm()) {
      rexBits |= insn.base >= 8 && insn.base != Insn.RIP ? 1 : 0;
      rexBits |= insn.index >= 8 ? 2 : 0;
    }
    if ((rexBits | vvvv & 8) != 0 && (!is64 || high8)) {
      impossible = true;
    }
    return rm & 0xC7 | reg << 3;
  }

  private Operand operand(int position) {
    return switch (position) {
      case 0 -> insn.a;
      case 1 -> insn.b;
      case 2 -> insn.c;
      default -> insn.d;
    };
  }

  private int number(Operand register, int rexBit) {
    int index = register.index();
    if (register.kind() == Operand.Kind.HIGH8) {
      high8 = true;
      return index + 4;
    }
    if (register.kind() == Operand.Kind.GPR && register.size() == 1 && index >= 4) {
      rexBits |= 0x40;
    }
    if (index >= 8) {
      rexBits |= rexBit;
    }
    return index & 7;
  }

  private void prefixes(Encoding encoding) {
    boolean memory = insn.hasMemory();
    int usual = memory && (insn.base == 4 || insn.base == 5) ? Insn.SS : Insn.DS;
    if (insn.segment != usual) {
      put(insn.segment >= Insn.FS ? 0x60 + insn.segment : 0x26 | insn.segment << 3);
    }
    int usualAddressSize = mode == CodeMode.BITS16 ? 2 : mode == CodeMode.BITS32 ? 4 : 8;
    if (insn.addressSize != usualAddressSize) {
      put(0x67);
    }
    if (insn.lock) {
      put(0xF0);
    }
    if (encoding.isVex()) {
      return;
    }
    if (insn.repeat != 0) {
      put(insn.repeat);
    } else if (encoding.prefix() == 0xF2 || encoding.prefix() == 0xF3) {
      put(encoding.prefix());
    }
    if (has66) {
      put(0x66);
    }
    if (rexBits != 0) {
      put(0x40 | rexBits);
    }
  }

  /** The VEX prefix, of two bytes if that is enough. */
  private void vex(Encoding encoding) {
    int prefix =
        encoding.prefix() == 0x66 ? 1 : encoding.prefix() == 0 ? 0 : 5 - (encoding.prefix() & 3);
    int last = ~vvvv << 3 & 0x78 | Math.max(encoding.vexL(), 0) << 2 | prefix;
    int map = encoding.map() - Encoding.VEX;
    if (map == 1 && !w && (rexBits & 3) == 0) {
      put(0xC5);
      put(~rexBits << 5 & 0x80 | last);
    } else {
      put(0xC4);
      put(~rexBits << 5 & 0xE0 | map);
      put((w ? 0x80 : 0) | last);
    }
  }

  private void opcode(Encoding encoding) {
    if (encoding.map() > 0 && !encoding.isVex()) {
      put(0x0F);
    }
    if (encoding.map() > 1 && !encoding.isVex()) {
      put(encoding.map() == 2 ? 0x38 : 0x3A);
    }
    int opcode = encoding.opcode();
    for (int i = 0; encoding.count() == 8 && i < insn.row.operands().size(); i++) {
      if (insn.row.operands().get(i).field() == OperandForm.Field.OPCODE) {
        Operand operand = operand(i);
        opcode += operand.kind() == Operand.Kind.HIGH8 ? operand.index() + 4 : operand.index() & 7;
      }
    }
    put(encoding.isCondition() ? opcode | insn.condition() : opcode);
  }

  private void address(int modRm) {
    if (modRm >= 0xC0) {
      put(modRm);
    } else if (insn.addressSize == 2) {
      address16(modRm);
    } else {
      address32(modRm);
    }
  }

  private void address16(int reg) {
    long displacement = insn.displacement;
    if (insn.base == Insn.NO_REGISTER && insn.index == Insn.NO_REGISTER) {
      put(reg | 6);
      number(displacement, 2);
      return;
    }
    int rm =
        switch (insn.base << 4 | insn.index & 15) {
          case 0x36 -> 0;
          case 0x37 -> 1;
          case 0x56 -> 2;
          case 0x57 -> 3;
          case 0x6F -> 4;
          case 0x7F -> 5;
          case 0x5F -> 6;
          case 0x3F -> 7;
          default -> -1;
        };
    if (rm < 0) {
      impossible = true;
    } else if (displacement == 0 && rm != 6 && !wide) {
      put(reg | rm);
    } else {
      displacement(reg, rm, -1, 2);
    }
  }

  private void address32(int reg) {
    int base = insn.base;
    int index = insn.index;
    if (base == Insn.RIP) {
      put(reg | 5);
      number(insn.displacement, 4);
      return;
    }
    if (base == Insn.NO_REGISTER && index == Insn.NO_REGISTER && !is64) {
      put(reg | 5);
      number(insn.displacement, 4);
      return;
    }
    boolean sib = base == Insn.NO_REGISTER || index != Insn.NO_REGISTER || (base & 7) == 4;
    int rm = sib ? 4 : base & 7;
    int sibByte = -1;
    if (sib) {
      int indexBits = index == Insn.NO_REGISTER ? 4 : index & 7;
      int baseBits = base == Insn.NO_REGISTER ? 5 : base & 7;
      sibByte = insn.scale << 6 | indexBits << 3 | baseBits;
    }
    if (base == Insn.NO_REGISTER) {
      put(reg | rm);
      put(sibByte);
      number(insn.displacement, 4);
    } else if (insn.displacement == 0 && (base & 7) != 5 && !wide) {
      put(reg | rm);
      if (sib) {
        put(sibByte);
      }
    } else {
      displacement(reg, rm, sibByte, 4);
    }
  }

  /** ModRM with mod 1 or 2, SIB if not -1, displacement of one or {@code size} bytes. */
  private void displacement(int reg, int rm, int sib, int size) {
    boolean small = insn.displacement == (byte) insn.displacement && !wide;
    put((small ? 0x40 : 0x80) | reg | rm);
    if (sib >= 0) {
      put(sib);
    }
    number(insn.displacement, small ? 1 : size);
  }

  private void immediates() {
    for (int i = 0; i < insn.row.operands().size(); i++) {
      OperandForm form = insn.row.operands().get(i);
      int size = OperandForm.width(form.size(), insn.operandSize, insn.addressSize, mode);
      switch (form.field()) {
        case IMMEDIATE -> {
          if (form.kind() == Operand.Kind.FAR) {
            number(operand(i).value(), size - 2);
            number(operand(i).value() >>> 32, 2);
          } else {
            number(operand(i).value(), size);
          }
        }
        case OFFSET -> number(insn.displacement, insn.addressSize);
        case IS4 -> put(operand(i).index() << 4);
        default -> {}
      }
    }
  }

  private void put(int b) {
    bytes[length++] = (byte) b;
  }

  private void number(long value, int size) {
    for (int i = 0; i < size; i++) {
      put((int) (value >> 8 * i));
    }
  }
}
