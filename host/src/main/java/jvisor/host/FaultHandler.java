package jvisor.host;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.HexFormat;

/**
 * Signal handlers in machine code. They call nothing, lock nothing and allocate nothing; they need
 * no thread of the Java virtual machine and none of its states.
 *
 * <p>There is one for each signal, which differ in the handler that was there before. Those are
 * expected to exist: a process without any, which is none that runs Java, is refused.
 */
final class FaultHandler {
  /**
   * {@code handler(signal: edi, siginfo_t: rsi, ucontext_t: rdx)}. T and O are 8-byte constants:
   * the table, and the old handler. In siginfo_t, si_code is at 8 and si_addr at 16; in ucontext_t,
   * RIP is at 168, the error code at 192 and the vector at 200.
   */
  private static final String[] CODE = {
    "488b82 a8000000", //    mov   rax, [rdx + 168]
    "48b9   T", //           mov   rcx, table
    "4c8b01", //             mov   r8, [rcx]                   ; entries
    "4883c1 40", // next:    add   rcx, ENTRY
    "4983e8 01", //          sub   r8, 1
    "78 6a", //              js    other
    "4c8b09", //    again:   mov   r9, [rcx]                   ; the entry's counter
    "41f6c1 01", //          test  r9b, 1
    "74 ed", //              jz    next
    "4989c2", //             mov   r10, rax
    "4c2b51 08", //          sub   r10, [rcx + START]
    "4c3b51 10", //          cmp   r10, [rcx + LENGTH]
    "73 e0", //              jae   next
    "4c8b59 28", //          mov   r11, [rcx + BASE]
    "4e8b1c1a", //           mov   r11, [rdx + r11]
    "4c2359 30", //          and   r11, [rcx + BASE_MASK]
    "4c0359 20", //          add   r11, [rcx + DISPLACEMENT]   ; the record
    "4c8b51 18", //          mov   r10, [rcx + RECOVERY]
    "4c3b09", //             cmp   r9, [rcx]
    "75 d1", //              jne   again
    "41833b 00", //          cmp   dword [r11], 0
    "75 35", //              jne   other
    "448b46 08", //          mov   r8d, [rsi + 8]
    "458943 04", //          mov   [r11 + 4], r8d
    "4c8b46 10", //          mov   r8, [rsi + 16]
    "4d8943 08", //          mov   [r11 + 8], r8
    "498943 10", //          mov   [r11 + 16], rax
    "4c8b82 c8000000", //    mov   r8, [rdx + 200]
    "458943 18", //          mov   [r11 + 24], r8d
    "4c8b82 c0000000", //    mov   r8, [rdx + 192]
    "458943 1c", //          mov   [r11 + 28], r8d
    "4c8992 a8000000", //    mov   [rdx + 168], r10
    "41893b", //             mov   [r11], edi
    "c3", //                 ret
    "48b8   O", //  other:   mov   rax, old
    "ffe0", //               jmp   rax
  };

  private static final int[] SIGNALS = {
    HostFault.SIGILL, HostFault.SIGBUS, HostFault.SIGFPE, HostFault.SIGSEGV
  };

  // struct sigaction of the C library
  private static final int ACTION = 152;
  private static final int FLAGS = 136;
  private static final int SA_SIGINFO = 4;
  private static final long SIG_IGN = 1;

  /** Puts the handlers in place when it is first touched; see {@link HostFaults} for why here. */
  static final FaultTable TABLE = install(new FaultTable());

  private FaultHandler() {}

  private static FaultTable install(FaultTable table) {
    MethodHandle sigaction =
        Libc.function("sigaction", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    CodeMemory code = CodeMemory.reserve(CodeMemory.PAGE);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment action = arena.allocate(ACTION, 8);
      int offset = 0;
      for (int signal : SIGNALS) {
        int asked = (int) sigaction.invokeExact(signal, MemorySegment.NULL, action);
        long old = action.get(JAVA_LONG, 0);
        if (asked != 0 || Long.compareUnsigned(old, SIG_IGN) <= 0) {
          throw new IllegalStateException("no handler for signal " + signal + " to go on to");
        }
        byte[] handler = handler(table.hva(), old);
        code.write(offset, handler, 0, handler.length);
        action.set(JAVA_LONG, 0, code.executable() + offset);
        action.set(JAVA_INT, FLAGS, action.get(JAVA_INT, FLAGS) | SA_SIGINFO);
        int set = (int) sigaction.invokeExact(signal, action, MemorySegment.NULL);
        if (set != 0) {
          throw new IllegalStateException("the host refuses a handler for signal " + signal);
        }
        offset += handler.length;
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable t) {
      throw new IllegalStateException("sigaction", t);
    }
    return table;
  }

  private static byte[] handler(long table, long old) {
    ByteArrayOutputStream code = new ByteArrayOutputStream();
    for (String instruction : CODE) {
      String hex =
          instruction.replace("T", constant(table)).replace("O", constant(old)).replace(" ", "");
      code.writeBytes(HexFormat.of().parseHex(hex));
    }
    return code.toByteArray();
  }

  private static String constant(long value) {
    return HexFormat.of().toHexDigits(Long.reverseBytes(value));
  }
}
