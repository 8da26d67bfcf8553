package jvisor.cpu.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** IRET to the level at which it is, whose frames and descriptors are usual, or not. */
class SupervisorReturnTest extends LevelCases {
  /** Returns to itself, with a word of the frame changed by that at 0x5108. */
  private static final String RETURNING_CODE =
      """
        %s
        mov r8, rsp
        mov eax, ss
        push rax
        push r8
        pushfq
        push 8
        lea rax, [rip+behind]
        push rax
        mov rax, qword ptr [0x5108]
        add qword ptr [rsp+%d], rax
        iretq
      behind:
        nop
        nop
        inc r9
        mov r10d, ss
        pushfq
        pop r8
        cli
        jmp 0xa800
      """;

  private static final long CODE_DESCRIPTOR = 0x1008;
  private static final long STACK_DESCRIPTOR = 0x1010;

  /** The system returns to itself, as code does that wants to be serialized. */
  private void startReturning(String before, int word) {
    both(twin -> {
      twin.write(SYSTEM, assemble(SYSTEM, RETURNING_CODE.formatted(before, word)));
      twin.write(0x5108, number(0));
      twin.remember();
    });
    start(0, 0);
  }

  @Test
  void aSupervisorReturnsToItselfAtEveryInstruction() {
    startReturning("nop", 0);
    run(2000, 2000);
    runInBudgets();
    assertThat(fast.c.state.reg(9)).as("returns").isGreaterThan(500);
  }

  /** Before a return, and behind it; user code has IF clear, so interrupts wait there. */
  @ParameterizedTest
  @ValueSource(strings = {"sti", "sti\n nop\n nop\n cli"})
  void interruptsOfASupervisorReturn(String before) {
    startReturning(before, 0);
    both(twin -> twin.c.state.setReg(11, 2));
    run(2000, 2000);
    interruptAtRandom(5);
    assertThat(fast.c.state.reg(9)).as("returns").isGreaterThan(100);
  }

  /** Which word of the frame changes by how much. */
  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "0, 0x1000",
    "0, 0x7fffffffffff0000",
    "8, 0x10000",
    "8, 0x3",
    "8, 0x4",
    "8, 0x8",
    "8, 0x13",
    "8, -0x8",
    "16, 0x200",
    "16, 0x100",
    "16, 0x400",
    "16, 0x1000",
    "16, 0x4000",
    "16, 0x10000",
    "16, 0x20000",
    "16, 0x40000",
    "16, 0x80000",
    "16, 0x100000",
    "16, 0x200000",
    "16, 0x8d5",
    "16, 0x800000000",
    "24, 0x7fffffffffff0000",
    "24, -8",
    "32, 0x10000",
    "32, 0x3",
    "32, 0x8",
    "32, -0x10"
  })
  void unusualFramesOfASupervisorAreAsTheInterpreterHasThem(int word, String change) {
    for (int step : new int[] {1, 300}) {
      startReturning("nop", word);
      run(600, 600);
      both(twin -> twin.write(0x5108, number(Long.decode(change))));
      run(300, step);
      both(twin -> twin.interrupt(VECTOR));
      run(300, 11);
    }
  }

  @ParameterizedTest
  @MethodSource("changesOfDescriptors")
  void otherDescriptorsOfASupervisorAreAsTheInterpreterHasThem(long change) {
    runWithDescriptor(CODE_DESCRIPTOR, FLAT_CODE, change, () -> startReturning("nop", 0));
    runWithDescriptor(STACK_DESCRIPTOR, FLAT_DATA, change, () -> startReturning("nop", 0));
  }

  /** SS is null, and becomes what it was, or has been loaded otherwise and stays so. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "xor eax, eax; mov ss, ax | 0 | 0",
        "xor eax, eax; mov ss, ax | 0x10 | 0x10",
        "lss eax, [rsp-0x100] | 0 | 0",
        "lss eax, [rsp-0x100] | 0x10 | 0x10",
        "mov eax, 0x40; mov ss, ax | 0 | 0x40",
        "mov eax, 0x40; mov ss, ax | -0x30 | 0x10",
        "nop | -0x10 | 0"
      })
  void otherStackSegmentsAreAsTheInterpreterHasThem(String before, String change, String after) {
    for (int step : new int[] {1, 7, 300}) {
      startReturning(before.replace(';', '\n'), 32);
      both(twin -> {
        twin.write(STACK - 0x100, new byte[8]);
        twin.write(0x1040, number(0x00c0_9300_0000_0fffL));
        twin.write(0x5108, number(Long.decode(change)));
      });
      run(600, step);
      assertThat(fast.c.state.reg(10)).as("SS").isEqualTo(Long.decode(after));
    }
  }
}
