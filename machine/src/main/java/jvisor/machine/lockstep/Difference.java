package jvisor.machine.lockstep;

/**
 * Something that is not the same in both machines.
 *
 * @param what a register, a word of memory or the like
 * @param reference what it is in the reference
 * @param tested what it is in the tested machine
 */
record Difference(String what, String reference, String tested) {
  /** A value of {@code bytes} bytes, in hexadecimal. */
  static Difference of(String what, int bytes, long reference, long tested) {
    String form = "%0" + 2 * bytes + "x";
    return new Difference(what, form.formatted(reference), form.formatted(tested));
  }

  @Override
  public String toString() {
    return "%-18s %-18s %s".formatted(what, reference, tested);
  }
}
