package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.ADDRESS;
import static jvisor.cpu.translator.Registers.RBP;
import static jvisor.cpu.translator.Registers.STACK;
import static jvisor.cpu.translator.Registers.STATE;
import static jvisor.cpu.translator.Registers.TAG;

import java.util.Objects;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;

/** PUSH, POP of registers, and LEAVE; and where the stack is accessed. */
final class Stack {
  private final Unit unit;
  private final Emitter e;
  private final Accesses accesses;
  private final OpenWindows windows;

  /** From what {@link #reach} has answered. */
  private int distance;

  Stack(Unit unit, Accesses accesses, OpenWindows windows) {
    this.unit = unit;
    this.e = unit.e;
    this.accesses = accesses;
    this.windows = windows;
  }

  /** Whether {@link #emit} can emit it. */
  static boolean suits(Insn i, boolean narrow) {
    return i.operandSize == (narrow ? 4 : 8)
        && switch (i.mnemonic()) {
          case PUSH ->
              i.a.kind() == Operand.Kind.GPR
                  || i.a.kind() == Operand.Kind.IMMEDIATE
                  || i.a.isMemory() && Accesses.suits(i, narrow);
          case POP -> i.a.kind() == Operand.Kind.GPR;
          case LEAVE -> true;
          default -> false;
        };
  }

  /** Emits an instruction that {@link #suits}; {@code next} is the offset behind it. */
  void emit(Insn i, int next) {
    if (i.mnemonic() == Mnemonic.PUSH) {
      push(i, next);
    } else {
      pop(i);
    }
  }

  private void pop(Insn i) {
    int size = i.operandSize;
    int base = reach(access(i));
    boolean leave = i.mnemonic() == Mnemonic.LEAVE;
    e.lea(size, STACK, leave ? RBP : STACK, size);
    int to = leave ? RBP : i.a.index();
    if (Registers.isPinned(to)) {
      e.load(size, Registers.host(to), base, distance);
    } else {
      int value = windows.held.spare(1 << base);
      e.load(size, value, base, distance);
      e.store(STATE, Registers.slot(to), value);
    }
  }

  private void push(Insn i, int next) {
    int size = i.operandSize;
    StackAccess slot = access(i);
    if (i.a.kind() == Operand.Kind.IMMEDIATE) {
      int base = reach(slot);
      e.storeConstant(size, base, distance, (int) i.a.value());
    } else if (i.a.isMemory()) {
      pushMemory(i, slot, next);
    } else if (Registers.isPinned(i.a.index())) {
      int base = reach(slot);
      e.store(size, base, distance, Registers.host(i.a.index()));
    } else {
      int base = reach(slot);
      int value = windows.held.spare(1 << base);
      e.load(value, STATE, Registers.slot(i.a.index()));
      e.store(size, base, distance, value);
    }
    e.lea(size, STACK, STACK, -size);
  }

  private void pushMemory(Insn i, StackAccess slot, int next) {
    int size = i.operandSize;
    Window from = windows.window();
    if (from != null && windows.stackWindow() != null) {
      int base = reach(slot);
      int value = windows.held.of(from, 1 << base);
      windows.held.bring(from, value);
      e.load(size, value, value, windows.distance());
      windows.held.forget(value);
      e.store(size, base, distance, value);
      return;
    }
    accesses.linearAddress(i, next);
    accesses.probe(size, false, false);
    windows.held.forget();
    e.load(size, TAG, ADDRESS, 0);
    e.store(STATE, Words.TARGET, TAG);
    int base = reach(slot);
    int value = windows.held.spare(1 << base);
    e.load(value, STATE, Words.TARGET);
    e.store(size, base, distance, value);
  }

  /**
   * Pushes the address {@code next} bytes from the block's start, for a CALL; answers the register
   * that holds it.
   */
  int pushAddress(Insn call, int next) {
    int size = call.operandSize;
    int base = reach(access(call));
    int address = windows.held.spare(1 << base);
    accesses.fromBlock(size, address, next);
    e.store(size, base, distance, address);
    e.lea(size, STACK, STACK, -size);
    return address;
  }

  /** Loads what is on top of the stack into {@code ADDRESS}, for a RET. Pops nothing. */
  void loadTop(Insn ret) {
    int base = reach(access(ret));
    e.load(ret.operandSize, ADDRESS, base, distance);
    windows.held.forget(ADDRESS);
  }

  private static StackAccess access(Insn i) {
    return Objects.requireNonNull(StackAccess.of(i));
  }

  /**
   * The register from which what {@code slot} says is {@link #distance} bytes away; it is probed,
   * and may leave, unless it is in a window. Then the flags are kept.
   */
  private int reach(StackAccess slot) {
    Window window = windows.stackWindow();
    if (window == null) {
      unit.flags.spoil();
      e.lea(slot.size(), ADDRESS, Registers.host(slot.register()), slot.distance());
      accesses.probe(slot.size(), slot.written(), false);
      windows.held.forget();
      distance = 0;
      return ADDRESS;
    }
    int base = windows.held.of(window, 0);
    windows.held.bring(window, base);
    distance = windows.stackDistance();
    return base;
  }
}
