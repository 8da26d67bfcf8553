package jvisor.cpu.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** AES-128 with AES-NI and the GHASH of GCM with PCLMULQDQ. */
class CipherProgramsTest {
  private static final long KEY = GuestProgram.DATA;
  private static final long SCHEDULE = GuestProgram.DATA + 0x100;
  private static final long VECTOR = GuestProgram.DATA + 0x200;
  private static final long TEXT = GuestProgram.DATA + 0xff9;

  private final Random random = new Random(11);

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }

  // ---------------------------------------------------------------- AES

  /** Key at rsi to schedule at rdi. */
  private static String expansion() {
    StringBuilder code = new StringBuilder("movdqu xmm1, [rsi]\n movdqa [rdi], xmm1\n");
    int constant = 1;
    for (int round = 1; round <= 10; round++) {
      code.append(
          """
          aeskeygenassist xmm2, xmm1, %d
          pshufd xmm2, xmm2, 0xff
          movdqa xmm3, xmm1
          pslldq xmm3, 4
          pxor xmm1, xmm3
          pslldq xmm3, 4
          pxor xmm1, xmm3
          pslldq xmm3, 4
          pxor xmm1, xmm3
          pxor xmm1, xmm2
          movdqa [rdi+%d], xmm1
          """
              .formatted(constant, 16 * round));
      constant = constant << 1 ^ (constant >> 7) * 0x11b;
    }
    return code.toString();
  }

  /** Encrypts rcx blocks at rdx in CBC mode, with the vector at rbx. */
  private static String encryption() {
    StringBuilder code = new StringBuilder(expansion());
    code.append(
        """
          movdqa xmm0, [rbx]
        again:
          movdqu xmm4, [rdx]
          pxor xmm0, xmm4
          pxor xmm0, [rdi]
        """);
    for (int round = 1; round < 10; round++) {
      code.append("aesenc xmm0, [rdi+").append(16 * round).append("]\n");
    }
    code.append(
        """
          aesenclast xmm0, [rdi+160]
          movdqu [rdx], xmm0
          add rdx, 16
          dec rcx
          jnz again
          hlt
        """);
    return code.toString();
  }

  /** Decrypts rcx blocks at rdx in CBC mode, with the vector at rbx; keys in registers. */
  private static String decryption() {
    StringBuilder code = new StringBuilder(expansion());
    for (int round = 1; round < 10; round++) {
      code.append("aesimc xmm%d, [rdi+%d]\n".formatted(5 + round, 16 * round));
    }
    code.append(
        """
          movdqa xmm15, [rdi+160]
          movdqa xmm5, [rbx]
        again:
          movdqu xmm0, [rdx]
          movdqa xmm4, xmm0
          pxor xmm0, xmm15
        """);
    for (int round = 9; round > 0; round--) {
      code.append("aesdec xmm0, xmm%d\n".formatted(5 + round));
    }
    code.append(
        """
          aesdeclast xmm0, [rdi]
          pxor xmm0, xmm5
          movdqa xmm5, xmm4
          movdqu [rdx], xmm0
          add rdx, 16
          dec rcx
          jnz again
          hlt
        """);
    return code.toString();
  }

  private static byte[] crypt(GuestProgram program, byte[] key, byte[] vector, byte[] text) {
    program.put(KEY, key);
    program.put(VECTOR, vector);
    program.put(TEXT, text);
    program.setReg(GuestProgram.RSI, KEY);
    program.setReg(GuestProgram.RDI, SCHEDULE);
    program.setReg(GuestProgram.RBX, VECTOR);
    program.setReg(GuestProgram.RDX, TEXT);
    program.setReg(GuestProgram.RCX, text.length / 16);
    program.run();
    return program.get(TEXT, text.length);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theExampleOfFips197Comes(boolean fast) {
    byte[] key = hex("000102030405060708090a0b0c0d0e0f");
    byte[] plain = hex("00112233445566778899aabbccddeeff");
    byte[] cipher = hex("69c4e0d86a7b0430d8cdb78070b4c55a");
    try (GuestProgram program = new GuestProgram(fast, encryption())) {
      assertThat(crypt(program, key, new byte[16], plain)).isEqualTo(cipher);
      assertThat(program.get(SCHEDULE + 160, 16))
          .isEqualTo(hex("13111d7fe3944a17f307a78b4d2b30c5"));
    }
    try (GuestProgram program = new GuestProgram(fast, decryption())) {
      assertThat(crypt(program, key, new byte[16], cipher)).isEqualTo(plain);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void longTextsAreEncryptedAndDecrypted(boolean fast) throws GeneralSecurityException {
    byte[] key = bytes(16);
    byte[] vector = bytes(16);
    byte[] plain = bytes(16 * 500);
    Cipher reference = Cipher.getInstance("AES/CBC/NoPadding");
    reference.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(vector));
    byte[] cipher = reference.doFinal(plain);
    try (GuestProgram program = new GuestProgram(fast, encryption())) {
      assertThat(crypt(program, key, vector, plain)).isEqualTo(cipher);
    }
    try (GuestProgram program = new GuestProgram(fast, decryption())) {
      assertThat(crypt(program, key, vector, cipher)).isEqualTo(plain);
    }
  }

  // ---------------------------------------------------------------- GHASH

  /** Hash key at rbx, rcx blocks at rdx; the hash takes the key's place. */
  private static final String GHASH =
      """
        movdqa xmm15, [rip+reverse]
        movdqa xmm14, [rbx]
        pshufb xmm14, xmm15
        pxor xmm0, xmm0
      again:
        movdqu xmm1, [rdx]
        pshufb xmm1, xmm15
        pxor xmm0, xmm1
        movdqa xmm3, xmm0
        movdqa xmm4, xmm0
        movdqa xmm5, xmm0
        movdqa xmm6, xmm0
        pclmulqdq xmm3, xmm14, 0x00
        pclmulqdq xmm4, xmm14, 0x10
        pclmulqdq xmm5, xmm14, 0x01
        pclmulqdq xmm6, xmm14, 0x11
        pxor xmm4, xmm5
        movdqa xmm5, xmm4
        psrldq xmm4, 8
        pslldq xmm5, 8
        pxor xmm3, xmm5
        pxor xmm6, xmm4
        movdqa xmm7, xmm3            ; both halves left by one bit
        movdqa xmm8, xmm6
        pslld xmm3, 1
        pslld xmm6, 1
        psrld xmm7, 31
        psrld xmm8, 31
        movdqa xmm9, xmm7
        pslldq xmm8, 4
        pslldq xmm7, 4
        psrldq xmm9, 12
        por xmm3, xmm7
        por xmm6, xmm8
        por xmm6, xmm9
        movdqa xmm7, xmm3            ; modulo the polynomial
        movdqa xmm8, xmm3
        movdqa xmm9, xmm3
        pslld xmm7, 31
        pslld xmm8, 30
        pslld xmm9, 25
        pxor xmm7, xmm8
        pxor xmm7, xmm9
        movdqa xmm8, xmm7
        pslldq xmm7, 12
        psrldq xmm8, 4
        pxor xmm3, xmm7
        movdqa xmm2, xmm3
        movdqa xmm4, xmm3
        movdqa xmm5, xmm3
        psrld xmm2, 1
        psrld xmm4, 2
        psrld xmm5, 7
        pxor xmm2, xmm4
        pxor xmm2, xmm5
        pxor xmm2, xmm8
        pxor xmm3, xmm2
        pxor xmm6, xmm3
        movdqa xmm0, xmm6
        add rdx, 16
        dec rcx
        jnz again
        pshufb xmm0, xmm15
        movdqa [rbx], xmm0
        hlt
      align 16
      reverse: dq 0x08090a0b0c0d0e0f, 0x0001020304050607
      """;

  private static byte[] ghash(GuestProgram program, byte[] key, byte[] text) {
    program.put(VECTOR, key);
    program.put(TEXT, text);
    program.setReg(GuestProgram.RBX, VECTOR);
    program.setReg(GuestProgram.RDX, TEXT);
    program.setReg(GuestProgram.RCX, text.length / 16);
    program.run();
    return program.get(VECTOR, 16);
  }

  /** Bit by bit, as NIST SP 800-38D, 6.3 and 6.4 define it. */
  private static byte[] reference(byte[] key, byte[] text) {
    byte[] hash = new byte[16];
    for (int at = 0; at < text.length; at += 16) {
      for (int k = 0; k < 16; k++) {
        hash[k] ^= text[at + k];
      }
      hash = multiply(hash, key);
    }
    return hash;
  }

  private static byte[] multiply(byte[] x, byte[] y) {
    byte[] z = new byte[16];
    byte[] v = y.clone();
    for (int bit = 0; bit < 128; bit++) {
      boolean one = (x[bit / 8] >> 7 - bit % 8 & 1) != 0;
      for (int k = 0; one && k < 16; k++) {
        z[k] ^= v[k];
      }
      boolean carry = (v[15] & 1) != 0;
      for (int k = 15; k > 0; k--) {
        v[k] = (byte) ((v[k] & 0xff) >> 1 | v[k - 1] << 7);
      }
      v[0] = (byte) ((v[0] & 0xff) >> 1 ^ (carry ? 0xe1 : 0));
    }
    return z;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theHashOfGcmsSecondTestCaseComes(boolean fast) {
    try (GuestProgram program = new GuestProgram(fast, GHASH)) {
      byte[] key = hex("66e94bd4ef8a2c3b884cfa59ca342b2e");
      byte[] text = hex("0388dace60b6a392f328c2b971b2fe7800000000000000000000000000000080");
      assertThat(ghash(program, key, text)).isEqualTo(hex("f38cbb1ad69223dcc3457ae5b6b0f885"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void longTextsAreHashed(boolean fast) {
    try (GuestProgram program = new GuestProgram(fast, GHASH)) {
      byte[] key = bytes(16);
      byte[] text = bytes(16 * 300);
      assertThat(ghash(program, key, text)).isEqualTo(reference(key, text));
    }
  }
}
