package jvisor.app.option;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import jvisor.machine.Hypervisor;
import jvisor.machine.Processors;
import jvisor.machine.TripleFault;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads one of a few words, which are an enum's constants in lower case. */
public abstract class Choice<E extends Enum<E>> implements ITypeConverter<E> {
  private final E[] constants;

  Choice(Class<E> type) {
    constants = type.getEnumConstants();
  }

  @Override
  public E convert(String value) {
    for (E constant : constants) {
      if (word(constant).equals(value)) {
        return constant;
      }
    }
    throw new TypeConversionException(
        Arrays.stream(constants)
            .map(Choice::word)
            .collect(Collectors.joining(", ", "'" + value + "' is none of ", "")));
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** {@code kvm} or {@code none}. */
  public static final class OfHypervisor extends Choice<Hypervisor> {
    /** For picocli. */
    public OfHypervisor() {
      super(Hypervisor.class);
    }
  }

  /** {@code turns} or {@code threads}. */
  public static final class OfProcessors extends Choice<Processors> {
    /** For picocli. */
    public OfProcessors() {
      super(Processors.class);
    }
  }

  /** {@code exit} or {@code reset}. */
  public static final class OfTripleFault extends Choice<TripleFault> {
    /** For picocli. */
    public OfTripleFault() {
      super(TripleFault.class);
    }
  }
}
