package jvisor.cpu.system;

import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Segment;
import jvisor.cpu.vcpu.Observer;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;

/** IN, OUT, INS and OUTS with IOPL and the TSS's permission map (SDM vol. 1 ch. 19). */
public final class Ports {
  /** Repetitions before RIP goes back to the instruction, so that events are looked at. */
  private static final int CHUNK = 256;

  private static final int MAP_BASE = 0x66;

  private Ports() {}

  /** Binds the instructions of this chapter. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.IN, Ports::in)
        .bind(Mnemonic.OUT, Ports::out)
        .bind(Mnemonic.INS, (c, i) -> repeat(c, i, true))
        .bind(Mnemonic.OUTS, (c, i) -> repeat(c, i, false));
  }

  /** #GP(0) if the running code may not reach these ports. */
  static void check(Vcpu c, int port, int size) {
    boolean free = !c.isVirtual8086() && (!c.isProtected() || c.cpl() <= FlagControl.iopl(c));
    if (free) {
      return;
    }
    long limit = c.state.segmentLimit(Segment.TR);
    if (!Tss.is32(c) || limit < MAP_BASE + 1) {
      throw c.gp(0);
    }
    long tss = c.state.segmentBase(Segment.TR);
    long map = c.mmu.loadSystem(DescriptorTable.linear(c, tss + MAP_BASE), 2);
    long at = map + (port >> 3);
    if (at + 1 > limit) {
      throw c.gp(0);
    }
    long bits = c.mmu.loadSystem(DescriptorTable.linear(c, tss + at), 2);
    if ((bits >> (port & 7) & (1 << size) - 1) != 0) {
      throw c.gp(0);
    }
  }

  private static int port(Vcpu c, Insn i, Operand o) {
    return (int) c.read(i, o) & (o.kind() == Operand.Kind.IMMEDIATE ? 0xff : 0xffff);
  }

  private static void in(Vcpu c, Insn i) {
    int size = i.a.size();
    int port = port(c, i, i.b);
    check(c, port, size);
    int value = c.ports.read(port, size);
    c.state.setReg(0, size, value & 0xffff_ffffL);
    reached(c, port, size, false, value);
  }

  private static void out(Vcpu c, Insn i) {
    int size = i.b.size();
    int port = port(c, i, i.a);
    check(c, port, size);
    int value = (int) c.state.reg(0, size);
    c.ports.write(port, size, value);
    reached(c, port, size, true, value);
  }

  private static void repeat(Vcpu c, Insn i, boolean input) {
    int size = (i.opcode & 1) == 0 ? 1 : Math.min(i.operandSize, 4);
    int port = (int) c.state.reg(2) & 0xffff;
    check(c, port, size);
    if (i.repeat == 0) {
      step(c, i, input, port, size);
      return;
    }
    long count = c.state.reg(1, i.addressSize);
    if (count == 0) {
      return;
    }
    int chunk = (c.state.systemFlags() & Rflags.TF) != 0 || Debug.armed(c) ? 1 : CHUNK;
    do {
      step(c, i, input, port, size);
      c.state.setReg(1, i.addressSize, --count);
    } while (count != 0 && --chunk > 0 && !c.attention.raised());
    if (count != 0) {
      c.repeat(i);
    }
  }

  private static void step(Vcpu c, Insn i, boolean input, int port, int size) {
    int pointer = input ? 7 : 6;
    int segment = input ? Segment.ES : i.segment;
    long offset = c.state.reg(pointer, i.addressSize);
    long la = c.linear(segment, offset, size, input);
    int value;
    if (input) {
      c.checkAlignment(la, size);
      c.mmu.probeWrite(la, size);
      value = c.ports.read(port, size);
      c.mmu.store(la, size, value & 0xffff_ffffL);
    } else {
      value = (int) c.load(la, size);
      c.ports.write(port, size, value);
    }
    long next = (c.state.systemFlags() & Rflags.DF) != 0 ? offset - size : offset + size;
    c.state.setReg(pointer, i.addressSize, next);
    reached(c, port, size, !input, value);
  }

  private static void reached(Vcpu c, int port, int size, boolean write, int value) {
    Debug.port(c, port, size);
    Observer observer = c.observer();
    if (observer != null) {
      observer.port(c, port, size, write, value);
    }
  }
}
