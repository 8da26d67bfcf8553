package jvisor.bench;

import java.util.List;

/** The averages that figures are given as. */
public final class Statistics {
  private Statistics() {}

  /** The middle one of {@code values}, or the mean of the two in the middle. */
  public static double median(List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("no values have no median");
    }
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /** The n-th root of the product of {@code values}, all of them above 0. */
  public static double geometricMean(List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("no values have no mean");
    }
    double logarithms = 0;
    for (double value : values) {
      if (!(value > 0)) {
        throw new IllegalArgumentException(value + " has no part in a geometric mean");
      }
      logarithms += Math.log(value);
    }
    return Math.exp(logarithms / values.size());
  }

  /** How far {@code values} lie apart: from least to greatest, as a part of the median. */
  public static double spread(List<Double> values) {
    double least = values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    double greatest = values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    return (greatest - least) / median(values);
  }
}
