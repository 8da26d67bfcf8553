package jvisor.cpu.model;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Which features presuppose which (SDM vol. 1, 13 and 14; vol. 2, the instructions' exceptions):
 * vector instructions the state that they work on, and the older instructions that software takes
 * for given when it finds the newer ones.
 */
final class Requirements {
  private static final Map<CpuFeature, Set<CpuFeature>> NEEDS = needs();

  private Requirements() {}

  private static Map<CpuFeature, Set<CpuFeature>> needs() {
    Map<CpuFeature, Set<CpuFeature>> needs = new EnumMap<>(CpuFeature.class);
    String text =
        """
        mmxext mmx
        sse fxsr
        sse2 sse
        sse3 sse2
        ssse3 sse3
        sse4_1 ssse3
        sse4_2 sse4_1
        aes sse2
        pclmulqdq sse2
        sha ssse3
        xsaveopt xsave
        xsavec xsave
        xgetbv1 xsave
        xsaves xsavec
        avx xsave sse4_2
        f16c avx
        fma avx
        avx2 avx
        vaes avx aes
        vpclmulqdq avx pclmulqdq
        lm pae sse2
        nx pae
        pcid lm
        pdpe1gb lm
        lahf_lm lm
        fsgsbase lm
        x2apic apic
        tsc_deadline apic
        arat apic
        invariant_tsc tsc
        tsc_adjust tsc
        rdtscp tsc
        """;
    for (String line : text.lines().toList()) {
      EnumSet<CpuFeature> words = EnumSet.noneOf(CpuFeature.class);
      CpuFeature first = null;
      for (String word : line.split(" ", -1)) {
        CpuFeature feature = CpuFeature.named(word).orElseThrow();
        if (first == null) {
          first = feature;
          needs.put(feature, words);
        } else {
          words.add(feature);
        }
      }
    }
    return needs;
  }

  /** What {@code feature} needs, itself included. */
  static Set<CpuFeature> of(CpuFeature feature) {
    EnumSet<CpuFeature> all = EnumSet.of(feature);
    for (CpuFeature need : NEEDS.getOrDefault(feature, Set.of())) {
      all.addAll(of(need));
    }
    return all;
  }

  /** Whether {@code feature} needs {@code other} or is it. */
  static boolean needs(CpuFeature feature, CpuFeature other) {
    return of(feature).contains(other);
  }
}
