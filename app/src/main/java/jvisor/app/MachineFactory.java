package jvisor.app;

import java.util.List;
import jvisor.machine.EngineOffer;
import jvisor.machine.MachineConfig;
import jvisor.machine.MachineException;
import jvisor.machine.VirtualMachine;
import jvisor.machine.lockstep.LockStep;
import jvisor.machine.vm.Machines;

/** Where machines come from; tests put another in the place of {@link Machines}. */
interface MachineFactory {
  /** Creates a machine, its guest loaded. */
  VirtualMachine create(MachineConfig config) throws MachineException;

  /** Creates a machine that compares its engine with the reference. */
  VirtualMachine createLockStep(MachineConfig config) throws MachineException;

  /** The engines that exist, and which of them this host offers. */
  List<EngineOffer> engines();

  /** The real ones. */
  static MachineFactory real() {
    return new MachineFactory() {
      @Override
      public VirtualMachine create(MachineConfig config) throws MachineException {
        return Machines.create(config);
      }

      @Override
      public VirtualMachine createLockStep(MachineConfig config) throws MachineException {
        return LockStep.create(config);
      }

      @Override
      public List<EngineOffer> engines() {
        return Machines.engines();
      }
    };
  }
}
