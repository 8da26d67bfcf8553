package jvisor.cpu.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import jvisor.cpu.state.Control;
import jvisor.cpu.state.VcpuState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** System calls, and what else changes the level or is for one level only. */
class LevelsTest extends LevelCases {
  @Test
  void everyBudgetEndsAtItsInstruction() {
    run(2000, 2000);
    runInBudgets();
    assertThat(fast.c.state.reg(3)).as("rounds of the user's program").isGreaterThan(100);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void interruptsComeInAtTheSameInstructions(long seed) {
    interruptAtRandom(seed);
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
}
