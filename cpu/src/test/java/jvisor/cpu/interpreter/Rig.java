package jvisor.cpu.interpreter;

import java.util.EnumSet;
import jvisor.cpu.model.CpuFeature;
import jvisor.cpu.model.CpuModel;
import jvisor.cpu.state.Control;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.translator.TranslatorOptions;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.platform.GuestMemory;
import jvisor.platform.MmioBus;
import jvisor.platform.PortBus;
import org.jspecify.annotations.Nullable;

/** A processor in 64-bit code with linear addresses that are physical ones, and no devices. */
final class Rig implements AutoCloseable {
  static final long CODE = 0x1000;
  static final long STACK = 0x80000;
  static final int RAX = 0;
  static final int RCX = 1;
  static final int RBX = 3;
  static final int RSP = 4;

  final GuestMemory memory;
  final Vcpu c;
  final InstructionTime time;
  final Interrupts interrupts;
  private final CodeCache cache;
  private final boolean ownsCache;
  private final boolean ownsMemory;
  final Interpreter engine;

  Rig(Form form) {
    this(form, TranslatorOptions.always());
  }

  /** A processor whose translations, if it has any, are made like this and verified. */
  Rig(Form form, TranslatorOptions options) {
    this(form, options, 0, new GuestMemory(1 << 20, 1L << 31, new MmioBus()), null, true);
  }

  /** Another processor, with the memory and the code of {@code first}. */
  Rig(Rig first) {
    this(
        Form.FAST_FORMS,
        TranslatorOptions.always(),
        first.c.number + 1,
        first.memory,
        first.cache,
        false);
  }

  /** A processor with a memory that the caller closes. */
  Rig(Form form, GuestMemory memory) {
    this(form, TranslatorOptions.always(), 0, memory, null, false);
  }

  private Rig(
      Form form,
      TranslatorOptions options,
      int number,
      GuestMemory memory,
      @Nullable CodeCache shared,
      boolean ownsMemory) {
    this.memory = memory;
    ownsCache = shared == null;
    this.ownsMemory = ownsMemory;
    cache = shared == null ? form.cache(memory, options) : shared;
    CpuModel model =
        new CpuModel("test", CpuModel.AMD, "test", 0, EnumSet.allOf(CpuFeature.class), 40, false);
    time = new InstructionTime(this::retired);
    c = new Vcpu(number, model, memory, new PortBus(), time);
    c.state.setCr(0, Control.CR0_PE);
    c.state.set(VcpuState.EFER, Control.EFER_LMA);
    c.state.setSegment(Segment.CS, 8, 0, 0xffff_ffffL, Segment.LONG | 0x9b00);
    c.modeChanged();
    c.state.setReg(RSP, STACK);
    interrupts = new Interrupts(c);
    engine =
        new Interpreter(
            c,
            InstructionSet.semantics(),
            interrupts,
            (rip, bytes) -> {},
            form != Form.SEMANTICS,
            cache);
    c.state.setRip(CODE);
  }

  /** Puts code bytes, written as hexadecimal digits, at a gpa. */
  void code(long gpa, String hex) {
    byte[] bytes = java.util.HexFormat.of().parseHex(hex.replace(" ", ""));
    memory.write(gpa, bytes, 0, bytes.length);
  }

  long reg(int index) {
    return c.state.reg(index);
  }

  private long retired() {
    return c.retired();
  }

  @Override
  public void close() {
    engine.close();
    c.close();
    if (ownsCache) {
      cache.close();
    }
    if (ownsMemory) {
      memory.close();
    }
  }
}
