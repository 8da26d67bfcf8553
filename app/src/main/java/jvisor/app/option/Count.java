package jvisor.app.option;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A number of things, such as {@code 1500} or {@code 20M}: k, M and G stand for a thousand, a
 * million and a thousand million.
 *
 * @param value the number, at least 0
 */
public record Count(long value) {
  /** Reads one. */
  public static final class Converter implements ITypeConverter<Count> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,15})([kMG]?)");

    @Override
    public Count convert(String text) {
      Matcher form = FORM.matcher(text);
      if (!form.matches()) {
        throw new TypeConversionException("'" + text + "' is not a number such as 1500 or 20M");
      }
      long unit =
          switch (form.group(2)) {
            case "k" -> 1_000;
            case "M" -> 1_000_000;
            case "G" -> 1_000_000_000;
            default -> 1;
          };
      try {
        return new Count(Math.multiplyExact(Long.parseLong(form.group(1)), unit));
      } catch (ArithmeticException e) {
        throw new TypeConversionException("'" + text + "' is too large");
      }
    }
  }
}
