package jvisor.app.option;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import jvisor.machine.ExplainTopic;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * What is to be explained and where: words by commas, of topics, {@code file:PATH}, {@code from=N}
 * and {@code count=N}. A word with a dot or a slash is a file as well; no topic means all.
 *
 * @param topics what is explained
 * @param file where to, or null for standard error
 * @param from instructions before the first explanation
 * @param count explanations at most, at least 1
 */
public record Explanation(Set<ExplainTopic> topics, @Nullable Path file, long from, long count) {
  /** Reads one. */
  public static final class Converter implements ITypeConverter<Explanation> {
    private static final String FILE = "file:";
    private static final String FROM = "from=";
    private static final String COUNT = "count=";

    @Override
    public Explanation convert(String value) {
      Set<ExplainTopic> topics = EnumSet.noneOf(ExplainTopic.class);
      Path file = null;
      long from = 0;
      long count = Long.MAX_VALUE;
      for (String word : value.isEmpty() ? new String[0] : value.split(",", -1)) {
        if (word.startsWith(FROM)) {
          from = number(word.substring(FROM.length()));
        } else if (word.startsWith(COUNT)) {
          count = number(word.substring(COUNT.length()));
        } else if (word.startsWith(FILE)) {
          file = path(word.substring(FILE.length()));
        } else if (word.contains("/") || word.contains(".")) {
          file = path(word);
        } else {
          topics.add(topic(word));
        }
      }
      if (count < 1) {
        throw new TypeConversionException("count=0 explains nothing");
      }
      Set<ExplainTopic> wanted = topics.isEmpty() ? EnumSet.allOf(ExplainTopic.class) : topics;
      return new Explanation(wanted, file, from, count);
    }

    private static long number(String text) {
      return new Count.Converter().convert(text).value();
    }

    private static Path path(String text) {
      try {
        if (!text.isEmpty()) {
          return Path.of(text);
        }
      } catch (InvalidPathException e) {
        // Told below.
      }
      throw new TypeConversionException("'" + text + "' names no file");
    }

    private static ExplainTopic topic(String word) {
      for (ExplainTopic topic : ExplainTopic.values()) {
        if (word(topic).equals(word)) {
          return topic;
        }
      }
      throw new TypeConversionException(
          Arrays.stream(ExplainTopic.values())
              .map(Converter::word)
              .collect(
                  Collectors.joining(
                      ", ", "'" + word + "' is none of ", ", file:PATH, from=N, count=N")));
    }

    private static String word(ExplainTopic topic) {
      return topic.name().toLowerCase(Locale.ROOT);
    }
  }
}
