package jvisor.cpu.oracle;

import java.util.List;
import jvisor.cpu.alone.NoInterrupts;
import jvisor.cpu.interpreter.Exit;
import jvisor.cpu.interpreter.InstructionSet;
import jvisor.cpu.interpreter.Interpreter;
import jvisor.cpu.state.VcpuState;

/**
 * The interpreter with its ops for frequent forms. Exceptions have no handlers here: they end in
 * shutdown, which {@link #SHUTDOWN} stands for.
 */
final class EngineProcessor implements Processor {
  /** The vector of every exception. */
  static final int SHUTDOWN = 255;

  private final FlatVcpu flat = new FlatVcpu();
  private final Interpreter engine =
      new Interpreter(
          flat.c, InstructionSet.semantics(), new NoInterrupts(), (rip, bytes) -> {}, true);

  @Override
  public void execute(List<MachineState> states) {
    states.forEach(this::execute);
  }

  private void execute(MachineState s) {
    flat.enter(s);
    flat.c.state.set(VcpuState.IDTR_LIMIT, 0);
    flat.c.setShutdown(false);
    Exit exit;
    do {
      exit = engine.run(1);
    } while (exit == Exit.BUDGET && flat.c.state.rip() == MachineState.CODE_BASE);
    s.vector = exit == Exit.SHUTDOWN ? SHUTDOWN : MachineState.NONE;
    flat.leave(s);
  }

  @Override
  public void close() {
    engine.close();
    flat.close();
  }
}
