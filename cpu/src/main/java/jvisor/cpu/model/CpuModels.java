package jvisor.cpu.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The named models, and how a name with changes becomes one. */
public final class CpuModels {
  /** The name that stands for the model which is the same on every host. */
  public static final String DEFAULT = "default";

  /** Family 19h, model 11h, stepping 1: the ground on which the default model stands. */
  private static final int ZEN4 = 0x00a1_0f11;

  /** Family 6, model 6ah, stepping 6. */
  private static final int ICE_LAKE = 0x0006_06a6;

  private static final int PHYSICAL_BITS = 40;

  private static final Set<CpuFeature> BASIC =
      EnumSet.of(
          CpuFeature.FPU,
          CpuFeature.VME,
          CpuFeature.DE,
          CpuFeature.PSE,
          CpuFeature.TSC,
          CpuFeature.MSR,
          CpuFeature.PAE,
          CpuFeature.MCE,
          CpuFeature.CX8,
          CpuFeature.APIC,
          CpuFeature.SEP,
          CpuFeature.MTRR,
          CpuFeature.PGE,
          CpuFeature.MCA,
          CpuFeature.CMOV,
          CpuFeature.PAT,
          CpuFeature.PSE36,
          CpuFeature.CLFLUSH,
          CpuFeature.MMX,
          CpuFeature.FXSR,
          CpuFeature.SSE,
          CpuFeature.SSE2,
          CpuFeature.X2APIC,
          CpuFeature.TSC_DEADLINE,
          CpuFeature.ARAT,
          CpuFeature.SYSCALL,
          CpuFeature.NX,
          CpuFeature.LM,
          CpuFeature.INVARIANT_TSC);

  private static final Set<CpuFeature> V2 =
      EnumSet.of(
          CpuFeature.SSE3,
          CpuFeature.SSSE3,
          CpuFeature.CX16,
          CpuFeature.SSE4_1,
          CpuFeature.SSE4_2,
          CpuFeature.POPCNT,
          CpuFeature.LAHF_LM);

  private static final Set<CpuFeature> MODERN =
      EnumSet.of(
          CpuFeature.PCLMULQDQ,
          CpuFeature.PCID,
          CpuFeature.MOVBE,
          CpuFeature.AES,
          CpuFeature.XSAVE,
          CpuFeature.RDRAND,
          CpuFeature.FSGSBASE,
          CpuFeature.TSC_ADJUST,
          CpuFeature.BMI1,
          CpuFeature.SMEP,
          CpuFeature.BMI2,
          CpuFeature.ERMS,
          CpuFeature.INVPCID,
          CpuFeature.RDSEED,
          CpuFeature.SMAP,
          CpuFeature.UMIP,
          CpuFeature.FSRM,
          CpuFeature.XSAVEOPT,
          CpuFeature.XSAVEC,
          CpuFeature.XGETBV1,
          CpuFeature.XSAVES,
          CpuFeature.ADX,
          CpuFeature.SHA,
          CpuFeature.ABM,
          CpuFeature.CLFLUSHOPT,
          CpuFeature.CLWB,
          CpuFeature.RDPID,
          CpuFeature.PREFETCHW,
          CpuFeature.PDPE1GB,
          CpuFeature.RDTSCP);

  private static final Set<CpuFeature> AMD_ONLY =
      EnumSet.of(
          CpuFeature.TOPOEXT,
          CpuFeature.MMXEXT,
          CpuFeature.XSAVEERPTR,
          CpuFeature.SSB_NO,
          CpuFeature.LFENCE_RDTSC,
          CpuFeature.NULL_SEL_CLR_BASE,
          CpuFeature.AUTOIBRS,
          CpuFeature.SRSO_NO,
          CpuFeature.TSA_SQ_NO,
          CpuFeature.TSA_L1_NO);

  private CpuModels() {}

  /** The names that {@link #of} knows. */
  public static List<String> names() {
    return List.of(DEFAULT, "max", "v1", "v2", "intel");
  }

