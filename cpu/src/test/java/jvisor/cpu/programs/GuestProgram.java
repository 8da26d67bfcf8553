package jvisor.cpu.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import jvisor.cpu.alone.NoInterrupts;
import jvisor.cpu.alone.NoTime;
import jvisor.cpu.interpreter.Exit;
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

/**
 * A program in 64-bit mode that ends with HLT. Pages of data lie in another order in physical
 * memory than in the guest's view, so that an access across pages which is not translated twice
 * shows; the page after the data is not there.
 */
final class GuestProgram implements AutoCloseable {
  static final int RAX = 0;
  static final int RCX = 1;
  static final int RDX = 2;
  static final int RBX = 3;
  static final int RSP = 4;
  static final int RSI = 6;
  static final int RDI = 7;

  /** Where the code lies. */
  static final long CODE = 0x1000;

  /** Where the data begins: {@link #DATA_PAGES} pages, then one that is not present. */
  static final long DATA = 0x40_0000;

  static final int DATA_PAGES = 64;

  /** The first byte after the data. */
  static final long DATA_END = DATA + DATA_PAGES * 4096L;

  private static final int TABLES = 0x8000;
  private static final int FRAMES = 0x10_0000;
  private static final long STACK = 0x8000;
  private static final long BUDGET = 50_000_000;

  private final GuestMemory memory = new GuestMemory(2 << 20, 1L << 31, new MmioBus());
  private final Vcpu c;
  private final Interpreter engine;

  /** Assembles a program; it runs through its semantics or as the engine likes best. */
  GuestProgram(boolean fastForms, String source) {
    CpuModel model =
        new CpuModel("test", CpuModel.AMD, "test", 0, EnumSet.allOf(CpuFeature.class), 40, false);
    c = new Vcpu(0, model, memory, new PortBus(), new NoTime());
    engine =
        new Interpreter(
            c, InstructionSet.semantics(), new NoInterrupts(), (rip, bytes) -> {}, fastForms);
    byte[] code = new Assembler(CodeMode.BITS64, CODE).emit(source).assemble();
    assertThat(code.length).isLessThan(0x6000);
    memory.write(CODE, code, 0, code.length);
    buildTables();
    VcpuState s = c.state;
    s.setCr(3, TABLES);
    s.setCr(4, Control.CR4_PAE | Control.CR4_OSFXSR | Control.CR4_OSXMMEXCPT);
    s.setCr(0, Control.CR0_PE | Control.CR0_PG | Control.CR0_WP | Control.CR0_NE);
    s.set(VcpuState.EFER, Control.EFER_LME | Control.EFER_LMA);
    s.setSegment(Segment.CS, 8, 0, 0xffff_ffffL, Segment.LONG | 0x9b00);
    s.setMxcsr(0x1f80);
    c.modeChanged();
    c.mmu.flushAll();
  }

  private void buildTables() {
    memory.write(TABLES, 8, TABLES + 0x1000 | 7);
    memory.write(TABLES + 0x1000, 8, TABLES + 0x2000 | 7);
    memory.write(TABLES + 0x2000, 8, TABLES + 0x3000 | 7);
    memory.write(TABLES + 0x2000 + 16, 8, TABLES + 0x4000 | 7);
    for (int page = 1; page < 8; page++) {
      memory.write(TABLES + 0x3000 + 8L * page, 8, page * 4096L | 7);
    }
    for (int page = 0; page < DATA_PAGES; page++) {
      memory.write(TABLES + 0x4000 + 8L * page, 8, frame(page) | 7);
    }
  }

  private static long frame(int page) {
    return FRAMES + 4096L * (page * 37 % DATA_PAGES);
  }

  private static long gpa(long gva) {
    assertThat(gva).isBetween(DATA, DATA_END - 1);
    return frame((int) (gva - DATA) >> 12) + (gva & 0xfff);
  }

  /** Puts bytes into the data. */
  void put(long gva, byte... bytes) {
    for (int k = 0; k < bytes.length; k++) {
      memory.write(gpa(gva + k), bytes, k, 1);
    }
  }

  /** Takes bytes from the data. */
  byte[] get(long gva, int length) {
    byte[] bytes = new byte[length];
    for (int k = 0; k < length; k++) {
      memory.read(gpa(gva + k), bytes, k, 1);
    }
    return bytes;
  }

  void setReg(int register, long value) {
    c.state.setReg(register, value);
  }

  long reg(int register) {
    return c.state.reg(register);
  }

  /** The low half of an XMM register. */
  long xmm(int register) {
    return c.state.vector(register, 0);
  }

  /** Runs from the beginning until HLT; any fault fails. */
  void run() {
    c.setHalted(false);
    c.state.setReg(RSP, STACK);
    c.state.setRip(CODE);
    Exit exit = engine.run(BUDGET);
    assertThat(exit).as("at %#x, CR2 %#x", c.state.rip(), c.state.cr(2)).isEqualTo(Exit.HALTED);
  }

  @Override
  public void close() {
    engine.close();
    c.close();
    memory.close();
  }
}
