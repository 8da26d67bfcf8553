package jvisor.cpu.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory and string functions as libraries write them with SSE2 to SSE4.2. */
class StringProgramsTest {
  private static final String MEMCPY =
      """
        ; rdi to, rsi from, rdx bytes, no overlap
        cmp rdx, 16
        jb bytes
        lea rcx, [rsi+rdx]
        movdqu xmm4, [rcx-16]        ; the last 16 bytes
        lea r8, [rdi+rdx]
      loop64:
        cmp rdx, 64
        jb loop16
        movdqu xmm0, [rsi]
        movdqu xmm1, [rsi+16]
        movups xmm2, [rsi+32]
        movdqu xmm15, [rsi+48]
        movdqu [rdi], xmm0
        movups [rdi+16], xmm1
        movdqu [rdi+32], xmm2
        movdqu [rdi+48], xmm15
        add rsi, 64
        add rdi, 64
        sub rdx, 64
        jmp loop64
      loop16:
        cmp rdx, 16
        jb tail
        movdqu xmm9, [rsi]
        movdqu [rdi], xmm9
        add rsi, 16
        add rdi, 16
        sub rdx, 16
        jmp loop16
      tail:
        movdqu [r8-16], xmm4
        hlt
      bytes:
        mov rcx, rdx
        rep movsb
        hlt
      """;

  private static final String STRLEN =
      """
        ; rdi string; only aligned loads, so that none reaches into a page without a part of it
        mov rcx, rdi
        and rcx, 15
        mov rax, rdi
        and rax, -16
        pxor xmm8, xmm8
        movdqa xmm1, [rax]
        pcmpeqb xmm1, xmm8
        pmovmskb edx, xmm1
        shr edx, cl
        test edx, edx
        jz next
        bsf eax, edx
        hlt
      next:
        add rax, 16
        movdqa xmm1, xmm8
        pcmpeqb xmm1, [rax]
        pmovmskb edx, xmm1
        test edx, edx
        jz next
        bsf edx, edx
        add rax, rdx
        sub rax, rdi
        hlt
      """;

  private static final String FIND =
      """
        ; rdi text of rcx bytes, rsi needle of rdx bytes (at most 16, readable): position or -1
        movdqu xmm1, [rsi]
        mov rax, rdx
        mov rdx, rcx
        xor ebx, ebx
      step:
        pcmpestri xmm1, [rdi+rbx], 0x0c    ; equal ordered, bytes, least
        jnc none
        add rbx, rcx
        sub rdx, rcx
        test ecx, ecx
        jnz step
        mov rax, rbx
        hlt
      none:
        add rbx, 16
        sub rdx, 16
        jg step
        mov rax, -1
        hlt
      """;

  private static final String TO_HEX =
      """
        ; rsi from, rdi to, rcx blocks of 16 bytes
        movdqa xmm7, [rip+digits]
        movdqa xmm6, [rip+low]
      again:
        movdqu xmm0, [rsi]
        movdqa xmm1, xmm0
        psrlw xmm1, 4
        pand xmm0, xmm6
        pand xmm1, xmm6
        movdqa xmm2, xmm1
        punpcklbw xmm1, xmm0
        punpckhbw xmm2, xmm0
        movdqa xmm3, xmm7
        pshufb xmm3, xmm1
        movdqu [rdi], xmm3
        movdqa xmm3, xmm7
        pshufb xmm3, xmm2
        movdqu [rdi+16], xmm3
        add rsi, 16
        add rdi, 32
        dec rcx
        jnz again
        hlt
      align 16
      digits: db "0123456789abcdef"
      low: dq 0x0f0f0f0f0f0f0f0f, 0x0f0f0f0f0f0f0f0f
      """;

  private static final String UPPER_CASE =
      """
        ; rdi text of rcx blocks of 16 bytes
        movdqa xmm5, [rip+before]
        movdqa xmm6, [rip+after]
        movdqa xmm7, [rip+bit]
      again:
        movdqa xmm0, [rdi]
        movdqa xmm1, xmm0
        pcmpgtb xmm1, xmm5
        movdqa xmm2, xmm6
        pcmpgtb xmm2, xmm0
        pand xmm1, xmm2
        pand xmm1, xmm7
        psubb xmm0, xmm1
        movntdq [rdi], xmm0
        add rdi, 16
        loop again
        sfence
        hlt
      align 16
      before: db "````````````````"
      after: db "{{{{{{{{{{{{{{{{"
      bit: db "                "
      """;

