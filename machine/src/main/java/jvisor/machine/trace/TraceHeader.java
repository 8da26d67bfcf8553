package jvisor.machine.trace;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import jvisor.isa.Feature;

/**
 * What a trace says of the machine as a whole.
 *
 * @param cpu the processor model's name
 * @param features what its decoder knows
 */
public record TraceHeader(String cpu, Set<Feature> features) {
  static final long MAGIC = 0x0a1a_0a0d_5456_4a89L;
  static final int VERSION = 1;

  String text() {
    String names = features.stream().sorted().map(Feature::name).collect(Collectors.joining(" "));
    return "cpu=" + cpu.replace('\n', ' ') + "\nfeatures=" + names + "\n";
  }

  static TraceHeader of(String text) {
    String cpu = "";
    Set<Feature> features = EnumSet.noneOf(Feature.class);
    for (String line : text.split("\n", -1)) {
      int equals = line.indexOf('=');
      String value = line.substring(equals + 1);
      switch (line.substring(0, Math.max(0, equals))) {
        case "cpu" -> cpu = value;
        case "features" -> add(value, features);
        default -> {}
      }
    }
    return new TraceHeader(cpu, features);
  }

  private static void add(String names, Set<Feature> to) {
    for (String name : names.split(" ", -1)) {
      for (Feature feature : Feature.values()) {
        if (feature.name().equals(name.toUpperCase(Locale.ROOT))) {
          to.add(feature);
        }
      }
    }
  }
}
