package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.ADDRESS;
import static jvisor.cpu.translator.Registers.ENTRY;
import static jvisor.cpu.translator.Registers.STACK;
import static jvisor.cpu.translator.Registers.STATE;
import static jvisor.cpu.translator.Registers.TAG;

import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;

/**
 * IRETQ from a supervisor's to user code whose CS and SS are those that SYSRET would load, or to a
 * supervisor's code with those that SYSCALL would, or an SS that is null and stays so: the
 * selectors, and what the descriptor table says of them (SDM vol. 2, IRET; AMD APM vol. 2, 8.9).
 * Whatever else comes off the stack is the interpreter's, as are ends of NMIs and data segments
 * that user code may not keep.
 */
final class InterruptReturn {
  private static final int FRAME = 40;
  private static final int CODE = 8;
  private static final int FLAGS = 16;
  private static final int POINTER = 24;
  private static final int STACK_SEGMENT = 32;
  private static final int DESCRIPTORS = 16;
  private static final int SELECTOR = 0xffff;

  /** What makes a popped image unusual. */
  private static final int UNUSUAL =
      (int)
          (Rflags.TF
              | Rflags.DF
              | Rflags.IOPL
              | Rflags.NT
              | Rflags.VM
              | Rflags.AC
              | Rflags.VIF
              | Rflags.VIP);

  /** What makes the running flags unusual. */
  private static final int RUNNING_UNUSUAL = (int) (Rflags.NT | Rflags.AC | Rflags.VM);

  private final Unit unit;
  private final Emitter e;
  private final Accesses accesses;
  private final Branches branches;
  private final LevelCode code;

  InterruptReturn(Unit unit, Accesses accesses, Branches branches, LevelCode code) {
    this.unit = unit;
    this.e = unit.e;
    this.accesses = accesses;
    this.branches = branches;
    this.code = code;
  }

  /** Emits it, where the host's flags hold nothing. */
  void emit() {
    code.require(Levels.SUPERVISOR);
    code.noInterruptWaits();
    e.testMemory32(STATE, VcpuState.SYSTEM_FLAGS, RUNNING_UNUSUAL);
    unit.leaveIf(Emitter.NOT_EQUAL);
    e.lea(8, ADDRESS, STACK, 0);
    accesses.probe(FRAME, false, false);
    e.load16(TAG, ADDRESS, CODE);
    e.operate(Emitter.CMP, TAG, STATE, Levels.USER_CODE);
    int inner = e.jumpAhead(Emitter.NOT_EQUAL);
    keepsDataSegments();
    pop(Levels.USER_STACK);
    checkDescriptors(
        Levels.USER_DESCRIPTORS, Levels.USER_STACK_DESCRIPTOR, Levels.USER_CODE_DESCRIPTOR);
    goTo(Levels.USER_JUMPS, Levels.USER_CONTEXT);
    code.becomeUser();
    e.jumpThrough(ENTRY, TargetCache.CODE);
    e.bind(inner);
    e.operate(Emitter.CMP, TAG, STATE, Levels.SUPERVISOR_CODE);
    unit.leaveIf(Emitter.NOT_EQUAL);
    pop(Levels.SUPERVISOR_STACK);
    keepsNullStack();
    checkDescriptors(
        Levels.SUPERVISOR_DESCRIPTORS,
        Levels.SUPERVISOR_CODE_DESCRIPTOR,
        Levels.SUPERVISOR_STACK_DESCRIPTOR);
    goTo(Words.JUMPS, Words.CONTEXT);
    e.jumpThrough(ENTRY, TargetCache.CODE);
  }

