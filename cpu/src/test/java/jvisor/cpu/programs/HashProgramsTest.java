package jvisor.cpu.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SHA-1 and SHA-256 with the SHA extensions. */
class HashProgramsTest {
  private static final long STATE = GuestProgram.DATA;
  private static final long TEXT = GuestProgram.DATA + 0xff3;
  private static final int[] SHA1 = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  private static final int[] SHA256 = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
  };

  /** State at rdi, rcx blocks at rsi. */
  private static String sha256() {
    StringBuilder code =
        new StringBuilder(
            """
              movdqu xmm1, [rdi]
              movdqu xmm2, [rdi+16]
              movdqa xmm8, [rip+swap]
              pshufd xmm1, xmm1, 0xb1
              pshufd xmm2, xmm2, 0x1b
              movdqa xmm7, xmm1
              palignr xmm1, xmm2, 8
              pblendw xmm2, xmm7, 0xf0
            again:
              movdqa xmm9, xmm1
              movdqa xmm10, xmm2
            """);
    for (int k = 0; k < 4; k++) {
      code.append("movdqu xmm%d, [rsi+%d]\n pshufb xmm%d, xmm8\n".formatted(3 + k, 16 * k, 3 + k));
    }
    for (int g = 0; g < 16; g++) {
      int w = 3 + g % 4;
      code.append(
          """
          movdqa xmm0, xmm%d
          paddd xmm0, [rip+constants+%d]
          sha256rnds2 xmm2, xmm1, xmm0
          pshufd xmm0, xmm0, 0x0e
          sha256rnds2 xmm1, xmm2, xmm0
          """
              .formatted(w, 16 * g));
      if (g < 12) {
        code.append(
            """
            sha256msg1 xmm%1$d, xmm%2$d
            movdqa xmm7, xmm%4$d
            palignr xmm7, xmm%3$d, 4
            paddd xmm%1$d, xmm7
            sha256msg2 xmm%1$d, xmm%4$d
            """
                .formatted(w, 3 + (g + 1) % 4, 3 + (g + 2) % 4, 3 + (g + 3) % 4));
      }
    }
    code.append(
        """
          paddd xmm1, xmm9
          paddd xmm2, xmm10
          add rsi, 64
          dec rcx
          jnz again
          pshufd xmm1, xmm1, 0x1b
          pshufd xmm2, xmm2, 0xb1
          movdqa xmm7, xmm1
          pblendw xmm1, xmm2, 0xf0
          palignr xmm2, xmm7, 8
          movdqu [rdi], xmm1
          movdqu [rdi+16], xmm2
          hlt
        align 16
        swap: dq 0x0405060700010203, 0x0c0d0e0f08090a0b
        constants:
        """);
    for (int prime = 2, n = 0; n < 64; prime++) {
      if (isPrime(prime)) {
        double root = Math.cbrt(prime);
        code.append("dd ").append((long) ((root - Math.floor(root)) * 0x1p32)).append('\n');
        n++;
      }
    }
    return code.toString();
  }

  private static boolean isPrime(int n) {
    for (int k = 2; k * k <= n; k++) {
      if (n % k == 0) {
        return false;
      }
    }
    return true;
  }

  /** State at rdi, rcx blocks at rsi. */
  private static String sha1() {
    StringBuilder code =
        new StringBuilder(
            """
              movdqu xmm0, [rdi]
              pshufd xmm0, xmm0, 0x1b
              movd xmm1, dword ptr [rdi+16]
              pslldq xmm1, 12
              movdqa xmm8, [rip+swap]
            again:
              movdqa xmm9, xmm0
              movdqa xmm10, xmm1
            """);
    for (int k = 0; k < 4; k++) {
      code.append("movdqu xmm%d, [rsi+%d]\n pshufb xmm%d, xmm8\n".formatted(3 + k, 16 * k, 3 + k));
    }
    for (int g = 0; g < 20; g++) {
      int w = 3 + g % 4;
      int e = 1 + g % 2;
      code.append(g == 0 ? "paddd xmm1, xmm3\n" : "sha1nexte xmm%d, xmm%d\n".formatted(e, w));
      code.append("movdqa xmm%d, xmm0\n sha1rnds4 xmm0, xmm%d, %d\n".formatted(3 - e, e, g / 5));
      if (g < 16) {
        code.append(
            """
            sha1msg1 xmm%1$d, xmm%2$d
            pxor xmm%1$d, xmm%3$d
            sha1msg2 xmm%1$d, xmm%4$d
            """
                .formatted(w, 3 + (g + 1) % 4, 3 + (g + 2) % 4, 3 + (g + 3) % 4));
      }
    }
    code.append(
        """
          sha1nexte xmm1, xmm10
          paddd xmm0, xmm9
          add rsi, 64
          dec rcx
          jnz again
          pshufd xmm0, xmm0, 0x1b
          movdqu [rdi], xmm0
          pextrd dword ptr [rdi+16], xmm1, 3
          hlt
        align 16
        swap: dq 0x08090a0b0c0d0e0f, 0x0001020304050607
        """);
    return code.toString();
  }

  private static byte[] padded(byte[] text) {
    ByteBuffer buffer = ByteBuffer.allocate((text.length + 8) / 64 * 64 + 64);
    buffer.put(text).put((byte) 0x80);
    buffer.putLong(buffer.capacity() - 8, 8L * text.length);
    return buffer.array();
  }

  private static byte[] hash(GuestProgram program, int[] initial, byte[] text) {
    ByteBuffer state = ByteBuffer.allocate(4 * initial.length).order(ByteOrder.LITTLE_ENDIAN);
    state.asIntBuffer().put(initial);
    program.put(STATE, state.array());
    byte[] blocks = padded(text);
    program.put(TEXT, blocks);
    program.setReg(GuestProgram.RDI, STATE);
    program.setReg(GuestProgram.RSI, TEXT);
    program.setReg(GuestProgram.RCX, blocks.length / 64);
    program.run();
    ByteBuffer result = ByteBuffer.wrap(program.get(STATE, 4 * initial.length));
    result.order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer hash = ByteBuffer.allocate(result.capacity());
    while (result.hasRemaining()) {
      hash.putInt(result.getInt());
    }
    return hash.array();
  }

  private static void agreesWith(
      String algorithm, GuestProgram program, int[] initial, String ofAbc)
      throws GeneralSecurityException {
    byte[] abc = "abc".getBytes(StandardCharsets.US_ASCII);
    assertThat(hash(program, initial, abc)).isEqualTo(HexFormat.of().parseHex(ofAbc));
    Random random = new Random(3);
    for (int length = 50; length < 20_000; length = length * 2 + 7) {
      byte[] text = new byte[length];
      random.nextBytes(text);
      assertThat(hash(program, initial, text))
          .isEqualTo(MessageDigest.getInstance(algorithm).digest(text));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sha256HashesTextsOfAnyLength(boolean fast) throws GeneralSecurityException {
    try (GuestProgram program = new GuestProgram(fast, sha256())) {
      String ofAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
      agreesWith("SHA-256", program, SHA256, ofAbc);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sha1HashesTextsOfAnyLength(boolean fast) throws GeneralSecurityException {
    try (GuestProgram program = new GuestProgram(fast, sha1())) {
      agreesWith("SHA-1", program, SHA1, "a9993e364706816aba3e25717850c26c9cd0d89d");
    }
  }
}
