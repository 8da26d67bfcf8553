package jvisor.isa;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads the table's text. A line in brackets sets feature and attributes of the rows below it;
 * every other line is a row of up to three columns between bars:
 *
 * <ol>
 *   <li>the opcode: {@code NP}, {@code NFx}, {@code 66}, {@code F2}, {@code F3}, {@code REX.W},
 *       {@code /r}, {@code /digit}, {@code +r}, {@code +i} and immediate codes as in SDM vol. 2,
 *       3.1.1.1; besides {@code +cc} for sixteen conditions, {@code o16 o32 a16 a32 a64} for
 *       operand and address sizes, {@code NB} for no REX.B, {@code mo} for an offset. VEX prefixes
 *       are written as in the same section; without W0, W1 or WIG VEX.W gives the operand size;
 *   <li>the instruction, operands as in {@link OperandForm};
 *   <li>attributes: a {@link Feature}; {@code =X} for a {@link Mnemonic} other than the name;
 *       {@code i64 o64 d64 f64} as in SDM vol. 2, appendix A.2.5; {@code b z} for the sizes of
 *       strings; {@code lock rep repe privileged aligned alias anymod}; {@code native} for {@link
 *       Row#harmless()}, {@code exit} for a row in whose section the others are; roles as in {@link
 *       RoleWords}; {@code branch system} for the {@link Flow}; flags tested {@code t=}, written
 *       {@code w=} and undefined {@code u=}.
 * </ol>
 *
 * <p>ModRM.mod follows from the operands: memory only, registers only, or both.
 *
 * <p>A line with {@code VEX.x} stands for two rows, one of 128 and one of 256 bits: {@code xymm}
 * becomes {@code xmm} or {@code ymm}, {@code mx} becomes {@code m128} or {@code m256}, {@code
 * mx/2}, {@code mx/4} and {@code mx/8} parts of these, and {@code AVX/AVX2} the first feature or
 * the second.
 */
final class RowParser {
  private static final String FLAG_LETTERS = "c.p.a.zs...o";

  private final List<Row> rows;
  private final Map<String, Mnemonic> mnemonics = new HashMap<>();
  private final Map<String, Feature> features = new HashMap<>();
  private List<String> defaults = List.of();

  private boolean wide;
  private int map;
  private int opcode;
  private int count;
  private int prefix;
  private boolean modRm;
  private boolean opcodeRegister;
  private int mask;
  private int value;

  private String name = "";
  private Feature feature = Feature.BASE;
  private Mnemonic mnemonic = Mnemonic.INVALID;
  private Flow flow = Flow.NEXT;
  private Encoding.Sizing sizing = Encoding.Sizing.NORMAL;
  private boolean lockable;
  private boolean privileged;
  private boolean aligned;
  private boolean alias;
  private boolean harmless;
  private boolean ignoreMod;
  private RoleWords roles = new RoleWords();
  private int repeat;
  private int tested;
  private int written;
  private int undefined;

  /** Appends to {@code rows}, numbering by position. */
  RowParser(List<Row> rows) {
    this.rows = rows;
    for (Mnemonic each : Mnemonic.values()) {
      mnemonics.put(each.name(), each);
    }
    for (Feature each : Feature.values()) {
      features.put(each.name(), each);
    }
  }

