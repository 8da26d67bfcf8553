package jvisor.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import jvisor.host.CodeMemory.Function;

/** Functions that fault in ways of their own, and one to go on at afterwards. */
final class FaultyCode implements AutoCloseable {
  /** What each function has in R10 when it faults, with CF set. */
  static final long MARK = 0x1234;

  static final int UD2 = 0x40;
  static final int DIVIDE = 0x80;
  static final int READ = 0xc0;
  static final int WRITE = 0x100;
  static final int DIVIDE_SINGLE = 0x140;
  static final int MISALIGNED = 0x180;

  /** Where what {@link #byRegister} makes begins. */
  private static final int BY_REGISTER = 0x400;

  private static final String[] FUNCTIONS = {
    // MOV dword [rsp-8], 0x1f80; LDMXCSR [rsp-8]; MOV rax, r10; ADC rax, 0; RET
    "c74424f8801f0000 0fae5424f8 4c89d0 4883d000 c3",
    // each: MOV r10, MARK; STC
    // UD2
    "49c7c234120000f9 0f0b c3",
    // MOV edx, 0; MOV eax, 1; MOV ecx, 0; DIV ecx
    "49c7c234120000f9 ba00000000 b801000000 b900000000 f7f1 c3",
    // MOV rax, [rdi]
    "49c7c234120000f9 488b07 c3",
    // MOV [rdi], rax
    "49c7c234120000f9 488907 c3",
    // MOV dword [rsp-8], 0x1d80; LDMXCSR [rsp-8]; MOV eax, 1; CVTSI2SS xmm1, eax; MOVD xmm0, ecx
    // (the constants above with ZM clear, and ECX 0); DIVSS xmm1, xmm0
    "49c7c234120000f9 c74424f8801d0000 0fae5424f8 b801000000 b900000000"
        + " f30f2ac8 660f6ec1 f30f5ec8 c3",
    // MOVAPS xmm0, [rdi]
    "49c7c234120000f9 0f2807 c3",
  };

  final CodeMemory memory = CodeMemory.reserve(2 * CodeMemory.PAGE);
  private final HostMapping records = HostMapping.reserve(4096);

  FaultyCode() {
    for (int n = 0; n < FUNCTIONS.length; n++) {
      write(n * 0x40, FUNCTIONS[n]);
    }
  }

  /** hva where a thread goes on; it answers R10 + CF. */
  long recovery() {
    return memory.executable();
  }

  /** hva of the record. */
  long record() {
    return records.hva();
  }

  /** hva that nothing can touch. */
  long guard() {
    return memory.executable() + memory.size();
  }

  HostFaults guarded() {
    return HostFaults.guard(memory, recovery(), record());
  }

  /** Calls a function that must fault, and answers its fault. */
  HostFault fault(int function, long argument) {
    long answer = memory.at(function).call(argument, 0, 0);
    assertThat(answer).as("R10 + CF").isEqualTo(MARK + 1);
    HostFault fault = HostFaults.take(record());
    if (fault == null) {
      throw new AssertionError("no fault at " + function);
    }
    return fault;
  }

  /**
   * A function that exchanges its argument with a register other than RSP, and faults; {@code
   * recovery} exchanges them again and answers 1.
   */
  Function byRegister(int register) {
    String exchange =
        HexFormat.of()
            .formatHex(
                new byte[] {
                  (byte) (0x48 | register >> 3 << 2),
                  (byte) 0x87,
                  (byte) (0xc0 | (register & 7) << 3 | 7)
                });
    write(BY_REGISTER + register * 0x40, exchange + "0f0b");
    write(BY_REGISTER + register * 0x40 + 0x20, exchange + "b801000000 c3");
    return memory.at(BY_REGISTER + register * 0x40);
  }

  long recoveryByRegister(int register) {
    return memory.executable() + BY_REGISTER + register * 0x40 + 0x20;
  }

  void write(int offset, String hex) {
    byte[] code = HexFormat.of().parseHex(hex.replace(" ", ""));
    memory.write(offset, code, 0, code.length);
  }

  @Override
  public void close() {
    memory.close();
    records.close();
  }
}
