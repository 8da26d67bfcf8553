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
 * IRETQ from a supervisor's to user code whose CS and SS are those that SYSRET would load: the
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
    keepsDataSegments();
    pop();
    checkDescriptors();
    e.load(ADDRESS, STATE, Words.TARGET);
    branches.lookUp(Levels.USER_JUMPS, Levels.USER_CONTEXT);
    branches.enterPage();
    e.testMemory32(STATE, Levels.POPPED_FLAGS, (int) Rflags.RF);
    int usual = e.jumpAhead(Emitter.EQUAL);
    e.store(STATE, Levels.RESUMED, Registers.BUDGET);
    e.bind(usual);
    e.load(TAG, STATE, Levels.POPPED_FLAGS);
    code.setUserFlags();
    code.setFlags();
    code.fence();
    e.load(STACK, STATE, Levels.POPPED_STACK);
    code.becomeUser();
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

  private static int word(int segment, int offset) {
    return VcpuState.SEGMENTS + segment * VcpuState.SEGMENT_STRIDE + offset;
  }

  /** Looks at what is on the stack, and puts it into the struct. */
  private void pop() {
    e.lea(8, ADDRESS, STACK, 0);
    accesses.probe(FRAME, false, false);
    e.load16(TAG, ADDRESS, CODE);
    e.operate(Emitter.CMP, TAG, STATE, Levels.USER_CODE);
    unit.leaveIf(Emitter.NOT_EQUAL);
    e.load16(TAG, ADDRESS, STACK_SEGMENT);
    e.operate(Emitter.CMP, TAG, STATE, Levels.USER_STACK);
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

  private void checkDescriptors() {
    e.load(ADDRESS, STATE, Levels.USER_DESCRIPTORS);
    accesses.probe(DESCRIPTORS, false, false);
    e.load(TAG, ADDRESS, 0);
    e.operate(Emitter.CMP, TAG, STATE, Levels.STACK_DESCRIPTOR);
    unit.leaveIf(Emitter.NOT_EQUAL);
    e.load(TAG, ADDRESS, Long.BYTES);
    e.operate(Emitter.CMP, TAG, STATE, Levels.CODE_DESCRIPTOR);
    unit.leaveIf(Emitter.NOT_EQUAL);
  }
}
