package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.ADDRESS;
import static jvisor.cpu.translator.Registers.ENTRY;
import static jvisor.cpu.translator.Registers.STACK;
import static jvisor.cpu.translator.Registers.STATE;
import static jvisor.cpu.translator.Registers.TAG;

import java.util.ArrayList;
import java.util.List;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;
import org.jspecify.annotations.Nullable;

/**
 * Near branches. A target in the block's own page is linked: its code is jumped to directly. Any
 * other is looked up in the {@link TargetCache}; what is not found there, or is not as usual in any
 * other way, the interpreter does.
 */
final class Branches {
  private static final int PAGE = 4096;

  /**
   * Bytes of the longest instruction. What begins closer to the page's end may go on in the next
   * page, which may be another for each who runs it.
   */
  private static final int LONGEST = 15;

  private final Unit unit;
  private final Emitter e;
  private final Accesses accesses;
  private final HeldWindows held;
  private final Stack stack;
  private final Switches switches;
  private final Returns returns;
  private final List<Link> links = new ArrayList<>();
  private @Nullable Link fallback;
  private boolean narrow;
  private boolean loops;
  private int intoLoop;
  private int pageOffset;

  /**
   * A jump to be directed, while others run it: its distance lies in one group of eight bytes.
   *
   * @param end offset in the code of what is behind it
   * @param target offset in the page of the code that it leads to
   */
  record Link(int end, int target) {}

  Branches(Unit unit, Accesses accesses, HeldWindows held, Stack stack, Switches switches) {
    this.unit = unit;
    this.e = unit.e;
    this.accesses = accesses;
    this.held = held;
    this.stack = stack;
    this.switches = switches;
    returns = new Returns(unit);
  }

  /** Begins a translation. */
  void begin(boolean narrow) {
    this.narrow = narrow;
    loops = false;
    links.clear();
    fallback = null;
  }

  /** Begins a block {@code pageOffset} bytes into its page. */
  void enter(int pageOffset) {
    this.pageOffset = pageOffset;
  }

  /** The jump to the translation of the first block alone, or null if there is none. */
  @Nullable Link fallback() {
    return fallback;
  }

  /** Goes on in the translation of this block alone, at whose head nothing has been done. */
  void fallBack() {
    e.alignDistance();
    fallback = new Link(e.jumpAhead(), pageOffset);
  }

  /** The jumps of this block to places in its page. */
  List<Link> links() {
    return links;
  }

  /** Whether {@link #emit} can emit it. */
  static boolean suits(Insn i, boolean narrow) {
    int width = narrow ? 4 : 8;
    boolean relative = i.a.kind() == Operand.Kind.RELATIVE && i.operandSize != 2;
    return switch (i.mnemonic()) {
      case JCC -> relative;
      case JMP, CALL -> relative || isIndirect(i, width, narrow);
      case RET -> i.operandSize == width;
      default -> false;
    };
  }

  private static boolean isIndirect(Insn i, int width, boolean narrow) {
    return i.a.size() == width
        && (i.a.kind() == Operand.Kind.GPR || i.a.isMemory() && Accesses.suits(i, narrow));
  }

  /** Emits a branch that {@link #suits}; {@code next} is the offset behind it. */
  void emit(Insn i, int next) {
    unit.flags.settle();
    boolean relative = i.a.kind() == Operand.Kind.RELATIVE;
    long target = next + i.a.value();
    if (i.mnemonic() == Mnemonic.JCC) {
      unit.flags.hold();
      if (target == 0 && loops) {
        intoLoop = e.jumpAhead(i.condition());
        goTo(next);
      } else if (isLinked(target)) {
        e.alignDistanceOfJcc();
        link(e.jumpAhead(i.condition()), target);
        goTo(next);
      } else {
        int taken = e.jumpAhead(i.condition());
        goTo(next);
        e.bind(taken);
        goTo(target);
      }
    } else if (i.mnemonic() == Mnemonic.RET) {
      ret(i);
    } else if (i.mnemonic() == Mnemonic.CALL) {
      if (relative) {
        call(i, target, next);
      } else {
        callThrough(i, next);
      }
    } else if (relative) {
      goTo(target);
    } else {
      unit.flags.spoil();
      indirectTarget(i, next);
      lookUp();
      jump();
    }
  }

