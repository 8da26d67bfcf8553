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
 * C programs that the host's gcc has compiled into a folder as static executables, so that the same
 * files run on the host and in a guest; and an initial file system of them with an {@code init}
 * that runs them on request: a line {@code NAME NUMBER} runs {@code NAME} with that argument, whose
 * marks {@code program.h} describes, {@code @exit STATUS} follows them, and {@code quit} ends.
 */
public final class StaticPrograms {
  private static final String INIT = "init";
  private static final String HEADER = "program.h";
  private static final List<String> OPTIONS = List.of("-O2", "-static", "-march=x86-64-v2");

  private final Path folder;
  private final List<String> names = new ArrayList<>();

  /** What keeps this host from compiling any. */
  public static Optional<String> obstacle() throws IOException, InterruptedException {
    if (!Peers.installed("gcc")) {
      return Optional.of("gcc is not installed (package gcc)");
    }
    if (!has("c")) {
      return Optional.of("the static C library is not installed (package libc6-dev)");
    }
    return Optional.empty();
  }

  /** Begins with {@code init} alone. */
  public StaticPrograms(Path folder) throws IOException, InterruptedException {
    this.folder = folder;
    Files.write(folder.resolve(HEADER), own(HEADER));
    add(INIT);
  }

  /** Compiles a program of this package. */
  void add(String name, String... libraries) throws IOException, InterruptedException {
    List<String> options = new ArrayList<>(OPTIONS);
    for (String library : libraries) {
      options.add("-l" + library);
    }
    options.add("-lm");
    add(name, own(name + ".c"), options);
  }

  /** Compiles another program, which may include {@code program.h}. */
  public void add(String name, byte[] source) throws IOException, InterruptedException {
    add(name, source, OPTIONS);
  }

  /** Compiles another program with these options of gcc, libraries last. */
  public void add(String name, byte[] source, List<String> options)
      throws IOException, InterruptedException {
    Path file = Files.write(folder.resolve(name + ".c"), source);
    List<String> command =
        new ArrayList<>(List.of("gcc", "-o", file(name).toString(), file.toString()));
    command.addAll(options);
    Tool.output(command);
    names.add(name);
  }

  /**
   * Compiles the programs of which the benchmark consists. Their number is that of units, and what
   * comes out is the same for any. A program whose library is missing is left out, and {@code
   * notes} hears of it.
   *
   * @return their names
   */
  public List<String> addBenchmark(Consumer<String> notes)
      throws IOException, InterruptedException {
    return Suite.add(this, List.of(Program.values()), notes).stream().map(Program::file).toList();
  }

  /** The executable of a program. */
  public Path file(String name) {
    return folder.resolve(name);
  }

  /** What runs the programs. */
  Path init() {
    return file(INIT);
  }

  /** Writes an initial file system of all programs and answers where it is. */
  public Path pack() throws IOException {
    Path initrd = folder.resolve("initrd");
    try (OutputStream out = Files.newOutputStream(initrd);
        InitramfsWriter files = new InitramfsWriter(out)) {
      for (String name : names) {
        files.file(name, 0755, Files.readAllBytes(file(name)));
      }
    }
    return initrd;
  }

  /** The compiler answers a library that it knows with its path, any other with its name. */
  static boolean has(String library) throws IOException, InterruptedException {
    String file = "lib" + library + ".a";
    return !Tool.output(List.of("gcc", "-print-file-name=" + file)).strip().equals(file);
  }

  private static byte[] own(String file) throws IOException {
    try (InputStream in = StaticPrograms.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IOException("the suite has no " + file);
      }
      return in.readAllBytes();
    }
  }
}
