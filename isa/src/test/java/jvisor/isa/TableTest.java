package jvisor.isa;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TableTest {
  private static final List<Row> ROWS = Table.ROWS.subList(1, Table.ROWS.size());

  @Test
  void everyMnemonicHasARow() {
    Set<Mnemonic> without = EnumSet.complementOf(EnumSet.of(Mnemonic.INVALID));
    ROWS.forEach(row -> without.remove(row.mnemonic()));
    assertThat(without).isEmpty();
  }

  @Test
  void idsArePositions() {
    for (int i = 0; i < Table.ROWS.size(); i++) {
      assertThat(Table.ROWS.get(i).id()).isEqualTo(i);
    }
  }

  @Test
  void flagsAreWrittenOrUndefinedButNotBoth() {
    assertThat(ROWS).allMatch(row -> (row.flagsWritten() & row.flagsUndefined()) == 0);
  }

  @Test
  void lockIsForRowsThatCanWriteMemory() {
    assertThat(ROWS.stream().filter(Row::lockable))
        .allMatch(row -> row.operands().getFirst().allowsMemory());
  }

  @Test
  void immediateCodesOfTheOpcodeColumnAgreeWithTheOperands() {
    for (Row row : ROWS) {
      List<String> expected = new ArrayList<>();
      for (OperandForm form : row.operands()) {
        switch (form.text()) {
          case "imm8", "uimm8" -> expected.add("ib");
          case "uimm16" -> expected.add("iw");
          case "immz" -> expected.add("iz");
          case "immv" -> expected.add("iv");
          case "rel8" -> expected.add("cb");
          case "relz" -> expected.add("cz");
          case "ptr16:z" -> expected.add("cp");
          case "moffs8", "moffsv" -> expected.add("mo");
          default -> {}
        }
      }
      List<String> written =
          List.of(row.encoding().text().split(" ")).stream()
              .filter(word -> word.matches("i[bwzv]|c[bzp]|mo"))
              .toList();
      assertThat(written).as(row.toString()).isEqualTo(expected);
    }
  }

  @Test
  void operandsInModRmAgreeWithTheOpcodeColumn() {
    for (Row row : ROWS) {
      boolean fields =
          row.operands().stream()
              .anyMatch(
                  f -> f.field() == OperandForm.Field.RM || f.field() == OperandForm.Field.REG);
      assertThat(!fields || row.encoding().modRm()).as(row.toString()).isTrue();
      boolean reg = row.operands().stream().anyMatch(f -> f.field() == OperandForm.Field.REG);
      assertThat(reg && row.encoding().fixedReg() >= 0).as(row.toString()).isFalse();
    }
  }

  @Test
  void ofTwoRowsForTheSameBytesOneIsMoreSpecific() {
    for (Row x : ROWS) {
      for (Row y : ROWS) {
        if (x.id() < y.id() && overlap(x.encoding(), y.encoding())) {
          assertThat(x.encoding().specificity())
              .as(x + " and " + y)
              .isNotEqualTo(y.encoding().specificity());
        }
      }
    }
  }

  private static boolean overlap(Encoding x, Encoding y) {
    boolean sameOpcode =
        x.map() == y.map()
            && x.opcode() < y.opcode() + y.count()
            && y.opcode() < x.opcode() + x.count();
    int both = x.mask() & y.mask();
    return sameOpcode && (x.value() & both) == (y.value() & both);
  }

  @Test
  void whatChangesModePrivilegeOrTimeIsSystem() {
    assertThat(ROWS.stream().filter(Row::privileged)).allMatch(row -> row.flow() == Flow.SYSTEM);
    Set<Mnemonic> system =
        EnumSet.of(
            Mnemonic.CPUID,
            Mnemonic.RDTSC,
            Mnemonic.RDTSCP,
            Mnemonic.IN,
            Mnemonic.OUT,
            Mnemonic.MOVS,
            Mnemonic.INS,
            Mnemonic.CLI,
            Mnemonic.STI,
            Mnemonic.POPF,
            Mnemonic.IRET,
            Mnemonic.SYSCALL,
            Mnemonic.INT,
            Mnemonic.POP_SREG,
            Mnemonic.LSS,
            Mnemonic.CALL_FAR,
            Mnemonic.XSAVE,
            Mnemonic.FXRSTOR,
            Mnemonic.SWAPGS,
            Mnemonic.UD2);
    assertThat(ROWS.stream().filter(row -> system.contains(row.mnemonic())))
        .allMatch(row -> row.flow() == Flow.SYSTEM);
    Set<Mnemonic> branches =
        EnumSet.of(
            Mnemonic.JMP,
            Mnemonic.JCC,
            Mnemonic.CALL,
            Mnemonic.RET,
            Mnemonic.LOOP,
            Mnemonic.LOOPE,
            Mnemonic.LOOPNE,
            Mnemonic.JCXZ);
    assertThat(ROWS)
        .allMatch(row -> (row.flow() == Flow.BRANCH) == branches.contains(row.mnemonic()));
  }
}
