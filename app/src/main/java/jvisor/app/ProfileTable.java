package jvisor.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import jvisor.machine.Profile;

/** A profile as text. */
final class ProfileTable {
  private static final int CAUSES = 30;

  private final List<String> lines = new ArrayList<>();

  private ProfileTable() {}

  /** The profile's lines. */
  static List<String> lines(Profile profile) {
    ProfileTable table = new ProfileTable();
    table.time(profile);
    profile.translator().ifPresent(table::translator);
    return table.lines;
  }

  private void time(Profile profile) {
    lines.add(String.format(Locale.ROOT, "engine %s, %.2f s", profile.engine(), profile.seconds()));
    for (Profile.Share share : profile.time()) {
      lines.add(String.format(Locale.ROOT, "%6.1f %%  %s", share.percent(), share.where()));
    }
  }

  private void translator(Profile.TranslatorProfile t) {
    head("translations");
    lines.add(
        String.format(
            Locale.ROOT,
            "%,d blocks of %,d instructions as %,d bytes of code; %,d invalidated, %,d flushes",
            t.translatedBlocks(),
            t.translatedInstructions(),
            t.codeBytes(),
            t.invalidated(),
            t.flushes()));
    lines.add(
        String.format(
            Locale.ROOT,
            "emitted code entered %,d times, resumed %,d times",
            t.entries(),
            t.resumed()));
    head("emitted code was left: times, share, cause");
    causes(t.exits());
    head("blocks interpreted: times, share, cause");
    causes(t.interpreted());
    head("blocks not translated: blocks, share, cause");
    causes(t.untranslated());
    head("hottest blocks, by instructions executed as emitted code");
    for (Profile.Hot block : t.blocks()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "gpa %#x la %#x: entered %,d times, %,d instructions each, left within %,d times"
                  + " (%.1f %% of all instructions of emitted code)",
              block.gpa(),
              block.la(),
              block.executions(),
              block.size(),
              block.exits(),
              percent(block.executions() * block.size(), t.executed())));
      lines.addAll(block.code());
    }
  }

  private void causes(List<Profile.Cause> causes) {
    long all = causes.stream().mapToLong(Profile.Cause::count).sum();
    for (Profile.Cause cause : causes.subList(0, Math.min(CAUSES, causes.size()))) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%,14d %5.1f %%  %s%s",
              cause.count(),
              percent(cause.count(), all),
              cause.kind(),
              cause.detail().isEmpty() ? "" : ": " + cause.detail()));
    }
    if (causes.size() > CAUSES) {
      List<Profile.Cause> others = causes.subList(CAUSES, causes.size());
      long rest = others.stream().mapToLong(Profile.Cause::count).sum();
      lines.add(
          String.format(
              Locale.ROOT, "%,14d %5.1f %%  %d others", rest, percent(rest, all), others.size()));
    }
    if (all > 0) {
      lines.add(String.format(Locale.ROOT, "%,14d          in all", all));
    }
  }

  private static double percent(long part, long all) {
    return 100.0 * part / Math.max(1, all);
  }

  private void head(String text) {
    lines.add("");
    lines.add(text);
  }
}
