package jvisor.app;

import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import jvisor.app.option.Count;
import jvisor.app.user.UserError;
import jvisor.machine.trace.TraceDiff;
import jvisor.machine.trace.TraceException;
import jvisor.machine.trace.TraceReader;
import jvisor.machine.trace.TraceRecord;
import jvisor.machine.trace.TraceView;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** {@code jvisor trace}: reads what {@code run --trace} has written. */
@Command(
    name = "trace",
    description = "Shows and compares traces, which 'jvisor run --trace' writes.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  jvisor run --clock instructions --trace a.trace,from=20M,count=1M",
      "  jvisor trace show a.trace --from 20500000 --count 40",
      "  jvisor trace diff a.trace b.trace"
    })
final class TraceCommand {
  private static final String COLUMNS =
      "# instructions before, privilege level, address, bytes, instruction; processor model: ";

  TraceCommand() {}

  @Command(name = "show", description = "Prints a trace, an instruction and its effects at a time.")
  int show(
      @Parameters(paramLabel = "FILE", description = "The trace.") Path file,
      @Option(
              names = "--from",
              paramLabel = "N",
              defaultValue = "0",
              converter = Count.Converter.class,
              description = "Begin once the machine has completed N instructions.")
          Count from,
      @Option(
              names = "--count",
              paramLabel = "N",
              converter = Count.Converter.class,
              description = "Print at most N instructions.")
          @Nullable Count count,
      @Option(names = "--json", description = "Print JSON, an object a line.") boolean json)
      throws UserError {
    long left = count == null ? Long.MAX_VALUE : count.value();
    try (TraceReader reader = open(file);
        Writer out = output()) {
      TraceView view = new TraceView(reader.header());
      if (!json) {
        print(out, COLUMNS + reader.header().cpu());
      }
      try {
        TraceRecord record = left == 0 ? null : read(reader, file, from.value());
        while (record != null) {
          print(out, json ? json(view, record) : String.join("\n", view.lines(record)));
          left -= record instanceof TraceRecord.Instruction i && i.completed() ? 1 : 0;
          record = left == 0 ? null : read(reader, file, Long.MIN_VALUE);
        }
      } finally {
        out.flush();
      }
      return ExitStatus.OK;
    } catch (IOException e) {
      return outputBroke(e);
    }
  }

  @Command(
      name = "diff",
      description = {
        "Finds the first difference of two runs.",
        "",
        "Exit status: 0 they are the same, 1 they differ, 2 bad usage or input.",
        ""
      })
  int diff(
      @Parameters(paramLabel = "A", description = "A trace.") Path a,
      @Parameters(paramLabel = "B", description = "Another one.") Path b,
      @Option(
              names = "--context",
              paramLabel = "N",
              defaultValue = "5",
              converter = Count.Converter.class,
              description = "Print N records before the difference (default: 5).")
          Count context)
      throws UserError {
    try (TraceReader one = open(a);
        TraceReader two = open(b);
        Writer out = output()) {
      TraceDiff diff = new TraceDiff(one, two, (int) Math.min(context.value(), 100_000));
      Optional<TraceDiff.Difference> found;
      try {
        found = diff.find();
      } catch (TraceDiff.Unreadable e) {
        throw unreadable(e.first() ? a : b, e.why());
      }
      if (found.isEmpty()) {
        print(out, "the same, %,d instructions".formatted(diff.compared()));
        out.flush();
        return ExitStatus.OK;
      }
      TraceView viewA = new TraceView(one.header());
      TraceView viewB = new TraceView(two.header());
      if (!one.header().equals(two.header())) {
        print(out, "the processor models differ");
      }
      print(
          out,
          "after %,d equal instructions they differ: %s"
              .formatted(diff.compared(), found.get().what()));
      print(out, "--- " + a);
      print(out, "+++ " + b);
      for (TraceRecord record : found.get().before()) {
        print(out, "  ", viewA.lines(record));
      }
      print(out, "- ", lines(viewA, found.get().a()));
      print(out, "+ ", lines(viewB, found.get().b()));
      out.flush();
      return ExitStatus.DIFFERENT;
    } catch (IOException e) {
      int status = outputBroke(e);
      return status == ExitStatus.OK ? ExitStatus.DIFFERENT : status;
    }
  }

  private static TraceReader open(Path file) throws UserError {
    try {
      return new TraceReader(Files.newInputStream(file));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static @Nullable TraceRecord read(TraceReader reader, Path file, long from)
      throws UserError {
    try {
      return from > Long.MIN_VALUE ? reader.skipTo(from) : reader.next();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static UserError unreadable(Path file, IOException why) {
    return why instanceof TraceException
        ? new UserError("trace " + file + ": " + why.getMessage())
        : UserError.of("cannot read trace " + file, why);
  }

  private static String json(TraceView view, TraceRecord record) {
    return JsonMapper.shared().writeValueAsString(view.map(record));
  }

  private static List<String> lines(TraceView view, @Nullable TraceRecord record) {
    return record == null ? List.of("(ends)") : view.lines(record);
  }

  private static Writer output() {
    return new BufferedWriter(
        new OutputStreamWriter(new FileOutputStream(FileDescriptor.out), StandardCharsets.UTF_8),
        1 << 16);
  }

  private static void print(Writer out, String prefix, List<String> lines) throws IOException {
    for (String line : lines) {
      print(out, prefix + line);
    }
  }

  private static void print(Writer out, String line) throws IOException {
    out.write(line);
    out.write('\n');
  }

  /** A reader that has seen enough is no error. */
  private static int outputBroke(IOException failure) throws UserError {
    if (UserError.reason(failure).equals("Broken pipe")) {
      return ExitStatus.OK;
    }
    throw UserError.of("cannot write to standard output", failure);
  }
}
