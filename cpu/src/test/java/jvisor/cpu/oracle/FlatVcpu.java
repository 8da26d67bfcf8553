package jvisor.cpu.oracle;

import java.util.Arrays;
import java.util.EnumSet;
import jvisor.cpu.alone.NoTime;
import jvisor.cpu.model.CpuFeature;
import jvisor.cpu.model.CpuModel;
import jvisor.cpu.state.Control;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.CodeMode;
import jvisor.platform.GuestMemory;
import jvisor.platform.MmioBus;
import jvisor.platform.PortBus;

/** A processor of ours at privilege level 3 in flat segments without paging, and its memory. */
final class FlatVcpu implements AutoCloseable {
  private static final int DATA =
      Segment.PRESENT
          | Segment.NOT_SYSTEM
          | Segment.WRITABLE
          | Segment.ACCESSED
          | Segment.BIG
          | 3 << Segment.DPL_SHIFT;
  private static final CpuModel EVERYTHING =
      new CpuModel("all", CpuModel.AMD, "all", 0, EnumSet.allOf(CpuFeature.class), 40, false);
  private static final int CODE_ROOM = 32;
  private static final byte INT3 = (byte) 0xcc;

  final GuestMemory memory = new GuestMemory(0x24_0000, 0x24_0000, new MmioBus());
  final Vcpu c = new Vcpu(0, EVERYTHING, memory, new PortBus(), new NoTime());

  /** Takes over a state; the code stands at its place, followed by INT3. */
  void enter(MachineState s) {
    boolean is64 = s.mode == CodeMode.BITS64;
    VcpuState state = c.state;
    state.setCr(0, Control.CR0_PE);
    state.set(VcpuState.EFER, is64 ? Control.EFER_LMA : 0);
    int code = DATA | Segment.CODE;
    for (int segment = Segment.ES; segment <= Segment.GS; segment++) {
      state.setSegment(segment, 0x2b, 0, 0xffff_ffffL, DATA);
    }
    int width = is64 ? Segment.LONG : Segment.BIG;
    state.setSegment(Segment.CS, 0x23, 0, 0xffff_ffffL, (code & ~Segment.BIG) | width);
    c.setCpl(3);
    c.modeChanged();
    for (int r = 0; r < 16; r++) {
      state.setReg(r, s.gpr[r]);
    }
    c.setRflags(s.flags, Rflags.ARITHMETIC | Rflags.DF);
    memory.write(MachineState.MEMORY_BASE, s.memory, 0, s.memory.length);
    byte[] bytes = Arrays.copyOf(s.code, CODE_ROOM);
    Arrays.fill(bytes, s.code.length, CODE_ROOM, INT3);
    memory.write(MachineState.CODE_BASE, bytes, 0, CODE_ROOM);
    state.setRip(MachineState.CODE_BASE);
  }

  /** Hands the state back. */
  void leave(MachineState s) {
    for (int r = 0; r < 16; r++) {
      s.gpr[r] = c.state.reg(r);
    }
    s.flags = c.rflags();
    s.rip = c.state.rip();
    memory.read(MachineState.MEMORY_BASE, s.memory, 0, s.memory.length);
  }

  @Override
  public void close() {
    c.close();
    memory.close();
  }
}
