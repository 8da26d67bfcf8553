package jvisor.bench.programs;

/** What programs run on. */
enum Engine {
  /** The host's processor and kernel. */
  NATIVE("native"),
  /** A guest of ours. */
  JVISOR("Jvisor"),
  /** A guest of QEMU's translator. */
  QEMU("QEMU");

  private final String title;

  Engine(String title) {
    this.title = title;
  }

  /** What it is called in tables. */
  String title() {
    return title;
  }
}
