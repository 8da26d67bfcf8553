package jvisor.cpu.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.Consumer;
import jvisor.cpu.state.Control;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.state.Vector;
import jvisor.cpu.translator.TranslatorOptions;
import jvisor.isa.Assembler;
import jvisor.isa.CodeMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A system and a user program that call each other all the time, on a processor that translates
 * everything and on one that executes each instruction by its semantic. Both are stopped after the
 * same numbers of instructions and have to agree in everything that the guest can see.
 */
class LevelsTest {
  private static final long STACK = 0x6f00;
  private static final long SYSTEM = 0xa000;
  private static final long SYSRET = 0xa800;
  private static final long USER = 0xb000;
  private static final int VECTOR = 30;
  private static final long HANDLER = Twin.HANDLERS + 32 * VECTOR;
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

  /** The handler of #UD goes on behind it, with a word of its frame changed by that at 0x5108. */
  private static final String SKIP_CODE =
      """
        add qword ptr [rsp], 2
        mov rax, qword ptr [0x5108]
        add qword ptr [rsp+%d], rax
        iretq
      """;

  private static final String FAULTING_CODE =
      """
      again:
        inc ebx
        ud2
        adc r12, rbx
        mov r13, ds
        mov r14d, gs
        mov r15w, ss
        rdgsbase rdx
        wrfsbase rbx
        cld
        jmp again
      """;

  private static final long SKIPPER = Twin.HANDLERS + 32 * Vector.UD;
  private static final long STACK_DESCRIPTOR = 0x1010;
  private static final long CODE_DESCRIPTOR = 0x1018;

  private final Twin fast = new Twin(TranslatorOptions.always(), Ground.FLAT_64);
  private final Twin slow = new Twin(Form.SEMANTICS, Ground.FLAT_64);
  private final byte[] fastMemory = Twin.image();
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

  private static byte[] assemble(long place, String text) {
    return new Assembler(CodeMode.BITS64, place).emit(text).assemble();
  }

  private void both(Consumer<Twin> change) {
    change.accept(fast);
    change.accept(slow);
  }

