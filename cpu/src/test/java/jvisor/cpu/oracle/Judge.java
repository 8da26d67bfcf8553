package jvisor.cpu.oracle;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import jvisor.cpu.interpreter.InstructionSet;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.isa.Insn;

/** Runs cases on our engines and compares the outcome with a real processor's. */
final class Judge implements AutoCloseable {
  private final List<EngineKind> kinds;
  private final List<GuestProcessor> processors = new ArrayList<>();
  private final Arena arena = Arena.ofConfined();
  private final CaseState ours = CaseState.in(arena);

  /** A judge of the engines that are to be tested. */
  Judge() {
    this(EngineKind.chosen(), InstructionSet.semantics());
  }

  Judge(List<EngineKind> kinds, SemanticTable semantics) {
    this.kinds = List.copyOf(kinds);
    for (EngineKind kind : kinds) {
      processors.add(new GuestProcessor(kind, semantics));
    }
  }

  /**
   * What differs between the first of our engines that differs at all and the real processor, with
   * the engine's name; empty if all agree. {@code real} is normalized.
   */
  String difference(CaseState before, CaseState real) {
    Insn i = CaseGenerator.decode(before);
    for (int n = 0; n < processors.size(); n++) {
      processors.get(n).run(before, ours);
      Comparison.normalize(ours, i);
      Exemptions.apply(i, before, real, ours);
      if (!Comparison.same(real, ours, i)) {
        return " " + kinds.get(n) + ":" + Comparison.difference(real, ours, i);
      }
    }
    return "";
  }

  @Override
  public void close() {
    processors.forEach(GuestProcessor::close);
    arena.close();
  }
}
