package jvisor.cpu.model;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import jvisor.isa.Feature;

/**
 * A processor model: fixed for the life of a machine and the same on every host. Immutable; any
 * thread.
 *
 * @param name as in {@code --cpu}
 * @param vendor the twelve characters of leaf 0
 * @param brand up to 47 characters of leaves 0x80000002–0x80000004
 * @param signature leaf 1 EAX: family, model, stepping
 * @param announced what CPUID announces
 * @param physicalBits MAXPHYADDR, 36–52
 * @param hypervisorKvm whether KVM's signature leaves and the hypervisor bit are there
 * @param lastLeaf the highest basic leaf, but for features that need a higher one
 * @param lastExtendedLeaf the same of extended leaves
 */
public record CpuModel(
    String name,
    String vendor,
    String brand,
    int signature,
    Set<CpuFeature> announced,
    int physicalBits,
    boolean hypervisorKvm,
    int lastLeaf,
    int lastExtendedLeaf) {
  /** The vendor string of AMD. */
  public static final String AMD = "AuthenticAMD";

  /** The vendor string of Intel. */
  public static final String INTEL = "GenuineIntel";

  /** Ticks of the time-stamp counter in a second. */
  public static final int TSC_HZ = 1_000_000_000;

  public CpuModel {
    announced = Collections.unmodifiableSet(EnumSet.copyOf(announced));
    for (CpuFeature feature : announced) {
      if (feature.leaf() >= 0) {
        lastLeaf = Math.max(lastLeaf, feature.leaf());
      } else {
        lastExtendedLeaf = Math.max(lastExtendedLeaf, feature.leaf());
      }
    }
  }

  /** A model with all leaves that there are. */
  public CpuModel(
      String name,
      String vendor,
      String brand,
      int signature,
      Set<CpuFeature> announced,
      int physicalBits,
      boolean hypervisorKvm) {
    this(name, vendor, brand, signature, announced, physicalBits, hypervisorKvm, 0x1f, 0x8000_0021);
  }

  /** Whether CPUID announces a feature. */
  public boolean has(CpuFeature feature) {
    return announced.contains(feature);
  }

  /** Whether the vendor is AMD; else Intel's manual decides. */
  public boolean isAmd() {
    return vendor.equals(AMD);
  }

  /** The rows that a decoder for this model accepts. */
  public Set<Feature> features() {
    EnumSet<Feature> rows = EnumSet.of(Feature.BASE);
    for (CpuFeature feature : announced) {
      Feature row = feature.rows();
      if (row != null) {
        rows.add(row);
      }
    }
    if (has(CpuFeature.AVX) && has(CpuFeature.AES)) {
      rows.add(Feature.AES_AVX);
    }
    if (has(CpuFeature.AVX) && has(CpuFeature.PCLMULQDQ)) {
      rows.add(Feature.PCLMULQDQ_AVX);
    }
    return rows;
  }

  /** The XCR0 bits that XSETBV may set (SDM vol. 1, 13.3). */
  public long xsaveComponents() {
    if (!has(CpuFeature.XSAVE)) {
      return 0;
    }
    return has(CpuFeature.AVX) ? 7 : 3;
  }

  /** The same model, with or without KVM's signature. */
  public CpuModel withHypervisor(boolean kvm) {
    EnumSet<CpuFeature> features = EnumSet.copyOf(announced);
    if (kvm) {
      features.add(CpuFeature.HYPERVISOR);
    } else {
      features.remove(CpuFeature.HYPERVISOR);
    }
    return with(features, kvm);
  }

  /** The same model with these features instead. */
  CpuModel with(Set<CpuFeature> features) {
    return with(features, hypervisorKvm);
  }

  private CpuModel with(Set<CpuFeature> features, boolean kvm) {
    return new CpuModel(
        name, vendor, brand, signature, features, physicalBits, kvm, lastLeaf, lastExtendedLeaf);
  }
}
