package jvisor.app.option;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Guest memory, such as {@code 512M}: a whole number and K, M, G or T, of 1,024 each. */
public record MemorySize(long bytes) {
  /** The least that is worth starting a machine with. */
  public static final long LEAST = 1L << 20;

  /** More than any processor that we model can address usefully. */
  public static final long MOST = 1L << 40;

  private static final Pattern FORM = Pattern.compile("(\\d{1,9})([KMGT])(?:I?B)?");

  /** Reads a size. */
  public static final class Converter implements ITypeConverter<MemorySize> {
    @Override
    public MemorySize convert(String value) {
      Matcher form = FORM.matcher(value.toUpperCase(Locale.ROOT));
      if (!form.matches()) {
        throw new TypeConversionException(
            "'" + value + "' is not a size such as 512M or 2G (K, M, G or T)");
      }
      int shift = 10 * (1 + "KMGT".indexOf(form.group(2)));
      long count = Long.parseLong(form.group(1));
      if (count << shift >> shift != count || count << shift > MOST) {
        throw new TypeConversionException("'" + value + "' is more than a machine can have, 1T");
      }
      long bytes = count << shift;
      if (bytes < LEAST) {
        throw new TypeConversionException("'" + value + "' is too little, the least is 1M");
      }
      if (bytes % 4096 != 0) {
        throw new TypeConversionException("'" + value + "' is not a multiple of 4K");
      }
      return new MemorySize(bytes);
    }
  }
}
