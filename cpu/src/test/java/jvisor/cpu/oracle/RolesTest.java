package jvisor.cpu.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import jvisor.cpu.interpreter.InstructionSet;
import jvisor.isa.Insn;
import jvisor.isa.Row;
import jvisor.isa.Table;
import org.junit.jupiter.api.Test;

/** The table's word on what instructions read and write, held against what they do. */
class RolesTest {
  private static final int CASES = 600;
  private static final int ENOUGH = 20;
  private static final int HOPELESS = 40;

  private final List<String> unshown = new ArrayList<>();
  private int rows;

  @Test
  void whatIsAnnouncedIsReadAndWrittenAndNothingElseIs() {
    try (Arena arena = Arena.ofConfined();
        GuestProcessor processor =
            new GuestProcessor(EngineKind.SEMANTICS, InstructionSet.semantics())) {
      RoleCheck check = new RoleCheck(processor, arena.allocate(4L * CaseState.SIZE, 64).address());
      CaseGenerator generator = new CaseGenerator(CaseKind.FLAT);
      for (Row row : Table.ROWS) {
        if (row != Row.INVALID && isRepeatable(row)) {
          check.nextRow();
          run(check, generator, row);
        }
      }
      assertThat(check.complaints()).isEmpty();
    }
    assertThat(unshown).isEmpty();
    assertThat(rows).as("rows that programs can run").isGreaterThan(1500);
  }

  private void run(RoleCheck check, CaseGenerator generator, Row row) {
    String missing = "";
    int completed = 0;
    for (int n = 0; n < CASES && (completed < ENOUGH || !missing.isEmpty()); n++) {
      Draw d = Draw.of(row.id(), n);
      Insn i = generator.generate(check.state(), d, row);
      if (i != null && check.check(i, d)) {
        completed++;
        missing = check.unshown(i);
      } else if (n > HOPELESS && completed == 0) {
        return;
      }
    }
    rows++;
    if (!missing.isEmpty() && !isTooRare(row, missing.strip())) {
      unshown.add(row + ":" + missing);
    }
  }

  /** Whether the outcome is the same each time. */
  private static boolean isRepeatable(Row row) {
    return switch (row.mnemonic()) {
      case RDTSC, RDTSCP, RDRAND, RDSEED, CPUID -> false;
      default -> true;
    };
  }

  /** What no case here can show. */
  private static boolean isTooRare(Row row, String missing) {
    return switch (row.mnemonic()) {
      // EDX selects parts that do not exist.
      case XSAVE, XSAVEOPT, XSAVEC -> missing.equals("ir2");
      // On a stack of 16-bit offsets the upper half stays.
      case LEAVE -> missing.equals("ir4");
      // RAX stays if the count is 0, but then nothing is written.
      case LODS -> missing.equals("ir0");
      // Random vectors nearly always have a bit in common.
      case VPTEST -> missing.equals("r1");
      default -> false;
    };
  }
}
