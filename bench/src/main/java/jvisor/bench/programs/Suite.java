package jvisor.bench.programs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The suite's programs, compiled, and an initial file system of them. */
final class Suite {
  /** What does nothing between its marks. */
  static final String NOTHING = "nothing";

  private static final String CHILD = "ends";

  private final Path init;
  private final Path initrd;
  private final List<Program> programs;

  private Suite(Path init, Path initrd, List<Program> programs) {
    this.init = init;
    this.initrd = initrd;
    this.programs = programs;
  }

  /** What keeps this host from building the suite at all. */
  static Optional<String> obstacle() throws IOException, InterruptedException {
    return StaticPrograms.obstacle();
  }

  /**
   * Builds {@code wanted} in {@code folder}. A program whose library is missing is left out, and
   * {@code notes} hears of it.
   */
  static Suite build(Path folder, List<Program> wanted, Consumer<String> notes)
      throws IOException, InterruptedException {
    StaticPrograms all = new StaticPrograms(folder);
    all.add(NOTHING);
    List<Program> built = add(all, wanted, notes);
    return new Suite(all.init(), all.pack(), built);
  }

  /** Compiles {@code wanted}, and what they need, and answers those that there are. */
  static List<Program> add(StaticPrograms all, List<Program> wanted, Consumer<String> notes)
      throws IOException, InterruptedException {
    all.add(CHILD);
    List<Program> built = new ArrayList<>();
    for (Program program : wanted) {
      String library = program.library();
      if (library.isEmpty()) {
        all.add(program.file());
        built.add(program);
      } else if (StaticPrograms.has(library)) {
        all.add(program.file(), library);
        built.add(program);
      } else {
        notes.accept(
            "SKIPPED: %s needs lib%s.a (package %s)"
                .formatted(program.file(), library, program.debianPackage()));
      }
    }
    return List.copyOf(built);
  }

  /** The programs that there are. */
  List<Program> programs() {
    return programs;
  }

  /** What runs the programs. */
  Path init() {
    return init;
  }

  /** The initial file system. */
  Path initrd() {
    return initrd;
  }
}
