package jvisor.machine.lockstep;

import java.util.Arrays;
import jvisor.cpu.state.Rflags;
import jvisor.isa.Insn;
import jvisor.isa.Row;

/**
 * Which arithmetic flags of each processor may differ, because the last instruction that wrote them
 * left them undefined, or because that instruction is not known.
 */
final class Excuses {
  private final FlagImages images;
  private final long[] excused;

  /** For so many processors; nothing is known. */
  Excuses(int processors, FlagImages images) {
    this.images = images;
    excused = new long[processors];
    forget();
  }

  /** Nothing is known any more of what was executed. */
  void forget() {
    Arrays.fill(excused, Rflags.ARITHMETIC);
  }

  /** The flags of processor {@code cpu} may differ where they do now, and nowhere else. */
  void set(int cpu, long differing) {
    excused[cpu] = differing & Rflags.ARITHMETIC;
  }

  /** Processor {@code cpu} has executed {@code insn}; {@link Row#INVALID} if that is not known. */
  void executed(int cpu, Insn insn) {
    Row row = insn.row;
    excused[cpu] =
        switch (row.mnemonic()) {
          case INVALID -> Rflags.ARITHMETIC;
          case POPF, IRET, SYSRET -> images.bits();
          // A flag whose old value matters may be left as it was, as by a shift by 0.
          default ->
              excused[cpu] & ~(row.flagsWritten() & ~row.flagsTested()) | row.flagsUndefined();
        };
  }

  /** The flags of processor {@code cpu} that may differ. */
  long of(int cpu) {
    return excused[cpu];
  }
}
