package jvisor.cpu.oracle;

import java.util.EnumSet;
import jvisor.isa.CodeMode;
import jvisor.isa.Decoder;
import jvisor.isa.Encoding;
import jvisor.isa.Feature;
import jvisor.isa.Flow;
import jvisor.isa.Insn;
import jvisor.isa.Operand;
import jvisor.isa.Row;
import org.jspecify.annotations.Nullable;

/**
 * Random instructions of a given row, with every form of operand, address and prefix, and states
 * that give them something to do.
 */
final class CaseGenerator {
  private static final int ATTEMPTS = 60;
  private static final int RANDOM_TAIL = 12;
  private static final int MAX_LENGTH = 15;
  private static final int[] EDGES_OF_BYTES = {0, 1, 7, 8, 9, 0x0f, 0x10, 0x7f, 0x80, 0xff};
  private static final int[] IDLE_PREFIXES = {
    0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf2, 0xf3
  };

  private static final Decoder DECODER = new Decoder(EnumSet.allOf(Feature.class));
  private final CaseKind kind;
  private final StateDraw states;
  private final byte[] bytes = new byte[48];
  private int length;
  private int modRmAt;

  CaseGenerator(CaseKind kind) {
    this.kind = kind;
    states = new StateDraw(kind);
  }

  /**
   * Fills {@code s} with a case of {@code row}, in any mode of the kind that has it, and answers
   * the instruction; null if all attempts failed.
   */
  @Nullable Insn generate(CaseState s, Draw d, Row row) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      CodeMode usual = kind == CaseKind.FLAT ? CodeMode.BITS64 : CodeMode.BITS16;
      CodeMode mode = d.chance(3) ? CodeMode.BITS32 : usual;
      if (!row.encoding().validIn(mode)) {
        mode = mode == usual ? CodeMode.BITS32 : usual;
      }
      draw(d, row, mode);
      Insn i = DECODER.decode(bytes, 0, length, mode);
      if (i.row != row || i.length > MAX_LENGTH) {
        continue;
      }
      s.setCode(bytes, i.length);
      place(s, d, i, mode);
      states.draw(s, d, i);
      if (new Settlement(kind, s, d, i, displacementAt(i)).settle() && !mayNameProcessor(s, i)) {
        return decode(s);
      }
    }
    return null;
  }

  /**
   * Whether an instruction that reads a selector may find that of the segment in whose limit Linux
   * tells which processor runs (entry 15 of its global descriptor table, of level 3): what becomes
   * of it is another thing each time.
   */
  private static boolean mayNameProcessor(CaseState s, Insn i) {
    return switch (i.mnemonic()) {
      case LAR, LSL, VERR, VERW, MOV_SREG ->
          i.hasMemory()
              ? isOfProcessor(s, Addresses.operand(i, s))
              : isOfProcessor(s, i.a) || isOfProcessor(s, i.b);
      case LDS, LES, LSS, LFS, LGS -> isOfProcessor(s, Addresses.operand(i, s) + i.operandSize);
      case POP_SREG -> isOfProcessor(s, Addresses.stack(s));
      default -> false;
    };
  }

  private static boolean isOfProcessor(CaseState s, Operand o) {
    return o.kind() == Operand.Kind.GPR && isOfProcessor((int) s.gpr(o.index()));
  }

  private static boolean isOfProcessor(CaseState s, long la) {
    int at = CaseState.memoryOffset(la, 2);
    return at >= 0 && isOfProcessor(s.word(at));
  }

  private static boolean isOfProcessor(int selector) {
    return (selector & 0xfffc) == 0x78;
  }

  /** Decodes the instruction of a case. */
  static Insn decode(CaseState s) {
    return decode(s, s.code());
  }

  /** Decodes other code in its place. */
  static Insn decode(CaseState s, byte[] code) {
    return DECODER.decode(code, 0, code.length, s.mode());
  }

  private static void place(CaseState s, Draw d, Insn i, CodeMode mode) {
    int width =
        switch (mode) {
          case BITS16 -> 16;
          case BITS32 -> 32;
          case BITS64 -> 64;
        };
    long start = CaseState.codeStart(width);
    if (i.row.flow() != Flow.BRANCH && d.chance(30)) {
      start += Layout.CODE_PAGE + Layout.PAGE - 1 - d.below(MAX_LENGTH) - Layout.CODE;
    }
    s.place(width, start);
  }

  /** Where the displacement stands. */
  private int displacementAt(Insn i) {
    if (!i.row.encoding().modRm()) {
      return length - RANDOM_TAIL;
    }
    boolean sib =
        i.addressSize != 2 && (bytes[modRmAt] & 0xc0) != 0xc0 && (bytes[modRmAt] & 7) == 4;
    return modRmAt + (sib ? 2 : 1);
  }

  // ---------------------------------------------------------------- bytes

  private void put(int b) {
    bytes[length++] = (byte) b;
  }

  /** Draws prefixes, opcode and addressing form, with random bytes after them. */
  private void draw(Draw d, Row row, CodeMode mode) {
    Encoding e = row.encoding();
    length = 0;
    boolean is64 = mode == CodeMode.BITS64;
    prefixes(d, row, mode);
    if (e.isVex()) {
      vex(d, e, is64);
    } else {
      if (is64) {
        rex(d, e);
      }
      if (e.map() > 0) {
        put(0x0f);
      }
      if (e.map() > 1) {
        put(e.map() == 2 ? 0x38 : 0x3a);
      }
    }
    put(e.opcode() + d.below(e.count()));
    if (e.modRm()) {
      modRm(d, e);
    }
    for (int n = 0; n < RANDOM_TAIL; n++) {
      put(d.chance(3) ? d.pick(EDGES_OF_BYTES) : d.bits(0xff));
    }
  }

  private void prefixes(Draw d, Row row, CodeMode mode) {
    Encoding e = row.encoding();
    boolean is64 = mode == CodeMode.BITS64;
    if (row.lockable() && d.chance(8)) {
      put(0xf0);
    }
    if (d.chance(8)) {
      put(d.pick(0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65));
    }
    int addressSize = e.fixedAddressSize();
    if (addressSize == 0 ? d.chance(is64 ? 8 : 12) : addressSize != addressSize(mode)) {
      put(0x67);
    }
    if (e.isVex()) {
      return;
    }
    // With 66, processors disagree about near branches in 64-bit mode.
    boolean branch = is64 && row.flow() == Flow.BRANCH;
    boolean free = e.fixedOperandSize() == 0 && e.prefix() != 0x66;
    int operandSize = mode == CodeMode.BITS16 ? 2 : 4;
    if (e.fixedOperandSize() == 6 - operandSize || !branch && free && d.chance(4)) {
      put(0x66);
    }
    if (row.repeat() != 0 && !d.chance(4)) {
      put(d.chance(2) ? 0xf3 : 0xf2);
    }
    if (e.prefix() != 0) {
      put(e.prefix());
    }
    if (!branch && d.chance(12)) {
      put(d.pick(IDLE_PREFIXES));
      if (is64 && d.chance(4)) {
        put(0x40 | d.below(16));
        put(d.pick(IDLE_PREFIXES));
      }
    }
  }

  private static int addressSize(CodeMode mode) {
    return switch (mode) {
      case BITS16 -> 2;
      case BITS32 -> 4;
      case BITS64 -> 8;
    };
  }

  private void vex(Draw d, Encoding e, boolean is64) {
    int inverted = is64 ? d.below(8) << 5 : 0xe0;
    int w = e.vexW() < 0 ? d.below(2) : e.vexW();
    int l = e.vexL() < 0 ? d.below(2) : e.vexL();
    int registerAndLength = d.below(16) << 3 | l << 2 | prefixCode(e);
    if (!d.chance(3)) {
      registerAndLength |= 0x78;
    }
    if (e.map() - Encoding.VEX == 1 && w == 0 && d.chance(2)) {
      put(0xc5);
      put(inverted & 0x80 | registerAndLength | (is64 ? 0 : 0xc0));
      return;
    }
    put(0xc4);
    put(inverted | e.map() - Encoding.VEX);
    put(w << 7 | registerAndLength);
  }

  private static int prefixCode(Encoding e) {
    return switch (e.prefix()) {
      case 0x66 -> 1;
      case 0xf3 -> 2;
      case 0xf2 -> 3;
      default -> 0;
    };
  }

  private void rex(Draw d, Encoding e) {
    int rex = d.chance(2) ? 0x40 | d.below(16) : 0;
    rex |= e.requiresW() ? 0x48 : 0;
    if (rex != 0) {
      put(rex);
    }
  }

  private void modRm(Draw d, Encoding e) {
    boolean register = e.requiresRegister() || !e.requiresMemory() && d.chance(2);
    int mod = register ? 3 : d.below(3);
    int reg = e.fixedReg() >= 0 ? e.fixedReg() : d.below(8);
    int rm = e.fixedRm() >= 0 ? e.fixedRm() : d.below(8);
    modRmAt = length;
    put(mod << 6 | reg << 3 | rm);
    if (mod != 3 && rm == 4) {
      put(d.bits(0xff));
    }
  }
}
