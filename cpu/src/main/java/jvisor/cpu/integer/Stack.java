package jvisor.cpu.integer;

import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/** The stack (SDM vol. 1, ch. 6): pushes, pops and frames. */
public final class Stack {
  private static final int RSP = 4;
  private static final int RBP = 5;

  private Stack() {}

  /** Binds this chapter. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.PUSH, Stack::push)
        .bind(Mnemonic.POP, Stack::pop)
        .bind(Mnemonic.PUSHA, Stack::pusha)
        .bind(Mnemonic.POPA, Stack::popa)
        .bind(Mnemonic.ENTER, Stack::enter)
        .bind(Mnemonic.LEAVE, Stack::leave);
  }

  /** PUSH RSP pushes the old value. */
  static void push(Vcpu c, Insn i) {
    c.push(i.operandSize, c.read(i, i.a));
  }

  /** A destination addressed by RSP is addressed with the incremented one. */
  static void pop(Vcpu c, Insn i) {
    if (!i.a.isMemory()) {
      c.write(i, i.a, c.pop(i.operandSize));
      return;
    }
    VcpuState s = c.state;
    long value = c.peek(i.operandSize, 0);
    long before = s.reg(RSP);
    c.setStackPointer(c.stackPointer() + i.operandSize);
    long after = s.reg(RSP);
    long offset = c.offset(i);
    s.setReg(RSP, before);
    c.store(c.linear(i.segment, offset, i.operandSize, true), i.operandSize, value);
    s.setReg(RSP, after);
  }

  static void pusha(Vcpu c, Insn i) {
    int size = i.operandSize;
    long sp = c.stackPointer();
    long mask = Vcpu.mask(c.stackSize());
    for (int r = 0; r < 8; r++) {
      probe(c, sp - (r + 1L) * size & mask, size);
    }
    for (int r = 0; r < 8; r++) {
      long at = c.linear(Segment.SS, sp - (r + 1L) * size & mask, size, true);
      c.mmu.store(at, size, c.state.reg(r));
    }
    c.setStackPointer(sp - 8L * size);
  }

  /** The stored stack pointer is read and dropped. */
  static void popa(Vcpu c, Insn i) {
    int size = i.operandSize;
    long mask = Vcpu.mask(c.stackSize());
    for (int r = 0; r < 8; r++) {
      long at = c.linear(Segment.SS, c.stackPointer() + (long) r * size & mask, size, false);
      c.checkAlignment(at, size);
      c.mmu.probeRead(at, size);
    }
    for (int r = 0; r < 8; r++) {
      long value = c.peek(size, (7L - r) * size);
      if (r != RSP) {
        c.state.setReg(r, size, value);
      }
    }
    c.setStackPointer(c.stackPointer() + 8L * size);
  }

  /** Everything is probed before the first push, the word at the new stack pointer included. */
  static void enter(Vcpu c, Insn i) {
    int size = i.operandSize;
    int level = (int) i.b.value() & 31;
    long mask = Vcpu.mask(c.stackSize());
    VcpuState s = c.state;
    long frame = c.stackPointer() - size & mask;
    long top = frame - (long) level * size & mask;
    long end = top - (i.a.value() & 0xffff) & mask;
    long pointer = (s.reg(RSP) & ~mask) | frame;
    long display = s.reg(RBP, c.stackSize());
    for (int n = 0; n <= level; n++) {
      probe(c, frame - (long) n * size & mask, size);
    }
    for (int n = 1; n < level; n++) {
      long at = c.linear(Segment.SS, display - (long) n * size & mask, size, false);
      c.checkAlignment(at, size);
      c.mmu.probeRead(at, size);
    }
    probe(c, end, size);
    store(c, frame, size, s.reg(RBP));
    for (int n = 1; n < level; n++) {
      long at = c.linear(Segment.SS, display - (long) n * size & mask, size, false);
      store(c, frame - (long) n * size & mask, size, c.mmu.load(at, size));
    }
    if (level > 0) {
      store(c, top, size, pointer);
    }
    s.setReg(RBP, size, pointer);
    c.setStackPointer(end);
  }

  private static void probe(Vcpu c, long offset, int size) {
    long at = c.linear(Segment.SS, offset, size, true);
    c.checkAlignment(at, size);
    c.mmu.probeWrite(at, size);
  }

  private static void store(Vcpu c, long offset, int size, long value) {
    c.mmu.store(c.linear(Segment.SS, offset, size, true), size, value);
  }

  static void leave(Vcpu c, Insn i) {
    long frame = c.state.reg(RBP, c.stackSize());
    long at = c.linear(Segment.SS, frame, i.operandSize, false);
    long value = c.load(at, i.operandSize);
    c.setStackPointer(frame + i.operandSize);
    c.state.setReg(RBP, i.operandSize, value);
  }
}
