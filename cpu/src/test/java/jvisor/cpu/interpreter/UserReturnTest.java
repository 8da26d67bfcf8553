package jvisor.cpu.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import jvisor.cpu.state.Segment;
import jvisor.cpu.state.Vector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** IRET to user code, whose frames and descriptors are usual, or not. */
class UserReturnTest extends LevelCases {
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

  /**
   * A user program that faults all the time; SS is one that IRET may load, DS and the like null.
   */
  private void startFaulting(int word) {
    both(twin -> {
      twin.write(SKIPPER, assemble(SKIPPER, SKIP_CODE.formatted(word)));
      twin.write(USER, assemble(USER, FAULTING_CODE));
      twin.write(STACK_DESCRIPTOR, number(FLAT_DATA | DPL_3));
      twin.remember();
    });
    start(0, 0);
    both(twin -> {
      for (int segment : new int[] {Segment.ES, Segment.DS, Segment.FS, Segment.GS}) {
        twin.c.state.setSegment(segment, 0, 0, 0, Segment.UNUSABLE);
      }
    });
  }

  @Test
  void handlersOfFaultsAndInterruptsReturnAtEveryInstruction() {
    startFaulting(0);
    run(2000, 2000);
    runInBudgets();
    interruptAtRandom(7);
    assertThat(fast.c.state.reg(3)).as("rounds of the user's program").isGreaterThan(500);
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

  @ParameterizedTest
  @MethodSource("changesOfDescriptors")
  void otherDescriptorsAreAsTheInterpreterHasThem(long change) {
    runWithDescriptor(CODE_DESCRIPTOR, FLAT_CODE | DPL_3, change, () -> startFaulting(0));
    runWithDescriptor(STACK_DESCRIPTOR, FLAT_DATA | DPL_3, change, () -> startFaulting(0));
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
