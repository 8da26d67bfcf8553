package jvisor.isa;

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
    return code;
  }
}
