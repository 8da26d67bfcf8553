package jvisor.cpu.oracle;

import jvisor.host.HostMemory;
import jvisor.isa.Insn;

/** What differs between two states after one instruction. */
final class Comparison {
  private static final int PAGE_FAULT = 14;
  private static final long USER_END = 0x7fff_ffff_f000L;
  private static final String GPR_NAMES = "raxrcxrdxrbxrsprbprsirdi";
  private static final long FLAGS = 0x24_4cd5;

  private Comparison() {}

  /**
   * Takes out what is not the instruction's doing: an end at INT3 is put before it; Linux reports
   * every fault at a kernel address as if the page were present, and its return to a signal handler
   * turns null selectors into 0; x87 pointers are only seen while an exception is pending, and in
   * 48 bits; code of 32 bits has no upper half of RSP.
   */
  static void normalize(CaseState state, Insn i) {
    if (state.get(CaseState.VECTOR) == CaseState.COMPLETED) {
      state.set(CaseState.RIP, state.get(CaseState.RIP) - 1);
    }
    if (state.get(CaseState.VECTOR) != PAGE_FAULT) {
      state.set(CaseState.CR2, 0);
    } else {
      if (Long.compareUnsigned(state.get(CaseState.CR2), USER_END) >= 0) {
        state.set(CaseState.ERROR, state.get(CaseState.ERROR) | 1);
      }
      state.set(CaseState.CR2, state.get(CaseState.CR2) & Exemptions.addressMask(i));
    }
    if (!hasErrorCode((int) state.get(CaseState.VECTOR))) {
      state.set(CaseState.ERROR, 0);
    }
    for (int segment = 0; segment < 6; segment++) {
      int at = CaseState.SELECTORS + 2 * segment;
      state.setWord(at, state.word(at) < 4 ? 0 : state.word(at));
    }
    boolean pending = (state.word(CaseState.FSW) & 0x80) != 0;
    state.setWord(CaseState.FOP, pending ? state.word(CaseState.FOP) : 0);
    state.set(CaseState.FIP, pending ? state.get(CaseState.FIP) << 16 >>> 16 : 0);
    state.set(CaseState.FDP, pending ? state.get(CaseState.FDP) << 16 >>> 16 : 0);
    if (state.get(CaseState.CS) == Layout.CODE32) {
      state.setGpr(4, state.gpr(4) & 0xffff_ffffL);
    }
  }

  private static boolean hasErrorCode(int vector) {
    return vector == 8 || vector >= 10 && vector <= 14 || vector == 17;
  }

  /** The flags that count after {@code i}. */
  static long flags(Insn i, CaseState after) {
    boolean completed = after.get(CaseState.VECTOR) == CaseState.COMPLETED;
    return completed ? FLAGS & ~i.row.flagsUndefined() : FLAGS;
  }

  /** Whether two normalized states are the same in everything that counts. */
  static boolean same(CaseState a, CaseState b, Insn i) {
    long difference = 0;
    for (int r = 0; r < 16; r++) {
      difference |= a.gpr(r) ^ b.gpr(r);
    }
    difference |= (a.get(CaseState.FLAGS) ^ b.get(CaseState.FLAGS)) & flags(i, a);
    for (int at = CaseState.RIP; at < CaseState.SELECTORS; at += 8) {
      difference |= a.get(at) ^ b.get(at);
    }
    for (int segment = 0; segment < 6; segment++) {
      if (segment != 1) {
        int at = CaseState.SELECTORS + 2 * segment;
        difference |= a.word(at) ^ b.word(at);
      }
    }
    return difference == 0 && sameExtended(a, b) && sameMemory(a, b);
  }

  private static boolean sameExtended(CaseState a, CaseState b) {
    long difference = 0;
    for (int at = CaseState.XSAVE; at < CaseState.MXCSR; at += 8) {
      difference |= a.get(at) ^ b.get(at);
    }
    difference |= (a.get(CaseState.MXCSR) ^ b.get(CaseState.MXCSR)) & 0xffff_ffffL;
    for (int n = 0; n < 8; n++) {
      int at = CaseState.ST + 16 * n;
      difference |= a.get(at) ^ b.get(at) | a.word(at + 8) ^ b.word(at + 8);
    }
    for (int at = CaseState.XMM; at < CaseState.XMM + 256; at += 8) {
      difference |= a.get(at) ^ b.get(at);
    }
    for (int at = CaseState.YMM_HIGH; at < CaseState.YMM_HIGH + 256; at += 8) {
      difference |= a.get(at) ^ b.get(at);
    }
    return difference == 0;
  }

