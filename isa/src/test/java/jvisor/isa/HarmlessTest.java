package jvisor.isa;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which rows a translator may emit as they are. */
class HarmlessTest {
  private static final List<Row> ROWS = Table.ROWS.subList(1, Table.ROWS.size());

  /** Features whose instructions work on MMX, XMM and YMM registers. */
  private static final Set<Feature> VECTORS =
      EnumSet.of(
          Feature.MMX,
          Feature.SSE,
          Feature.SSE2,
          Feature.SSE3,
          Feature.SSSE3,
          Feature.SSE4_1,
          Feature.SSE4_2,
          Feature.AES,
          Feature.PCLMULQDQ,
          Feature.SHA,
          Feature.AVX,
          Feature.AVX2,
          Feature.F16C,
          Feature.FMA,
          Feature.AES_AVX,
          Feature.VAES,
          Feature.PCLMULQDQ_AVX,
          Feature.VPCLMULQDQ);

  private static boolean isVector(Row row) {
    return VECTORS.contains(row.feature());
  }

  private static String mnemonics(List<Row> rows) {
    return rows.stream()
        .map(row -> row.mnemonic().name())
        .distinct()
        .sorted()
        .collect(Collectors.joining(" "));
  }

  private static String text(String words) {
    return words.strip().replace('\n', ' ');
  }

  @Test
  void harmlessRowsGoOnToTheNextInstructionAndAskForNoPrivilege() {
    assertThat(ROWS.stream().filter(Row::harmless))
        .allMatch(row -> row.flow() == Flow.NEXT && !row.privileged() && row.repeat() == 0);
  }

  @Test
  void harmlessRowsNameNothingButRegistersAndOneMemoryOperandInModRm() {
    Set<Operand.Kind> kinds =
        EnumSet.of(
            Operand.Kind.GPR,
            Operand.Kind.VECTOR,
            Operand.Kind.MMX,
            Operand.Kind.ST,
            Operand.Kind.IMMEDIATE,
            Operand.Kind.NONE);
    for (Row row : ROWS) {
      if (row.harmless()) {
        List<OperandForm> memory =
            row.operands().stream().filter(OperandForm::allowsMemory).toList();
        assertThat(row.operands()).as(row.toString()).allMatch(f -> kinds.contains(f.kind()));
        assertThat(memory).as(row.toString()).hasSizeLessThan(2);
        assertThat(memory)
            .as(row.toString())
            .allMatch(f -> f.field() == OperandForm.Field.RM && f.vectorIndexSize() == 0);
        assertThat(row.lockable() && memory.isEmpty()).as(row.toString()).isFalse();
      }
    }
  }

  @Test
  void harmlessRowsReachNoMemoryThatTheirOperandsDoNotName() {
    Set<Mnemonic> implicit =
        EnumSet.of(
            Mnemonic.PUSH,
            Mnemonic.POP,
            Mnemonic.PUSH_SREG,
            Mnemonic.POP_SREG,
            Mnemonic.PUSHA,
            Mnemonic.POPA,
            Mnemonic.PUSHF,
            Mnemonic.POPF,
            Mnemonic.ENTER,
            Mnemonic.LEAVE,
            Mnemonic.XLAT,
            Mnemonic.MASKMOVQ,
            Mnemonic.MASKMOVDQU,
            Mnemonic.VMASKMOVDQU);
    assertThat(ROWS.stream().filter(row -> implicit.contains(row.mnemonic())))
        .noneMatch(Row::harmless);
  }

  @Test
  void theHarmlessGeneralInstructionsAreThese() {
    assertThat(
            mnemonics(
                ROWS.stream().filter(r -> r.harmless() && !isVector(r) && !isX87(r)).toList()))
        .isEqualTo(
            text(
                """
                ADC ADCX ADD ADOX AND ANDN BEXTR BLSI BLSMSK BLSR BSF BSR BSWAP BT BTC BTR BTS BZHI
                CBW CLC CMC CMOVCC CMP CMPXCHG CMPXCHG16B CMPXCHG8B CWD
                DEC IMUL INC LAHF LEA LZCNT MOV MOVBE MOVSX MOVSXD MOVZX MUL MULX NEG NOP NOT
                OR PDEP PEXT POPCNT RCL RCR ROL ROR RORX SAHF SAR SARX SBB SETCC SHL SHLD SHLX SHR
                SHRD SHRX STC SUB TEST TZCNT WAIT XADD XCHG XOR
                """));
    assertThat(ROWS.stream().filter(r -> r.mnemonic() == Mnemonic.MOV && !r.harmless()))
        .hasSize(4)
        .allMatch(r -> r.operands().stream().anyMatch(f -> f.field() == OperandForm.Field.OFFSET));
  }

  @Test
  void ofX87InstructionsThoseThatReplaceTheWholeStateOrAreNotInManualsAreNotHarmless() {
    List<Row> x87 = ROWS.stream().filter(HarmlessTest::isX87).toList();
    assertThat(x87.stream().filter(Row::alias)).isNotEmpty().noneMatch(Row::harmless);
    assertThat(mnemonics(x87.stream().filter(r -> !r.harmless() && !r.alias()).toList()))
        .isEqualTo("FLDENV FNINIT FNSAVE FNSTENV FRSTOR");
  }

  @Test
  void ofVectorInstructionsThoseWithMxcsrOrMaskedAccessesAreNotHarmless() {
    List<Row> vectors = ROWS.stream().filter(HarmlessTest::isVector).toList();
    assertThat(mnemonics(vectors.stream().filter(r -> !r.harmless()).toList()))
        .isEqualTo(
            text(
                """
                LDMXCSR MASKMOVDQU MASKMOVQ STMXCSR VGATHERDPD VGATHERDPS VGATHERQPD VGATHERQPS
                VLDMXCSR VMASKMOVDQU VMASKMOVPD VMASKMOVPS VPGATHERDD VPGATHERDQ VPGATHERQD VPGATHERQQ
                VPMASKMOVD VPMASKMOVQ VSTMXCSR
                """));
  }

  private static boolean isX87(Row row) {
    return row.encoding().map() == 0 && (row.encoding().opcode() & -8) == 0xd8;
  }
}
