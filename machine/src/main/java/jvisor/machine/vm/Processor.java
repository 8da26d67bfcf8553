package jvisor.machine.vm;

import jvisor.cpu.apic.LocalApic;
import jvisor.cpu.apic.StartupEvents;
import jvisor.cpu.interpreter.Exit;
import jvisor.cpu.interpreter.Interpreter;
import jvisor.cpu.paravirt.KvmClock;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.system.Reset;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.machine.boot.EntryState;

/**
 * One processor of a machine – registers, local APIC, engine – and what it does besides executing
 * instructions: it is reset, waits in HLT or for a start-up message, and starts (SDM vol. 3,
 * "Multiple-Processor (MP) Initialization"). The one with number 0 is the bootstrap processor.
 */
final class Processor implements StartupEvents, AutoCloseable {
  private static final int NONE = -1;

  private final Vcpu vcpu;
  private final LocalApic apic;
  private final KvmClock kvmClock;
  private final Interpreter engine;
  private boolean running;
  private boolean waitsForStartup;
  private boolean initPending;

  /** The vector of a start-up message that came behind the INIT that is pending, or this. */
  private int startPending = NONE;

  /** Puts together what has been wired; the processor still has to be {@link #reset}. */
  Processor(Vcpu vcpu, LocalApic apic, KvmClock kvmClock, Interpreter engine) {
    this.vcpu = vcpu;
    this.apic = apic;
    this.kvmClock = kvmClock;
    this.engine = engine;
    apic.onStartup(this);
  }

  /** Registers and what instructions reach. */
  Vcpu vcpu() {
    return vcpu;
  }

  /** The local APIC. */
  LocalApic apic() {
    return apic;
  }

  /** Power-on and RESET#: the bootstrap processor is at the reset vector, others wait. */
  void reset() {
    Reset.powerOn(vcpu);
    apic.reset();
    kvmClock.reset();
    waitsForStartup = vcpu.number != 0;
    initPending = false;
    startPending = NONE;
  }

  /** Enters as a boot protocol has it; after {@link #reset}. */
  void enter(EntryState entry) {
    EntryRegisters.apply(vcpu, entry);
  }

  /** Runs at most {@code budget} instructions; the processor {@link #isReady}. */
  Exit run(long budget) {
    begin();
    Exit exit = execute(budget);
    end();
    return exit;
  }

  /** The parts of {@link #run}: from here on the processor may be inside an instruction. */
  void begin() {
    running = true;
    vcpu.attention.raise();
  }

  /** Executes at most {@code budget} instructions; all that needs no lock. */
  Exit execute(long budget) {
    return engine.run(budget);
  }

  /** The processor is between two instructions again. */
  void end() {
    running = false;
    if (initPending) {
      becomeInit();
    }
  }

  /** Whether it would execute instructions if it ran now. */
  boolean isReady() {
    return !waitsForStartup && (!vcpu.isHalted() || interruptible());
  }

  /** Whether nothing but another processor, or a reset, can make it go on. */
  boolean isDead() {
    return waitsForStartup
        || vcpu.isHalted() && (vcpu.state.systemFlags() & Rflags.IF) == 0 && !interruptible();
  }

  /** Whether it waits for a start-up message. */
  boolean waitsForStartup() {
    return waitsForStartup;
  }

  /** Whether something waits that can take it out of HLT. */
  private boolean interruptible() {
    return apic.hasNmi() && !vcpu.isNmiBlocked()
        || apic.hasInterrupt() && (vcpu.state.systemFlags() & Rflags.IF) != 0;
  }

  @Override
  public void init() {
    if (running) {
      initPending = true;
      vcpu.request();
    } else {
      becomeInit();
    }
  }

  private void becomeInit() {
    initPending = false;
    Reset.init(vcpu);
    apic.init();
    kvmClock.reset();
    waitsForStartup = vcpu.number != 0;
    vcpu.attention.raise();
    if (startPending != NONE) {
      int vector = startPending;
      startPending = NONE;
      startUp(vector);
    }
  }

  @Override
  public void startUp(int vector) {
    if (initPending) {
      startPending = vector;
    } else if (waitsForStartup) {
      waitsForStartup = false;
      Reset.startup(vcpu, vector);
      vcpu.attention.raise();
    }
  }

  @Override
  public void close() {
    engine.close();
    vcpu.close();
  }
}