  /** The branch to the block's own beginning that follows leads to {@link #enterLoop}. */
  void loops() {
    loops = true;
  }

  /** Here the loop is entered. */
  void enterLoop() {
    e.bind(intoLoop);
  }

  /** Emits the branch at the end of the loop that begins at {@code head} in the code. */
  void emitLoop(Insn i, int next, int head) {
    unit.flags.secure();
    unit.flags.hold();
    e.jumpBack(i.condition(), head);
    unit.flags.settle();
    goTo(next);
  }

  /** Goes on at {@code target}, an offset from the block's start. */
  void goTo(long target) {
    if (isLinked(target)) {
      e.alignDistance();
      link(e.jumpAhead(), target);
    } else if (switches.isOn(Optimisation.TARGET_CACHE)) {
      unit.flags.spoil();
      accesses.fromBlock(narrow ? 4 : 8, ADDRESS, target);
      lookUp();
      jump();
    } else {
      accesses.fromBlock(narrow ? 4 : 8, ADDRESS, target);
      enterPage();
      unit.leaveBetweenBlocks((int) (pageOffset + target) & PAGE - 1);
    }
  }

  private void link(int end, long target) {
    links.add(new Link(end, pageOffset + (int) target));
  }

  /** Emits where the jumps of this block to places in its page lead until they are directed. */
  void finish() {
    for (Link link : links) {
      e.bind(link.end);
      unit.leaveBetweenBlocks(link.target);
    }
    if (fallback != null) {
      e.bind(fallback.end);
      unit.leaveBetweenBlocks(fallback.target);
    }
  }

  /** Goes on at the linear address in {@code ADDRESS}, whose entry has been found. */
  private void jump() {
    enterPage();
    e.jumpThrough(ENTRY, TargetCache.CODE);
  }

  /** The page of the linear address in {@code ADDRESS} is the one in which code runs. */
  void enterPage() {
    e.and(ADDRESS, -PAGE);
    e.store(STATE, Words.PAGE_BASE, ADDRESS);
  }

  private boolean isLinked(long target) {
    boolean inPage = pageOffset + target >= 0 && pageOffset + target <= PAGE - LONGEST;
    return inPage && switches.isOn(Optimisation.LINKS);
  }

  /** Finds the entry of the linear address in {@code ADDRESS}, or leaves. */
  private void lookUp() {
    lookUp(Words.JUMPS, Words.CONTEXT);
  }

  /** The same in the table and context that these words of the struct hold. */
  void lookUp(int jumps, int context) {
    held.forget();
    e.move(ENTRY, ADDRESS);
    e.shiftRight(ENTRY, TargetCache.FOLD);
    e.operate(Emitter.XOR, ENTRY, ADDRESS);
    e.and32(ENTRY, TargetCache.ENTRIES - 1);
    e.shiftLeft(ENTRY, TargetCache.ENTRY_SHIFT);
    e.operate(Emitter.ADD, ENTRY, STATE, jumps);
    e.operate(Emitter.CMP, ADDRESS, ENTRY, 0);
    unit.leaveIf(Emitter.NOT_EQUAL);
    e.load(TAG, STATE, context);
    e.operate(Emitter.CMP, TAG, ENTRY, TargetCache.CONTEXT);
    unit.leaveIf(Emitter.NOT_EQUAL);
  }

  private void indirectTarget(Insn i, int next) {
    int size = narrow ? 4 : 8;
    if (i.a.isMemory()) {
      accesses.linearAddress(i, next);
      accesses.probe(size, false, false);
      e.load(size, ADDRESS, ADDRESS, 0);
    } else if (!Registers.isPinned(i.a.index())) {
      e.load(size, ADDRESS, STATE, Registers.slot(i.a.index()));
    } else if (narrow) {
      e.move32(ADDRESS, Registers.host(i.a.index()));
    } else {
      e.move(ADDRESS, Registers.host(i.a.index()));
    }
  }

