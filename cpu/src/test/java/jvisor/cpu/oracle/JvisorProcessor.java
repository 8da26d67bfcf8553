package jvisor.cpu.oracle;

import java.util.EnumSet;
import java.util.List;
import jvisor.cpu.model.CpuModel;
import jvisor.cpu.model.CpuModels;
import jvisor.cpu.state.Control;
import jvisor.cpu.state.GuestFault;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.CodeMode;
import jvisor.isa.Decoder;
import jvisor.isa.Feature;
import jvisor.isa.Insn;
import jvisor.platform.GuestMemory;
import jvisor.platform.MmioBus;
import jvisor.platform.PortBus;
import jvisor.platform.VmClock;

/** Decoder and semantics, at privilege level 3 in flat segments without paging. */
final class JvisorProcessor implements Processor {
  private static final int DATA =
      Segment.PRESENT
          | Segment.NOT_SYSTEM
          | Segment.WRITABLE
          | Segment.ACCESSED
          | Segment.BIG
          | 3 << Segment.DPL_SHIFT;
  private static final long SYSTEM_FLAGS = Rflags.DF;

  private final SemanticTable table;
  private final GuestMemory memory = new GuestMemory(0x24_0000, 0x24_0000, new MmioBus());
  private final Decoder decoder = new Decoder(EnumSet.allOf(Feature.class));
  private final Vcpu c;

  JvisorProcessor(SemanticTable table) {
    this.table = table;
    CpuModel model = CpuModels.standard(false);
    c = new Vcpu(0, model, memory, new PortBus(), new StoppedClock());
  }

  @Override
  public void execute(List<MachineState> states) {
    states.forEach(this::execute);
  }

  private void execute(MachineState s) {
    enter(s);
    Insn i = decoder.decode(s.code, 0, s.code.length, s.mode);
    s.vector = MachineState.NONE;
    try {
      do {
        c.state.setRip(MachineState.CODE_BASE + i.length);
        table.of(i.mnemonic()).execute(c, i);
      } while (c.state.rip() == MachineState.CODE_BASE && i.repeat != 0);
    } catch (GuestFault fault) {
      s.vector = fault.vector();
      c.state.setRip(MachineState.CODE_BASE);
    }
    for (int r = 0; r < 16; r++) {
      s.gpr[r] = c.state.reg(r);
    }
    s.flags = c.rflags();
    s.rip = c.state.rip();
    memory.read(MachineState.MEMORY_BASE, s.memory, 0, s.memory.length);
  }

  private void enter(MachineState s) {
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
    c.setRflags(s.flags, Rflags.ARITHMETIC | SYSTEM_FLAGS);
    memory.write(MachineState.MEMORY_BASE, s.memory, 0, s.memory.length);
  }

  @Override
  public void close() {
    c.close();
    memory.close();
  }

  /** A clock of which no instruction here may know. */
  private static final class StoppedClock implements VmClock {
    @Override
    public long now() {
      return 0;
    }

    @Override
    public Timer timer(Runnable expiry) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long epochSeconds() {
      return 0;
    }
  }
}