  /** Begins with a return to the user's program. */
  private void start(long returned, long popped) {
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

  private void run(int count, int step) {
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

  @Test
  void everyBudgetEndsAtItsInstruction() {
    run(2000, 2000);
    for (int budget = 1; budget <= 64; budget++) {
      run(20 * budget, budget);
    }
    assertThat(fast.c.state.reg(3)).as("rounds of the user's program").isGreaterThan(100);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void interruptsComeInAtTheSameInstructions(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 3000; i++) {
      if (random.nextInt(3) == 0) {
        both(twin -> twin.interrupt(VECTOR));
      }
      int step = 1 + random.nextInt(random.nextInt(10) == 0 ? 200 : 12);
      run(step, step);
    }
    fast.memory(fastMemory);
    assertThat(fastMemory[0x5100]).as("interrupts taken").isNotZero();
  }

  /** By turns for what comes back to user code, and what the system pops. */
  @ParameterizedTest
  @CsvSource({
    "0x40000, 0",
    "0x4000, 0",
    "0x400, 0",
    "0x3000, 0",
    "0x200000, 0",
    "0x100, 0",
    "0x10000, 0",
    "0x1, 0",
    "0x800, 0",
    "-0x200, 0",
    "0x100000, 0",
    "0x20000, 0",
    "0, 0x40000",
    "0, 0x4000",
    "0, 0x400",
    "0, 0x3000",
    "0, 0x200000",
    "0, 0x200",
    "0, 0x8d5",
    "0, 0x100",
    "0, 0x10000",
    "0, 0x20000",
    "0, 0x80000"
  })
  void unusualFlagsAreAsTheInterpreterHasThem(String returned, String popped) {
    run(500, 500);
    start(Long.decode(returned), Long.decode(popped));
    run(60, 1);
    run(300, 7);
    both(twin -> twin.interrupt(VECTOR));
    run(300, 11);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cli", "sti", "swapgs", "clac", "stac", "sysret"})
  void whatUserCodeMayNotDoFaults(String instruction) {
    String code = "nop\n" + instruction + "\n nop\n";
    run(500, 500);
    both(twin -> twin.write(USER, assemble(USER, code)));
    start(0, 0);
    run(20, 1);
    assertThat(fast.c.cpl()).isZero();
    start(0, 0);
    run(20, 20);
  }

  /** The FPU records selectors, which are the struct's only where the level has not changed. */
  @Test
  void bothLevelsUseTheFpu() {
    String system =
        """
          test bl, 1
          jz over
          fild dword ptr [0x5010]
          fmul st, st(0)
          fstp qword ptr [0x5018]
        over:
          test bl, 2
          jz back
          movq mm2, qword ptr [0x5018]
          emms
        back:
          jmp 0xa800
        """;
    String user =
        """
          fninit
        again:
          fld1
          fadd dword ptr [0x5020]
          fstp qword ptr [rsp-16]
          syscall
          fld qword ptr [0x5018]
          fcomip st, st(0)
          syscall
          inc ebx
          test bl, 4
          jz again
          fnstenv [0x5080]
          fldenv [0x5080]
          jmp again
        """;
    run(500, 500);
    both(twin -> {
      twin.write(SYSTEM, assemble(SYSTEM, system));
      twin.write(USER, assemble(USER, user));
      twin.remember();
    });
    for (int step : new int[] {1, 5, 11, 400}) {
      start(0, 0);
      run(2000, step);
    }
    assertThat(fast.c.state.reg(3)).as("rounds of the user's program").isGreaterThan(50);
  }

  @Test
  void withoutTheExtensionThereAreNoSystemCalls() {
    run(500, 500);
    both(twin -> {
      VcpuState s = twin.c.state;
      s.set(VcpuState.EFER, s.get(VcpuState.EFER) & ~Control.EFER_SCE);
      twin.c.attention.raise();
    });
    run(100, 1);
  }

  /**
   * A user program that faults all the time; SS is one that IRET may load, DS and the like null.
   */
  private void startFaulting(int word) {
    both(twin -> {
      twin.write(SKIPPER, assemble(SKIPPER, SKIP_CODE.formatted(word)));
      twin.write(USER, assemble(USER, FAULTING_CODE));
      twin.write(STACK_DESCRIPTOR, number(0x00cf_f300_0000_ffffL));
      twin.remember();
    });
    start(0, 0);
    both(twin -> {
      for (int segment : new int[] {Segment.ES, Segment.DS, Segment.FS, Segment.GS}) {
        twin.c.state.setSegment(segment, 0, 0, 0, Segment.UNUSABLE);
      }
    });
  }

  private static byte[] number(long value) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }

  @Test
  void handlersOfFaultsAndInterruptsReturnAtEveryInstruction() {
    startFaulting(0);
    run(2000, 2000);
    for (int budget = 1; budget <= 40; budget++) {
      run(20 * budget, budget);
    }
    Random random = new Random(7);
    for (int i = 0; i < 2000; i++) {
      if (random.nextInt(3) == 0) {
        both(twin -> twin.interrupt(VECTOR));
      }
      int step = 1 + random.nextInt(12);
      run(step, step);
    }
    assertThat(fast.c.state.reg(3)).as("rounds of the user's program").isGreaterThan(500);
    assertThat(fastMemory[0x5100]).as("interrupts taken").isNotZero();
  }

  /** Which word of the frame changes by how much. */
  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "0, 0x1000",
    "0, 0x7fffffffffff0000",
    "8, 0x10000",
    "8, -0x13",
    "8, -0x3",
    "8, 0x4",
    "8, 0x8",
    "8, 0x100",
    "16, -0x200",
    "16, 0x100",
    "16, 0x400",
    "16, 0x1000",
    "16, 0x4000",
    "16, -0x10000",
    "16, 0x20000",
    "16, 0x40000",
    "16, 0x80000",
    "16, 0x100000",
    "16, 0x200000",
    "16, 0x800000000",
    "24, 0x7fffffffffff0000",
    "32, 0x10000",
    "32, -0x3",
    "32, -0x13",
    "32, 0x8"
  })
  void unusualFramesAreAsTheInterpreterHasThem(int word, String change) {
    startFaulting(word);
    run(600, 600);
    both(twin -> twin.write(0x5108, number(Long.decode(change))));
    run(80, 1);
    startFaulting(word);
    run(600, 600);
    both(twin -> twin.write(0x5108, number(Long.decode(change))));
    run(300, 300);
  }

  /** Not present, of another level, not accessed, of 32 bits, of a base, and of a limit. */
  @ParameterizedTest
  @ValueSource(
      longs = {
        0x0000_8000_0000_0000L,
        0x0000_6000_0000_0000L,
        0x0000_0100_0000_0000L,
        0x0060_0000_0000_0000L,
        0x0100_0000_0000_0000L,
        0x0000_0000_0000_0001L
      })
  void otherDescriptorsAreAsTheInterpreterHasThem(long change) {
    for (long descriptor : new long[] {STACK_DESCRIPTOR, CODE_DESCRIPTOR}) {
      long usual = descriptor == CODE_DESCRIPTOR ? 0x00af_fb00_0000_ffffL : 0x00cf_f300_0000_ffffL;
      startFaulting(0);
      run(600, 600);
      both(twin -> twin.write(descriptor, number(usual ^ change)));
      run(80, 1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0x10, 3})
  void dataSegmentsThatUserCodeMayNotKeepAreDropped(int selector) {
    int attributes = selector == 3 ? Segment.UNUSABLE : 0x9300 | Segment.BIG;
    for (int segment : new int[] {Segment.ES, Segment.DS, Segment.FS, Segment.GS}) {
      startFaulting(0);
      run(600, 600);
      both(twin -> twin.c.state.setSegment(segment, selector, 0, 0xffff_ffffL, attributes));
      run(80, 1);
    }
  }
}
