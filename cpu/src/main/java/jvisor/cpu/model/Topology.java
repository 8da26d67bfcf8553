package jvisor.cpu.model;

/**
 * How the leaves describe a machine's processors and what they share: cores of one package with a
 * thread each, numbered by their APIC ids; caches of the first two levels for each, a third for all
 * (SDM vol. 3, "Hierarchical Mapping of Shared Resources"; AMD APM vol. 3, appendix E.4 and E.5).
 *
 * @param processors how many there are, 1–255
 */
record Topology(int processors) {
  private static final int THREAD = 1;
  private static final int CORE = 2;
  private static final int THIRD_LEVEL = 3;

  /** Bits of an APIC id that tell the processors apart. */
  private int idBits() {
    return 32 - Integer.numberOfLeadingZeros(processors - 1);
  }

  /** Leaf 1: HTT in EDX. */
  int multiThreading() {
    return processors > 1 ? 1 << 28 : 0;
  }

  /** Leaf 1, EBX 23–16: how many ids the package has. */
  int addressable() {
    return 1 << idBits();
  }

  /** Leaf 80000001H: CmpLegacy in ECX, several cores where HTT might mean threads. */
  int legacyCores() {
    return processors > 1 ? 1 << 1 : 0;
  }

  /** Leaf 80000008H, ECX: cores less one, and the bits of their ids. */
  int coreCount() {
    return idBits() << 12 | processors - 1;
  }

  /** Leaves 0BH and 1FH: the levels, each with the shift to the id of the next. */
  Cpuid levels(int level, int apicId) {
    return switch (level) {
      case 0 -> new Cpuid(0, 1, THREAD << 8, apicId);
      case 1 -> new Cpuid(idBits(), processors, CORE << 8 | 1, apicId);
      default -> new Cpuid(0, 0, level & 0xff, apicId);
    };
  }

  /** Leaf 4: a cache, and in EAX 31–26 how many ids cores may have, less one. */
  Cpuid cacheOfCores(int index) {
    Cpuid cache = cache(index);
    int cores = Math.min(addressable() - 1, 63);
    return cache.eax() == 0
        ? cache
        : new Cpuid(cache.eax() | cores << 26, cache.ebx(), cache.ecx(), cache.edx());
  }

  /** Leaf 8000001DH: 32 KiB data, 32 KiB code, 1 MiB, 16 MiB, lines of 64 bytes. */
  Cpuid cache(int index) {
    return switch (index) {
      case 0 -> cache(1, 1, 8, 64);
      case 1 -> cache(2, 1, 8, 64);
      case 2 -> cache(3, 2, 8, 2048);
      case 3 -> cache(3, THIRD_LEVEL, 16, 16384);
      default -> new Cpuid(0, 0, 0, 0);
    };
  }

  private Cpuid cache(int type, int level, int ways, int sets) {
    int sharing = level == THIRD_LEVEL ? addressable() - 1 : 0;
    return new Cpuid(type | level << 5 | 1 << 8 | sharing << 14, ways - 1 << 22 | 63, sets - 1, 0);
  }

  /** Leaf 8000001EH: a core with one thread, in the only node. */
  Cpuid place(int apicId) {
    return new Cpuid(apicId, apicId & 0xff, 0, 0);
  }
}
