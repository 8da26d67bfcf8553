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
    return FloatLanes.join(left((int) a, (int) n), left((int) (a >>> 32), (int) (n >>> 32)));
  }

  private static int left(int a, int n) {
    return isBelow(n, 32) ? a << n : 0;
  }

  private static long rightDwords(long a, long n) {
    return FloatLanes.join(right((int) a, (int) n), right((int) (a >>> 32), (int) (n >>> 32)));
  }

  private static int right(int a, int n) {
    return isBelow(n, 32) ? a >>> n : 0;
  }

  private static long rightSigned(long a, long n) {
    int low = rightSigned((int) a, (int) n);
    return FloatLanes.join(low, rightSigned((int) (a >>> 32), (int) (n >>> 32)));
  }

  private static int rightSigned(int a, int n) {
    return a >> (isBelow(n, 32) ? n : 31);
  }
}
