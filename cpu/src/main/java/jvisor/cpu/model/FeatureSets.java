package jvisor.cpu.model;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What levels and generations of processors have: the levels of the x86-64 psABI, 3.1.1, and the
 * processors of both vendors, each generation on top of the one before. Only what is implemented is
 * named: AVX-512, XOP, FMA4, SSE4a, 3DNow!, MPX, TSX, protection keys and MONITOR are missing.
 */
final class FeatureSets {
  /** Level 1, and what its operating system finds on every 64-bit processor. */
  static final Set<CpuFeature> V1 =
      set(
          """
          fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr
          sse sse2 syscall nx lm\
          """);

  static final Set<CpuFeature> V2 = on(V1, "sse3 ssse3 cx16 sse4_1 sse4_2 popcnt lahf_lm");

  static final Set<CpuFeature> V3 = on(V2, "xsave avx avx2 bmi1 bmi2 f16c fma abm movbe");

  /** Clocks and an interrupt controller that cost a virtual processor little. */
  static final Set<CpuFeature> TIMERS = set("x2apic tsc_deadline arat invariant_tsc tsc_adjust");

  static final Set<CpuFeature> NEHALEM = on(V2, "rdtscp invariant_tsc");
  static final Set<CpuFeature> WESTMERE = on(NEHALEM, "aes pclmulqdq pcid arat pdpe1gb");
  static final Set<CpuFeature> SANDY_BRIDGE =
      on(WESTMERE, "xsave xsaveopt avx x2apic tsc_deadline");
  static final Set<CpuFeature> IVY_BRIDGE = on(SANDY_BRIDGE, "f16c rdrand fsgsbase erms smep");
  static final Set<CpuFeature> HASWELL =
      on(IVY_BRIDGE, "avx2 bmi1 bmi2 fma movbe invpcid abm tsc_adjust");
  static final Set<CpuFeature> BROADWELL = on(HASWELL, "rdseed adx smap prefetchw");
  static final Set<CpuFeature> SKYLAKE = on(BROADWELL, "xsavec xsaves xgetbv1 clflushopt clwb");
  static final Set<CpuFeature> ICE_LAKE =
      on(SKYLAKE, "sha umip rdpid fsrm vaes vpclmulqdq spec_ctrl arch_capabilities");

  static final Set<CpuFeature> OPTERON = on(V1, "sse3 cx16 lahf_lm rdtscp mmxext");
  static final Set<CpuFeature> BARCELONA = on(OPTERON, "popcnt abm pdpe1gb invariant_tsc");
  static final Set<CpuFeature> ZEN =
      on(
          union(BARCELONA, V3),
          """
          aes pclmulqdq xsaveopt xsavec xsaves xgetbv1 rdrand rdseed adx sha clflushopt smep smap
          fsgsbase prefetchw arat xsaveerptr\
          """);
  static final Set<CpuFeature> ZEN2 = on(ZEN, "clwb rdpid umip x2apic");
  static final Set<CpuFeature> ZEN3 =
      on(ZEN2, "pcid invpcid erms fsrm vaes vpclmulqdq lfence_rdtsc null_sel_clr_base");
  static final Set<CpuFeature> ZEN4 = on(ZEN3, "autoibrs");

  /** The ground of the levels: what AMD's newest claims of itself besides; see the package. */
  static final Set<CpuFeature> AMD_GROUND =
      set(
          "mmxext xsaveerptr topoext lfence_rdtsc null_sel_clr_base autoibrs ssb_no srso_no"
              + " tsa_sq_no tsa_l1_no");

  /** All that is implemented and that an AMD processor may have. */
  static final Set<CpuFeature> MAX = union(ZEN4, TIMERS, AMD_GROUND);

  /** All that is implemented. */
  static final Set<CpuFeature> IMPLEMENTED = union(MAX, ICE_LAKE);

  private FeatureSets() {}

  private static Set<CpuFeature> set(String names) {
    EnumSet<CpuFeature> features = EnumSet.noneOf(CpuFeature.class);
    for (String name : names.split("\\s+", -1)) {
      features.add(CpuFeature.named(name).orElseThrow(() -> new IllegalStateException(name)));
    }
    return Collections.unmodifiableSet(features);
  }

  private static Set<CpuFeature> on(Set<CpuFeature> base, String names) {
    return union(base, set(names));
  }

  /** All features of these sets. */
  @SafeVarargs
  static Set<CpuFeature> union(Set<CpuFeature>... parts) {
    EnumSet<CpuFeature> all = EnumSet.noneOf(CpuFeature.class);
    for (Set<CpuFeature> part : parts) {
      all.addAll(part);
    }
    return Collections.unmodifiableSet(all);
  }
}
