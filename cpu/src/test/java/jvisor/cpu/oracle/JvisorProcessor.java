package jvisor.cpu.oracle;

import java.util.EnumSet;
import java.util.List;
import jvisor.cpu.state.GuestFault;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Decoder;
import jvisor.isa.Feature;
import jvisor.isa.Insn;

/** Decoder and semantics, without an engine. */
final class JvisorProcessor implements Processor {
  private final SemanticTable table;
  private final Decoder decoder = new Decoder(EnumSet.allOf(Feature.class));
  private final FlatVcpu flat = new FlatVcpu();

  JvisorProcessor(SemanticTable table) {
    this.table = table;
  }

  @Override
  public void execute(List<MachineState> states) {
    states.forEach(this::execute);
  }

  private void execute(MachineState s) {
    flat.enter(s);
    Vcpu c = flat.c;
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
    flat.leave(s);
  }

  @Override
  public void close() {
    flat.close();
  }
}