  /** Parses one chapter. */
  void parse(String text) {
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf('\n', start);
      end = end < 0 ? text.length() : end;
      if (text.charAt(start) == '[') {
        defaults = words(text.substring(start + 1, text.indexOf(']', start)));
      } else {
        line(text.substring(start, end));
      }
      start = end + 1;
    }
  }

  private void line(String line) {
    wide = false;
    if (!line.startsWith("VEX.x.")) {
      row(line);
      return;
    }
    row(ofWidth(line, 128));
    wide = true;
    row(ofWidth(line, 256));
  }

  private static String ofWidth(String line, int bits) {
    return line.replace("VEX.x", "VEX." + bits)
        .replace("xymm", bits == 128 ? "xmm" : "ymm")
        .replace("mx/8", "m" + bits / 8)
        .replace("mx/4", "m" + bits / 4)
        .replace("mx/2", "m" + bits / 2)
        .replace("mx", "m" + bits);
  }

  private void row(String line) {
    int first = line.indexOf('|');
    int second = line.indexOf('|', first + 1);
    String opcodeText = line.substring(0, first).strip();
    String instruction = line.substring(first + 1, second < 0 ? line.length() : second).strip();
    reset();
    int space = instruction.indexOf(' ');
    name = space < 0 ? instruction : instruction.substring(0, space);
    mnemonic = mnemonics.getOrDefault(name.toUpperCase(Locale.ROOT), Mnemonic.INVALID);
    attributes(defaults);
    if (second >= 0) {
      attributes(words(line.substring(second + 1)));
    }
    opcode(opcodeText);
    List<OperandForm> operands = operands(space < 0 ? "" : instruction.substring(space + 1));
    if (mnemonic == Mnemonic.INVALID) {
      throw new IllegalArgumentException("no mnemonic: " + line);
    }
    Encoding encoding =
        new Encoding(opcodeText, map, opcode, count, prefix, modRm, ignoreMod, mask, value, sizing);
    rows.add(
        new Row(
            rows.size(),
            mnemonic,
            name,
            operands,
            encoding,
            feature,
            flow,
            lockable,
            privileged,
            aligned,
            alias,
            harmless,
            roles.of(operands),
            repeat,
            tested,
            written,
            undefined));
  }

  private void reset() {
    map = 0;
    opcode = -1;
    count = 1;
    prefix = 0;
    modRm = false;
    opcodeRegister = false;
    mask = 0;
    value = 0;
    feature = Feature.BASE;
    flow = Flow.NEXT;
    sizing = Encoding.Sizing.NORMAL;
    lockable = false;
    privileged = false;
    aligned = false;
    alias = false;
    harmless = false;
    ignoreMod = false;
    roles = new RoleWords();
    repeat = 0;
    tested = 0;
    written = 0;
    undefined = 0;
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>(6);
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || text.charAt(i) == ' ') {
        if (i > start) {
          words.add(text.substring(start, i));
        }
        start = i + 1;
      }
    }
    return words;
  }

  private void attributes(List<String> words) {
    for (String word : words) {
      switch (word) {
        case "lock" -> lockable = true;
        case "rep" -> repeat = 1;
        case "repe" -> repeat = 2;
        case "privileged" -> privileged = true;
        case "aligned" -> aligned = true;
        case "alias" -> alias = true;
        case "native" -> harmless = true;
        case "exit" -> harmless = false;
        case "anymod" -> ignoreMod = true;
        case "branch" -> flow = Flow.BRANCH;
        case "system" -> flow = Flow.SYSTEM;
        case "i64" -> require(Encoding.Key.LONG, 1, 0);
        case "o64" -> require(Encoding.Key.LONG, 1, 1);
        case "d64" -> sizing = Encoding.Sizing.DEFAULT_64;
        case "f64" -> sizing = Encoding.Sizing.FORCED_64;
        case "b" -> sizing = Encoding.Sizing.BYTE;
        case "z" -> sizing = Encoding.Sizing.AT_MOST_32;
        default -> attribute(word);
      }
    }
  }

  private void attribute(String word) {
    if (word.charAt(0) == '=') {
      mnemonic = Mnemonic.valueOf(word.substring(1));
    } else if (word.startsWith("t=")) {
      tested = flags(word);
    } else if (word.startsWith("w=")) {
      written = flags(word);
    } else if (word.startsWith("u=")) {
      undefined = flags(word);
    } else if (!roles.take(word)) {
      int slash = word.indexOf('/');
      String name = slash < 0 ? word : wide ? word.substring(slash + 1) : word.substring(0, slash);
      Feature named = features.get(name);
      if (named == null) {
        throw new IllegalArgumentException("attribute " + word);
      }
      feature = named;
    }
  }

  private static int flags(String word) {
    int bits = 0;
    for (int i = 2; i < word.length(); i++) {
      bits |= 1 << FLAG_LETTERS.indexOf(word.charAt(i));
    }
    return bits;
  }

  private void require(int position, int width, int bits) {
    mask |= width << position;
    value = value & ~(width << position) | bits << position;
  }

  private void opcode(String text) {
    for (String word : words(text)) {
      switch (word) {
        case "NP" -> require(Encoding.Key.PREFIX, 3, 0);
        case "NFx" -> require(Encoding.Key.PREFIX, 2, 0);
        case "NB" -> require(Encoding.Key.B, 1, 0);
        case "REX.W" -> require(Encoding.Key.W, 1, 1);
        case "o16" -> require(Encoding.Key.OPERAND_SIZE, 3, 0);
        case "o32" -> require(Encoding.Key.OPERAND_SIZE, 3, 1);
        case "a16" -> require(Encoding.Key.ADDRESS_SIZE, 3, 0);
        case "a32" -> require(Encoding.Key.ADDRESS_SIZE, 3, 1);
        case "a64" -> require(Encoding.Key.ADDRESS_SIZE, 3, 2);
        case "/r" -> modRm = true;
        case "ib", "iw", "iz", "iv", "cb", "cz", "cp", "mo" -> {}
        case "/is4" -> {}
        default -> {
          if (word.startsWith("VEX.")) {
            vex(word);
          } else {
            opcodeByte(word);
          }
        }
      }
    }
  }

  private void vex(String word) {
    require(Encoding.Key.PREFIX, 3, 0);
    require(Encoding.Key.VVVV, 1, 0);
    for (String part : word.substring(4).split("\\.", -1)) {
      switch (part) {
        case "128", "LZ" -> require(Encoding.Key.L, 1, 0);
        case "256" -> require(Encoding.Key.L, 1, 1);
        case "66", "F2", "F3" -> mandatory(Integer.parseInt(part, 16));
        case "0F" -> map = Encoding.VEX + 1;
        case "0F38" -> map = Encoding.VEX + 2;
        case "0F3A" -> map = Encoding.VEX + 3;
        case "W0" -> require(Encoding.Key.W, 1, 0);
        case "W1" -> require(Encoding.Key.W, 1, 1);
        case "LIG", "WIG" -> {}
        default -> throw new IllegalArgumentException(word);
      }
    }
    if (word.contains(".W")) {
      sizing = Encoding.Sizing.FIXED_32;
    }
  }

  private void mandatory(int b) {
    prefix = b;
    require(Encoding.Key.PREFIX, 3, b == 0x66 ? 1 : b == 0xF3 ? 2 : 3);
  }

  private void opcodeByte(String word) {
    if (word.charAt(0) == '/') {
      modRm = true;
      require(Encoding.Key.REG, 7, word.charAt(1) - '0');
      return;
    }
    int b = Integer.parseInt(word, 0, 2, 16);
    if (opcode >= 0) {
      modRm = true;
      require(Encoding.Key.REGISTER, 1, 1);
      require(Encoding.Key.REG, 7, b >> 3 & 7);
      if (!word.endsWith("+i")) {
        require(Encoding.Key.RM, 7, b & 7);
      }
    } else if (map == 0 && (b == 0x66 || b == 0xF2 || b == 0xF3)) {
      mandatory(b);
    } else if (map == 0 && b == 0x0F) {
      map = 1;
    } else if (map == 1 && (b == 0x38 || b == 0x3A)) {
      map = b == 0x38 ? 2 : 3;
    } else {
      opcode = b;
      opcodeRegister = word.endsWith("+r");
      count = opcodeRegister ? 8 : word.endsWith("+cc") ? 16 : 1;
    }
  }

  private List<OperandForm> operands(String text) {
    List<OperandForm> operands = new ArrayList<>(3);
    for (String word : words(text)) {
      int end = word.endsWith(",") ? word.length() - 1 : word.length();
      OperandForm form = OperandForm.of(word.substring(0, end));
      if (opcodeRegister && form.field() == OperandForm.Field.REG) {
        form = form.inOpcode();
      }
      if (form.field() == OperandForm.Field.VVVV) {
        mask &= ~(1 << Encoding.Key.VVVV);
      }
      if (form.vectorIndexSize() != 0) {
        require(Encoding.Key.RM, 7, 4);
        form = form.withMemorySize((value >> Encoding.Key.W & 1) == 1 ? 8 : 4);
      }
      if (form.field() == OperandForm.Field.RM && !ignoreMod) {
        if (!form.allowsMemory()) {
          require(Encoding.Key.REGISTER, 1, 1);
        } else if (!form.allowsRegister()) {
          require(Encoding.Key.REGISTER, 1, 0);
        }
      }
      operands.add(form);
    }
    return List.copyOf(operands);
  }
}
