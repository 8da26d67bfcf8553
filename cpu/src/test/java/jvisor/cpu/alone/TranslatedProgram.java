package jvisor.cpu.alone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import jvisor.cpu.interpreter.CodeCache;
import jvisor.cpu.interpreter.Exit;
import jvisor.cpu.interpreter.HotTier;
import jvisor.cpu.interpreter.InstructionSet;
import jvisor.cpu.interpreter.Interpreter;
import jvisor.cpu.model.CpuFeature;
import jvisor.cpu.model.CpuModel;
import jvisor.cpu.state.Control;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Assembler;
import jvisor.isa.CodeMode;
import jvisor.platform.GuestMemory;
import jvisor.platform.MmioBus;
import jvisor.platform.PortBus;

/** A program in 64-bit mode without paging that ends with HLT, on a given tier. */
public final class TranslatedProgram implements AutoCloseable {
  /** gpa of the program. */
  public static final long CODE = 0x1000;

  private static final int RSP = 4;
  private static final long STACK = 0x8_0000;

  private final GuestMemory memory = new GuestMemory(1 << 20, 1L << 31, new MmioBus());
  private final CodeCache cache;
  private final Vcpu c;
  private final Interpreter engine;

  /** Assembles {@code source}; closes {@code tier} in the end. */
  public TranslatedProgram(HotTier tier, String source) {
    CpuModel model =
        new CpuModel("test", CpuModel.AMD, "test", 0, EnumSet.allOf(CpuFeature.class), 40, false);
    c = new Vcpu(0, model, memory, new PortBus(), new NoTime());
    c.state.setCr(0, Control.CR0_PE);
    c.state.set(VcpuState.EFER, Control.EFER_LMA);
    c.state.setSegment(Segment.CS, 8, 0, 0xffff_ffffL, Segment.LONG | 0x9b00);
    c.modeChanged();
    cache = new CodeCache(memory, tier);
    engine =
        new Interpreter(
            c, InstructionSet.semantics(), new NoInterrupts(), (rip, bytes) -> {}, true, cache);
    byte[] code = new Assembler(CodeMode.BITS64, CODE).emit(source).assemble();
    memory.write(CODE, code, 0, code.length);
  }

  /** Runs from the beginning to HLT. */
  public void run() {
    c.setHalted(false);
    c.state.setReg(RSP, STACK);
    c.state.setRip(CODE);
    assertThat(engine.run(1_000_000)).isEqualTo(Exit.HALTED);
  }

  /** A general register. */
  public long reg(int register) {
    return c.state.reg(register);
  }

  @Override
  public void close() {
    engine.close();
    cache.close();
    c.close();
    memory.close();
  }
}
