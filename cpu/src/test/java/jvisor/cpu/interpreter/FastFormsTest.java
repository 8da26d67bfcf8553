package jvisor.cpu.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.translator.Optimisation;
import jvisor.cpu.translator.TranslatorOptions;
import jvisor.isa.Decoder;
import jvisor.isa.Encoding;
import jvisor.isa.Feature;
import jvisor.isa.Flow;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;
import jvisor.isa.Row;
import jvisor.isa.Table;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every fast form against the semantic of its instruction: two processors run the same random
 * instructions from the same random state, one with the fast forms and one without.
 */
class FastFormsTest {
  private static final int CASES = 60_000;
  private static final int FEW_CASES = 1_500;
  private static final int SAMPLES = 400;
  private static final int MAX_LENGTH = 15;
  private static final Set<Optimisation> NOTHING = Set.of();
  private static final int RFLAGS = 17;
  private static final int HLT = 0xf4;
  private static final long[] PLACES = {
    Twin.DATA,
    Twin.DATA + 0x1000,
    Twin.MISSING,
    Twin.READ_ONLY,
    Twin.SUPERVISOR,
    Twin.LOW_END,
    Twin.LOW_END + 0x1000,
    Twin.HIGH_START,
    Twin.TOP,
    Twin.FLAT_TOP,
    0
  };

  private Ground ground = Ground.FLAT_64;
  private Form form = Form.FAST_FORMS;
  private final Decoder decoder = new Decoder(EnumSet.allOf(Feature.class));
  private final Random random = new Random(25);
  private int iterations = 1;

