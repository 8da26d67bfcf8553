package jvisor.app.option;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A length of time, such as {@code 90s}: a number, whole or decimal, and ms, s, m or h; seconds
 * without a unit.
 *
 * @param text what was written
 * @param millis the length in milliseconds, at least 1
 */
public record Span(String text, long millis) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,6})?)(ms|s|m|h|)");

  /** Reads a span. */
  public static final class Converter implements ITypeConverter<Span> {
    @Override
    public Span convert(String value) {
      Matcher form = FORM.matcher(value);
      if (!form.matches()) {
        throw new TypeConversionException(
            "'" + value + "' is not a time such as 90s (ms, s, m or h)");
      }
      double unit =
          switch (form.group(2)) {
            case "ms" -> 1;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            default -> 1000;
          };
      long millis = Math.round(Double.parseDouble(form.group(1)) * unit);
      if (millis < 1) {
        throw new TypeConversionException("'" + value + "' is no time at all");
      }
      return new Span(value, millis);
    }
  }
}
