package jvisor.machine.vm;

import java.util.Optional;
import java.util.stream.Stream;
import jvisor.cpu.model.CpuModel;
import jvisor.cpu.vcpu.Observer;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.machine.CpuSpec;
import jvisor.machine.MachineConfig;
import jvisor.machine.TraceSpec;
import jvisor.machine.explain.Narrator;
import jvisor.machine.trace.TraceHeader;
import jvisor.machine.trace.TraceRecorder;

/** Those who look on while a machine's processors run, as its configuration has it. */
final class Onlookers implements AutoCloseable {
  private final Optional<TraceRecorder> recorder;
  private final Optional<Narrator> narrator;
  private final Optional<Observer> all;

  /** The onlookers of a machine whose guest was, or was not, loaded as a Linux kernel. */
  Onlookers(MachineConfig config, CpuModel model, boolean linux) {
    TraceHeader header = new TraceHeader(name(config.cpu()), model.features());
    recorder = config.trace().map(spec -> recorder(spec, header));
    narrator = config.explain().map(spec -> new Narrator(spec, linux));
    all =
        Stream.concat(recorder.stream(), narrator.stream())
            .map(Observer.class::cast)
            .reduce(Both::new);
  }

  private static TraceRecorder recorder(TraceSpec spec, TraceHeader header) {
    return new TraceRecorder(spec.out(), header, spec.from(), spec.count(), spec.trouble());
  }

  /** Has them look at one more processor, before it decodes anything. */
  void watch(Vcpu vcpu) {
    all.ifPresent(vcpu::observe);
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
    narrator.ifPresent(Narrator::close);
  }
}