  private void call(Insn i, long target, int next) {
    if (isLinked(target) || !switches.isOn(Optimisation.TARGET_CACHE)) {
      int address = stack.pushAddress(i, next);
      if (isReturnedTo(target, next)) {
        returns.remember(address);
        e.alignDistance();
        link(e.callAhead(), target);
        comeBack(next);
      } else {
        goTo(target);
      }
      return;
    }
    unit.flags.spoil();
    accesses.fromBlock(narrow ? 4 : 8, ADDRESS, target);
    lookUp();
    e.load(TAG, ENTRY, TargetCache.CODE);
    e.store(STATE, Words.TARGET_CODE, TAG);
    int address = stack.pushAddress(i, next);
    if (paired()) {
      returns.remember(address);
    }
    accesses.fromBlock(narrow ? 4 : 8, ADDRESS, target);
    callTarget(next);
  }

  private void callThrough(Insn i, int next) {
    unit.flags.spoil();
    indirectTarget(i, next);
    lookUp();
    e.load(TAG, ENTRY, TargetCache.CODE);
    e.store(STATE, Words.TARGET_CODE, TAG);
    e.store(STATE, Words.TARGET, ADDRESS);
    int address = stack.pushAddress(i, next);
    if (paired()) {
      returns.remember(address);
    }
    e.load(ADDRESS, STATE, Words.TARGET);
    callTarget(next);
  }

  /** Calls the code in {@code TARGET_CODE}, of the linear address in {@code ADDRESS}. */
  private void callTarget(int next) {
    enterPage();
    if (paired()) {
      e.callThrough(STATE, Words.TARGET_CODE);
      comeBack(next);
    } else {
      e.jumpThrough(STATE, Words.TARGET_CODE);
    }
  }

  private boolean paired() {
    return switches.isOn(Optimisation.CALLS) && switches.isOn(Optimisation.TARGET_CACHE);
  }

  /** Whether a call is one that returns, not one that only asks where it is. */
  private boolean isReturnedTo(long target, int next) {
    return paired() && target != next;
  }

  /** Emits a direct call whose target's code follows. */
  void callOn(Insn i, int next) {
    boolean returnedTo = isReturnedTo(next + i.a.value(), next);
    if (returnedTo) {
      unit.flags.spoil();
    }
    int address = stack.pushAddress(i, next);
    if (returnedTo) {
      returns.remember(address);
      int on = e.callAhead();
      comeBack(next);
      e.bind(on);
    }
  }

  /** Emits what a call comes back to, which goes on {@code next} bytes from the block's start. */
  private void comeBack(int next) {
    unit.close(false);
    returns.back();
    if (isLinked(next)) {
      e.alignDistance();
      link(e.jumpAhead(), next);
      return;
    }
    int offset = pageOffset + next & PAGE - 1;
    e.load(ADDRESS, STATE, Words.PAGE_BASE);
    e.lea(narrow ? 4 : 8, ADDRESS, ADDRESS, offset);
    lookUp();
    List<Integer> unknown = unit.divert();
    e.jumpThrough(ENTRY, TargetCache.CODE);
    unknown.forEach(e::bind);
    unit.leaveBetweenBlocks(offset);
  }

  private void ret(Insn i) {
    int more = i.a.kind() == Operand.Kind.IMMEDIATE ? (int) i.a.value() : 0;
    stack.loadTop(i);
    unit.flags.spoil();
    if (paired()) {
      int other = returns.compare();
      e.lea(i.operandSize, STACK, STACK, i.operandSize + more);
      enterPage();
      e.ret();
      e.bind(other);
      returns.drop();
    }
    lookUp();
    e.lea(i.operandSize, STACK, STACK, i.operandSize + more);
    jump();
  }
}
