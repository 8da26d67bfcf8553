package jvisor.conformance;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jvisor.cpu.model.CpuModels;
import jvisor.isa.Assembler;

/**
 * Where scenes are played, one after another on one machine for each processor model. Between two
 * scenes the machine is reset and its first 256 KiB, which are all that scenes use, are cleared.
 */
final class Stage implements AutoCloseable {
  private static final long RAM = 2 << 20;
  private static final long LIMIT = 400_000;

  private final EngineMaker engines;
  private final Map<Mode, Kernel> kernels = new EnumMap<>(Mode.class);
  private final byte[] blank = new byte[0x40000];
  private final Map<String, Bench> benches = new HashMap<>();

  /** One with the processors that are asked for. */
  Stage() {
    this(EngineKind.chosen());
  }

  Stage(EngineMaker engines) {
    this.engines = engines;
  }

  /** Plays a scene; answers the expected and the actual lines. */
  List<List<String>> play(Scene scene) {
    Directives directives = new Directives(scene.mode());
    Assembler assembler = new Assembler(scene.mode().code, Kernel.BODY);
    Kernel.NAMES.forEach((name, value) -> assembler.emit("%s equ %d".formatted(name, value)));
    byte[] body = assembler.emit(directives.expand(scene.program())).emit("cli\nhlt").assemble();
    if (body.length > Kernel.LOG - Kernel.BODY) {
      throw new IllegalArgumentException("too long: " + scene.title());
    }
    Names names = new Names(assembler);
    Bench bench =
        benches.computeIfAbsent(
            scene.model(), model -> new Bench(CpuModels.parse(model, false), RAM, engines));
    bench.place(0, blank);
    kernels.computeIfAbsent(scene.mode(), Kernel::new).install(bench);
    bench.place(Kernel.BODY, body);
    directives.poke(bench, names::value);
    bench.start(Kernel.CODE >> 12);
    Bench.End end = bench.run(LIMIT);
    return Outcome.of(bench, end, scene, names::value);
  }

  @Override
  public void close() {
    benches.values().forEach(Bench::close);
  }

  /** Sums and products of numbers, labels and the kernel's names. */
  private record Names(Assembler assembler) {
    long value(String text) {
      long sum = 0;
      int start = 0;
      for (int n = 1; n <= text.length(); n++) {
        boolean end = n == text.length() || text.charAt(n) == '+' || text.charAt(n) == '-';
        if (end) {
          String term = text.substring(start, n).strip();
          boolean minus = term.startsWith("-");
          String atom = term.replaceFirst("^[+-]\\s*", "");
          sum += minus ? -atom(atom) : atom(atom);
          start = n;
        }
      }
      return sum;
    }

    private long atom(String text) {
      int star = text.indexOf('*');
      if (star >= 0) {
        return atom(text.substring(0, star)) * atom(text.substring(star + 1));
      }
      if (text.startsWith("0x")) {
        return Long.parseUnsignedLong(text.substring(2).replace("_", ""), 16);
      }
      return Character.isDigit(text.charAt(0)) ? Long.parseLong(text) : assembler.addressOf(text);
    }
  }
}
