package jvisor.isa;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DecoderTest {
  private static final Decoder ALL = new Decoder(EnumSet.allOf(Feature.class));

  private static Insn decode(Decoder decoder, CodeMode mode, String hex) {
    byte[] code = HexFormat.of().parseHex(hex.replace(" ", ""));
    return decoder.decode(code, 0, code.length, mode);
  }

  private static Insn decode64(String hex) {
    return decode(ALL, CodeMode.BITS64, hex);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          BITS64 | 66f20f1000         | movsd xmm0, qword ptr [rax]          | F2 goes before 66
          BITS64 | f2f30f1000         | movss xmm0, dword ptr [rax]          | the last of F2 and F3
          BITS64 | f3f20f1000         | movsd xmm0, qword ptr [rax]          | the last of F2 and F3
          BITS64 | f30f1400           | (bad)                                | F3 is not idle
          BITS64 | 66f30fd7f3         | (bad)                                | F3 goes before 66
          BITS64 | 660f77             | (bad)                                | NP
          BITS64 | f30fc709           | cmpxchg8b qword ptr [rcx]            | XRELEASE
          BITS64 | f20fc7f0           | (bad)                                | NFx
          BITS64 | 660fc7f0           | rdrand ax                            | 66 is a size
          BITS64 | 66f20f38f1c1       | crc32 eax, cx                        | selects and sizes
          BITS64 | 48660f6ec0         | movd xmm0, eax                       | REX must be last
          BITS64 | 66480f6ec0         | movq xmm0, rax                       | REX must be last
          BITS64 | 664889d8           | mov rax, rbx                         | REX.W over 66
          BITS64 | 6448 2e 8b00       | mov eax, dword ptr fs:[rax]          | 2E does not undo 64
          BITS64 | 2e8b00             | mov eax, dword ptr [rax]             | no CS override
          BITS32 | 642e8b00           | mov eax, dword ptr cs:[eax]          | the last override
          BITS64 | 6791               | xchg ecx, eax                        | idle 67
          BITS64 | 90                 | nop                                  |
          BITS64 | 4190               | xchg r8d, eax                        |
          BITS64 | f390               | pause                                |
          BITS64 | f34190             | xchg r8d, eax                        |
          BITS64 | f30f1efa           | endbr64                              |
          BITS64 | f30f1ec8           | nop eax, ecx                         | RDSSPD without CET
          BITS64 | 40b4ff             | mov spl, 0xff                        |
          BITS64 | b4ff               | mov ah, 0xff                         |
          BITS64 | 8ec8               | (bad)                                | MOV CS
          BITS64 | 8cc8               | mov eax, cs                          |
          BITS64 | 8ef0               | (bad)                                | no such register
          BITS64 | 0f20c8             | (bad)                                | CR1
          BITS64 | 440f20c0           | mov rax, cr8                         |
          BITS64 | 0f2000             | mov rax, cr0                         | ModRM.mod is ignored
          BITS32 | 0f2040             | mov eax, cr0                         | ModRM.mod is ignored
          BITS64 | 440f21c0           | (bad)                                | DR8
          BITS64 | f00108             | lock add dword ptr [rax], ecx        |
          BITS64 | f001c8             | (bad)                                | LOCK with a register
          BITS64 | f00308             | (bad)                                | LOCK of a source
          BITS64 | f03908             | (bad)                                | LOCK CMP
          BITS64 | f00fa308           | (bad)                                | LOCK BT
          BITS64 | f00fab08           | lock bts dword ptr [rax], ecx        |
          BITS64 | f0a4               | (bad)                                | LOCK MOVS
          BITS64 | 06                 | (bad)                                | PUSH ES
          BITS64 | 9a                 | (bad)                                | CALL ptr16:32
          BITS64 | 82c001             | (bad)                                |
          BITS32 | 82c001             | add al, 0x1                          |
          BITS64 | 63c8               | movsxd ecx, eax                      |
          BITS32 | 63c8               | arpl ax, cx                          |
          BITS64 | 50                 | push rax                             |
          BITS64 | 6650               | push ax                              |
          BITS64 | 669c               | pushf                                |
          BITS64 | 66c3               | ret                                  |
          BITS64 | f2a6               | repne cmpsb                          |
          BITS64 | f2a4               | rep movsb                            | F2 is REP too
          BITS64 | f3c3               | ret                                  | idle F3
          BITS64 | 66e90000           | (truncated)                          | 66 is idle
          BITS64 | 8d00               | lea eax, [rax]                       |
          BITS64 | 8dc0               | (bad)                                | LEA of a register
          BITS64 | 0f13c0             | (bad)                                | MOVLPS to a register
          BITS64 | 0f12c1             | movhlps xmm0, xmm1                   |
          BITS64 | 480fc70f           | cmpxchg16b xmmword ptr [rdi]         |
          BITS64 | 0faef9             | sfence                               | rm is ignored
          BITS64 | 660faef8           | (bad)                                |
          BITS64 | 660fae38           | clflushopt byte ptr [rax]            |
          BITS64 | 0f0d38             | nop byte ptr [rax], edi              | reserved prefetch
          BITS64 | 8f00               | pop qword ptr [rax]                  |
          BITS64 | 8f08               | (bad)                                |
          BITS64 | c5f877             | vzeroupper                           | VEX of two bytes
          BITS64 | c5fc77             | vzeroall                             | VEX.L
          BITS64 | c5f077             | (bad)                                | unused VEX.vvvv
          BITS64 | c500               | (truncated)                          | VEX
          BITS64 | c5f858c1           | vaddps xmm0, xmm0, xmm1              |
          BITS64 | c51458c1           | vaddps ymm8, ymm13, ymm1             | R, vvvv and L are inverted
          BITS64 | c40144584c8501     | vaddps ymm9, ymm7, ymmword ptr [r13+r8*4+0x1] |
          BITS64 | c4e17858c1         | vaddps xmm0, xmm0, xmm1              | VEX of three bytes
          BITS64 | c5fe58c1           | vaddss xmm0, xmm0, xmm1              | VEX.L is ignored
          BITS64 | 66c5f858c1         | (bad)                                | 66 before VEX
          BITS64 | f3c5f858c1         | (bad)                                | F3 before VEX
          BITS64 | f0c5f85800         | (bad)                                | LOCK before VEX
          BITS64 | 40c5f858c1         | (bad)                                | REX before VEX
          BITS64 | 6467c5f85800       | vaddps xmm0, xmm0, xmmword ptr fs:[eax] |
          BITS64 | c4e07858c1         | (bad)                                | no such map
          BITS64 | c4e47858c1         | (bad)                                | no such map
          BITS64 | c4e2f8f2c1         | andn rax, rax, rcx                   | VEX.W
          BITS32 | c4e2f8f2c1         | andn eax, eax, ecx                   | VEX.W is ignored
          BITS16 | c4e278f2c1         | andn eax, eax, ecx                   | no 16-bit operands
          BITS64 | c4e27cf2c1         | (bad)                                | VEX.LZ
          BITS64 | c4e1f96ec0         | vmovq xmm0, rax                      |
          BITS32 | c4e1f96ec0         | vmovd xmm0, eax                      | VEX.W is ignored
          BITS32 | c4e2f198c2         | vfmadd132pd xmm0, xmm1, xmm2         | VEX.W selects in any mode
          BITS32 | c4c17058c1         | vaddps xmm0, xmm1, xmm1              | VEX.B is ignored
          BITS32 | c4e13058c1         | vaddps xmm0, xmm1, xmm1              | VEX.vvvv has three bits
          BITS32 | c4e13828c1         | (bad)                                | but four if unused
          BITS32 | c4e3f916c000       | (bad)                                | VPEXTRQ, as on AMD
          BITS64 | c4e37d00c100       | (bad)                                | VPERMQ without VEX.W
          BITS64 | 4026c5f877         | vzeroupper                           | REX not just before VEX
          BITS32 | c4e3714ac2b0       | vblendvps xmm0, xmm1, xmm2, xmm3     | so has /is4
          BITS64 | c4e3714ac2bf       | vblendvps xmm0, xmm1, xmm2, xmm11    |
          BITS64 | c4e2e192440804     | vgatherdpd xmm0, qword ptr [rax+xmm1*1+0x4], xmm3 |
          BITS64 | c4e26593448904     | vgatherqps xmm0, dword ptr [rcx+ymm1*4+0x4], xmm3 |
          BITS64 | c4e2e1924420 04    | vgatherdpd xmm0, qword ptr [rax+xmm4*1+0x4], xmm3 | any index
          BITS64 | c4e2e19200         | (bad)                                | VSIB needs SIB
          BITS64 | c4e2e1920418       | (bad)                                | index is mask
          BITS64 | c4e2e1920400       | (bad)                                | index is destination
          BITS64 | c4e2f9920408       | (bad)                                | mask is destination
          BITS64 | 62f17c4858c1       | (bad)                                | EVEX
          BITS64 | c57811c0           | vmovups xmm0, xmm8                   |
          BITS32 | c500               | lds eax, fword ptr [eax]             |
          BITS32 | c5f8               | (truncated)                          | VEX
          BITS32 | 6200               | bound eax, qword ptr [eax]           |
          BITS16 | c407               | les ax, dword ptr [bx]               |
          BITS64 | dbe5               | (bad)                                | FRSTPM
          BITS64 | dde1               | fucom st(1)                          |
          BITS64 | dec1               | faddp st(1), st(0)                   |
          BITS64 | dc e1              | fsubr st(1), st(0)                   | SDM: DC E0+i is FSUBR
          BITS16 | 8b0f               | mov cx, word ptr [bx]                |
          BITS16 | 8b0e3412           | mov cx, word ptr [0x1234]            |
          BITS16 | 668b4efe           | mov ecx, dword ptr [bp-0x2]          |
          BITS16 | 678b0c24           | mov cx, word ptr [esp]               |
          BITS64 | 678b0d04000000     | mov ecx, dword ptr [eip+0x4]         |
          BITS64 | 8b0c2534120000     | mov ecx, dword ptr [0x1234]          |
          BITS64 | 428b0c25341200 00  | mov ecx, dword ptr [r12*1+0x1234]    |
          BITS64 | e3fe               | jrcxz $+0x0                          |
          BITS64 | 67e3fe             | jecxz $+0x1                          |
          BITS16 | e3fe               | jcxz $+0x0                           |
          """)
  void bytesMeanWhatAProcessorTakesThemFor(CodeMode mode, String hex, String text, String reason) {
    Insn insn = decode(ALL, mode, hex);
    String actual = insn == Decoder.TRUNCATED ? "(truncated)" : Disassembler.text(insn);
    assertThat(actual).as(reason).isEqualTo(text);
  }

  @Test
  void sizesFollowModeAndPrefixes() {
    assertThat(decode64("50").operandSize).isEqualTo(8);
    assertThat(decode64("6650").operandSize).isEqualTo(2);
    assertThat(decode64("c3").operandSize).isEqualTo(8);
    assertThat(decode64("66e800000000").operandSize).isEqualTo(8);
    assertThat(decode64("cb").operandSize).isEqualTo(4);
    assertThat(decode64("a4").operandSize).isEqualTo(1);
    assertThat(decode64("48a5").operandSize).isEqualTo(8);
    assertThat(decode64("486d").operandSize).isEqualTo(4);
    assertThat(decode64("67a5").addressSize).isEqualTo(4);
    assertThat(decode64("0f01 10").a.size()).isEqualTo(10);
    assertThat(decode(ALL, CodeMode.BITS16, "c3").operandSize).isEqualTo(2);
    assertThat(decode(ALL, CodeMode.BITS16, "66 0f20c0").a.size()).isEqualTo(4);
    assertThat(decode64("660f58c1").operandSize).isEqualTo(4);
  }

  @Test
  void immediatesAreExtendedAsTheOperationDefines() {
    assertThat(decode64("4883c0f0").b.value()).isEqualTo(-16);
    assertThat(decode64("48c7c000000080").b.value()).isEqualTo(0xFFFFFFFF80000000L);
    assertThat(decode64("48b8 8877665544332211").b.value()).isEqualTo(0x1122334455667788L);
    assertThat(decode64("c1e0f0").b.value()).isEqualTo(0xF0);
    assertThat(decode64("cd80").a.value()).isEqualTo(0x80);
    assertThat(decode64("c2f0ff").a.value()).isEqualTo(0xFFF0);
    assertThat(decode64("6aff").a.value()).isEqualTo(-1);
    assertThat(decode64("d1e0").b.value()).isEqualTo(1);
    assertThat(decode64("ebfe").a.value()).isEqualTo(-2);
    assertThat(decode64("a0 8877665544332291").displacement).isEqualTo(0x9122334455667788L);
    assertThat(decode64("67a0 88776695").displacement).isEqualTo(0x95667788L);
    assertThat(decode(ALL, CodeMode.BITS32, "ea 78563412 0800").a.value())
        .isEqualTo(0x0008_1234_5678L);
  }

  @Test
  void theStackSegmentIsTheDefaultOfStackBases() {
    assertThat(decode64("8b4500").segment).isEqualTo(Insn.SS);
    assertThat(decode64("8b0424").segment).isEqualTo(Insn.SS);
    assertThat(decode64("418b4500").segment).isEqualTo(Insn.DS);
    assertThat(decode64("8b442d00").segment).isEqualTo(Insn.SS);
    assertThat(decode(ALL, CodeMode.BITS16, "8b03").segment).isEqualTo(Insn.SS);
    assertThat(decode(ALL, CodeMode.BITS16, "8b04").segment).isEqualTo(Insn.DS);
    assertThat(decode(ALL, CodeMode.BITS16, "26a4").segment).isEqualTo(Insn.ES);
  }

  @Test
  void whatIsNotAnnouncedIsInvalidOrTheOlderInstruction() {
    Decoder old = new Decoder(Set.of(Feature.BASE, Feature.SSE2));
    assertThat(decode(old, CodeMode.BITS64, "f30fbdc1").mnemonic()).isEqualTo(Mnemonic.BSR);
    assertThat(decode(old, CodeMode.BITS64, "f30fbcc1").mnemonic()).isEqualTo(Mnemonic.BSF);
    assertThat(decode64("f30fbdc1").mnemonic()).isEqualTo(Mnemonic.LZCNT);
    assertThat(decode64("f30fbcc1").mnemonic()).isEqualTo(Mnemonic.TZCNT);
    assertThat(decode(old, CodeMode.BITS64, "f30fb8c1").row).isEqualTo(Row.INVALID);
    assertThat(decode(old, CodeMode.BITS64, "0f38f000").row).isEqualTo(Row.INVALID);
    assertThat(decode(old, CodeMode.BITS64, "0f0d08").mnemonic()).isEqualTo(Mnemonic.NOP);
    assertThat(decode(old, CodeMode.BITS64, "660f6fc1").mnemonic()).isEqualTo(Mnemonic.MOVDQA);
  }

  @Test
  void fifteenBytesAreTheLimit() {
    assertThat(decode64("26".repeat(14) + "90").length).isEqualTo(15);
    assertThat(decode64("26".repeat(15) + "90")).isSameAs(Decoder.TOO_LONG);
    assertThat(decode64("26".repeat(15))).isSameAs(Decoder.TOO_LONG);
    assertThat(decode64("26".repeat(14))).isSameAs(Decoder.TRUNCATED);
    assertThat(decode64("26".repeat(11) + "b80102")).isSameAs(Decoder.TRUNCATED);
    assertThat(decode64("26".repeat(11) + "b801020304")).isSameAs(Decoder.TOO_LONG);
  }

  @ParameterizedTest
  @EnumSource
  void aPrefixOfAnInstructionIsTruncatedAndMoreBytesChangeNothing(CodeMode mode) {
    Random random = new Random(4);
    for (Row row : Table.ROWS.subList(1, Table.ROWS.size())) {
      byte[] code = Samples.of(row, mode, random);
      Insn insn = ALL.decode(code, 0, code.length, mode);
      if (insn.row == Row.INVALID) {
        continue;
      }
      for (int limit = 0; limit < insn.length; limit++) {
        assertThat(ALL.decode(code, 0, limit, mode)).isSameAs(Decoder.TRUNCATED);
      }
      Insn exact = ALL.decode(code, 0, insn.length, mode);
      assertThat(exact.length).isEqualTo(insn.length);
      assertThat(Encoder.same(exact, insn)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void anyBytesAreDecodedWithinFifteen(CodeMode mode) {
    byte[] code = new byte[1 << 18];
    new Random(5).nextBytes(code);
    for (int i = 0; i < code.length; i++) {
      Insn insn = ALL.decode(code, i, code.length, mode);
      boolean cut = insn == Decoder.TRUNCATED && code.length - i < 15;
      assertThat(cut || insn.length >= 1 && insn.length <= 15).isTrue();
      assertThat(Disassembler.text(insn)).isNotEmpty();
    }
  }
}
