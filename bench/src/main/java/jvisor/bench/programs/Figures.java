package jvisor.bench.programs;

import java.util.Locale;
import java.util.OptionalDouble;

/** Figures as people read them, with three digits. */
final class Figures {
  private static final String NONE = "–";
  private static final String[] UNITS = {"s", "ms", "µs", "ns"};

  private Figures() {}

  /** A time in the largest unit of which it is at least one. */
  static String time(OptionalDouble seconds) {
    if (seconds.isEmpty()) {
      return NONE;
    }
    double value = seconds.getAsDouble();
    int unit = 0;
    // Half a digit below one is still written as one.
    while (value < 0.9995 && unit < UNITS.length - 1) {
      value *= 1000;
      unit++;
    }
    return plain(value) + " " + UNITS[unit];
  }

  /** A ratio. */
  static String ratio(OptionalDouble value) {
    return value.isEmpty() ? NONE : plain(value.getAsDouble());
  }

  /** A part of a whole, in whole percents. */
  static String percent(double part) {
    return String.format(Locale.ROOT, "%.0f %%", part * 100);
  }

  private static String plain(double value) {
    int decimals = 2;
    for (double limit = 9.995; value >= limit && decimals > 0; limit *= 10) {
      decimals--;
    }
    for (double limit = 0.9995; value < limit && decimals < 4 && value > 0; limit /= 10) {
      decimals++;
    }
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
