package jvisor.isa;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A small assembler for guest test programs, in Intel syntax as {@link Disassembler} writes it.
 *
 * <pre>{@code
 * byte[] code = new Assembler(CodeMode.BITS64, 0x1000).emit("""
 *     mov ecx, 10
 *   again:
 *     lock add dword ptr [rip+counter], 1
 *     dec ecx
 *     jnz again          ; short or near, whichever reaches
 *     hlt
 *   counter: dd 0
 *   """).assemble();
 * }</pre>
 *
 * <p>A line holds an optional {@code label:} and one statement; {@code ;} begins a comment.
 * Statements are instructions and the directives {@code db dw dd dq} (numbers, labels; strings for
 * {@code db}), {@code align n} (with NOPs), {@code org address}, {@code space n}, {@code bits
 * 16|32|64} and {@code name equ number}. {@code [label]} is absolute, {@code [rip+label]} relative,
 * {@code $} the statement's own address; {@code jmp 0x8:label} is far, {@code jmp dword 0x8:label}
 * with a 32-bit offset from 16-bit code, {@code jmp far [rax]} far through memory. {@code o16 o32
 * o64 a16 a32 a64} before an instruction ask for a size that operands do not tell.
 *
 * <p>Errors are {@link IllegalArgumentException}s that quote the line. Not for hostile input.
 */
public final class Assembler {
  private static final int MAX_PASSES = 50;

  private final long origin;
  private final List<Line> lines = new ArrayList<>();
  private final Labels labels = new Labels();
  private CodeMode mode;

  /** One statement and the state that the passes keep for it. */
  private static final class Line {
    final String text;
    final CodeMode mode;
    final @Nullable Statement instruction;
    final byte @Nullable [] raw;
    boolean longBranch;

    Line(String text, CodeMode mode, @Nullable Statement instruction, byte @Nullable [] raw) {
      this.text = text;
      this.mode = mode;
      this.instruction = instruction;
      this.raw = raw;
    }
  }

  /** An assembler for code at address 0. */
  public Assembler(CodeMode mode) {
    this(mode, 0);
  }

  /** An assembler for code whose first byte stands at {@code origin}. */
  public Assembler(CodeMode mode, long origin) {
    this.mode = mode;
    this.origin = origin;
  }

  /** Adds lines of assembly text. */
  public Assembler emit(String text) {
    text.lines().forEach(this::line);
    return this;
  }

  /** Places a label here. */
  public Assembler label(String name) {
    lines.add(new Line(name + ":", mode, null, null));
    return this;
  }

  /** Adds bytes as they are. */
  public Assembler bytes(byte... data) {
    lines.add(new Line("(bytes)", mode, null, data.clone()));
    return this;
  }

  /** Goes on in another mode. */
  public Assembler bits(CodeMode next) {
    mode = next;
    return this;
  }

  /** The address of a label; known after {@link #assemble}. */
  public long addressOf(String label) {
    return labels.address(label, 0);
  }

  /** Lays everything out and gives the bytes from the origin on. */
  public byte[] assemble() {
    boolean settled = false;
    for (int pass = 0; pass < MAX_PASSES; pass++) {
      labels.begin();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      boolean grown = false;
      for (Line line : lines) {
        try {
          grown |= layOut(line, out);
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(line.text + ": " + e.getMessage(), e);
        }
      }
      if (settled) {
        return out.toByteArray();
      }
      if (!grown && !labels.moved()) {
        settled = true;
        labels.complete();
      }
    }
    throw new IllegalArgumentException("the layout does not settle");
  }

  private void line(String text) {
    String rest = withoutComment(text).strip();
    int colon = rest.indexOf(':');
    if (colon > 0
        && Expression.isLabel(rest.substring(0, colon))
        && RegisterNames.parse(rest.substring(0, colon)) == null) {
      label(rest.substring(0, colon));
      rest = rest.substring(colon + 1).strip();
    }
    if (rest.isEmpty()) {
      return;
    }
    String[] words = rest.split("\\s+", 3);
    String first = words[0].toLowerCase(Locale.ROOT);
    if (first.equals("bits")) {
      mode = CodeMode.valueOf("BITS" + words[1]);
    } else if (words.length == 3 && words[1].equalsIgnoreCase("equ") || isDirective(first)) {
      lines.add(new Line(rest, mode, null, null));
    } else {
      try {
        lines.add(new Line(rest, mode, Statement.parse(rest.replace('\t', ' ')), null));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(rest + ": " + e.getMessage(), e);
      }
    }
  }

  private static boolean isDirective(String word) {
    return switch (word) {
      case "db", "dw", "dd", "dq", "align", "org", "space" -> true;
      default -> false;
    };
  }

  private static String withoutComment(String text) {
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (c == ';') {
        return text.substring(0, i);
      }
    }
    return text;
  }

  /** Appends a line's bytes; tells whether a branch had to grow. */
  private boolean layOut(Line line, ByteArrayOutputStream out) {
    long here = origin + out.size();
    if (line.raw != null) {
      out.writeBytes(line.raw);
      return false;
    }
    if (line.instruction == null) {
      directive(line, here, out);
      return false;
    }
    byte[] code = Selection.encode(line.instruction, line.mode, labels, here, line.longBranch);
    boolean grows = code == null && !line.longBranch;
    if (grows) {
      line.longBranch = true;
      code = Selection.encode(line.instruction, line.mode, labels, here, true);
    }
    if (code == null) {
      throw new IllegalArgumentException("the branch does not reach");
    }
    out.writeBytes(code);
    return grows;
  }

  private void directive(Line line, long here, ByteArrayOutputStream out) {
    if (line.text.endsWith(":")) {
      labels.put(line.text.substring(0, line.text.length() - 1), here);
      return;
    }
    int space = line.text.indexOf(' ');
    String first = line.text.substring(0, space).toLowerCase(Locale.ROOT);
    String rest = line.text.substring(space + 1).strip();
    switch (first) {
      case "db" -> data(rest, 1, here, out);
      case "dw" -> data(rest, 2, here, out);
      case "dd" -> data(rest, 4, here, out);
      case "dq" -> data(rest, 8, here, out);
      case "align" -> {
        long unit = Expression.parse(rest).value(labels, here);
        fill((int) Math.floorMod(-here, unit), 0x90, out);
      }
      case "space" -> fill((int) Expression.parse(rest).value(labels, here), 0, out);
      case "org" -> {
        long gap = Expression.parse(rest).value(labels, here) - here;
        if (gap < 0) {
          throw new IllegalArgumentException("already past");
        }
        fill((int) gap, 0, out);
      }
      default ->
          labels.put(
              line.text.substring(0, space),
              Expression.parse(rest.substring(rest.indexOf(' ') + 1)).value(labels, here));
    }
  }

  private static void fill(int count, int value, ByteArrayOutputStream out) {
    for (int i = 0; i < count; i++) {
      out.write(value);
    }
  }

  private void data(String list, int size, long here, ByteArrayOutputStream out) {
    for (String item : Statement.split(list)) {
      if (item.startsWith("\"")) {
        out.writeBytes(item.substring(1, item.length() - 1).getBytes(StandardCharsets.ISO_8859_1));
        continue;
      }
      long value = Expression.parse(item).value(labels, here);
      for (int i = 0; i < size; i++) {
        out.write((int) (value >> 8 * i));
      }
    }
  }
}
