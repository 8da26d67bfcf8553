package jvisor.cpu.oracle;

import java.util.List;

/** Something that executes instructions. */
interface Processor extends AutoCloseable {
  /** Executes the one instruction that each state holds and leaves its outcome in the state. */
  void execute(List<MachineState> states);

  @Override
  void close();
}
