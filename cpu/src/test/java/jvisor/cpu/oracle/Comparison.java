package jvisor.cpu.oracle;

import java.util.HashSet;
import java.util.Set;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;

/** What differs between two states after one instruction. */
final class Comparison {
  private static final int PAGE_FAULT = 14;
  private static final long USER_END = 0x7fff_ffff_f000L;
  private static final long FLAGS = 0x25_4dd5;

  private Comparison() {}

  /**
   * Takes out what is not the instruction's doing: an end at INT3 is put before it; Linux reports
   * every fault at a kernel address as if the page were present, and its return to a signal handler
   * turns null selectors into 0; x87 pointers are only seen while an exception is pending, and in
   * 48 bits; code of 32 and 16 bits has no upper half of RSP, and what it leaves there for 64-bit
   * code on a stack of 16-bit offsets is anything.
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
    if (state.get(CaseState.CS) != Layout.CODE64 || Addresses.hasSmallStack(state)) {
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
    for (CaseField field : CaseField.RESULT) {
      long mask = field.offset() == CaseState.FLAGS ? flags(i, host) : -1;
      boolean relevant =
          field.size() != 8 || ((host.get(field.offset()) ^ ours.get(field.offset())) & mask) != 0;
      if (relevant && !field.same(host, ours)) {
        String theirs = field.text(host);
        text.append(" %s=%s(%s)".formatted(field.name(), field.text(ours), theirs));
      }
    }
    for (int at = CaseState.MEMORY; at < CaseState.SIZE; at++) {
      int theirs = HostMemory.getByte(host.at() + at);
      int mine = HostMemory.getByte(ours.at() + at);
      if (theirs != mine) {
        text.append(" [%x]=%x(%x)".formatted(address(at), mine, theirs));
      }
    }
    return text.toString();
  }

  /** The names of the fields in a difference, all memory being one. */
  static Set<String> names(String difference) {
    Set<String> names = new HashSet<>();
    for (String word : difference.split(" ")) {
      if (word.contains("=")) {
        names.add(word.startsWith("[") ? "[" : word.substring(0, word.indexOf('=')));
      }
    }
    return names;
  }

  /** The linear address of a byte of a record. */
  static long address(int offset) {
    return offset < CaseState.EDGE
        ? Layout.WINDOW + offset - CaseState.MEMORY
        : Layout.EDGE + offset - CaseState.EDGE;
  }
}
