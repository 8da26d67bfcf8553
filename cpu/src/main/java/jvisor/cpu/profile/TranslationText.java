package jvisor.cpu.profile;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import jvisor.cpu.translator.Translation;
import jvisor.isa.CodeMode;
import jvisor.isa.Decoder;
import jvisor.isa.Disassembler;
import jvisor.isa.Feature;
import jvisor.isa.Insn;
import jvisor.isa.Operand;
import jvisor.isa.Row;

/**
 * A translation as lines of text: each guest instruction on the left, the host's instructions that
 * do its work on the right. Addresses on the left are linear ones; on the right, offsets in the
 * code, which jumps name as well. {@code r15} is the processor's struct ({@link
 * jvisor.cpu.state.VcpuState}).
 *
 * <p>For one thread at a time.
 */
public final class TranslationText {
  private static final Decoder HOST = new Decoder(EnumSet.allOf(Feature.class));

  private TranslationText() {}

  /** One line that says which block it is and how large. */
  public static String title(Translation t) {
    return "translation %d: gpa %#x la %#x, %s, %d instructions of %d bytes as %d bytes at %#x"
        .formatted(
            t.number(),
            t.block().gpa(),
            t.la(),
            t.block().isNarrow() ? "32-bit" : "64-bit",
            t.instructions().size(),
            t.block().length(),
            t.size(),
            t.hva());
  }

  /** The code of guest and host side by side. */
  public static List<String> lines(Translation t) {
    List<String> lines = new ArrayList<>();
    both(lines, "", "(head)", host(t, -1));
    long la = t.la();
    for (int index = 0; index < t.instructions().size(); index++) {
      Insn insn = t.instructions().get(index);
      both(lines, Long.toHexString(la), Disassembler.text(insn, la), host(t, index));
      la += insn.length;
    }
    both(lines, "", "(ways out)", host(t, t.instructions().size()));
    return lines;
  }

  /** The guest's instructions alone. */
  public static List<String> guest(long la, List<Insn> instructions) {
    List<String> lines = new ArrayList<>();
    long at = la;
    for (Insn insn : instructions) {
      lines.add("  %-16x %s".formatted(at, Disassembler.text(insn, at)));
      at += insn.length;
    }
    return lines;
  }

  private static void both(List<String> lines, String address, String guest, List<String[]> host) {
    for (int i = 0; i < Math.max(1, host.size()); i++) {
      String[] own = i < host.size() ? host.get(i) : new String[] {"", ""};
      String line =
          "  %-16s %-44s | %-6s %s"
              .formatted(i == 0 ? address : "", i == 0 ? guest : "", own[0], own[1]);
      lines.add(line.stripTrailing());
    }
  }

  /** Offset and text of each host instruction for guest instruction {@code index}. */
  private static List<String[]> host(Translation t, int index) {
    byte[] code = t.code(index);
    List<String[]> texts = new ArrayList<>();
    int offset = t.start(index);
    for (int at = 0; at < code.length; ) {
      Insn insn = HOST.decode(code, at, code.length, CodeMode.BITS64);
      boolean known = insn.row != Row.INVALID && insn.length > 0;
      int length = known ? insn.length : 1;
      String text = known ? text(t, insn, offset + at) : "db %#04x".formatted(code[at] & 0xff);
      texts.add(new String[] {"+%x".formatted(offset + at), text});
      at += length;
    }
    return texts;
  }

  private static String text(Translation t, Insn insn, int offset) {
    if (insn.a.kind() == Operand.Kind.RELATIVE) {
      long target = offset + insn.length + insn.a.value();
      String routine = t.routine(t.hva() + target);
      String name = Disassembler.name(insn);
      if (routine != null) {
        return name + " " + routine.toUpperCase(Locale.ROOT).replace(' ', '_');
      }
      return name + (target >= 0 && target < t.size() ? " +%x".formatted(target) : " link");
    }
    String text = Disassembler.text(insn);
    String word = t.word(insn);
    return word == null ? text : "%-40s ; %s".formatted(text, word);
  }
}
