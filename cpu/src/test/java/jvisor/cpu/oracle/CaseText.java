package jvisor.cpu.oracle;

import java.lang.foreign.Arena;
import java.util.HexFormat;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;

/**
 * Cases as lines of text.
 *
 * <p>A line begins with the width of the code and the instruction's bytes. Then comes what differs
 * from {@link StandardState}, as {@code name=digits} with the names of {@link CaseField#STATE} and
 * {@code [address]=bytes} for memory. After {@code =>} stands what a processor made of it: in the
 * same way, what differs from the state before. There {@code vector} is the exception's, absent if
 * the instruction was completed, and {@code rip} is absent if it is that of the next instruction.
 * All numbers are hexadecimal. What follows {@code #} is a comment.
 */
final class CaseText {
  private static final HexFormat HEX = HexFormat.of();
  private static final int GAP = 4;

  private CaseText() {}

  /** The case, with a comment: the instruction and what differs. */
  static String line(CaseState before, String difference) {
    return of(before) + " # " + CaseGenerator.decode(before) + difference;
  }

  /** A random case, whose number stands in the comment. */
  static String line(long seed, long number, CaseState before, String difference) {
    return line(before, difference) + " (" + seed + ":" + number + ")";
  }

  /** The case with its result, which is normalized ({@link Comparison#normalize}). */
  static String line(CaseState before, CaseState after) {
    Insn i = CaseGenerator.decode(before);
    StringBuilder text = new StringBuilder(of(before)).append(" =>");
    try (Arena arena = Arena.ofConfined()) {
      CaseState base = CaseState.in(arena);
      base.copyFrom(before);
      prepareResult(base, i);
      for (CaseField field : CaseField.RESULT) {
        field(text, field, base, after);
      }
      memory(text, base, after);
    }
    return text + " # " + i;
  }

  private static String of(CaseState before) {
    Insn i = CaseGenerator.decode(before);
    StringBuilder text = new StringBuilder();
    text.append(before.width()).append(' ').append(HEX.formatHex(before.code(), 0, i.length));
    try (Arena arena = Arena.ofConfined()) {
      CaseState standard = CaseState.in(arena);
      standard.place(before.width(), CaseState.codeStart(before.width()));
      StandardState.fill(standard);
      for (CaseField field : CaseField.STATE) {
        field(text, field, standard, before);
      }
      memory(text, standard, before);
    }
    return text.toString();
  }

  private static void prepareResult(CaseState base, Insn i) {
    base.set(CaseState.VECTOR, CaseState.COMPLETED);
    base.set(CaseState.ERROR, 0);
    base.set(CaseState.CR2, 0);
    base.set(CaseState.RIP, base.get(CaseState.RIP) + i.length);
  }

  private static void field(StringBuilder text, CaseField field, CaseState from, CaseState to) {
    if (!field.same(from, to)) {
      text.append(' ').append(field.name()).append('=').append(field.text(to));
    }
  }

  private static void memory(StringBuilder text, CaseState from, CaseState to) {
    int at = CaseState.MEMORY;
    while (at < CaseState.SIZE) {
      int start = at;
      int end = at;
      int limit = at < CaseState.EDGE ? CaseState.EDGE : CaseState.SIZE;
      for (; at < limit && at - end < GAP; at++) {
        if (HostMemory.getByte(from.at() + at) != HostMemory.getByte(to.at() + at)) {
          end = at + 1;
        } else if (end == start) {
          start = at + 1;
          end = start;
        }
      }
      if (end > start) {
        byte[] bytes = new byte[end - start];
        HostMemory.copyOut(to.at() + start, bytes, 0, bytes.length);
        text.append(" [").append(Long.toHexString(Comparison.address(start))).append("]=");
        text.append(HEX.formatHex(bytes));
      }
    }
  }

  /**
   * Reads a line.
   *
   * @param after gets the result
   * @return whether there was a result
   */
  static boolean parse(String line, CaseState before, CaseState after) {
    String text = line.contains("#") ? line.substring(0, line.indexOf('#')) : line;
    String[] words = text.strip().split(" +");
    int width = Integer.parseInt(words[0]);
    before.place(width, CaseState.codeStart(width));
    StandardState.fill(before);
    byte[] code = HEX.parseHex(words[1]);
    before.setCode(code, code.length);
    CaseState state = before;
    boolean hasResult = false;
    for (int n = 2; n < words.length; n++) {
      if (words[n].equals("=>")) {
        before.place(width, before.get(CaseState.RIP));
        after.copyFrom(before);
        prepareResult(after, CaseGenerator.decode(before));
        state = after;
        hasResult = true;
      } else {
        assign(state, words[n]);
      }
    }
    if (!hasResult) {
      before.place(width, before.get(CaseState.RIP));
    }
    return hasResult;
  }

  private static void assign(CaseState state, String word) {
    int equals = word.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException(word);
    }
    String name = word.substring(0, equals);
    String value = word.substring(equals + 1);
    if (name.startsWith("[")) {
      byte[] bytes = HEX.parseHex(value);
      long address = Long.parseLong(name.substring(1, name.length() - 1), 16);
      int at = CaseState.memoryOffset(address, bytes.length);
      if (at < 0) {
        throw new IllegalArgumentException(word);
      }
      HostMemory.copyIn(state.at() + at, bytes, 0, bytes.length);
      return;
    }
    for (CaseField field : CaseField.RESULT) {
      if (field.name().equals(name)) {
        field.parse(state, value);
        return;
      }
    }
    throw new IllegalArgumentException(word);
  }
}
