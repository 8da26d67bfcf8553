package jvisor.cpu.model;

import java.util.Locale;
import java.util.Set;

/**
 * The models that have names: levels of the x86-64 psABI on the ground of the default model, and
 * processors of both vendors with family, model and stepping of their servers (SDM vol. 4, 2; AMD's
 * revision guides) and the highest leaves that these have.
 */
enum NamedModel {
  DEFAULT(FeatureSets.MAX),
  MAX(FeatureSets.MAX),
  V1(levelled(FeatureSets.V1)),
  V2(levelled(FeatureSets.V2)),
  V3(levelled(FeatureSets.V3)),

  /** Intel's newest here. */
  INTEL(0x06, 0x6a, 6, 0x1f, FeatureSets.ICE_LAKE),
  NEHALEM(0x06, 0x1a, 5, 0x0b, FeatureSets.NEHALEM),
  WESTMERE(0x06, 0x2c, 2, 0x0b, FeatureSets.WESTMERE),
  SANDYBRIDGE(0x06, 0x2d, 7, 0x0d, FeatureSets.SANDY_BRIDGE),
  IVYBRIDGE(0x06, 0x3e, 4, 0x0d, FeatureSets.IVY_BRIDGE),
  HASWELL(0x06, 0x3f, 2, 0x0f, FeatureSets.HASWELL),
  BROADWELL(0x06, 0x4f, 1, 0x14, FeatureSets.BROADWELL),
  SKYLAKE(0x06, 0x55, 4, 0x16, FeatureSets.SKYLAKE),
  ICELAKE(0x06, 0x6a, 6, 0x1b, FeatureSets.ICE_LAKE),

  OPTERON(0x0f, 0x41, 2, 0x01, FeatureSets.OPTERON),
  BARCELONA(0x10, 0x02, 3, 0x05, FeatureSets.BARCELONA),
  ZEN(0x17, 0x01, 2, 0x0d, FeatureSets.ZEN),
  ZEN2(0x17, 0x31, 0, 0x10, FeatureSets.ZEN2),
  ZEN3(0x19, 0x01, 1, 0x10, FeatureSets.ZEN3),
  ZEN4(0x19, 0x11, 1, 0x10, FeatureSets.ZEN4);

  private static final int PHYSICAL_BITS = 40;
  private static final int INTEL_FAMILY = 6;

  private final int family;
  private final int model;
  private final int stepping;
  private final int lastLeaf;

  @SuppressWarnings("ImmutableEnumChecker") // the set cannot be changed
  private final Set<CpuFeature> features;

  /** Stands on family 19h, model 11h, with leaves beyond those of AMD. */
  NamedModel(Set<CpuFeature> features) {
    this(0x19, 0x11, 1, 0x1f, features);
  }

  NamedModel(int family, int model, int stepping, int lastLeaf, Set<CpuFeature> features) {
    this.family = family;
    this.model = model;
    this.stepping = stepping;
    this.lastLeaf = lastLeaf;
    this.features = features;
  }

  private static Set<CpuFeature> levelled(Set<CpuFeature> level) {
    return FeatureSets.union(level, FeatureSets.TIMERS, FeatureSets.AMD_GROUND);
  }

  /** The name in {@code --cpu}. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The model, without a hypervisor. */
  CpuModel model() {
    boolean intel = family == INTEL_FAMILY;
    boolean named = lastLeaf < 0x1f;
    return new CpuModel(
        label(),
        intel ? CpuModel.INTEL : CpuModel.AMD,
        named ? "Jvisor Processor (" + label() + ")" : "Jvisor Processor",
        signature(),
        features,
        PHYSICAL_BITS,
        false,
        lastLeaf,
        lastExtendedLeaf());
  }

  /** Leaf 1 EAX (SDM vol. 2, CPUID, figure 3-6). */
  private int signature() {
    int shownFamily = Math.min(family, 15);
    return family - shownFamily << 20
        | (model >> 4) << 16
        | shownFamily << 8
        | (model & 15) << 4
        | stepping;
  }

  private int lastExtendedLeaf() {
    int leaf =
        switch (family) {
          case INTEL_FAMILY -> 0x08;
          case 0x0f -> 0x18;
          case 0x10 -> 0x1a;
          case 0x17 -> 0x1f;
          default -> 0x21;
        };
    return 0x8000_0000 | leaf;
  }
}
