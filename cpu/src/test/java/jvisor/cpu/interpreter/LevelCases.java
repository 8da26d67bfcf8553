package jvisor.cpu.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import jvisor.cpu.state.Control;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.translator.TranslatorOptions;
import jvisor.isa.Assembler;
import jvisor.isa.CodeMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A system and a user program that call each other all the time, on a processor that translates
 * everything and on one that executes each instruction by its semantic. Both are stopped after the
 * same numbers of instructions and have to agree in everything that the guest can see.
 */
abstract class LevelCases {
  static final long STACK = 0x6f00;
  static final long SYSTEM = 0xa000;
  private static final long SYSRET = 0xa800;
  static final long USER = 0xb000;
  static final int VECTOR = 30;
  static final long HANDLER = Twin.HANDLERS + 32 * VECTOR;

  /** Descriptors as SYSCALL takes for granted that they are, and what makes them SYSRET's. */
  static final long FLAT_CODE = 0x00af_9b00_0000_ffffL;

  static final long FLAT_DATA = 0x00cf_9300_0000_ffffL;
  static final long DPL_3 = 0x0000_6000_0000_0000L;
  private static final int USER_FLAGS = 0x202;
  private static final int SYSTEM_STATE = VcpuState.SYSTEM_FLAGS;
  private static final int SYSTEM_STATE_END = VcpuState.X87;

  /** RSI says what comes back in R11, RDI what POPFQ pops. */
  private static final String SYSTEM_CODE =
      """
        swapgs
        mov qword ptr gs:[8], rcx
        pushfq
        pop rdx
        sti
        mov r8, rdx
        nop
        stac
        mov rax, qword ptr [0x5010]
        clac
        cli
        add r8, rax
        pushfq
        add qword ptr [rsp], rdi
        popfq
        push qword ptr [0x5010]
        pop r9
        push rdi
        mov edi, 0x5020
        mov ecx, 9
        rep stosb
        rdgsbase r10
        pop rdi
        mov rdx, cr3
        cli
        mov rcx, qword ptr gs:[8]
        swapgs
        add r11, rsi
        jmp 0xa800
      """;

  private static final String USER_CODE =
      """
      again:
        mov eax, 39
        cmp ebx, ebp
        syscall
        adc r12, r11
        add r13, rcx
        pushfq
        pop r14
        popcnt r15, r14
        push r14
        popfq
        inc ebx
        jmp again
      """;

  private static final String HANDLER_CODE =
      """
        inc qword ptr [0x5100]
        iretq
      """;

  final Twin fast = new Twin(TranslatorOptions.always(), Ground.FLAT_64);
  final Twin slow = new Twin(Form.SEMANTICS, Ground.FLAT_64);
  final byte[] fastMemory = Twin.image();
  private final byte[] slowMemory = Twin.image();

  @BeforeEach
  void load() {
    both(twin -> {
      twin.write(SYSTEM, assemble(SYSTEM, SYSTEM_CODE));
      twin.write(SYSRET, HexFormat.of().parseHex("480f07"));
      twin.write(USER, assemble(USER, USER_CODE));
      twin.write(HANDLER, assemble(HANDLER, HANDLER_CODE));
      twin.remember();
    });
    start(0, 0);
  }

  @AfterEach
  void close() {
    fast.close();
    slow.close();
  }

  static byte[] assemble(long place, String text) {
    return new Assembler(CodeMode.BITS64, place).emit(text).assemble();
  }

  void both(Consumer<Twin> change) {
    change.accept(fast);
    change.accept(slow);
  }

  /** Begins with a return to the user's program. */
  void start(long returned, long popped) {
    long[] registers = new long[16];
    registers[Rig.RSP] = STACK;
    registers[Rig.RCX] = USER;
    registers[11] = USER_FLAGS;
    registers[5] = 7;
    registers[6] = returned;
    registers[7] = popped;
    both(twin -> {
      twin.load(new byte[0], new byte[0x200], registers, 0, 0x5000, 0, false);
      VcpuState s = twin.c.state;
      s.set(VcpuState.KERNEL_GS_BASE, 0x5080);
      s.set(VcpuState.STAR, 0x0008_0008_0000_0000L);
      s.set(VcpuState.LSTAR, SYSTEM);
      s.set(VcpuState.FMASK, 0x257fd5);
      s.set(VcpuState.EFER, s.get(VcpuState.EFER) | Control.EFER_SCE);
      s.setCr(4, s.cr(4) | Control.CR4_FSGSBASE);
      s.setRip(SYSRET);
    });
  }

  void run(int count, int step) {
    for (int done = 0; done < count; done += step) {
      assertThat(fast.run(step)).isEqualTo(slow.run(step));
      compare("after %d instructions".formatted(done + step));
    }
    fast.memory(fastMemory);
    slow.memory(slowMemory);
    assertThat(Arrays.mismatch(fastMemory, slowMemory))
        .as("first difference in memory")
        .isEqualTo(-1);
  }

  /** Runs on, with one instruction at a time, then two, and so on. */
  void runInBudgets() {
    for (int budget = 1; budget <= 64; budget++) {
      run(20 * budget, budget);
    }
  }

  /**
   * Not present, of another level, not accessed, data for code and the reverse, conforming or
   * expand-down, of 32 bits, of a base, and of a limit.
   */
  static LongStream changesOfDescriptors() {
    return LongStream.of(
        0x0000_8000_0000_0000L,
        0x0000_6000_0000_0000L,
        0x0000_0100_0000_0000L,
        0x0000_0800_0000_0000L,
        0x0000_0400_0000_0000L,
        0x0060_0000_0000_0000L,
        0x0100_0000_0000_0000L,
        0x0000_0000_0000_0001L);
  }

  /** Runs with the descriptor at this address as it usually is, then with some bits changed. */
  void runWithDescriptor(long gpa, long usual, long change, Runnable start) {
    both(twin -> twin.write(gpa, number(usual)));
    start.run();
    run(600, 600);
    both(twin -> twin.write(gpa, number(usual ^ change)));
    run(80, 1);
  }

  /** Runs on, with interrupts that come in before any instruction. */
  void interruptAtRandom(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 3000; i++) {
      if (random.nextInt(3) == 0) {
        both(twin -> twin.interrupt(VECTOR));
      }
      int step = 1 + random.nextInt(random.nextInt(10) == 0 ? 200 : 12);
      run(step, step);
    }
    assertThat(fastMemory[0x5100]).as("interrupts taken").isNotZero();
  }

  private void compare(String when) {
    assertThat(fast.result(0)).as(when).isEqualTo(slow.result(0));
    for (int at = SYSTEM_STATE; at < SYSTEM_STATE_END; at += 8) {
      assertThat(fast.c.state.get(at))
          .as("%s state+0x%x", when, at)
          .isEqualTo(slow.c.state.get(at));
    }
    assertThat(fast.c.mmu.mode()).as(when).isEqualTo(slow.c.mmu.mode());
    assertThat(fast.c.hasInterruptShadow()).as(when).isEqualTo(slow.c.hasInterruptShadow());
  }

  static byte[] number(long value) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }
}
