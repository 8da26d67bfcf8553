package jvisor.cpu.translator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import jvisor.isa.Feature;

/** What instructions the host's processor has, as {@code /proc/cpuinfo} of Linux tells. */
final class HostFeatures {
  private HostFeatures() {}

  /** The features whose rows can be emitted; vector ones only where there is AVX2. */
  static Set<Feature> read() {
    try {
      return of(Files.readAllLines(Path.of("/proc/cpuinfo")));
    } catch (IOException e) {
      return of(List.of());
    }
  }

  /** The features in the text of {@code /proc/cpuinfo}. */
  static Set<Feature> of(List<String> cpuinfo) {
    Set<String> flags = Set.of();
    for (String line : cpuinfo) {
      if (line.startsWith("flags")) {
        flags = Set.of(line.substring(line.indexOf(':') + 1).strip().split(" "));
        break;
      }
    }
    Set<Feature> features = EnumSet.of(Feature.BASE, Feature.CX8, Feature.CMOV, Feature.LONG_MODE);
    for (Feature feature : Feature.values()) {
      if (has(flags, feature)) {
        features.add(feature);
      }
    }
    return features;
  }

  private static boolean has(Set<String> flags, Feature feature) {
    boolean vectors = flags.contains("avx2");
    return switch (feature) {
      case SSE,
          SSE2,
          SSSE3,
          SSE4_1,
          SSE4_2,
          AES,
          PCLMULQDQ,
          AVX,
          AVX2,
          F16C,
          FMA,
          VAES,
          VPCLMULQDQ ->
          vectors && flags.contains(feature.name().toLowerCase(Locale.ROOT));
      case FPU, MMX ->
          flags.contains(feature.name().toLowerCase(Locale.ROOT)) && flags.contains("bmi2");
      case SSE3 -> vectors && flags.contains("pni");
      case SHA -> vectors && flags.contains("sha_ni");
      case AES_AVX -> vectors && flags.contains("aes");
      case PCLMULQDQ_AVX -> vectors && flags.contains("pclmulqdq");
      case LZCNT -> flags.contains("abm");
      case LAHF64 -> flags.contains("lahf_lm");
      case POPCNT, CX16, MOVBE, BMI1, BMI2, ADX ->
          flags.contains(feature.name().toLowerCase(Locale.ROOT));
      default -> false;
    };
  }
}