  /** The fixed model, with or without KVM's signature. */
  public static CpuModel standard(boolean hypervisorKvm) {
    return of(DEFAULT, List.of(), List.of(), hypervisorKvm);
  }

  /**
   * The model with this name and these changes.
   *
   * @throws IllegalArgumentException with one line for the user, if the model or a feature is
   *     unknown or a feature is not implemented
   */
  public static CpuModel of(
      String name, Collection<String> add, Collection<String> remove, boolean hypervisorKvm) {
    CpuModel model = named(name);
    EnumSet<CpuFeature> features = EnumSet.copyOf(model.announced());
    Set<CpuFeature> implemented = implemented();
    for (String label : add) {
      CpuFeature feature = feature(label);
      if (!implemented.contains(feature)) {
        throw new IllegalArgumentException(
            "processor feature '" + label + "' is not implemented; max is " + list(implemented));
      }
      features.add(feature);
    }
    for (String label : remove) {
      features.remove(feature(label));
    }
    CpuModel changed =
        new CpuModel(
            model.name(),
            model.vendor(),
            model.brand(),
            model.signature(),
            features,
            model.physicalBits(),
            hypervisorKvm);
    return changed.withHypervisor(hypervisorKvm);
  }

  /** Parses {@code MODEL[,+feature,-feature]}; see {@link #of}. */
  public static CpuModel parse(String text, boolean hypervisorKvm) {
    String[] parts = text.split(",", -1);
    List<String> add = new ArrayList<>();
    List<String> remove = new ArrayList<>();
    for (int n = 1; n < parts.length; n++) {
      String part = parts[n];
      if (part.startsWith("+")) {
        add.add(part.substring(1));
      } else if (part.startsWith("-")) {
        remove.add(part.substring(1));
      } else {
        throw new IllegalArgumentException(
            "'" + part + "' in --cpu: write +" + part + " or -" + part);
      }
    }
    return of(parts[0], add, remove, hypervisorKvm);
  }

  private static CpuModel named(String name) {
    return switch (name) {
      case DEFAULT -> amd(name, union(BASIC, V2, MODERN, AMD_ONLY));
      case "max" -> amd(name, union(implemented()));
      case "v1" -> amd(name, union(BASIC, AMD_ONLY));
      case "v2" -> amd(name, union(BASIC, V2, AMD_ONLY));
      case "intel" ->
          intel(
              name,
              union(BASIC, V2, MODERN, Set.of(CpuFeature.SPEC_CTRL, CpuFeature.ARCH_CAPABILITIES)));
      default ->
          throw new IllegalArgumentException(
              "unknown processor model '" + name + "'; known are " + String.join(", ", names()));
    };
  }

  private static Set<CpuFeature> implemented() {
    return union(BASIC, V2, MODERN, AMD_ONLY);
  }

  private static CpuModel amd(String name, Set<CpuFeature> features) {
    return new CpuModel(
        name, CpuModel.AMD, "Jvisor Processor", ZEN4, features, PHYSICAL_BITS, false);
  }

  private static CpuModel intel(String name, Set<CpuFeature> features) {
    return new CpuModel(
        name, CpuModel.INTEL, "Jvisor Processor", ICE_LAKE, features, PHYSICAL_BITS, false);
  }

  private static CpuFeature feature(String label) {
    return CpuFeature.named(label)
        .orElseThrow(
            () -> new IllegalArgumentException("unknown processor feature '" + label + "'"));
  }

  private static String list(Set<CpuFeature> features) {
    return String.join(" ", features.stream().map(CpuFeature::label).toList());
  }

  @SafeVarargs
  private static Set<CpuFeature> union(Set<CpuFeature>... parts) {
    EnumSet<CpuFeature> all = EnumSet.noneOf(CpuFeature.class);
    for (Set<CpuFeature> part : parts) {
      all.addAll(part);
    }
    return all;
  }
}
