package jvisor.cpu.system;

import jvisor.cpu.state.Control;
import jvisor.cpu.state.Vector;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;

/** MOV to and from DR0–DR7 (SDM vol. 3, 17.2). */
public final class DebugRegisters {
  private static final long DR6_WRITABLE = 0xe00f;
  private static final long DR7_WRITABLE = 0xffff_23ffL;

  private DebugRegisters() {}

  /** Binds the instruction. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.MOV_DR, DebugRegisters::movDr);
  }

  private static void movDr(Vcpu c, Insn i) {
    boolean load = i.a.kind() == Operand.Kind.DEBUG;
    int index = load ? i.a.index() : i.b.index();
    if (index > 7 || (index & ~1) == 4 && (c.state.cr(4) & Control.CR4_DE) != 0) {
      throw c.ud();
    }
    c.requireCpl0();
    if ((c.state.dr(7) & Debug.DR7_GD) != 0) {
      c.state.setDr(6, c.state.dr(6) | Debug.DR6_BD);
      throw c.exception(Vector.DB);
    }
    int register = (index & ~1) == 4 ? index + 2 : index;
    int size = c.is64Bit() ? 8 : 4;
    if (load) {
      write(c, register, c.state.reg(i.b.index(), size));
    } else {
      c.state.setReg(i.a.index(), size, c.state.dr(register));
    }
  }

  private static void write(Vcpu c, int register, long value) {
    if (register >= 6 && value >>> 32 != 0) {
      throw c.gp(0);
    }
    switch (register) {
      case 6 -> c.state.setDr(6, value & DR6_WRITABLE | Debug.DR6_FIXED);
      case 7 -> c.state.setDr(7, value & DR7_WRITABLE | Debug.DR7_FIXED);
      default -> c.state.setDr(register, value);
    }
    Debug.registersChanged(c);
  }
}
