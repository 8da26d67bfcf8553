package jvisor.cpu.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.List;
import jvisor.isa.Insn;
import jvisor.isa.Row;
import jvisor.isa.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Cases as text. */
class CaseTextTest {
  @ParameterizedTest
  @EnumSource
  void aLineHoldsAllOfACase(CaseKind kind) {
    List<Row> rows = Table.ROWS.stream().filter(Exemptions::runsOnHost).filter(kind::has).toList();
    CaseGenerator generator = new CaseGenerator(kind);
    try (Arena arena = Arena.ofConfined()) {
      CaseState before = CaseState.in(arena);
      CaseState read = CaseState.in(arena);
      for (int n = 0; n < rows.size(); n++) {
        Insn i = generator.generate(before, Draw.of(1, n), rows.get(n));
        String line = CaseText.line(before, "");
        assertThat(CaseText.parse(line, read, read)).isFalse();
        assertThat(CaseGenerator.decode(read).length).isEqualTo(i.length);
        assertThat(Comparison.difference(before, read, i)).isEmpty();
        assertThat(CaseText.line(read, "")).isEqualTo(line);
      }
    }
  }

  @Test
  void aResultIsWhatHasChanged() {
    String line = "64 4801c8 rax=1 => rax=1111111111111112 flags=206 # add rax, rcx";
    try (Arena arena = Arena.ofConfined()) {
      CaseState before = CaseState.in(arena);
      CaseState after = CaseState.in(arena);
      assertThat(CaseText.parse(line, before, after)).isTrue();
      assertThat(after.gpr(0)).isEqualTo(0x1111_1111_1111_1112L);
      assertThat(after.gpr(1)).isEqualTo(before.gpr(1));
      assertThat(after.get(CaseState.RIP)).isEqualTo(before.get(CaseState.RIP) + 3);
      assertThat(after.get(CaseState.VECTOR)).isEqualTo(CaseState.COMPLETED);
      assertThat(CaseText.line(before, after)).isEqualTo(line);
    }
  }

  @Test
  void whatIsNoCaseIsRefused() {
    try (Arena arena = Arena.ofConfined()) {
      CaseState s = CaseState.in(arena);
      for (String line :
          List.of("64 90 rip", "64 90 rdx=", "64 90 xyz=1", "64 90 [3]=00", "64 90 ss=12345")) {
        assertThatThrownBy(() -> CaseText.parse(line, s, s))
            .as(line)
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }
}
