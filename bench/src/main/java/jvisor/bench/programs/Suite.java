package jvisor.bench.programs;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import jvisor.app.image.InitramfsWriter;
import jvisor.bench.Peers;

/**
 * The suite's programs, compiled by the host's gcc into a folder as static executables, and an
 * initial file system of them with an {@code init} that runs them on request.
 */
final class Suite {
  /** What does nothing between its marks. */
  static final String NOTHING = "nothing";

  private static final String INIT = "init";
  private static final String CHILD = "ends";
  private static final String HEADER = "program.h";
  private static final List<String> COMPILER =
      List.of("gcc", "-O2", "-static", "-march=x86-64-v2", "-o");

  private final Path folder;
  private final List<Program> programs;

  private Suite(Path folder, List<Program> programs) {
    this.folder = folder;
    this.programs = programs;
  }

  /** What keeps this host from building the suite at all. */
  static Optional<String> obstacle() throws IOException, InterruptedException {
    if (!Peers.installed("gcc")) {
      return Optional.of("gcc is not installed (package gcc)");
    }
    if (!has("c")) {
      return Optional.of("the static C library is not installed (package libc6-dev)");
    }
    return Optional.empty();
  }

  /**
   * Builds {@code wanted} in {@code folder}. A program whose library is missing is left out, and
   * {@code notes} hears of it.
   */
  static Suite build(Path folder, List<Program> wanted, Consumer<String> notes)
      throws IOException, InterruptedException {
    Files.write(folder.resolve(HEADER), source(HEADER));
    for (String name : List.of(INIT, NOTHING, CHILD)) {
      compile(folder, name, "");
    }
    List<Program> built = new ArrayList<>();
    for (Program program : wanted) {
      if (!program.library().isEmpty() && !has(program.library())) {
        notes.accept(
            "SKIPPED: %s needs lib%s.a (package %s)"
                .formatted(program.file(), program.library(), program.debianPackage()));
      } else {
        compile(folder, program.file(), program.library());
        built.add(program);
      }
    }
    Suite suite = new Suite(folder, List.copyOf(built));
    suite.pack();
    return suite;
  }

  /** The programs that there are. */
  List<Program> programs() {
    return programs;
  }

  /** What runs the programs. */
  Path init() {
    return folder.resolve(INIT);
  }

  /** The initial file system. */
  Path initrd() {
    return folder.resolve("initrd");
  }

  private void pack() throws IOException {
    List<String> names = new ArrayList<>(List.of(INIT, NOTHING, CHILD));
    programs.forEach(p -> names.add(p.file()));
    try (OutputStream out = Files.newOutputStream(initrd());
        InitramfsWriter files = new InitramfsWriter(out)) {
      for (String name : names) {
        files.file(name, 0755, Files.readAllBytes(folder.resolve(name)));
      }
    }
  }

  /** The compiler answers a library that it knows with its path, any other with its name. */
  private static boolean has(String library) throws IOException, InterruptedException {
    String file = "lib" + library + ".a";
    return !Tool.output(List.of("gcc", "-print-file-name=" + file)).strip().equals(file);
  }

  private static void compile(Path folder, String name, String library)
      throws IOException, InterruptedException {
    Path source = Files.write(folder.resolve(name + ".c"), source(name + ".c"));
    List<String> command = new ArrayList<>(COMPILER);
    command.add(folder.resolve(name).toString());
    command.add(source.toString());
    if (!library.isEmpty()) {
      command.add("-l" + library);
    }
    command.add("-lm");
    Tool.output(command);
  }

  private static byte[] source(String file) throws IOException {
    try (InputStream in = Suite.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IOException("the suite has no " + file);
      }
      return in.readAllBytes();
    }
  }
}