  @ParameterizedTest
  @EnumSource(names = {"FLAT_64", "FLAT_32"})
  void everyFastFormDoesWhatItsSemanticDoes(Ground on) {
    compare(Form.FAST_FORMS, NOTHING, on, CASES);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLAT_64", "FLAT_32"})
  void everyTranslationDoesWhatTheSemanticsDo(Ground on) {
    compare(Form.TRANSLATED, NOTHING, on, CASES);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLAT_64", "FLAT_32"})
  void loopsDoWhatTheSemanticsDo(Ground on) {
    iterations = 12;
    compare(Form.TRANSLATED, NOTHING, on, CASES / 2);
  }

  @ParameterizedTest
  @EnumSource
  void translationsWithoutAnOptimisationDoTheSame(Optimisation off) {
    Ground on = off == Optimisation.CODE_32 ? Ground.FLAT_32 : Ground.FLAT_64;
    compare(Form.TRANSLATED, EnumSet.of(off), on, FEW_CASES);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLAT_64", "FLAT_32"})
  void translationsWithoutAnyOptimisationDoTheSame(Ground on) {
    compare(Form.TRANSLATED, EnumSet.allOf(Optimisation.class), on, FEW_CASES);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("long")
  void manyTranslationsWithoutAnOptimisationDoTheSame(Optimisation off) {
    compare(Form.TRANSLATED, EnumSet.of(off), Ground.FLAT_64, CASES);
    compare(Form.TRANSLATED, EnumSet.of(off), Ground.FLAT_32, CASES);
  }

  private void compare(Form fastForm, Set<Optimisation> without, Ground on, int cases) {
    form = fastForm;
    ground = on;
    List<Row> rows = rows();
    byte[] data = new byte[0xa000];
    byte[] fastMemory = Twin.image();
    byte[] slowMemory = Twin.image();
    Set<String> wrong = new TreeSet<>();
    int faults = 0;
    try (Twin fast =
            form == Form.TRANSLATED
                ? new Twin(TranslatorOptions.always().without(without), ground)
                : new Twin(form, ground);
        Twin slow = new Twin(Form.SEMANTICS, ground)) {
      fast.remember();
      slow.remember();
      for (int n = 0; n < cases; n++) {
        Row row = row(rows);
        List<Insn> insns = new ArrayList<>();
        byte[] code = code(row, rows, insns);
        int count = insns.size();
        if (iterations > 1) {
          insns.addAll(insns);
          count += random.nextInt(iterations * count);
        }
        long vague = vague(insns);
        if (vague < 0 || iterations > 1 && row.flow() != Flow.NEXT) {
          continue;
        }
        random.nextBytes(data);
        long[] registers = registers();
        long fs = place();
        long gs = place();
        long rflags = random.nextLong() & (Rflags.ARITHMETIC | Rflags.AC);
        boolean user = random.nextBoolean();
        long[] fpu = fpu();
        boolean available = random.nextInt(32) != 0;
        fast.fpu(fpu, available);
        slow.fpu(fpu, available);
        fast.load(code, data, registers, fs, gs, rflags, user);
        slow.load(code, data, registers, fs, gs, rflags, user);
        assertThat(Ground.of(fast.c)).isEqualTo(ground);
        long fastStart = fast.c.retired();
        long slowStart = slow.c.retired();
        Exit fastExit = run(fast, count);
        Exit slowExit = slow.run(count);
        long[] is = fast.result(fastStart);
        long[] should = slow.result(slowStart);
        fast.memory(fastMemory);
        slow.memory(slowMemory);
        is[RFLAGS] &= ~vague;
        should[RFLAGS] &= ~vague;
        maskFrame(fastMemory, vague);
        maskFrame(slowMemory, vague);
        if (should[16] >= Twin.HANDLERS && should[16] < Twin.HANDLERS + 4096) {
          faults++;
        }
        if (fastExit != slowExit
            || !Arrays.equals(is, should)
            || !Arrays.equals(fastMemory, slowMemory)) {
          wrong.add(
              insns
                  + " "
                  + HexFormat.of().formatHex(code, 0, 45)
                  + difference(is, should, fastMemory, slowMemory)
                  + (user ? " user" : ""));
          if (wrong.size() > 5) {
            break;
          }
          slow.memory(slowMemory);
          fast.sync(slowMemory);
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(faults).isBetween(cases / 20, cases - cases / 20);
  }

  /**
   * The flags that are undefined at some time, none for fast forms; negative if an instruction
   * reads one of them.
   */
  private long vague(List<Insn> insns) {
    long vague = 0;
    if (form == Form.TRANSLATED) {
      for (Insn insn : insns) {
        boolean reads = (insn.row.flagsTested() & vague) != 0;
        if (reads || insn.mnemonic() == Mnemonic.PUSHF && vague != 0) {
          return -1;
        }
        vague |= insn.row.flagsUndefined();
      }
    }
    return vague;
  }

  /** Clears these bits in the flags of an interrupt's frame, with or without an error code. */
  private static void maskFrame(byte[] memory, long flags) {
    for (int at : new int[] {(int) Twin.INTERRUPT_STACK - 24, (int) Twin.INTERRUPT_STACK - 32}) {
      memory[at] &= (byte) ~flags;
      memory[at + 1] &= (byte) ~(flags >> 8);
    }
  }

  /** In one go or instruction by instruction. */
  private Exit run(Twin twin, int count) {
    if (random.nextInt(4) != 0) {
      return twin.run(count);
    }
    Exit exit = Exit.BUDGET;
    for (int n = 0; n < count && exit == Exit.BUDGET; n++) {
      exit = twin.run(1);
    }
    return exit;
  }

  private static String difference(long[] is, long[] should, byte[] fast, byte[] slow) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < is.length; i++) {
      if (is[i] != should[i]) {
        text.append(" [%d] is %x, should be %x".formatted(i, is[i], should[i]));
      }
    }
    int at = Arrays.mismatch(fast, slow);
    if (at >= 0) {
      text.append(" memory differs at %x".formatted(at));
    }
    return text.toString();
  }

  /** One of {@code rows}, of x87 and MMX instructions less often than there are rows. */
  private Row row(List<Row> rows) {
    Row row = rows.get(random.nextInt(rows.size()));
    boolean less = isOfFpu(row) && random.nextInt(4) != 0;
    return less ? rows.get(random.nextInt(rows.size())) : row;
  }

  private static boolean isOfFpu(Row row) {
    return row.feature() == Feature.FPU
        || row.operands().stream().anyMatch(f -> f.kind() == Operand.Kind.MMX);
  }

  /** See {@link Twin#fpu}; exceptions are mostly masked. */
  private long[] fpu() {
    long[] words = new long[Twin.FPU_WORDS];
    for (int n = 0; n < 8; n++) {
      int kind = random.nextInt(8);
      long significand = random.nextLong() | (kind < 6 ? Long.MIN_VALUE : 0);
      int exponent =
          switch (kind) {
            case 0 -> 0;
            case 1 -> 0x7fff;
            case 2 -> random.nextInt(0x8000);
            default -> 0x3fff - 20 + random.nextInt(60);
          };
      words[2 * n] = random.nextInt(6) == 0 ? significand & 1L << 63 : significand;
      words[2 * n + 1] = exponent | random.nextInt(2) << 15;
    }
    int masks = random.nextInt(16) == 0 ? random.nextInt(64) : 63;
    int control = random.nextInt(32) << 8 | 0x40 | masks;
    int status = random.nextInt(0x8000) & 0x7f7f;
    boolean pending = (status & ~control & 63) != 0;
    int tags = random.nextInt(3) == 0 ? random.nextInt(256) : 255;
    long opcode = random.nextInt(0x800);
    words[16] =
        opcode << 48 | (long) tags << 32 | (pending ? 0x8080L | status : status) << 16 | control;
    for (int n = 17; n < words.length; n++) {
      words[n] = random.nextInt();
    }
    return words;
  }

  /** The rows of which some form in flat code has a fast op. */
  private List<Row> rows() {
    FastForms forms = new FastForms(true);
    List<Row> rows = new ArrayList<>();
    for (Row row : Table.ROWS) {
      if (row.flow() == Flow.SYSTEM && !isString(row.mnemonic())
          || !row.encoding().validIn(ground.mode)) {
        continue;
      }
      for (int n = 0; n < SAMPLES; n++) {
        Insn insn = decode(encode(row), 0);
        if (insn.row == row && suits(insn, forms)) {
          rows.add(row);
          break;
        }
      }
    }
    Set<Mnemonic> mnemonics = EnumSet.noneOf(Mnemonic.class);
    rows.forEach(row -> mnemonics.add(row.mnemonic()));
    assertThat(mnemonics)
        .contains(Mnemonic.MOV, Mnemonic.ADD, Mnemonic.SHL, Mnemonic.JCC, Mnemonic.PUSH)
        .hasSizeGreaterThan(30);
    return rows;
  }

  private boolean suits(Insn insn, FastForms forms) {
    return forms.of(0, insn, ground) != null || form == Form.TRANSLATED && isTranslated(insn);
  }

  private static boolean isTranslated(Insn insn) {
    return switch (insn.mnemonic()) {
      case DIV, IDIV, PUSHF, CLD, MOV_SREG -> true;
      default -> isString(insn.mnemonic()) || insn.row.harmless() && !insn.vex && !isVector(insn);
    };
  }

  private static boolean isString(Mnemonic mnemonic) {
    return mnemonic == Mnemonic.MOVS || mnemonic == Mnemonic.STOS;
  }

  private static boolean isVector(Insn i) {
    return i.a.kind() == Operand.Kind.VECTOR
        || i.b.kind() == Operand.Kind.VECTOR
        || i.c.kind() == Operand.Kind.VECTOR;
  }

  private Insn decode(byte[] code, int at) {
    return decoder.decode(code, at, code.length, ground.mode);
  }

  /** Up to three instructions, the last of {@code row}, and noise behind them. */
  private byte[] code(Row row, List<Row> rows, List<Insn> insns) {
    byte[] code = new byte[6 * MAX_LENGTH];
    int at = 0;
    int leading = random.nextInt(3);
    for (int n = 0; n < leading; n++) {
      Row other = row(rows);
      if (other.flow() == Flow.NEXT) {
        at = append(other, code, at, insns);
      }
    }
    at = append(row, code, at, insns);
    if (iterations > 1) {
      at = closeLoop(code, at, insns);
    }
    if (form == Form.TRANSLATED) {
      code[at] = (byte) HLT;
    }
    return code;
  }

  /** A step, perhaps, something that sets the flags, perhaps, and a branch to the beginning. */
  private int closeLoop(byte[] code, int at, List<Insn> insns) {
    String wide = ground == Ground.FLAT_64 ? "48" : "";
    String step =
        List.of("", "83c008", "83c010", "83eb04", "83ee80", "83c718").get(random.nextInt(6));
    String test =
        List.of("", "83e901", "ffc9", "39d8", "85c9", "01d8", "29d8", "21d8", "d1e1", "f7d9")
            .get(random.nextInt(10));
    for (String text : new String[] {step, test}) {
      if (!text.isEmpty()) {
        byte[] bytes = HexFormat.of().parseHex(wide + text);
        System.arraycopy(bytes, 0, code, at, bytes.length);
        insns.add(decode(code, at));
        at += bytes.length;
      }
    }
    code[at] = (byte) (random.nextBoolean() ? 0x75 : 0x70 | random.nextInt(16));
    code[at + 1] = (byte) -(at + 2);
    insns.add(decode(code, at));
    return at + 2;
  }

  private int append(Row row, byte[] code, int at, List<Insn> insns) {
    while (true) {
      byte[] bytes = encode(row);
      Insn insn = decode(bytes, 0);
      if (insn.row == row) {
        System.arraycopy(bytes, 0, code, at, bytes.length);
        insns.add(insn);
        return at + insn.length;
      }
    }
  }

  /** Fifteen bytes that begin with some form of {@code row}, mostly. */
  private byte[] encode(Row row) {
    byte[] code = new byte[MAX_LENGTH];
    random.nextBytes(code);
    Encoding e = row.encoding();
    int at = 0;
    if (random.nextInt(4) == 0) {
      code[at++] = (byte) new int[] {0x26, 0x36, 0x64, 0x65}[random.nextInt(4)];
    }
    if (random.nextInt(16) == 0) {
      code[at++] = 0x67;
    }
    if (random.nextInt(6) == 0) {
      code[at++] = 0x66;
    }
    if (row.lockable() && random.nextInt(8) == 0) {
      code[at++] = (byte) 0xf0;
    }
    if (isString(row.mnemonic()) && random.nextInt(8) != 0) {
      code[at++] = (byte) (0xf2 | random.nextInt(2));
    }
    if (e.prefix() != 0) {
      code[at++] = (byte) e.prefix();
    }
    int rex = random.nextInt(3);
    if (ground == Ground.FLAT_64 && (e.requiresW() || rex > 0)) {
      int bits = random.nextInt(16) & (random.nextBoolean() ? 8 : 15);
      code[at++] = (byte) (0x40 | bits | (e.requiresW() ? 8 : 0));
    }
    if (e.map() > 0) {
      code[at++] = 0x0f;
    }
    if (e.map() > 1) {
      code[at++] = (byte) (e.map() == 2 ? 0x38 : 0x3a);
    }
    code[at++] = (byte) (e.opcode() + random.nextInt(e.count()));
    if (e.modRm()) {
      at = modRm(e, code, at);
    } else if (row.flow() == Flow.BRANCH) {
      Arrays.fill(
          code,
          at + 1,
          at + 4,
          random.nextInt(4) == 0 ? code[at + 1] : code[at] < 0 ? (byte) -1 : 0);
    }
    return code;
  }

  private int modRm(Encoding e, byte[] code, int start) {
    int at = start;
    int mod =
        e.requiresRegister() || !e.requiresMemory() && random.nextInt(3) == 0
            ? 3
            : random.nextInt(3);
    int reg = e.fixedReg() >= 0 ? e.fixedReg() : random.nextInt(8);
    int rm = e.fixedRm() >= 0 ? e.fixedRm() : random.nextInt(8);
    code[at++] = (byte) (mod << 6 | reg << 3 | rm);
    int base = rm;
    if (mod != 3 && rm == 4) {
      base = code[at] & 7;
      at++;
    }
    if (mod == 2 || mod == 0 && base == 5) {
      long displacement =
          rm == 5 && mod == 0
              ? place() - (ground == Ground.FLAT_64 ? Twin.CODE : 0)
              : random.nextInt(200) - 100;
      for (int i = 0; i < 4; i++) {
        code[at++] = (byte) (displacement >> 8 * i);
      }
    }
    return at;
  }

  private long place() {
    long page = PLACES[random.nextInt(PLACES.length)];
    return random.nextInt(3) == 0
        ? page - 16 + random.nextInt(32)
        : page + (random.nextInt(0xf00) & (random.nextBoolean() ? -8 : -1));
  }

  private long[] registers() {
    long[] registers = new long[16];
    for (int i = 0; i < 16; i++) {
      int kind = random.nextInt(10);
      registers[i] =
          kind < 4
              ? random.nextInt(70) - (kind == 0 ? 35 : 0)
              : kind < 8 ? place() : kind == 8 ? random.nextLong() : 1L << random.nextInt(64);
    }
    if (random.nextInt(4) != 0) {
      registers[Rig.RSP] = place();
    }
    return registers;
  }
}
