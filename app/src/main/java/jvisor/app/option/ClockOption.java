package jvisor.app.option;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jvisor.machine.ClockSource;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a clock: {@code host} or {@code instructions[:MIPS]}. */
public final class ClockOption implements ITypeConverter<ClockSource> {
  /** Instructions that make a microsecond when nothing is said. */
  public static final int MIPS = 100;

  private static final Pattern INSTRUCTIONS = Pattern.compile("instructions:([1-9]\\d{0,4})");

  @Override
  public ClockSource convert(String value) {
    Matcher form = INSTRUCTIONS.matcher(value);
    if (form.matches()) {
      return new ClockSource.Instructions(Integer.parseInt(form.group(1)));
    }
    return switch (value) {
      case "host" -> new ClockSource.Host();
      case "instructions" -> new ClockSource.Instructions(MIPS);
      default ->
          throw new TypeConversionException(
              "'" + value + "' is neither host nor instructions[:MIPS], MIPS from 1 to 99999");
    };
  }
}
