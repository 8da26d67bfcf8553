package jvisor.bench;

import java.util.EnumSet;
import java.util.HexFormat;
import jvisor.cpu.interpreter.CodeCache;
import jvisor.cpu.interpreter.HotTier;
import jvisor.cpu.interpreter.InstructionSet;
import jvisor.cpu.interpreter.Interpreter;
import jvisor.cpu.model.CpuFeature;
import jvisor.cpu.model.CpuModel;
import jvisor.cpu.state.Control;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.InterruptUnit;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.platform.GuestMemory;
import jvisor.platform.MmioBus;
import jvisor.platform.PortBus;
import jvisor.platform.VmClock;
import org.jspecify.annotations.Nullable;

/** A processor in 64-bit code without paging, with a megabyte of memory and nothing around it. */
public final class Guest implements AutoCloseable {
  private static final long CODE = 0x1000;
  private static final long STACK = 0x80000;
  private static final int RSP = 4;

  private final GuestMemory memory = new GuestMemory(1 << 20, 1L << 31, new MmioBus());
  private final PortBus ports = new PortBus();
  private final Vcpu processor;
  private final CodeCache code;
  private final Interpreter engine;

  /** Creates a guest about to run {@code code}, written as hexadecimal digits. */
  Guest(String code) {
    this(code, null, new NoInterrupts());
  }

  /** The same, with {@code tier} for hot blocks, which is closed in the end, and interrupts. */
  public Guest(String code, @Nullable HotTier tier, InterruptUnit interrupts) {
    byte[] bytes = HexFormat.of().parseHex(code.replace(" ", ""));
    memory.write(CODE, bytes, 0, bytes.length);
    CpuModel model =
        new CpuModel("bench", CpuModel.AMD, "bench", 0, EnumSet.allOf(CpuFeature.class), 40, false);
    processor = new Vcpu(0, model, memory, ports, new NoTime());
    VcpuState state = processor.state;
    state.setCr(0, Control.CR0_PE);
    state.setCr(4, Control.CR4_OSFXSR | Control.CR4_OSXMMEXCPT | Control.CR4_OSXSAVE);
    state.set(VcpuState.XCR0, 7);
    state.setMxcsr(0x1f80);
    state.set(VcpuState.EFER, Control.EFER_LMA);
    state.setSegment(Segment.CS, 8, 0, 0xffff_ffffL, Segment.LONG | 0x9b00);
    state.setReg(RSP, STACK);
    state.setRip(CODE);
    processor.modeChanged();
    this.code = tier == null ? new CodeCache(memory) : new CodeCache(memory, tier);
    engine =
        new Interpreter(
            processor,
            InstructionSet.semantics(),
            interrupts,
            (rip, unknown) -> {
              throw new IllegalStateException("unknown code at " + Long.toHexString(rip));
            },
            true,
            this.code);
  }

  /** Its processor. */
  public Vcpu processor() {
    return processor;
  }

  /** Its ports, at which there is nothing yet. */
  public PortBus ports() {
    return ports;
  }

  /** Its memory. */
  public GuestMemory memory() {
    return memory;
  }

  /** Runs so many instructions and answers how many have been retired since the start. */
  public long run(long count) {
    engine.run(count);
    return processor.retired();
  }

  @Override
  public void close() {
    engine.close();
    code.close();
    processor.close();
    memory.close();
  }

  /** No interrupts ever. */
  private static final class NoInterrupts implements InterruptUnit {
    @Override
    public boolean hasNmi() {
      return false;
    }

    @Override
    public void takeNmi() {}

    @Override
    public boolean hasInterrupt() {
      return false;
    }

    @Override
    public int acknowledge() {
      return -1;
    }
  }

  private static final class NoTime implements VmClock {
    @Override
    public long now() {
      return 0;
    }

    @Override
    public Timer timer(Runnable expiry) {
      throw new IllegalStateException("no timers here");
    }

    @Override
    public long epochSeconds() {
      return 0;
    }
  }
}
