package jvisor.cpu.avx;

import jvisor.cpu.sse.FloatLanes;
import jvisor.cpu.sse.Lanes;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.isa.Mnemonic;

/** Shifts of each element by a count of its own; counts as wide as the element or more empty it. */
final class VariableShifts {
  private VariableShifts() {}

  /** Binds the instructions of this chapter. */
  static void bind(SemanticTable t) {
    t.bind(Mnemonic.VPSLLVD, (c, i) -> Lanes.each(c, i, VariableShifts::leftDwords));
    t.bind(Mnemonic.VPSLLVQ, (c, i) -> Lanes.each(c, i, (a, n) -> isBelow(n, 64) ? a << n : 0));
    t.bind(Mnemonic.VPSRLVD, (c, i) -> Lanes.each(c, i, VariableShifts::rightDwords));
    t.bind(Mnemonic.VPSRLVQ, (c, i) -> Lanes.each(c, i, (a, n) -> isBelow(n, 64) ? a >>> n : 0));
    t.bind(Mnemonic.VPSRAVD, (c, i) -> Lanes.each(c, i, VariableShifts::rightSigned));
  }

  private static boolean isBelow(long n, int width) {
    return n >= 0 && n < width;
  }

  private static long leftDwords(long a, long n) {
    int low = isBelow((int) n, 32) ? (int) a << n : 0;
    int high = isBelow((int) (n >>> 32), 32) ? (int) (a >>> 32) << (n >>> 32) : 0;
    return FloatLanes.join(low, high);
  }

  private static long rightDwords(long a, long n) {
    int low = isBelow((int) n, 32) ? (int) a >>> n : 0;
    int high = isBelow((int) (n >>> 32), 32) ? (int) (a >>> 32) >>> (n >>> 32) : 0;
    return FloatLanes.join(low, high);
  }

  private static long rightSigned(long a, long n) {
    int low = (int) a >> (isBelow((int) n, 32) ? (int) n : 31);
    int high = (int) (a >>> 32) >> (isBelow((int) (n >>> 32), 32) ? (int) (n >>> 32) : 31);
    return FloatLanes.join(low, high);
  }
}