  private final Random random = new Random(7);

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void memcpyCopiesEveryLengthAtEveryAlignment(boolean fast) {
    try (GuestProgram program = new GuestProgram(fast, MEMCPY)) {
      for (int k = 0; k < 200; k++) {
        int length = k < 100 ? k : random.nextInt(20_000);
        byte[] text = bytes(length);
        long from = GuestProgram.DATA + random.nextInt(5000);
        long to = GuestProgram.DATA_END - length - random.nextInt(100);
        program.put(from, text);
        byte before = program.get(to - 1, 1)[0];
        program.setReg(GuestProgram.RSI, from);
        program.setReg(GuestProgram.RDI, to);
        program.setReg(GuestProgram.RDX, length);
        program.run();
        assertThat(program.get(to, length)).isEqualTo(text);
        assertThat(program.get(to - 1, 1)[0]).isEqualTo(before);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void strlenStopsAtTheLastByteOfTheLastPage(boolean fast) {
    try (GuestProgram program = new GuestProgram(fast, STRLEN)) {
      for (int length = 0; length < 300; length++) {
        long at = GuestProgram.DATA_END - 1 - length;
        byte[] text = "\u0001".repeat(length).concat("\0").getBytes(StandardCharsets.US_ASCII);
        program.put(at, text);
        program.setReg(GuestProgram.RDI, at);
        program.run();
        assertThat(program.reg(GuestProgram.RAX)).isEqualTo(length);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aNeedleIsFoundWithStringComparisons(boolean fast) {
    try (GuestProgram program = new GuestProgram(fast, FIND)) {
      for (int k = 0; k < 300; k++) {
        StringBuilder text = new StringBuilder();
        int length = 1 + random.nextInt(200);
        for (int n = 0; n < length; n++) {
          text.append((char) ('a' + random.nextInt(3)));
        }
        int size = 1 + random.nextInt(9);
        int at = random.nextInt(length);
        String needle =
            random.nextInt(3) == 0
                ? "abcabcabc".substring(0, size)
                : text.substring(at, Math.min(at + size, length));
        program.put(GuestProgram.DATA, text.toString().getBytes(StandardCharsets.US_ASCII));
        program.put(GuestProgram.DATA + 8192, needle.getBytes(StandardCharsets.US_ASCII));
        program.setReg(GuestProgram.RDI, GuestProgram.DATA);
        program.setReg(GuestProgram.RCX, length);
        program.setReg(GuestProgram.RSI, GuestProgram.DATA + 8192);
        program.setReg(GuestProgram.RDX, needle.length());
        program.run();
        assertThat(program.reg(GuestProgram.RAX))
            .as("%s in %s", needle, text)
            .isEqualTo(text.indexOf(needle));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void bytesBecomeHexadecimalByShuffling(boolean fast) {
    try (GuestProgram program = new GuestProgram(fast, TO_HEX)) {
      byte[] from = bytes(4096 + 16);
      program.put(GuestProgram.DATA + 5, from);
      program.setReg(GuestProgram.RSI, GuestProgram.DATA + 5);
      program.setReg(GuestProgram.RDI, GuestProgram.DATA + 0x8003);
      program.setReg(GuestProgram.RCX, from.length / 16);
      program.run();
      assertThat(program.get(GuestProgram.DATA + 0x8003, 2 * from.length))
          .asString(StandardCharsets.US_ASCII)
          .isEqualTo(HexFormat.of().formatHex(from));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void lettersBecomeCapitalsByComparing(boolean fast) {
    try (GuestProgram program = new GuestProgram(fast, UPPER_CASE)) {
      byte[] text = bytes(4096);
      program.put(GuestProgram.DATA + 4096 - 16, text);
      program.setReg(GuestProgram.RDI, GuestProgram.DATA + 4096 - 16);
      program.setReg(GuestProgram.RCX, text.length / 16);
      program.run();
      for (int k = 0; k < text.length; k++) {
        text[k] -= text[k] >= 'a' && text[k] <= 'z' ? 32 : 0;
      }
      assertThat(program.get(GuestProgram.DATA + 4096 - 16, text.length)).isEqualTo(text);
    }
  }
}
