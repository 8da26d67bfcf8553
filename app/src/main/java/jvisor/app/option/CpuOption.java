package jvisor.app.option;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import jvisor.machine.CpuSpec;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a processor: {@code MODEL[,+feature,-feature]}. */
public final class CpuOption implements ITypeConverter<CpuSpec> {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]*");

  @Override
  public CpuSpec convert(String value) {
    List<String> add = new ArrayList<>();
    List<String> remove = new ArrayList<>();
    String[] parts = value.toLowerCase(Locale.ROOT).split(",", -1);
    for (int i = 1; i < parts.length; i++) {
      String part = parts[i];
      if (part.length() < 2
          || (part.charAt(0) != '+' && part.charAt(0) != '-')
          || !NAME.matcher(part.substring(1)).matches()) {
        throw new TypeConversionException("'" + part + "' is not +feature or -feature");
      }
      (part.charAt(0) == '+' ? add : remove).add(part.substring(1));
    }
    if (!NAME.matcher(parts[0]).matches()) {
      throw new TypeConversionException(
          "'" + value + "' does not start with a model, such as " + CpuSpec.DEFAULT + " or max");
    }
    return new CpuSpec(parts[0], add, remove);
  }
}
