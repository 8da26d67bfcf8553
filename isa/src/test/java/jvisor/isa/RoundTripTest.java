package jvisor.isa;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RoundTripTest {
  private static final int SAMPLES_PER_ROW = 60;

  private final Decoder decoder = new Decoder(EnumSet.allOf(Feature.class));

  @ParameterizedTest
  @EnumSource
  void everyRowOfAModeIsDecodedAndWhatIsDecodedIsEncodedToTheSame(CodeMode mode) {
    Random random = new Random(1);
    List<Row> unreached = new ArrayList<>();
    List<String> different = new ArrayList<>();
    for (Row row : Table.ROWS) {
      if (row == Row.INVALID || !isIn(row, mode)) {
        continue;
      }
      int reached = 0;
      for (int i = 0; i < SAMPLES_PER_ROW; i++) {
        byte[] code = Samples.of(row, mode, random);
        Insn insn = decoder.decode(code, 0, code.length, mode);
        if (insn.row == Row.INVALID) {
          continue;
        }
        reached += insn.row == row ? 1 : 0;
        if (Encoder.encode(insn, mode) == null) {
          different.add(HexFormat.of().formatHex(code, 0, insn.length) + " " + insn);
        }
      }
      if (reached == 0) {
        unreached.add(row);
      }
    }
    assertThat(different).isEmpty();
    assertThat(unreached).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void textOfAnInstructionIsAssembledToTheSame(CodeMode mode) {
    Random random = new Random(2);
    List<String> different = new ArrayList<>();
    Set<Row> rows = new HashSet<>();
    for (Row row : Table.ROWS) {
      if (row == Row.INVALID || row.alias() || !isIn(row, mode)) {
        continue;
      }
      for (int i = 0; i < SAMPLES_PER_ROW / 3; i++) {
        byte[] code = Samples.of(row, mode, random);
        Insn insn = decoder.decode(code, 0, code.length, mode);
        if (insn.row != row || !textTellsAll(insn, mode)) {
          continue;
        }
        String text = Disassembler.text(insn, 0x1000);
        String again;
        try {
          byte[] bytes = new Assembler(mode, 0x1000).emit(text).assemble();
          again =
              Disassembler.text(decoder.decode(bytes, 0, bytes.length, mode), 0x1000)
                  + (bytes.length > insn.length && insn.a.kind() != Operand.Kind.RELATIVE
                      ? " (longer)"
                      : "");
        } catch (IllegalArgumentException e) {
          again = e.getMessage();
        }
        rows.add(row);
        if (!again.equals(text)) {
          String bytes = HexFormat.of().formatHex(code, 0, insn.length);
          different.add(bytes + " " + text + " / " + again);
        }
      }
    }
    assertThat(different).isEmpty();
    assertThat(rows).hasSizeGreaterThan(1200);
  }

  /** Whether nothing is meant that only a prefix or the choice of the opcode tells. */
  private static boolean textTellsAll(Insn insn, CodeMode mode) {
    int usual = mode == CodeMode.BITS16 ? 2 : mode == CodeMode.BITS32 ? 4 : 8;
    boolean bareAddress =
        insn.hasMemory() && insn.base == Insn.NO_REGISTER && insn.index == Insn.NO_REGISTER;
    if (bareAddress && insn.addressSize != usual) {
      return false;
    }
    return switch (insn.mnemonic()) {
      case ROL, ROR, RCL, RCR, SHL, SHR, SAR ->
          insn.b.value() != 1 || insn.row.encoding().opcode() >= 0xD0;
      case PUSH -> insn.a.kind() != Operand.Kind.IMMEDIATE || insn.operandSize == usual;
      case JMP, JCC, CALL, LOOP, LOOPE, LOOPNE, JCXZ, RET, JMP_FAR, CALL_FAR, RET_FAR ->
          insn.operandSize
              == (insn.row.encoding().sizing() == Encoding.Sizing.FORCED_64
                  ? usual
                  : Math.min(usual, 4));
      default -> true;
    };
  }

  private static boolean isIn(Row row, CodeMode mode) {
    boolean needsW = row.encoding().requiresW();
    boolean addressSizeElsewhere =
        row.encoding().fixedAddressSize() == (mode == CodeMode.BITS64 ? 2 : 8);
    return row.encoding().validIn(mode)
        && (!needsW || mode == CodeMode.BITS64)
        && !addressSizeElsewhere;
  }

  @Test
  void everyRowIsInSomeMode() {
    assertThat(Table.ROWS.stream().filter(r -> r != Row.INVALID))
        .allMatch(row ->
            isIn(row, CodeMode.BITS16) || isIn(row, CodeMode.BITS32) || isIn(row, CodeMode.BITS64));
  }
}
