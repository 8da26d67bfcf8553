package jvisor.cpu.oracle;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import jvisor.host.HostMemory;

/**
 * A named part of a {@link CaseState} but code and memory: a little-endian number.
 *
 * @param offset where it stands in the record
 * @param size its bytes
 */
record CaseField(String name, int offset, int size) {
  /** What there is before and after an instruction. */
  static final List<CaseField> STATE = state();

  /** What there is after it: how it ended, then {@link #STATE}. */
  static final List<CaseField> RESULT = result();

  private static List<CaseField> state() {
    List<CaseField> fields = new ArrayList<>();
    for (int r = 0; r < 16; r++) {
      fields.add(new CaseField(gprName(r), CaseState.GPR + 8 * r, 8));
    }
    fields.add(new CaseField("flags", CaseState.FLAGS, 8));
    fields.add(new CaseField("rip", CaseState.RIP, 8));
    fields.add(new CaseField("fsbase", CaseState.FS_BASE, 8));
    fields.add(new CaseField("gsbase", CaseState.GS_BASE, 8));
    String[] segments = {"es", "", "ss", "ds", "fs", "gs"};
    for (int n = 0; n < segments.length; n++) {
      if (n != 1) {
        fields.add(new CaseField(segments[n], CaseState.SELECTORS + 2 * n, 2));
      }
    }
    fields.add(new CaseField("fcw", CaseState.FCW, 2));
    fields.add(new CaseField("fsw", CaseState.FSW, 2));
    fields.add(new CaseField("ftw", CaseState.FTW, 2));
    fields.add(new CaseField("fop", CaseState.FOP, 2));
    fields.add(new CaseField("fip", CaseState.FIP, 8));
    fields.add(new CaseField("fdp", CaseState.FDP, 8));
    fields.add(new CaseField("mxcsr", CaseState.MXCSR, 4));
    for (int n = 0; n < 8; n++) {
      fields.add(new CaseField("st" + n, CaseState.ST + 16 * n, 10));
    }
    for (int n = 0; n < 16; n++) {
      fields.add(new CaseField("xmm" + n, CaseState.vectorOffset(n, 0), 16));
      fields.add(new CaseField("ymmh" + n, CaseState.vectorOffset(n, 2), 16));
    }
    return List.copyOf(fields);
  }

  private static List<CaseField> result() {
    List<CaseField> fields = new ArrayList<>();
    fields.add(new CaseField("vector", CaseState.VECTOR, 8));
    fields.add(new CaseField("error", CaseState.ERROR, 8));
    fields.add(new CaseField("cr2", CaseState.CR2, 8));
    fields.add(new CaseField("cs", CaseState.CS, 8));
    fields.addAll(STATE);
    return List.copyOf(fields);
  }

  private static String gprName(int r) {
    return r < 8 ? "raxrcxrdxrbxrsprbprsirdi".substring(3 * r, 3 * r + 3) : "r" + r;
  }

  boolean same(CaseState a, CaseState b) {
    for (int n = 0; n < size; n++) {
      if (HostMemory.getByte(a.at() + offset + n) != HostMemory.getByte(b.at() + offset + n)) {
        return false;
      }
    }
    return true;
  }

  void copy(CaseState from, CaseState to) {
    HostMemory.copy(to.at() + offset, from.at() + offset, size);
  }

  /** Its value in hexadecimal digits. */
  String text(CaseState s) {
    byte[] bytes = new byte[size];
    for (int n = 0; n < size; n++) {
      bytes[size - 1 - n] = (byte) HostMemory.getByte(s.at() + offset + n);
    }
    return new BigInteger(1, bytes).toString(16);
  }

  /** Sets the value from hexadecimal digits. */
  void parse(CaseState s, String digits) {
    BigInteger value = new BigInteger(digits, 16);
    if (value.signum() < 0 || value.bitLength() > 8 * size) {
      throw new IllegalArgumentException(name + "=" + digits);
    }
    for (int n = 0; n < size; n++) {
      HostMemory.putByte(s.at() + offset + n, value.shiftRight(8 * n).intValue() & 0xff);
    }
  }
}
