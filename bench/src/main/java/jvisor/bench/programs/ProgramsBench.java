package jvisor.bench.programs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import jvisor.bench.Boot;
import jvisor.bench.Peers;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bench/run programs}. */
@Command(
    name = "bench/run programs",
    description = {
      "Measures programs in a guest of Jvisor, in one of QEMU's translator and natively, in turns,"
          + " and boots of the default guest.",
      ""
    },
    sortOptions = false)
public final class ProgramsBench implements Callable<Integer> {
  private static final int BROKEN = 70;
  private static final String APPEND = "console=ttyS0 quiet";
  private static final String PAGE = "performance.md";
  private static final String PICTURE = "performance.svg";

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "RUNS",
      defaultValue = "5",
      description = "Runs of which medians are taken (default: 5).")
  private int runs;

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      defaultValue = "auto",
      description = "Jvisor's engine (default: auto).")
  private String engine = "auto";

  @Option(
      names = "--only",
      paramLabel = "NAME",
      split = ",",
      splitSynopsisLabel = ",",
      description = "Only these programs; '" + Boots.NAME + "' are the boots.")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "1",
      description = "About how long one run of a program takes (default: 1).")
  private double seconds;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  @Option(
      names = "--write",
      description = "Write table and picture into docs/" + PAGE + " and docs/" + PICTURE + ".")
  private boolean write;

  @SuppressWarnings("UnusedVariable") // Declares the option; picocli acts on it.
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  private boolean help;

  @Option(names = "--root", required = true, hidden = true)
  private Path root = Path.of("");

  @Option(names = "--image", required = true, hidden = true)
  private Path image = Path.of("");

  private final String command;

  private ProgramsBench(String command) {
    this.command = command;
  }

  /** Runs the benchmark; {@code bench/run} puts {@code --root} and {@code --image} in front. */
  public static void main(String[] arguments) {
    String typed =
        String.join(
            " ",
            Stream.concat(Stream.of("bench/run", "programs"), Arrays.stream(arguments).skip(4))
                .toList());
    System.exit(new CommandLine(new ProgramsBench(typed)).execute(arguments));
  }

  @Override
  public Integer call() throws InterruptedException {
    if (write && !(only.isEmpty() && Peers.hasQemu())) {
      System.err.println("bench: --write wants the whole suite, so not --only, and QEMU");
      return 2;
    }
    try {
      Optional<String> obstacle = Suite.obstacle();
      if (obstacle.isPresent()) {
        System.out.println("SKIPPED: " + obstacle.get());
        return 0;
      }
      tell(measure());
      return 0;
    } catch (IllegalArgumentException e) {
      System.err.println("bench: " + e.getMessage());
      return 2;
    } catch (IOException e) {
      System.err.println("bench: " + e.getMessage());
      return BROKEN;
    }
  }

  private Report measure() throws IOException, InterruptedException {
    List<String> names = new ArrayList<>(only);
    boolean boots = names.remove(Boots.NAME) || only.isEmpty();
    List<Program> programs = only.isEmpty() ? List.of(Program.values()) : Program.named(names);
    if (!Peers.hasQemu()) {
      System.err.println("SKIPPED: QEMU is not installed; only Jvisor is measured");
    }
    Map<String, String> facts = Facts.gather(root, image, engine);
    List<Row> booted = boots ? boots().measure(runs, System.err::println) : List.of();
    List<Row> ran = programs.isEmpty() ? List.of() : run(programs);
    Row marks = ran.isEmpty() ? new Row(Suite.NOTHING, Suite.NOTHING, Map.of()) : ran.getFirst();
    return new Report(
        ran.isEmpty() ? ran : ran.subList(1, ran.size()), booted, marks, runs, facts, command);
  }

  private Boots boots() {
    Path kernel = image.resolve("vmlinuz");
    Path initrd = image.resolve("initrd");
    return new Boots(
        List.of(root.resolve("bench/run").toString(), "rebuild"),
        Peers.jvisor(jvisor(), engine, kernel, initrd, Boot.APPEND),
        Peers.hasQemu() ? Peers.qemu(kernel, initrd, Boot.APPEND) : List.of());
  }

  private String jvisor() {
    return root.resolve("jvisor").toString();
  }

  /** The rows of a program that does nothing and of {@code programs}. */
  private List<Row> run(List<Program> programs) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("jvisor-bench-");
    try {
      Suite suite = Suite.build(folder, programs, System.err::println);
      Path kernel = image.resolve("vmlinuz");
      Map<Engine, List<String>> commands = new EnumMap<>(Engine.class);
      commands.put(Engine.NATIVE, List.of(suite.init().toString()));
      commands.put(Engine.JVISOR, Peers.jvisor(jvisor(), engine, kernel, suite.initrd(), APPEND));
      if (Peers.hasQemu()) {
        commands.put(Engine.QEMU, Peers.qemu(kernel, suite.initrd(), APPEND));
      }
      try (Runners runners = new Runners(commands)) {
        Contest contest = new Contest(runners.ready(), (long) (seconds * 1e9), System.err::println);
        contest.addSingle(Suite.NOTHING, "marks alone");
        for (Program program : suite.programs()) {
          contest.add(program);
        }
        for (int n = 1; n <= runs; n++) {
          System.err.println("run " + n + " of " + runs);
          contest.round();
        }
        return contest.rows();
      }
    } finally {
      delete(folder);
    }
  }

  private void tell(Report report) throws IOException {
    if (json) {
      System.out.println(JsonText.of(report));
    } else {
      System.out.print(Table.ofTimes(report).text() + "\n" + Table.ofGoals(report).text());
      System.out.print("\n" + Page.notes(report) + "\n" + Page.facts(report.facts()));
    }
    if (write && report.programs().size() < Program.values().length) {
      throw new IOException("nothing is written, for programs were skipped");
    }
    if (write) {
      Path page = root.resolve("docs").resolve(PAGE);
      Files.writeString(page, Page.with(Files.readString(page), Page.section(report, PICTURE)));
      Files.writeString(page.resolveSibling(PICTURE), new Picture(report).svg());
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
