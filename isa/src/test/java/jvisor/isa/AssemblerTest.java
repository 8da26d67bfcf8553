package jvisor.isa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AssemblerTest {
  private static String hex(CodeMode mode, String text) {
    return HexFormat.of().formatHex(new Assembler(mode, 0x1000).emit(text).assemble());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          BITS64 | mov rax, [rbx+8]                  | 488b4308
          BITS64 | mov rax, 1                        | 48c7c001000000
          BITS64 | mov rax, 0x123456789a             | 48b89a78563412000000
          BITS64 | mov eax, 0xffffffff               | b8ffffffff
          BITS64 | mov al, 0xff                      | b0ff
          BITS64 | mov sil, ah                       | error
          BITS64 | mov ah, bl                        | 88dc
          BITS64 | mov sil, bl                       | 4088de
          BITS64 | add rax, 0xfffffffffffffff0       | 4883c0f0
          BITS64 | add eax, 0xfffffff0               | 83c0f0
          BITS64 | add dword ptr [rax], 5            | 830005
          BITS64 | add [rax], 5                      | error
          BITS64 | inc qword [r13]                   | 49ff4500
          BITS64 | lea rax, [rsp+r12*4-0x10]         | 4a8d44a4f0
          BITS64 | lea eax, [ebx+ecx]                | 678d040b
          BITS64 | mov eax, fs:[0x28]                | 648b042528000000
          BITS64 | mov rax, [0x1122334455667788]     | 48a18877665544332211
          BITS64 | push r12                          | 4154
          BITS64 | push -1                           | 6aff
          BITS64 | push [rax]                        | ff30
          BITS64 | pushfq                            | 9c
          BITS64 | xchg eax, eax                     | 87c0
          BITS64 | xchg r8, rax                      | 4990
          BITS64 | lock cmpxchg16b [rdi]             | f0480fc70f
          BITS64 | lock mov [rdi], eax               | error
          BITS64 | rep movsq                         | f348a5
          BITS64 | repne scasb                       | f2ae
          BITS64 | a32 rep stosb                     | 67f3aa
          BITS64 | shl eax, 1                        | d1e0
          BITS64 | sal eax, cl                       | d3e0
          BITS64 | setnz al                          | 0f95c0
          BITS64 | cmovc rax, rbx                    | 480f42c3
          BITS64 | mov cr8, rax                      | 440f22c0
          BITS64 | mov cr1, rax                      | error
          BITS64 | mov ds, eax                       | error
          BITS64 | mov ds, ax                        | 8ed8
          BITS64 | mov cs, ax                        | error
          BITS64 | iretq                             | 48cf
          BITS64 | o64 retf                          | 48cb
          BITS64 | movsd xmm1, [rax]                 | f20f1008
          BITS64 | movsd                             | a5
          BITS64 | movq xmm1, rax                    | 66480f6ec8
          BITS64 | pshufd xmm9, xmm2, 0x1b           | 66440f70ca1b
          BITS64 | fadd st(0), st(3)                 | d8c3
          BITS64 | fadd dword [rax]                  | d800
          BITS64 | cvtsi2sd xmm0, rax                | f2480f2ac0
          BITS64 | in al, dx                         | ec
          BITS64 | out 0xf4, al                      | e6f4
          BITS64 | xgetbv                            | 0f01d0
          BITS64 | prefetcht0 [rax]                  | 0f1808
          BITS64 | inc eax                           | ffc0
          BITS64 | daa                               | error
          BITS32 | inc eax                           | 40
          BITS32 | mov eax, [0x1000]                 | a100100000
          BITS32 | push cs                           | 0e
          BITS32 | les eax, [ebx]                    | c403
          BITS32 | mov rax, 1                        | error
          BITS32 | mov eax, r8d                      | error
          BITS16 | mov ax, [bp+si+2]                 | 8b4202
          BITS16 | mov eax, [esp]                    | 67668b0424
          BITS16 | mov ax, cs:[bx]                   | 2e8b07
          BITS16 | lgdt [0x500]                      | 0f01160005
          BITS16 | jmp 0x8:0x1234                    | ea34120800
          BITS16 | jmp dword 0x8:0x1234              | 66ea341200000800
          BITS16 | mov ax, [bx+bp]                   | error
          BITS16 | mov al, [0x12345]                 | 67a045230100
          """)
  void anInstructionHasItsManualEncoding(CodeMode mode, String text, String bytes) {
    if (bytes.equals("error")) {
      assertThatThrownBy(() -> hex(mode, text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(text);
    } else {
      assertThat(hex(mode, text)).isEqualTo(bytes);
    }
  }

  @Test
  void aBranchIsShortWhereItReachesAndNearWhereItDoesNot() {
    assertThat(hex(CodeMode.BITS64, "start: nop\n jmp start\n je end\n call start\n end: hlt"))
        .isEqualTo("90" + "ebfd" + "7405" + "e8f6ffffff" + "f4");
    byte[] code =
        new Assembler(CodeMode.BITS64).emit("jnz end\nspace 128\nend: jmp short end").assemble();
    assertThat(code).hasSize(6 + 128 + 2).startsWith(0x0F, 0x85, 0x80, 0, 0, 0);
    assertThat(new Assembler(CodeMode.BITS64).emit("jnz end\nspace 127\nend:").assemble())
        .hasSize(2 + 127);
    assertThatThrownBy(() -> hex(CodeMode.BITS64, "loop end\nspace 128\nend:"))
        .hasMessageContaining("does not reach");
  }

  @Test
  void labelsServeAsImmediatesAddressesAndData() {
    assertThat(hex(CodeMode.BITS64, "lea rsi, [rip+text]\n hlt\n text: db \"a;b\", 0 ; comment"))
        .isEqualTo("488d3501000000" + "f4" + "613b6200");
    assertThat(hex(CodeMode.BITS32, "mov esi, table\n mov eax, [table+4]\n table: dd table, $, 5"))
        .isEqualTo("be0a100000" + "a10e100000" + "0a100000" + "0a100000" + "05000000");
    assertThat(hex(CodeMode.BITS64, "cmp byte ptr [rip+flag], 1\n flag: db end-flag\n end:"))
        .isEqualTo("803d0000000001" + "01");
  }

  @Test
  void modesMayChangeOnTheWay() {
    Assembler assembler =
        new Assembler(CodeMode.BITS16, 0x7C00)
            .emit(
                """
                CODE32 equ 8
                  lgdt [pointer]
                  jmp dword CODE32:protected
                align 4
                pointer:
                  dw 23
                  dd 0x7C20
                bits 32
                protected:
                  mov eax, 1
                """);
    byte[] code = assembler.assemble();
    assertThat(assembler.addressOf("protected")).isEqualTo(0x7C16);
    assertThat(HexFormat.of().formatHex(code))
        .isEqualTo(
            "0f0116107c" + "66ea167c00000800" + "909090" + "1700" + "207c0000" + "b801000000");
  }

  @Test
  void mistakesNameTheLine() {
    assertThatThrownBy(() -> hex(CodeMode.BITS64, "jmp nowhere"))
        .hasMessage("jmp nowhere: no label nowhere");
    assertThatThrownBy(() -> hex(CodeMode.BITS64, "frobnicate eax"))
        .hasMessage("frobnicate eax: no such instruction: frobnicate");
    assertThatThrownBy(() -> hex(CodeMode.BITS64, "dq missing")).hasMessageContaining("missing");
    assertThatThrownBy(() -> hex(CodeMode.BITS64, "mov eax, 12q")).hasMessageContaining("12q");
  }
}
