package jvisor.app.option;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where a trace goes and what of the run is in it: {@code FILE[,from=N][,count=N]}.
 *
 * @param path the file, written anew
 * @param from instructions before the trace begins
 * @param count instructions at most, at least 1
 */
public record TraceFile(Path path, long from, long count) {
  /** Reads one. */
  public static final class Converter implements ITypeConverter<TraceFile> {
    private static final Pattern LAST = Pattern.compile("(.*),([a-z]+)=([^,]*)", Pattern.DOTALL);

    @Override
    public TraceFile convert(String value) {
      String file = value;
      long from = 0;
      long count = Long.MAX_VALUE;
      for (Matcher last = LAST.matcher(file); last.matches(); last = LAST.matcher(file)) {
        switch (last.group(2)) {
          case "from" -> from = new Count.Converter().convert(last.group(3)).value();
          case "count" -> count = new Count.Converter().convert(last.group(3)).value();
          default ->
              throw new TypeConversionException(
                  "'" + last.group(2) + "=' is neither from=N nor count=N");
        }
        file = last.group(1);
      }
      if (count < 1) {
        throw new TypeConversionException("count=0 is no trace at all");
      }
      if (file.isEmpty()) {
        throw new TypeConversionException("'" + value + "' names no file");
      }
      try {
        return new TraceFile(Path.of(file), from, count);
      } catch (InvalidPathException e) {
        throw new TypeConversionException("'" + file + "' names no file");
      }
    }
  }
}
