package jvisor.conformance;

import jvisor.cpu.vcpu.InterruptUnit;
import jvisor.cpu.vcpu.Vcpu;

/** Makes engines. */
@FunctionalInterface
interface EngineMaker {
  /** Makes the engine of a processor. */
  EngineKind.Engine create(Vcpu vcpu, InterruptUnit interrupts);
}
