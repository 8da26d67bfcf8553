package jvisor.machine.vm;

import java.util.Optional;
import jvisor.cpu.model.CpuModel;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.machine.CpuSpec;
import jvisor.machine.MachineConfig;
import jvisor.machine.trace.TraceHeader;
import jvisor.machine.trace.TraceRecorder;

/** Those who look on while a machine's processors run, as its configuration has it. */
final class Onlookers implements AutoCloseable {
  private final Optional<TraceRecorder> recorder;

  Onlookers(MachineConfig config, CpuModel model) {
    recorder =
        config
            .trace()
            .map(spec ->
                new TraceRecorder(
                    spec.out(),
                    new TraceHeader(name(config.cpu()), model.features()),
                    spec.from(),
                    spec.count(),
                    spec.trouble()));
  }

  /** Has them look at one more processor, before it decodes anything. */
  void watch(Vcpu vcpu) {
    recorder.ifPresent(vcpu::observe);
  }

  private static String name(CpuSpec cpu) {
    StringBuilder name = new StringBuilder(cpu.model());
    cpu.add().forEach(feature -> name.append(",+").append(feature));
    cpu.remove().forEach(feature -> name.append(",-").append(feature));
    return name.toString();
  }

  /** The machine has run for the last time: they finish what they write. */
  @Override
  public void close() {
    recorder.ifPresent(TraceRecorder::close);
  }
}
