package jvisor.machine.lockstep;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.machine.BootException;
import jvisor.machine.ConfigException;
import jvisor.machine.ExitReason;
import jvisor.machine.MachineConfig;
import jvisor.machine.SerialEnd;
import jvisor.machine.vm.EngineMaker;
import jvisor.machine.vm.Machines;
import jvisor.machine.vm.SteppedMachine;
import org.jspecify.annotations.Nullable;

/** One of the two machines, what it has said lately, and what it is told. */
final class Side implements AutoCloseable {
  /** The end of its serial line: nothing of the host reaches it but what both are given. */
  private static final class Line implements SerialEnd {
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final ArrayDeque<Byte> typed = new ArrayDeque<>();
    private Runnable notice = () -> {};

    @Override
    public void write(int value) {
      said.write(value);
    }

    @Override
    public int read() {
      Byte next = typed.poll();
      return next == null ? -1 : next & 0xff;
    }

    @Override
    public void onReadable(Runnable onReadable) {
      notice = onReadable;
    }
  }

  final SteppedMachine machine;
  final Witness witness = new Witness();
  final ByteArrayOutputStream debugcon = new ByteArrayOutputStream();
  private final Line line = new Line();
  private @Nullable ExitReason end;

  /** A machine as {@code config} has it, but with these engines, and with nobody who looks on. */
  Side(MachineConfig config, EngineMaker engines, Consumer<String> notices)
      throws BootException, ConfigException {
    MachineConfig own =
        new MachineConfig(
            config.boot(),
            config.memoryBytes(),
            config.cpus(),
            config.processors(),
            config.cpu(),
            config.engine(),
            config.translator(),
            config.hypervisor(),
            config.clock(),
            config.seed(),
            line,
            debugcon::write,
            config.debugExit(),
            config.noReboot(),
            config.onTripleFault(),
            notices,
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    machine = Machines.create(own, engines);
    for (Vcpu vcpu : machine.processors()) {
      vcpu.observe(witness);
    }
  }

  /** Runs until so many instructions are retired, it ends, or it waits for the host. */
  void runTo(long count) {
    if (end == null) {
      end = machine.runTo(count);
    }
  }

  /** Why it has ended, or null. */
  @Nullable ExitReason end() {
    return end;
  }

  List<Vcpu> processors() {
    return machine.processors();
  }

  /** What has been said on the serial line since {@link #forget}. */
  byte[] serial() {
    return line.said.toByteArray();
  }

  /** What it has said is forgotten. */
  void forget() {
    line.said.reset();
    debugcon.reset();
    witness.forget();
  }

  /** Bytes that have been typed and not been taken. */
  int backlog() {
    return line.typed.size();
  }

  /** Types. */
  void type(byte[] bytes) {
    for (byte b : bytes) {
      line.typed.add(b);
    }
    line.notice.run();
  }

  @Override
  public void close() {
    machine.close();
  }
}
