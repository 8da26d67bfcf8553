package jvisor.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HexFormat;
import jvisor.host.CodeMemory.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class CodeMemoryTest {
  private static final long SIZE = 4 * CodeMemory.PAGE;

  // LEA rax, [rdi + rsi]; SUB rax, rdx; RET
  private static final String ADD_AND_SUBTRACT = "488d0437 4829d0 c3";
  // MOV eax, 42; RET
  private static final String FORTY_TWO = "b82a000000 c3";

  private CodeMemory memory;

  @BeforeEach
  void reserve() {
    memory = CodeMemory.reserve(SIZE);
  }

  @AfterEach
  void release() {
    memory.close();
  }

  @Test
  void aFunctionGetsThreeArgumentsAndAnswers() {
    write(100, ADD_AND_SUBTRACT);
    assertThat(memory.at(100).call(5L << 40, 7, 2)).isEqualTo((5L << 40) + 5);
  }

  @Test
  void bytesWrittenAfterACallAreWhatTheNextCallRuns() {
    Function function = memory.at(SIZE - 8);
    write(SIZE - 8, ADD_AND_SUBTRACT);
    for (int n = 0; n < 20_000; n++) {
      assertThat(function.call(n, 1, 0)).isEqualTo(n + 1);
    }
    write(SIZE - 8, FORTY_TWO);
    assertThat(function.call(1, 2, 3)).isEqualTo(42);
  }

  @Test
  void whatIsWrittenIsNotWhereItRuns() throws IOException {
    assertThat(Mapping.permissions(memory.writable())).isEqualTo("rw-s");
    assertThat(Mapping.permissions(memory.executable())).isEqualTo("r-xs");
  }

  @Test
  void aPageThatNothingCanTouchLiesBeforeAndAfter() throws IOException {
    for (long hva : new long[] {memory.writable(), memory.executable()}) {
      assertThat(Mapping.permissions(hva - 1)).isEqualTo("---p");
      assertThat(Mapping.permissions(hva - CodeMemory.PAGE)).isEqualTo("---p");
      assertThat(Mapping.permissions(hva + SIZE - 1)).isNotEqualTo("---p");
      assertThat(Mapping.permissions(hva + SIZE)).isEqualTo("---p");
      assertThat(Mapping.permissions(hva + SIZE + CodeMemory.PAGE - 1)).isEqualTo("---p");
    }
  }

  @Test
  void nothingIsWrittenOrCalledOutside() {
    byte[] code = new byte[16];
    assertThatThrownBy(() -> memory.write(SIZE - 15, code, 0, 16))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> memory.write(-1, code, 0, 16))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> memory.write(0, code, 8, 9))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> memory.at(SIZE)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void sizesAreWholePagesUpToAGibibyte() {
    for (long size : new long[] {0, -4096, 4095, CodeMemory.MAXIMUM + 4096}) {
      assertThatThrownBy(() -> CodeMemory.reserve(size))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void closingLeavesNoMapping() throws IOException {
    CodeMemory other = CodeMemory.reserve(SIZE);
    long hva = other.executable();
    assertThat(Mapping.permissions(hva)).isEqualTo("r-xs");
    other.close();
    assertThat(Mapping.permissions(hva)).isNotEqualTo("r-xs");
  }

  private void write(long offset, String hex) {
    byte[] code = HexFormat.of().parseHex(hex.replace(" ", ""));
    memory.write(offset, code, 0, code.length);
  }
}
