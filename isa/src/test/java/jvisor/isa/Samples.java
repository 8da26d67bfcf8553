package jvisor.isa;

import java.util.List;
import java.util.Random;

/** Random bytes that are an instruction of a given row more often than not. */
final class Samples {
  private static final int[] IDLE_PREFIXES = {
    0x66, 0x67, 0xF0, 0xF2, 0xF3, 0x2E, 0x36, 0x3E, 0x26, 0x64, 0x65
  };

  private Samples() {}

  /** Sixteen bytes or more: prefixes, the row's opcode, random rest. */
  static byte[] of(Row row, CodeMode mode, Random random) {
    byte[] code = new byte[32];
    random.nextBytes(code);
    Encoding encoding = row.encoding();
    int p = 0;
    if (encoding.isVex()) {
      p = vex(row, mode, code, random);
      rest(encoding, code, p, random);
      return code;
    }
    while (random.nextInt(3) == 0 && p < 3) {
      int prefix = IDLE_PREFIXES[random.nextInt(IDLE_PREFIXES.length)];
      boolean selects = prefix == 0x66 || prefix == 0xF2 || prefix == 0xF3;
      if (!selects || encoding.text().indexOf('N') < 0) {
        code[p++] = (byte) prefix;
      }
    }
    int usual = mode == CodeMode.BITS16 ? 2 : 4;
    int operandSize = encoding.requiresW() ? usual : encoding.fixedOperandSize();
    if (operandSize != 0 && operandSize != usual) {
      code[p++] = 0x66;
    }
    int addressSize = encoding.fixedAddressSize();
    if (addressSize != 0 && addressSize != (mode == CodeMode.BITS64 ? 8 : usual)) {
      code[p++] = 0x67;
    }
    if (encoding.prefix() != 0) {
      code[p++] = (byte) encoding.prefix();
    }
    if (mode == CodeMode.BITS64 && (encoding.requiresW() || random.nextInt(3) == 0)) {
      code[p++] = (byte) (0x40 | random.nextInt(16) | (encoding.requiresW() ? 8 : 0));
    }
    if (encoding.map() > 0) {
      code[p++] = 0x0F;
    }
    if (encoding.map() > 1) {
      code[p++] = (byte) (encoding.map() == 2 ? 0x38 : 0x3A);
    }
    rest(encoding, code, p, random);
    return code;
  }

  /** A VEX prefix with random bits where the row does not ask for any; answers its length. */
  private static int vex(Row row, CodeMode mode, byte[] code, Random random) {
    boolean is64 = mode == CodeMode.BITS64;
    Encoding encoding = row.encoding();
    int p = 0;
    if (random.nextInt(3) == 0) {
      code[p++] = (byte) (random.nextBoolean() ? 0x67 : 0x64);
    }
    boolean vvvv = row.operands().stream().anyMatch(f -> f.field() == OperandForm.Field.VVVV);
    int last = vvvv ? random.nextInt(16) << 3 | (is64 ? 0 : 0x40) : 0x78;
    last |= (encoding.vexL() < 0 ? random.nextInt(2) : encoding.vexL()) << 2;
    last |= List.of(0, 0x66, 0xF3, 0xF2).indexOf(encoding.prefix());
    int map = encoding.map() - Encoding.VEX;
    boolean extended = !is64 || random.nextBoolean();
    if (map == 1 && encoding.vexW() != 1 && random.nextBoolean()) {
      code[p++] = (byte) 0xC5;
      code[p++] = (byte) ((extended ? 0x80 : 0) | last);
    } else {
      code[p++] = (byte) 0xC4;
      code[p++] = (byte) ((is64 ? random.nextInt(8) << 5 : 0xE0) | map);
      int w = encoding.vexW() < 0 ? random.nextInt(2) : encoding.vexW();
      code[p++] = (byte) (w << 7 | last);
    }
    return p;
  }

  private static void rest(Encoding encoding, byte[] code, int start, Random random) {
    int p = start;
    code[p++] = (byte) (encoding.opcode() + random.nextInt(encoding.count()));
    if (encoding.modRm()) {
      int modRm = code[p] & 0xFF;
      if (encoding.requiresRegister()) {
        modRm |= 0xC0;
      } else if (encoding.requiresMemory() && modRm >= 0xC0) {
        modRm &= 0xBF;
      }
      if (encoding.fixedReg() >= 0) {
        modRm = modRm & 0xC7 | encoding.fixedReg() << 3;
      }
      if (encoding.fixedRm() >= 0) {
        modRm = modRm & 0xF8 | encoding.fixedRm();
      }
      code[p] = (byte) modRm;
    }
  }
}
