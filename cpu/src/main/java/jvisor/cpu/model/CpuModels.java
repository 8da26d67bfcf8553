package jvisor.cpu.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** How a name with changes becomes a model. */
public final class CpuModels {
  /** The name that stands for the model which is the same on every host. */
  public static final String DEFAULT = NamedModel.DEFAULT.label();

  private CpuModels() {}

  /** The names that {@link #of} knows. */
  public static List<String> names() {
    return Arrays.stream(NamedModel.values()).map(NamedModel::label).toList();
  }

  /** The fixed model, with or without KVM's signature. */
  public static CpuModel standard(boolean hypervisorKvm) {
    return of(DEFAULT, List.of(), List.of(), hypervisorKvm);
  }

  /**
   * The model with this name and these changes. A feature that is added brings what it needs, one
   * that is removed takes along what needs it: without XSAVE there is no AVX.
   *
   * @throws IllegalArgumentException with one line for the user, if the model or a feature is
   *     unknown or not implemented, or a feature is added that needs a removed one
   */
  public static CpuModel of(
      String name, Collection<String> add, Collection<String> remove, boolean hypervisorKvm) {
    CpuModel model = named(name);
    EnumSet<CpuFeature> features = EnumSet.copyOf(model.announced());
    Set<CpuFeature> added = EnumSet.noneOf(CpuFeature.class);
    for (String label : add) {
      added.add(implemented(feature(label)));
    }
    added.forEach(feature -> features.addAll(Requirements.of(feature)));
    for (String label : remove) {
      CpuFeature removed = feature(label);
      for (CpuFeature feature : added) {
        if (Requirements.needs(feature, removed)) {
          throw new IllegalArgumentException(
              "+" + feature.label() + " and -" + removed.label() + " contradict each other");
        }
      }
      features.removeIf(feature -> Requirements.needs(feature, removed));
    }
    return model.with(features).withHypervisor(hypervisorKvm);
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
    for (NamedModel model : NamedModel.values()) {
      if (model.label().equals(name)) {
        return model.model();
      }
    }
    throw new IllegalArgumentException(
        "unknown processor model '" + name + "'; known are " + String.join(", ", names()));
  }

  private static CpuFeature feature(String label) {
    return CpuFeature.named(label)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "processor feature '" + label + "' is unknown or not implemented"));
  }

  private static CpuFeature implemented(CpuFeature feature) {
    if (!FeatureSets.IMPLEMENTED.contains(feature)) {
      throw new IllegalArgumentException(
          "processor feature '" + feature.label() + "' is not implemented");
    }
    return feature;
  }
}
