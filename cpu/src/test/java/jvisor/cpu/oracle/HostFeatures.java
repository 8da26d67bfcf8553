package jvisor.cpu.oracle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import jvisor.isa.Feature;

/** What {@code /proc/cpuinfo} says of the host's processor. */
final class HostFeatures {
  private static final List<String> LINES = lines();
  private static final Set<String> FLAGS = Set.copyOf(List.of(value("flags").split(" ")));

  private HostFeatures() {}

  private static List<String> lines() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo"));
    } catch (IOException e) {
      return List.of();
    }
  }

  private static String value(String name) {
    return LINES.stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("");
  }

  /** Whether AMD made it, whose choices our results follow where manuals leave one. */
  static boolean isAmd() {
    return value("vendor_id").equals("AuthenticAMD");
  }

  /** Whether it has what the oracle's program itself needs. */
  static boolean isEnough() {
    return FLAGS.contains("avx") && FLAGS.contains("fsgsbase");
  }

  /** Whether it has a feature. */
  static boolean has(Feature feature) {
    return switch (feature) {
      case AVX2,
          F16C,
          FMA,
          VAES,
          VPCLMULQDQ,
          BMI1,
          BMI2,
          ADX,
          MOVBE,
          CLFLUSHOPT,
          CLWB,
          AES,
          PCLMULQDQ,
          XSAVEC,
          POPCNT,
          SSE4_1,
          SSE4_2,
          SSSE3 ->
          FLAGS.contains(feature.name().toLowerCase(Locale.ROOT));
      case SHA -> FLAGS.contains("sha_ni");
      default -> true;
    };
  }
}
