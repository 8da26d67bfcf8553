package jvisor.cpu.oracle;

import java.util.HexFormat;
import jvisor.isa.Insn;

/** Cases as lines of text. */
final class CaseText {
  private CaseText() {}

  /** The instruction with where it came from and what differs. */
  static String line(long seed, long number, CaseState before, String difference) {
    Insn i = CaseGenerator.decode(before);
    String bytes = HexFormat.of().formatHex(before.code(), 0, i.length);
    return "%d:%d %d-bit %s %s:%s"
        .formatted(seed, number, before.is64() ? 64 : 32, bytes, i, difference);
  }
}
