package jvisor.app.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.TypeConversionException;

class TraceFileTest {
  private static TraceFile read(String text) {
    return new TraceFile.Converter().convert(text);
  }

  @Test
  void aFileAloneIsTheWholeRun() {
    assertThat(read("a.trace")).isEqualTo(new TraceFile(Path.of("a.trace"), 0, Long.MAX_VALUE));
  }

  @Test
  void partsOfARunAreGivenInAnyOrder() {
    TraceFile expected = new TraceFile(Path.of("a"), 20_000_000, 1500);
    assertThat(read("a,from=20M,count=1500")).isEqualTo(expected);
    assertThat(read("a,count=1500,from=20000k")).isEqualTo(expected);
  }

  @Test
  void namesMayHaveCommas() {
    assertThat(read("a,b,from=1").path()).isEqualTo(Path.of("a,b"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ,from=1       | names no file
          a,fro=1       | is neither from=N nor count=N
          a,from=       | is not a number such as 1500 or 20M
          a,from=-1     | is not a number such
          a,count=0     | count=0 is no trace at all
          a,from=999999999999999G | is too large
          """)
  void whatCannotBeReadIsNamed(String text, String message) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining(message);
  }
}
