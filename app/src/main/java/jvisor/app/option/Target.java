package jvisor.app.option;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The host's end of a character device: {@code stdio}, {@code file:PATH} or {@code none}. */
public sealed interface Target {
  /** Standard output and, for a device that takes input, standard input. */
  record Stdio() implements Target {}

  /** A file that is written anew; no input. */
  record ToFile(Path path) implements Target {}

  /** Nothing. */
  record Nowhere() implements Target {}

  /** Reads a target. */
  final class Converter implements ITypeConverter<Target> {
    private static final String FILE = "file:";

    @Override
    public Target convert(String value) {
      if (value.startsWith(FILE) && value.length() > FILE.length()) {
        try {
          return new ToFile(Path.of(value.substring(FILE.length())));
        } catch (InvalidPathException e) {
          throw new TypeConversionException("'" + value + "' names no file");
        }
      }
      return switch (value) {
        case "stdio" -> new Stdio();
        case "none" -> new Nowhere();
        default ->
            throw new TypeConversionException("'" + value + "' is none of stdio, file:PATH, none");
      };
    }
  }
}
