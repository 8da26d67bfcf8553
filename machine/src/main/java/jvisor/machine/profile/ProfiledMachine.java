package jvisor.machine.profile;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import jvisor.cpu.profile.Activity;
import jvisor.cpu.profile.ProfiledTier;
import jvisor.cpu.profile.TierReport;
import jvisor.machine.ExitReason;
import jvisor.machine.Profile;
import jvisor.machine.ProfileSpec;
import jvisor.machine.StopReason;
import jvisor.machine.VirtualMachine;
import org.jspecify.annotations.Nullable;

/** A machine of whose run a profile is made. */
public final class ProfiledMachine implements VirtualMachine {
  private final VirtualMachine machine;
  private final @Nullable ProfiledTier tier;
  private final ProfileSpec spec;

  /**
   * Puts a profile around {@code machine}.
   *
   * @param tier the translator that the machine has, or null if it has none
   */
  public ProfiledMachine(VirtualMachine machine, @Nullable ProfiledTier tier, ProfileSpec spec) {
    this.machine = machine;
    this.tier = tier;
    this.spec = spec;
  }

  @Override
  public ExitReason run() {
    long start = System.nanoTime();
    Sampler sampler =
        new Sampler(
            Thread.currentThread(), () -> tier == null ? Activity.ELSEWHERE : tier.activity());
    ExitReason end;
    try {
      end = machine.run();
    } finally {
      sampler.close();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    spec.done()
        .accept(
            new Profile(
                machine.engine(),
                seconds,
                shares(sampler),
                Optional.ofNullable(tier).map(t -> translator(t.report(spec.blocks())))));
    return end;
  }

  private static List<Profile.Share> shares(Sampler sampler) {
    long all = Arrays.stream(Place.values()).mapToLong(sampler::samples).sum();
    return Arrays.stream(Place.values())
        .map(place -> {
          long samples = sampler.samples(place);
          return new Profile.Share(place.text(), samples, 100.0 * samples / Math.max(1, all));
        })
        .toList();
  }

  private static Profile.TranslatorProfile translator(TierReport report) {
    return new Profile.TranslatorProfile(
        report.translated(),
        report.translatedInstructions(),
        report.codeBytes(),
        report.invalidated(),
        report.flushes(),
        report.entries(),
        report.resumed(),
        report.executed(),
        causes(report.exits()),
        causes(report.interpreted()),
        causes(report.refused()),
        report.blocks().stream()
            .map(b ->
                new Profile.Hot(b.gpa(), b.la(), b.size(), b.executions(), b.exits(), b.code()))
            .toList());
  }

  private static List<Profile.Cause> causes(List<TierReport.Line> lines) {
    return lines.stream()
        .map(line ->
            new Profile.Cause(
                line.cause().kind().text(),
                line.cause().detail(),
                line.times(),
                line.instructions()))
        .toList();
  }

  @Override
  public void requestStop(StopReason why) {
    machine.requestStop(why);
  }

  @Override
  public String dumpState() {
    return machine.dumpState();
  }

  @Override
  public String engine() {
    return machine.engine();
  }

  @Override
  public void close() {
    machine.close();
  }
}
