package jvisor.conformance;

import jvisor.cpu.apic.ApicBus;
import jvisor.cpu.apic.LocalApic;
import jvisor.cpu.interpreter.Exit;
import jvisor.cpu.model.CpuModel;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.system.Reset;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.machine.clock.InstructionClock;
import jvisor.machine.clock.Wakeup;
import jvisor.platform.ExternalInterrupts;
import jvisor.platform.GuestMemory;
import jvisor.platform.MmioBus;
import jvisor.platform.PortBus;

/**
 * One processor with its local APIC, memory and time that is a count of instructions (one each
 * nanosecond): the least that system software can be tried on.
 */
final class Bench implements AutoCloseable {
  private static final long LOW_LIMIT = 1L << 31;
  private static final int MIPS = 1000;

  /** How a run ended. */
  enum End {
    /** HLT with nothing that could end it. */
    HALTED,
    SHUTDOWN,
    /** The program went on for more instructions than it was given. */
    RUNNING
  }

  final GuestMemory memory;
  final PortBus ports = new PortBus();
  final Vcpu vcpu;
  private final LocalApic apic;
  private final InstructionClock clock;
  private final Wakeup wakeup = new Wakeup();
  private final EngineKind.Engine engine;
  private long retired;

  Bench(CpuModel model, long ramSize) {
    this(model, ramSize, EngineKind.chosen());
  }

  Bench(CpuModel model, long ramSize, EngineMaker engines) {
    memory = new GuestMemory(ramSize, LOW_LIMIT, new MmioBus());
    clock = new InstructionClock(0, this::retired, MIPS);
    vcpu = new Vcpu(0, model, memory, ports, clock);
    apic = new LocalApic(0, model, clock, vcpu.attention, new NoPics(), vector -> {});
    new ApicBus().add(apic);
    apic.onModeChange(() -> vcpu.mmu.setLocalPage(apic.page(), apic.mmio()));
    vcpu.setApic(apic);
    clock.onEarlier(vcpu::request);
    engine = engines.create(vcpu, apic);
  }

  private long retired() {
    // The clock asks while the processor is still being made.
    Vcpu processor = vcpu;
    return processor == null ? retired : processor.retired();
  }

  /** Puts {@code bytes} at the gpa {@code at}. */
  void place(long at, byte[] bytes) {
    memory.write(at, bytes, 0, bytes.length);
  }

  /** Resets the processor and starts it in real mode at {@code page} × 4 KiB. */
  void start(int page) {
    Reset.powerOn(vcpu);
    apic.reset();
    Reset.startup(vcpu, page);
  }

  /** Runs until nothing can go on, but at most {@code limit} instructions. */
  End run(long limit) {
    long end = vcpu.retired() + limit;
    while (vcpu.retired() < end) {
      clock.fireDue();
      if (vcpu.isHalted() && !wakes()) {
        boolean interruptible = (vcpu.state.systemFlags() & Rflags.IF) != 0;
        if (!interruptible || clock.nextDeadline() == InstructionClock.NEVER) {
          return End.HALTED;
        }
        clock.idle(wakeup);
        continue;
      }
      vcpu.attention.raise();
      if (engine.run(Math.min(clock.budget(), end - vcpu.retired())) == Exit.SHUTDOWN) {
        return End.SHUTDOWN;
      }
    }
    return End.RUNNING;
  }

  private boolean wakes() {
    return apic.hasNmi() && !vcpu.isNmiBlocked()
        || apic.hasInterrupt() && (vcpu.state.systemFlags() & Rflags.IF) != 0;
  }

  @Override
  public void close() {
    engine.close();
    vcpu.close();
    memory.close();
  }

  private static final class NoPics implements ExternalInterrupts {
    @Override
    public boolean pending() {
      return false;
    }

    @Override
    public int acknowledge() {
      return 0xff;
    }
  }
}