  /** All four are null, so that nothing has to be taken from user code. */
  private void keepsDataSegments() {
    e.load(TAG, STATE, word(Segment.ES, VcpuState.SEGMENT_ATTRIBUTES));
    e.operate(Emitter.AND, TAG, STATE, word(Segment.DS, VcpuState.SEGMENT_ATTRIBUTES));
    e.operate(Emitter.AND, TAG, STATE, word(Segment.FS, VcpuState.SEGMENT_ATTRIBUTES));
    e.operate(Emitter.AND, TAG, STATE, word(Segment.GS, VcpuState.SEGMENT_ATTRIBUTES));
    e.test32(TAG, Segment.UNUSABLE);
    unit.leaveIf(Emitter.EQUAL);
    e.load(TAG, STATE, word(Segment.ES, VcpuState.SEGMENT_SELECTOR));
    e.operate(Emitter.OR, TAG, STATE, word(Segment.DS, VcpuState.SEGMENT_SELECTOR));
    e.operate(Emitter.OR, TAG, STATE, word(Segment.FS, VcpuState.SEGMENT_SELECTOR));
    e.operate(Emitter.OR, TAG, STATE, word(Segment.GS, VcpuState.SEGMENT_SELECTOR));
    e.test32(TAG, SELECTOR);
    unit.leaveIf(Emitter.NOT_EQUAL);
  }

  /** The stack segment that is null as emitted code is entered is not after a SYSCALL. */
  private void keepsNullStack() {
    e.compareWithZero8(STATE, Levels.CHANGED);
    int same = e.jumpAhead(Emitter.EQUAL);
    e.load(TAG, STATE, Levels.SUPERVISOR_STACK);
    e.compareConstant(TAG, 0);
    unit.leaveIf(Emitter.EQUAL);
    e.bind(same);
  }

  private static int word(int segment, int offset) {
    return VcpuState.SEGMENTS + segment * VcpuState.SEGMENT_STRIDE + offset;
  }

  /** Looks at the frame, whose hva is in {@code ADDRESS}, and puts it into the struct. */
  private void pop(int stackSelector) {
    e.load16(TAG, ADDRESS, STACK_SEGMENT);
    e.operate(Emitter.CMP, TAG, STATE, stackSelector);
    unit.leaveIf(Emitter.NOT_EQUAL);
    e.load(TAG, ADDRESS, FLAGS);
    e.test32(TAG, UNUSUAL);
    unit.leaveIf(Emitter.NOT_EQUAL);
    e.store(STATE, Levels.POPPED_FLAGS, TAG);
    e.load(TAG, ADDRESS, POINTER);
    e.store(STATE, Levels.POPPED_STACK, TAG);
    e.load(TAG, ADDRESS, 0);
    e.store(STATE, Words.TARGET, TAG);
  }

  /** Compares the two descriptors at a linear address with what they have to be. */
  private void checkDescriptors(int descriptors, int first, int second) {
    e.load(ADDRESS, STATE, descriptors);
    accesses.probe(DESCRIPTORS, false, false);
    e.load(TAG, ADDRESS, 0);
    e.operate(Emitter.CMP, TAG, STATE, first);
    unit.leaveIf(Emitter.NOT_EQUAL);
    e.load(TAG, ADDRESS, Long.BYTES);
    e.operate(Emitter.CMP, TAG, STATE, second);
    unit.leaveIf(Emitter.NOT_EQUAL);
  }

  /** Looks up where the code is, which then is in {@code ENTRY}, and sets what has been popped. */
  private void goTo(int jumps, int context) {
    e.load(ADDRESS, STATE, Words.TARGET);
    branches.lookUp(jumps, context);
    branches.enterPage();
    e.testMemory32(STATE, Levels.POPPED_FLAGS, (int) Rflags.RF);
    int usual = e.jumpAhead(Emitter.EQUAL);
    e.store(STATE, Levels.RESUMED, Registers.BUDGET);
    e.bind(usual);
    e.load(TAG, STATE, Levels.POPPED_FLAGS);
    code.setSystemFlags();
    code.setFlags();
    code.fence();
    e.load(STACK, STATE, Levels.POPPED_STACK);
  }
}
