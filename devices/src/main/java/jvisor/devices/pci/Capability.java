package jvisor.devices.pci;

import org.jspecify.annotations.Nullable;

/**
 * One entry of a function's capabilities list (PCI 3.0, 6.7). The function puts it in place and
 * tells it about accesses; offsets given to it count from its own first byte.
 */
public abstract class Capability {
  private final int id;
  private final int length;
  private @Nullable PciFunction function;
  private int offset;

  /**
   * @param id the capability's id
   * @param length its bytes, with the two of id and next pointer
   */
  protected Capability(int id, int length) {
    this.id = id;
    this.length = length;
  }

  /** The id in its first byte. */
  public final int id() {
    return id;
  }

  /** Its bytes, with the two of id and next pointer. */
  public final int length() {
    return length;
  }

  /** Where it lies in the function's configuration space. */
  public final int offset() {
    return offset;
  }

  /**
   * The function that has it.
   *
   * @throws IllegalStateException before it was added to one
   */
  protected final PciFunction function() {
    if (function == null) {
      throw new IllegalStateException("capability " + id + " belongs to no function");
    }
    return function;
  }

  final void place(PciFunction owner, int at) {
    function = owner;
    offset = at;
    define(owner.config(), at);
  }

  /**
   * Defines the registers behind the first two bytes; {@code at} is the capability's own offset.
   */
  protected abstract void define(ConfigSpace config, int at);

  /** Software is about to read {@code size} bytes at {@code at}. */
  protected void reading(int at, int size) {}

  /** Software wrote {@code size} bytes at {@code at}; the registers hold the result. */
  protected void written(int at, int size) {}

  /** Power-on state; the configuration registers have it already. */
  protected void reset() {}
}
