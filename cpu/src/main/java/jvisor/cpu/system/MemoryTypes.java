package jvisor.cpu.system;

import java.util.List;
import jvisor.cpu.model.CpuFeature;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Vcpu;

/**
 * MTRRs and PAT (SDM vol. 3, 11.11–11.12): storage with the checks of a processor. Memory types
 * have no effect, since there are no caches to be seen.
 */
final class MemoryTypes {
  private static final int VARIABLE = 8;

  /** Eight variable ranges, fixed ranges, write combining. */
  private static final long CAPABILITIES = VARIABLE | 1 << 8 | 1 << 10;

  private static final int[] FIXED = {
    0x250, 0x258, 0x259, 0x268, 0x269, 0x26a, 0x26b, 0x26c, 0x26d, 0x26e, 0x26f
  };

  private MemoryTypes() {}

  static void add(List<Msr> all) {
    Msr.Presence mtrr = model -> model.has(CpuFeature.MTRR);
    all.add(new Msr(0xfe, "IA32_MTRRCAP", mtrr, c -> CAPABILITIES, Msr.READ_ONLY));
    for (int n = 0; n < VARIABLE; n++) {
      int base = VcpuState.MTRR + 16 * n;
      int mask = base + 8;
      all.add(
          new Msr(
              0x200 + 2 * n,
              "IA32_MTRR_PHYSBASE" + n,
              mtrr,
              c -> c.state.get(base),
              (c, value) -> writeBase(c, base, value)));
      all.add(
          new Msr(
              0x201 + 2 * n,
              "IA32_MTRR_PHYSMASK" + n,
              mtrr,
              c -> c.state.get(mask),
              (c, value) -> writeMask(c, mask, value)));
    }
    for (int n = 0; n < FIXED.length; n++) {
      int offset = VcpuState.MTRR + 16 * VARIABLE + 8 * n;
      all.add(
          new Msr(
              FIXED[n],
              "IA32_MTRR_FIX_%x".formatted(FIXED[n]),
              mtrr,
              c -> c.state.get(offset),
              (c, value) -> writeTypes(c, offset, value, false)));
    }
    all.add(
        new Msr(
            0x277,
            "IA32_PAT",
            model -> model.has(CpuFeature.PAT),
            c -> c.state.get(VcpuState.PAT),
            (c, value) -> writeTypes(c, VcpuState.PAT, value, true)));
    all.add(
        new Msr(
            0x2ff,
            "IA32_MTRR_DEF_TYPE",
            mtrr,
            c -> c.state.get(VcpuState.MTRR_DEFAULT),
            MemoryTypes::writeDefault));
  }

  /** UC, WC, WT, WP, WB; in the PAT also UC-. */
  private static boolean isType(long type, boolean pat) {
    return type == 0 || type == 1 || type >= 4 && type <= 6 || pat && type == 7;
  }

  private static void writeTypes(Vcpu c, int offset, long value, boolean pat) {
    for (int shift = 0; shift < 64; shift += 8) {
      if (!isType(value >>> shift & 0xff, pat)) {
        throw c.gp(0);
      }
    }
    c.state.set(offset, value);
  }

  private static void writeBase(Vcpu c, int offset, long value) {
    if (value >>> c.model.physicalBits() != 0
        || (value & 0xf00) != 0
        || !isType(value & 0xff, false)) {
      throw c.gp(0);
    }
    c.state.set(offset, value);
  }

  private static void writeMask(Vcpu c, int offset, long value) {
    if (value >>> c.model.physicalBits() != 0 || (value & 0x7ff) != 0) {
      throw c.gp(0);
    }
    c.state.set(offset, value);
  }

  private static void writeDefault(Vcpu c, long value) {
    if ((value & ~0xcffL) != 0 || !isType(value & 0xff, false)) {
      throw c.gp(0);
    }
    c.state.set(VcpuState.MTRR_DEFAULT, value);
  }
}
