package jvisor.bench.programs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * A report's picture: for each program a bar from "as fast as QEMU" to Jvisor's speed relative to
 * it, on a logarithmic scale, and a mark where the native speed is. Readable on light and on dark
 * ground.
 */
final class Picture {
  private static final int WIDTH = 760;
  private static final int LEFT = 206;
  private static final int RIGHT = WIDTH - 84;
  private static final int TOP = 84;
  private static final int PITCH = 26;
  private static final int BAR = 16;
  private static final int GAP = 12;
  private static final int MOST_LABELS = 10;

  private static final String STYLE =
      """
      text{font:13px system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;fill:#1f2328}
      .title{font-size:16px;font-weight:600}
      .strong{font-weight:600}
      .quiet{fill:#59636e;font-size:12px}
      .grid{stroke:#d1d9e0}
      .base{stroke:#59636e;stroke-width:1.5}
      .native{stroke:#1f2328;stroke-width:2.5}
      .faster{fill:#2f6fd0}
      .slower{fill:#d9822b}
      @media (prefers-color-scheme:dark){
      text{fill:#e6edf3}
      .quiet{fill:#9198a1}
      .grid{stroke:#3d444d}
      .base{stroke:#9198a1}
      .native{stroke:#e6edf3}
      .faster{fill:#5a95ef}
      .slower{fill:#e39a4c}
      }
      """;

  private final List<Bar> programs = new ArrayList<>();
  private final List<Bar> boots = new ArrayList<>();
  private final Bar mean;
  private final double least;
  private final double greatest;

  /** Jvisor's and the native speed; QEMU's is 1. */
  private record Bar(String title, OptionalDouble ours, OptionalDouble natively) {}

  /** The picture of {@code report}. */
  Picture(Report report) {
    report.programs().forEach(row -> programs.add(bar(row)));
    report.boots().forEach(row -> boots.add(bar(row)));
    mean =
        new Bar(
            "geometric mean",
            report.mean(Engine.QEMU, Engine.JVISOR),
            report.mean(Engine.QEMU, Engine.NATIVE));
    double low = 0.8;
    double high = 1.25;
    for (Bar bar : all()) {
      for (OptionalDouble speed : List.of(bar.ours(), bar.natively())) {
        low = Math.min(low, speed.orElse(low));
        high = Math.max(high, speed.orElse(high));
      }
    }
    least = low / 1.1;
    greatest = high * 1.1;
  }

  private static Bar bar(Row row) {
    return new Bar(
        row.title(), row.ratio(Engine.QEMU, Engine.JVISOR), row.ratio(Engine.QEMU, Engine.NATIVE));
  }

  private List<Bar> all() {
    List<Bar> all = new ArrayList<>(programs);
    all.add(mean);
    all.addAll(boots);
    return all;
  }

  /** The picture as a file's content. */
  String svg() {
    int bottom = TOP + all().size() * PITCH + 2 * GAP;
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
                + " viewBox=\"0 0 %d %d\" role=\"img\">%n",
            WIDTH,
            bottom + 12,
            WIDTH,
            bottom + 12));
    svg.append("<title>Speed of programs in a guest, relative to QEMU's translator</title>\n");
    svg.append("<style>\n").append(STYLE).append("</style>\n");
    text(svg, 16, 26, "start", "title", "Speed in a guest, relative to QEMU’s translator");
    legend(svg);
    grid(svg, bottom);
    int y = TOP;
    for (Bar bar : programs) {
      draw(svg, bar, y, "");
      y += PITCH;
    }
    y += GAP;
    draw(svg, mean, y, "strong");
    y += PITCH + GAP;
    for (Bar bar : boots) {
      draw(svg, bar, y, "");
      y += PITCH;
    }
    return svg.append("</svg>\n").toString();
  }

  private void legend(StringBuilder svg) {
    int x = 16;
    rect(svg, x, 38, 22, 12, "faster");
    text(svg, x + 28, 49, "start", "quiet", "Jvisor, faster");
    rect(svg, x + 130, 38, 22, 12, "slower");
    text(svg, x + 158, 49, "start", "quiet", "Jvisor, slower");
    line(svg, x + 270, 37, 51, "native");
    text(svg, x + 279, 49, "start", "quiet", "native");
  }

  private void grid(StringBuilder svg, int bottom) {
    for (double value : labels()) {
      boolean base = value == 1;
      double x = x(value);
      line(svg, x, TOP - 6, bottom, base ? "base" : "grid");
      text(svg, x, TOP - 12, "middle", "quiet", base ? "QEMU" : number(value) + "×");
    }
  }

  /** 1, 2 and 5 times powers of ten within the scale, or only the powers if these are too many. */
  private List<Double> labels() {
    List<Double> powers = new ArrayList<>();
    List<Double> all = new ArrayList<>();
    for (int exponent = -6; exponent <= 6; exponent++) {
      for (int first : new int[] {1, 2, 5}) {
        double value =
            exponent < 0 ? first / Math.pow(10, -exponent) : first * Math.pow(10, exponent);
        if (value >= least && value <= greatest) {
          all.add(value);
          if (first == 1) {
            powers.add(value);
          }
        }
      }
    }
    return all.size() <= MOST_LABELS ? all : powers;
  }

  private void draw(StringBuilder svg, Bar bar, int y, String kind) {
    int baseline = y + BAR - 3;
    text(svg, LEFT - 12, baseline, "end", kind, bar.title());
    bar.natively().ifPresent(speed -> line(svg, x(speed), y - 1, y + BAR + 1, "native"));
    if (bar.ours().isEmpty()) {
      text(svg, WIDTH - 16, baseline, "end", "quiet", "–");
      return;
    }
    double speed = bar.ours().getAsDouble();
    double from = Math.min(x(1), x(speed));
    double to = Math.max(x(1), x(speed));
    rect(svg, from, y, Math.max(to - from, 1), BAR, speed >= 1 ? "faster" : "slower");
    text(svg, WIDTH - 16, baseline, "end", kind, Figures.ratio(bar.ours()) + "×");
  }

  private double x(double speed) {
    double part = Math.log(speed / least) / Math.log(greatest / least);
    return LEFT + part * (RIGHT - LEFT);
  }

  private static String number(double value) {
    return value >= 1 ? String.valueOf((long) value) : String.valueOf(value);
  }

  private static void rect(
      StringBuilder svg, double x, double y, double width, double height, String kind) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>%n",
            kind,
            x,
            y,
            width,
            height));
  }

  private static void line(StringBuilder svg, double x, double from, double to, String kind) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n",
            kind,
            x,
            from,
            x,
            to));
  }

  private static void text(
      StringBuilder svg, double x, double y, String anchor, String kind, String words) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text%s x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
            kind.isEmpty() ? "" : " class=\"" + kind + "\"",
            x,
            y,
            anchor,
            escaped(words)));
  }

  private static String escaped(String words) {
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
