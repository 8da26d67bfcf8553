package jvisor.app;

import java.util.List;
import jvisor.machine.EngineOffer;
import jvisor.machine.EngineOffer.State;
import jvisor.machine.MachineConfig;
import jvisor.machine.MachineException;
import jvisor.machine.VirtualMachine;

/** The program with {@link FakeMachine} in the place of machines. */
public final class FakeMain {
  private FakeMain() {}

  /** As {@link Main#main}. */
  public static void main(String[] arguments) {
    System.exit(new Cli(new Fakes()).run(arguments));
  }

  private static final class Fakes implements MachineFactory {
    @Override
    public VirtualMachine create(MachineConfig config) throws MachineException {
      return new FakeMachine(config);
    }

    @Override
    public VirtualMachine createLockStep(MachineConfig config) throws MachineException {
      return new FakeMachine(config);
    }

    @Override
    public List<EngineOffer> engines() {
      return List.of(
          new EngineOffer("kvm", State.REFUSED, "no /dev/kvm"),
          new EngineOffer("translator", State.ABSENT, "not in this version"),
          new EngineOffer("interpreter", State.OFFERED, "any host"));
    }
  }
}
