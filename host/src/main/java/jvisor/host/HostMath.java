package jvisor.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.HexFormat;

/**
 * The host's own x87 transcendental functions and SSE approximations, whose results manuals leave
 * to the processor. There are some on x86-64 Linux hosts only. One instance is for one thread.
 *
 * <p>The code is a page of constant bytes, written once. It touches nothing but its arguments and
 * registers that calls may change; x87 is left as calls find it.
 */
public final class HostMath {
  /** Functions for {@link #run}: the second opcode byte after D9. */
  public static final int F2XM1 = 0xf0;

  public static final int FYL2X = 0xf1;
  public static final int FPTAN = 0xf2;
  public static final int FPATAN = 0xf3;
  public static final int FYL2XP1 = 0xf9;
  public static final int FSINCOS = 0xfb;
  public static final int FSIN = 0xfe;
  public static final int FCOS = 0xff;

  private static final int FIRST = 0xf0;
  private static final int FUNCTIONS = 16;
  private static final int STUB = 32;

  // FNINIT; FLDCW [rdi]; FLD tbyte [rdi+32], [rdi+16]; (function); FNSAVE [rdi+48]; RET. None of
  // these waits for an exception of the function, and FNSAVE takes it away.
  private static final String X87_BEFORE = "dbe3 d92f db6f20 db6f10 d9";
  private static final String X87_AFTER = "dd7730 c3";

  // MOVD xmm0, edi; RCPSS or RSQRTSS xmm0, xmm0; MOVD eax, xmm0; RET
  private static final String RECIPROCAL = "660f6ec7 f30f53c0 660f7ec0 c3";
  private static final String RECIPROCAL_ROOT = "660f6ec7 f30f52c0 660f7ec0 c3";

  private static final int CONTROL = 0;
  private static final int TOP = 16;
  private static final int NEXT = 32;
  private static final int STATUS = 48 + 4;
  private static final int RESULTS = 48 + 28;
  private static final int SIZE = 160;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final long CODE = install(code());
  private static final MethodHandle X87 = handle(FunctionDescriptor.ofVoid(JAVA_LONG));
  private static final MethodHandle SINGLE = handle(FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MemorySegment[] X87_STUBS = stubs();
  private static final MemorySegment RECIPROCAL_STUB = at(FUNCTIONS);
  private static final MemorySegment RECIPROCAL_ROOT_STUB = at(FUNCTIONS + 1);

  private final MemorySegment scratch = Arena.ofAuto().allocate(SIZE, 16);
  private final long base = scratch.address();

  /** Creates a place for operands and results; only where {@link #isAvailable}. */
  public HostMath() {}

  /** Whether the host has these functions. */
  public static boolean isAvailable() {
    return CODE != 0;
  }

  private static long install(byte[] code) {
    if (!CodeMemory.isSupported()) {
      return 0;
    }
    CodeMemory memory = CodeMemory.reserve(CodeMemory.PAGE);
    memory.write(0, code, 0, code.length);
    return memory.executable();
  }

  private static byte[] code() {
    ByteArrayOutputStream code = new ByteArrayOutputStream();
    for (int n = 0; n < FUNCTIONS; n++) {
      add(code, X87_BEFORE + HexFormat.of().toHexDigits((byte) (FIRST + n)) + X87_AFTER);
    }
    add(code, RECIPROCAL);
    add(code, RECIPROCAL_ROOT);
    return code.toByteArray();
  }

  private static void add(ByteArrayOutputStream code, String hex) {
    byte[] stub = HexFormat.of().parseHex(hex.replace(" ", ""));
    code.writeBytes(stub);
    code.writeBytes(new byte[STUB - stub.length]);
  }

  @SuppressWarnings("restricted")
  private static MethodHandle handle(FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(descriptor, Linker.Option.critical(false));
  }

  private static MemorySegment at(int stub) {
    return MemorySegment.ofAddress(CODE + (long) stub * STUB);
  }

  private static MemorySegment[] stubs() {
    MemorySegment[] stubs = new MemorySegment[FUNCTIONS];
    for (int n = 0; n < FUNCTIONS; n++) {
      stubs[n] = at(n);
    }
    return stubs;
  }

  /**
   * Runs a function on ST(0) and ST(1); the results are {@link #significand} and {@link
   * #signExponent}.
   *
   * @param function one of the constants above
   * @param control the control word: rounding, precision and masks
   * @return the status word after it
   */
  public int run(
      int function,
      int control,
      long significand0,
      int signExponent0,
      long significand1,
      int signExponent1) {
    scratch.set(JAVA_SHORT, CONTROL, (short) (control & 0xf3f | 0x40));
    scratch.set(JAVA_LONG, TOP, significand0);
    scratch.set(JAVA_SHORT, TOP + 8, (short) signExponent0);
    scratch.set(JAVA_LONG, NEXT, significand1);
    scratch.set(JAVA_SHORT, NEXT + 8, (short) signExponent1);
    try {
      X87.invokeExact(X87_STUBS[function - FIRST], base);
    } catch (Throwable t) {
      throw new IllegalStateException("x87 stub", t);
    }
    return scratch.get(JAVA_SHORT, STATUS) & 0xffff;
  }

  /** The significand of ST({@code n}) after {@link #run}, n being 0 or 1. */
  public long significand(int n) {
    return scratch.get(JAVA_LONG_UNALIGNED, RESULTS + 10L * n);
  }

  /** Sign and exponent of ST({@code n}) after {@link #run}, n being 0 or 1. */
  public int signExponent(int n) {
    return scratch.get(JAVA_SHORT, RESULTS + 10L * n + 8) & 0xffff;
  }

  /** RCPSS of binary32 bits. */
  public static int reciprocal(int bits) {
    return single(RECIPROCAL_STUB, bits);
  }

  /** RSQRTSS of binary32 bits. */
  public static int reciprocalRoot(int bits) {
    return single(RECIPROCAL_ROOT_STUB, bits);
  }

  private static int single(MemorySegment stub, int bits) {
    try {
      return (int) SINGLE.invokeExact(stub, bits);
    } catch (Throwable t) {
      throw new IllegalStateException("SSE stub", t);
    }
  }
}
