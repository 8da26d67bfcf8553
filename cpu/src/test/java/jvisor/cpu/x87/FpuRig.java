package jvisor.cpu.x87;

import java.util.EnumSet;
import java.util.HexFormat;
import jvisor.cpu.alone.NoTime;
import jvisor.cpu.model.CpuFeature;
import jvisor.cpu.model.CpuModel;
import jvisor.cpu.state.Control;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.CodeMode;
import jvisor.isa.Decoder;
import jvisor.isa.Feature;
import jvisor.isa.Insn;
import jvisor.platform.GuestMemory;
import jvisor.platform.MmioBus;
import jvisor.platform.PortBus;

/**
 * A processor that executes single instructions given as bytes. Linear addresses are physical ones;
 * RSI and RDI point to a page of data.
 */
public final class FpuRig implements AutoCloseable {
  /** Where instructions lie. */
  public static final long CODE = 0x1000;

  /** What RSI and RDI hold. */
  public static final long DATA = 0x4000;

  final GuestMemory memory = new GuestMemory(1 << 20, 1L << 31, new MmioBus());

  /** The processor. */
  public final Vcpu c;

  private final Decoder decoder = new Decoder(EnumSet.allOf(Feature.class));
  private final SemanticTable table;

  /** Creates a processor in 64-bit code with the instructions of {@code table}. */
  public FpuRig(SemanticTable table) {
    this.table = table;
    CpuModel model =
        new CpuModel("test", CpuModel.AMD, "test", 0, EnumSet.allOf(CpuFeature.class), 40, false);
    c = new Vcpu(0, model, memory, new PortBus(), new NoTime());
    c.state.setCr(0, Control.CR0_PE | Control.CR0_NE);
    c.state.setCr(4, Control.CR4_OSFXSR);
    c.state.set(VcpuState.EFER, Control.EFER_LMA);
    c.state.setSegment(Segment.CS, 8, 0, 0xffff_ffffL, Segment.LONG | 0x9b00);
    c.state.setSegment(Segment.DS, 16, 0, 0xffff_ffffL, Segment.BIG | 0x9300);
    c.modeChanged();
    c.state.setReg(6, DATA);
    c.state.setReg(7, DATA);
    execute("dbe3");
  }

  /** Leaves 64-bit mode for real mode, or for 32-bit protected mode. */
  public void setMode(boolean isProtected) {
    c.state.setCr(0, Control.CR0_NE | (isProtected ? Control.CR0_PE : 0));
    c.state.set(VcpuState.EFER, 0);
    c.state.setSegment(Segment.CS, 0x100, 0x1000, 0xffff_ffffL, isProtected ? 0x40_9b00 : 0x9b00);
    c.state.setSegment(Segment.DS, 0x200, 0x2000, 0xffff_ffffL, isProtected ? 0x40_9300 : 0x9300);
    c.modeChanged();
  }

  /** Executes one instruction at {@link #CODE}, written in hexadecimal. */
  public void execute(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    memory.write(CODE, bytes, 0, bytes.length);
    CodeMode mode = c.codeMode();
    Insn i = decoder.decode(bytes, 0, bytes.length, mode);
    c.state.setRip(CODE - c.state.segmentBase(Segment.CS) + i.length);
    table.of(i.mnemonic()).execute(c, i);
  }

  int word(int offset) {
    return HostMemory.getShort(c.state.base + offset);
  }

  void setWord(int offset, int value) {
    HostMemory.putShort(c.state.base + offset, value);
  }

  @Override
  public void close() {
    c.close();
    memory.close();
  }
}
