package jvisor.machine.boot;

/**
 * Guest physical addresses.
 *
 * @param start the first
 * @param end the one after the last
 */
record Range(long start, long end) {
  boolean overlaps(Range other) {
    return start < other.end && other.start < end;
  }

  boolean contains(Range other) {
    return start <= other.start && other.end <= end;
  }
}