  private static boolean sameMemory(CaseState a, CaseState b) {
    long difference = 0;
    for (int at = CaseState.MEMORY; at < CaseState.SIZE; at += 8) {
      difference |= a.get(at) ^ b.get(at);
    }
    return difference == 0;
  }

  /** What {@code ours} has, and in parentheses what the {@code host} has; empty if the same. */
  static String difference(CaseState host, CaseState ours, Insn i) {
    StringBuilder text = new StringBuilder();
    field(text, "vector", host.get(CaseState.VECTOR), ours.get(CaseState.VECTOR));
    field(text, "error", host.get(CaseState.ERROR), ours.get(CaseState.ERROR));
    field(text, "cr2", host.get(CaseState.CR2), ours.get(CaseState.CR2));
    field(text, "rip", host.get(CaseState.RIP), ours.get(CaseState.RIP));
    field(text, "cs", host.get(CaseState.CS), ours.get(CaseState.CS));
    for (int r = 0; r < 16; r++) {
      field(text, gprName(r), host.gpr(r), ours.gpr(r));
    }
    long mask = flags(i, host);
    field(text, "flags", host.get(CaseState.FLAGS) & mask, ours.get(CaseState.FLAGS) & mask);
    field(text, "fsbase", host.get(CaseState.FS_BASE), ours.get(CaseState.FS_BASE));
    field(text, "gsbase", host.get(CaseState.GS_BASE), ours.get(CaseState.GS_BASE));
    for (int segment = 0; segment < 6; segment++) {
      if (segment != 1) {
        int at = CaseState.SELECTORS + 2 * segment;
        field(text, segmentName(segment), host.word(at), ours.word(at));
      }
    }
    extended(text, host, ours);
    for (int at = CaseState.MEMORY; at < CaseState.SIZE; at++) {
      int theirs = HostMemory.getByte(host.at() + at);
      int mine = HostMemory.getByte(ours.at() + at);
      field(text, "[%x]".formatted(address(at)), theirs, mine);
    }
    return text.toString();
  }

  private static void extended(StringBuilder text, CaseState host, CaseState ours) {
    int[] words = {CaseState.FCW, CaseState.FSW, CaseState.FTW, CaseState.FOP};
    String[] names = {"fcw", "fsw", "ftw", "fop"};
    for (int n = 0; n < words.length; n++) {
      field(text, names[n], host.word(words[n]), ours.word(words[n]));
    }
    field(text, "fip", host.get(CaseState.FIP), ours.get(CaseState.FIP));
    field(text, "fdp", host.get(CaseState.FDP), ours.get(CaseState.FDP));
    field(
        text,
        "mxcsr",
        host.get(CaseState.MXCSR) & 0xffff_ffffL,
        ours.get(CaseState.MXCSR) & 0xffff_ffffL);
    for (int n = 0; n < 8; n++) {
      int at = CaseState.ST + 16 * n;
      if (host.get(at) != ours.get(at) || host.word(at + 8) != ours.word(at + 8)) {
        text.append(
            " st%d=%04x:%016x(%04x:%016x)"
                .formatted(n, ours.word(at + 8), ours.get(at), host.word(at + 8), host.get(at)));
      }
    }
    for (int n = 0; n < 16; n++) {
      for (int lane = 0; lane < 4; lane++) {
        field(text, "ymm%d.%d".formatted(n, lane), host.vector(n, lane), ours.vector(n, lane));
      }
    }
  }

  private static void field(StringBuilder text, String name, long host, long ours) {
    if (host != ours) {
      text.append(" %s=%x(%x)".formatted(name, ours, host));
    }
  }

  static String gprName(int r) {
    return r < 8 ? GPR_NAMES.substring(3 * r, 3 * r + 3) : "r" + r;
  }

  static String segmentName(int segment) {
    return "escsssdsfsgs".substring(2 * segment, 2 * segment + 2);
  }

  /** The linear address of a byte of a record. */
  static long address(int offset) {
    return offset < CaseState.EDGE
        ? Layout.WINDOW + offset - CaseState.MEMORY
        : Layout.EDGE + offset - CaseState.EDGE;
  }
}
