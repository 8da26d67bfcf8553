package jvisor.machine;

import java.util.List;

/**
 * A processor model and its changes, as a person names them.
 *
 * @param model the model's name; {@link #DEFAULT} is the fixed one that is the same on every host
 * @param add features switched on besides the model's own, in lower case
 * @param remove features switched off, in lower case
 */
public record CpuSpec(String model, List<String> add, List<String> remove) {
  /** The name that stands for the default model. */
  public static final String DEFAULT = "default";

  public CpuSpec {
    add = List.copyOf(add);
    remove = List.copyOf(remove);
  }

  /** The default model, unchanged. */
  public static CpuSpec standard() {
    return new CpuSpec(DEFAULT, List.of(), List.of());
  }
}
