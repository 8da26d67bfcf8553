package jvisor.cpu.oracle;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.isa.CodeMode;
import jvisor.isa.Row;
import jvisor.isa.Table;

/**
 * Runs random cases of every bound row on both processors and prints where they differ: {@code
 * OracleRun PROGRAM CASES SEED [NAME]}, with {@code native.c} compiled as PROGRAM and CASES for
 * each row and mode.
 */
public final class OracleRun {
  private static final int PAGE_FAULT = 14;
  private static final int SHOWN = 4;
  private static final boolean ENGINE = Boolean.getBoolean("engine");

  private final NativeProcessor real;
  private final Processor ours;
  private final SemanticTable table = IntegerChapters.table();
  private final CaseGenerator generator;
  private final boolean collecting;
  private final List<Corpus.Entry> corpus = new ArrayList<>();

  private OracleRun(Path program, long seed, boolean collecting) {
    this.collecting = collecting;
    real = new NativeProcessor(program);
    ours = ENGINE ? new EngineProcessor() : new JvisorProcessor(table);
    generator = new CaseGenerator(seed);
  }

  /** Entry point; see the class. */
  public static void main(String[] args) throws IOException {
    OracleRun run = new OracleRun(Path.of(args[0]), Long.parseLong(args[2]), args.length > 4);
    int cases = Integer.parseInt(args[1]);
    for (Row row : Table.ROWS) {
      if (run.table.isBound(row.mnemonic())
          && CaseGenerator.isGeneral(row)
          && (args.length < 4 || row.name().matches(args[3]))) {
        run.compare(row, CodeMode.BITS64, cases);
        run.compare(row, CodeMode.BITS32, cases);
      }
    }
    if (args.length > 4) {
      try (OutputStream file = Files.newOutputStream(Path.of(args[4]))) {
        Corpus.write(file, run.corpus);
      }
    }
    run.real.close();
    run.ours.close();
  }

  private void compare(Row row, CodeMode mode, int cases) {
    List<MachineState> before = cases(row, mode, cases);
    if (before.isEmpty()) {
      return;
    }
    List<MachineState> expected = new ArrayList<>();
    List<MachineState> actual = new ArrayList<>();
    for (MachineState s : before) {
      expected.add(s.copy());
      actual.add(s.copy());
    }
    real.execute(expected);
    ours.execute(actual);
    long all = Rflags.ARITHMETIC | Rflags.DF;
    long defined = all & ~row.flagsUndefined();
    int wrong = 0;
    int outside = 0;
    int undefined = 0;
    long undefinedFlags = 0;
    StringBuilder shown = new StringBuilder();
    for (int n = 0; n < before.size(); n++) {
      if (expected.get(n).vector == PAGE_FAULT) {
        outside++;
        continue;
      }
      if (collecting) {
        corpus.add(new Corpus.Entry(before.get(n), expected.get(n)));
      }
      if (ENGINE && expected.get(n).vector != MachineState.NONE) {
        if (actual.get(n).vector == EngineProcessor.SHUTDOWN) {
          continue;
        }
      }
      String difference = actual.get(n).difference(expected.get(n), defined);
      if (!difference.isEmpty() && wrong++ < SHOWN) {
        shown.append(describe(before.get(n))).append(" ->").append(difference).append('\n');
      }
      long flags = (actual.get(n).flags ^ expected.get(n).flags) & all & ~defined;
      if (flags != 0 && expected.get(n).vector == MachineState.NONE) {
        undefinedFlags |= flags;
        if (undefined++ < SHOWN && Boolean.getBoolean("undefined")) {
          shown
              .append("undefined ")
              .append(describe(before.get(n)))
              .append(" ->")
              .append(actual.get(n).difference(expected.get(n), all))
              .append('\n');
        }
      }
    }
    System.out.printf(
        "%s %s: %d cases, %d outside, %d wrong, %d undefined (%x)%n%s",
        row, mode, before.size(), outside, wrong, undefined, undefinedFlags, shown);
  }

  private List<MachineState> cases(Row row, CodeMode mode, int count) {
    List<MachineState> states = new ArrayList<>();
    for (int attempt = 0; attempt < 10 * count && states.size() < count; attempt++) {
      MachineState s = generator.attempt(row, mode);
      if (s != null) {
        states.add(s);
      }
      if (attempt > 1000 && states.isEmpty()) {
        break;
      }
    }
    return states;
  }

  private static String describe(MachineState s) {
    StringBuilder text = new StringBuilder("  ").append(HexFormat.of().formatHex(s.code));
    text.append(" flags %x".formatted(s.flags));
    for (int r = 0; r < (s.mode == CodeMode.BITS64 ? 16 : 8); r++) {
      text.append(" %x".formatted(s.gpr[r]));
    }
    return text.toString();
  }
}
