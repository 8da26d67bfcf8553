package jvisor.soak;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jvisor.bench.programs.StaticPrograms;

/** The programs, and what they come out as on the host. */
final class Work {
  /** Those whose number is where their random numbers begin. */
  private static final List<String> SEEDED =
      List.of("compile", "compress", "forks", "jit", "signals", "threads");

  /** The one in 32-bit code, which needs no library. */
  private static final String BITS_32 = "bits32";

  private static final List<String> OPTIONS_32 =
      List.of(
          "-m32",
          "-O2",
          "-static",
          "-nostdlib",
          "-ffreestanding",
          "-fno-builtin",
          "-fno-stack-protector",
          "-fno-pic",
          "-no-pie");

  private static final Pattern SUM = Pattern.compile("@sum ([0-9a-f]{16})");

  private final StaticPrograms programs;
  private final List<String> seeded;
  private final List<String> benchmark;

  /** A program and its number. */
  record Task(String program, long number) {
    @Override
    public String toString() {
      return program + " " + number;
    }
  }

  /** Compiles the programs into {@code folder}; {@code notes} hears of what had to be left out. */
  Work(Path folder, Consumer<String> notes) throws IOException, InterruptedException {
    programs = new StaticPrograms(folder);
    seeded = new ArrayList<>(SEEDED);
    for (String name : SEEDED) {
      programs.add(name, source(name));
    }
    programs.add(BITS_32, source(BITS_32), OPTIONS_32);
    seeded.add(BITS_32);
    benchmark = programs.addBenchmark(notes);
  }

  private static byte[] source(String name) throws IOException {
    try (InputStream in = Work.class.getResourceAsStream(name + ".c")) {
      if (in == null) {
        throw new IOException("no source of " + name);
      }
      return in.readAllBytes();
    }
  }

  /** An initial file system with all of them. */
  Path pack() throws IOException {
    return programs.pack();
  }

  /** Every program of ours once. */
  List<Task> once(long number) {
    return seeded.stream().map(name -> new Task(name, number)).toList();
  }

  /** Every program of ours three times and the benchmark's once, in random order. */
  List<Task> round(Random random) {
    List<Task> tasks = new ArrayList<>();
    for (int n = 0; n < 3; n++) {
      tasks.addAll(once(random.nextLong(1, Long.MAX_VALUE)));
    }
    benchmark.forEach(name -> tasks.add(new Task(name, 1)));
    Collections.shuffle(tasks, random);
    return tasks;
  }

  /** What comes out on the host. */
  String onHost(Task task) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                programs.file(task.program).toString(), Long.toUnsignedString(task.number))
            .directory(programs.file(task.program).getParent().toFile())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    Matcher sum = SUM.matcher(said);
    if (status != 0 || !sum.find()) {
      throw new IOException(task + " ended with " + status + " on the host: " + said);
    }
    return sum.group(1);
  }
}
