package jvisor.cpu.x87;

import java.util.Map;
import java.util.TreeMap;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.VcpuState;
import jvisor.host.HostMemory;

/**
 * One line of the x87 corpus: {@code bytes state = state}. A state is the control, status and full
 * tag word, ten bytes of memory at [RSI] (most significant first), the arithmetic flags, and
 * registers as {@code n:value}; all hexadecimal. Registers that are not named hold, before, a value
 * that depends on their physical number, and after, what they held before.
 */
final class X87Vector {
  private static final int FIELDS = 14;

  private final String line;
  private final String[] f;

  X87Vector(String line) {
    this.line = line;
    this.f = line.split(" ");
    if (f.length != FIELDS) {
      throw new IllegalArgumentException(line);
    }
  }

  String bytes() {
    return f[0];
  }

  private static int hex(String s) {
    return Integer.parseInt(s, 16);
  }

  /** Executes the instruction and returns what differs, or an empty string. */
  String difference(FpuRig rig) {
    load(rig);
    try {
      rig.execute(f[0]);
    } catch (RuntimeException e) {
      return line + ": " + e + "\n";
    }
    return compare(rig);
  }

  private void load(FpuRig rig) {
    int status = hex(f[2]);
    int top = status >>> 11 & 7;
    int abridged = 0;
    for (int r = 0; r < 8; r++) {
      abridged |= (hex(f[3]) >>> 2 * r & 3) == 3 ? 0 : 1 << r;
    }
    rig.setWord(VcpuState.FCW, hex(f[1]));
    rig.setWord(VcpuState.FSW, status);
    rig.setWord(VcpuState.FTW, abridged);
    Map<Integer, String> registers = registers(f[6]);
    for (int r = 0; r < 8; r++) {
      long at = rig.c.state.base + VcpuState.X87 + 16L * r;
      HostMemory.putLong(at, 1L << 63 | (long) (r + 1) << 40);
      HostMemory.putShort(at + 8, 0x4000 + r);
    }
    registers.forEach((n, value) -> {
      long at = rig.c.state.base + VcpuState.X87 + 16L * (top + n & 7);
      HostMemory.putLong(at, Long.parseUnsignedLong(value.substring(4), 16));
      HostMemory.putShort(at + 8, hex(value.substring(0, 4)));
    });
    rig.memory.write(FpuRig.DATA, 8, Long.parseUnsignedLong(f[4].substring(4), 16));
    rig.memory.write(FpuRig.DATA + 8, 2, hex(f[4].substring(0, 4)));
    rig.c.setRflags(hex(f[5]), Rflags.ARITHMETIC);
  }

  private static Map<Integer, String> registers(String text) {
    Map<Integer, String> registers = new TreeMap<>();
    if (!text.equals("-")) {
      for (String register : text.split(",")) {
        registers.put(register.charAt(0) - '0', register.substring(2));
      }
    }
    return registers;
  }

  /** Whether results may differ in the last place and flags of rounding are not compared. */
  private boolean isTranscendental() {
    return switch (f[0]) {
      case "d9f0", "d9f1", "d9f2", "d9f3", "d9f9", "d9fb", "d9fe", "d9ff" -> true;
      default -> false;
    };
  }

  private String compare(FpuRig rig) {
    int status = rig.word(VcpuState.FSW);
    int top = status >>> 11 & 7;
    int oldTop = hex(f[2]) >>> 11 & 7;
    Map<Integer, String> before = registers(f[6]);
    Map<Integer, String> after = registers(f[13]);
    StringBuilder changed = new StringBuilder();
    boolean same = true;
    for (int r = 0; r < 8; r++) {
      long at = rig.c.state.base + VcpuState.X87 + 16L * r;
      String value = "%04x%016x".formatted(HostMemory.getShort(at + 8), HostMemory.getLong(at));
      String old = before.getOrDefault(r - oldTop & 7, untouched(r));
      if (!value.equals(old)) {
        changed.append(changed.isEmpty() ? "" : ",").append(r - top & 7).append(':').append(value);
      }
      int realTop = hex(f[9]) >>> 11 & 7;
      same &= equal(after.getOrDefault(r - realTop & 7, old), value);
    }
    // Manuals clear C1 in FCOMI and its kin, this processor keeps it.
    boolean comparesToFlags = f[0].matches("d[bf](e[89a-f]|f[0-7])");
    int ignored = isTranscendental() || comparesToFlags ? Fpu.C1 : 0;
    String memory =
        "%04x%016x".formatted(rig.memory.read(FpuRig.DATA + 8, 2), rig.memory.read(FpuRig.DATA, 8));
    long flags = rig.c.rflags() & Rflags.ARITHMETIC;
    same &= rig.word(VcpuState.FCW) == hex(f[8]);
    same &= ((status ^ hex(f[9])) & ~ignored) == 0;
    same &= Environment.fullTags(rig.c) == hex(f[10]);
    same &= memory.equals(f[11]) && flags == hex(f[12]);
    return same
        ? ""
        : "%s\n  got %x %x %x %s %x %s\n"
            .formatted(
                line,
                rig.word(VcpuState.FCW),
                status,
                Environment.fullTags(rig.c),
                memory,
                flags,
                changed.isEmpty() ? "-" : changed);
  }

  private static String untouched(int r) {
    return "%04x%016x".formatted(0x4000 + r, 1L << 63 | (long) (r + 1) << 40);
  }

  private boolean equal(String expected, String value) {
    return expected.equals(value) || isTranscendental() && areNeighbours(expected, value);
  }

  private static boolean areNeighbours(String a, String b) {
    int step = hex(a.substring(0, 4)) - hex(b.substring(0, 4));
    long upper = Long.parseUnsignedLong((step >= 0 ? a : b).substring(4), 16);
    long lower = Long.parseUnsignedLong((step >= 0 ? b : a).substring(4), 16);
    return step == 0
        ? Math.abs(upper - lower) <= 1
        : Math.abs(step) == 1 && upper == Long.MIN_VALUE && lower == -1;
  }
}
