package jvisor.cpu.translator;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jvisor.isa.CodeMode;
import jvisor.isa.Decoder;
import jvisor.isa.Disassembler;
import jvisor.isa.Feature;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;
import org.jspecify.annotations.Nullable;

/**
 * A translation as text that is the same wherever it lies, and changes only where the code does:
 * words of the struct, routines, places in the code and other blocks have names.
 */
final class Listing {
  private final Decoder decoder = new Decoder(EnumSet.allOf(Feature.class));
  private final byte[] code;
  private final long place;
  private final Stubs stubs;
  private final Map<Integer, Branches.Link> links = new TreeMap<>();
  private int fallback;
  private final Map<Integer, String> labels = new TreeMap<>();
  private final Map<Integer, String> titles = new TreeMap<>();

  /** A listing of code that is to run at {@code place}, between these stubs. */
  Listing(byte[] code, long place, Stubs stubs) {
    this.code = code;
    this.place = place;
    this.stubs = stubs;
  }

  /** Says what begins at an offset. */
  Listing title(int offset, String title) {
    titles.merge(offset, "; " + title + "\n", String::concat);
    return this;
  }

  /** Names the places where the code is entered again, by instruction; 0 is none. */
  Listing resumes(int[] resumes) {
    for (int op = 0; op < resumes.length; op++) {
      if (resumes[op] != 0) {
        labels.put(resumes[op], "behind_" + op);
      }
    }
    return this;
  }

  /** Names the blocks to which jumps will be directed. */
  Listing links(List<Branches.Link> jumps) {
    jumps.forEach(link -> links.put(link.end(), link));
    return this;
  }

  /** Names the jump to the translation of the first block alone, if there is one. */
  Listing fallback(Branches.@Nullable Link jump) {
    if (jump != null) {
      fallback = jump.end();
    }
    return this;
  }

  /** The text, without what only fills up. */
  String text() {
    nameTargets();
    StringBuilder text = new StringBuilder();
    for (int at = 0; at < code.length; ) {
      text.append(titles.getOrDefault(at, ""));
      String label = labels.get(at);
      if (label != null) {
        text.append(label).append(":\n");
      }
      Insn i = decoder.decode(code, at, code.length, CodeMode.BITS64);
      at += i.length;
      if (i.mnemonic() != Mnemonic.NOP) {
        text.append("  ").append(line(i, at)).append('\n');
      }
    }
    return text.toString();
  }

  private void nameTargets() {
    Map<Integer, String> targets = new TreeMap<>();
    for (int at = 0; at < code.length; ) {
      Insn i = decoder.decode(code, at, code.length, CodeMode.BITS64);
      at += i.length;
      long target = at + i.a.value();
      if (i.a.kind() == Operand.Kind.RELATIVE && target >= 0 && target < code.length) {
        targets.put((int) target, "");
      }
    }
    int count = 0;
    for (int target : targets.keySet()) {
      labels.putIfAbsent(target, "at_" + ++count);
    }
  }

  private String line(Insn i, int next) {
    Branches.Link link = links.get(next);
    if (link != null) {
      return "%s block_%03x".formatted(Disassembler.name(i), link.target());
    }
    if (next == fallback) {
      return Disassembler.name(i) + " ALONE";
    }
    if (i.a.kind() == Operand.Kind.RELATIVE) {
      int target = next + (int) i.a.value();
      String known = labels.get(target);
      return Disassembler.name(i) + " " + (known != null ? known : routine(place + target));
    }
    String text = Disassembler.text(i);
    boolean state = i.hasMemory() && i.base == Registers.STATE && i.index == Insn.NO_REGISTER;
    String word = state ? StateWords.name((int) i.displacement) : null;
    return word == null
        ? text
        : text.substring(0, text.indexOf('['))
            + "["
            + word
            + "]"
            + text.substring(text.indexOf(']') + 1);
  }

  private String routine(long hva) {
    return hva == stubs.leave()
        ? "LEAVE"
        : hva == stubs.loadVectors()
            ? "LOAD_VECTORS"
            : hva == stubs.loadX87() ? "LOAD_X87" : "nowhere";
  }
}
