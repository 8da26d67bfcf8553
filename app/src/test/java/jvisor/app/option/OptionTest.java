package jvisor.app.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import jvisor.machine.ClockSource;
import jvisor.machine.CpuSpec;
import jvisor.machine.Hypervisor;
import jvisor.machine.TripleFault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.TypeConversionException;

/** Good values; the bad ones are told about on the command line, where they are tested. */
class OptionTest {
  @ParameterizedTest
  @CsvSource({
    "512M,536870912",
    "1G,1073741824",
    "2048K,2097152",
    "1t,1099511627776",
    "64MiB,67108864"
  })
  void aSizeIsANumberAndAUnit(String text, long bytes) {
    assertThat(new MemorySize.Converter().convert(text).bytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({"90s,90000", "90,90000", "1.5s,1500", "2m,120000", "1h,3600000", "250ms,250"})
  void aTimeIsANumberAndAUnit(String text, long millis) {
    assertThat(new Span.Converter().convert(text)).isEqualTo(new Span(text, millis));
  }

  @Test
  void aTargetIsAStreamAFileOrNothing() {
    Target.Converter converter = new Target.Converter();
    assertThat(converter.convert("stdio")).isEqualTo(new Target.Stdio());
    assertThat(converter.convert("none")).isEqualTo(new Target.Nowhere());
    assertThat(converter.convert("file:a:b c")).isEqualTo(new Target.ToFile(Path.of("a:b c")));
    assertThatThrownBy(() -> converter.convert("file:\0"))
        .isInstanceOf(TypeConversionException.class);
  }

  @Test
  void aProcessorIsAModelAndChanges() {
    CpuOption converter = new CpuOption();
    assertThat(converter.convert("max")).isEqualTo(new CpuSpec("max", List.of(), List.of()));
    assertThat(converter.convert("Max,+SSE4.2,-aes,+popcnt"))
        .isEqualTo(new CpuSpec("max", List.of("sse4.2", "popcnt"), List.of("aes")));
  }

  @Test
  void aClockIsTheHostsOrCountsInstructions() {
    ClockOption converter = new ClockOption();
    assertThat(converter.convert("host")).isEqualTo(new ClockSource.Host());
    assertThat(converter.convert("instructions"))
        .isEqualTo(new ClockSource.Instructions(ClockOption.MIPS));
    assertThat(converter.convert("instructions:1000"))
        .isEqualTo(new ClockSource.Instructions(1000));
  }

  @Test
  void choicesAreWordsInLowerCase() {
    assertThat(new Choice.OfHypervisor().convert("none")).isEqualTo(Hypervisor.NONE);
    assertThat(new Choice.OfTripleFault().convert("reset")).isEqualTo(TripleFault.RESET);
  }
}
