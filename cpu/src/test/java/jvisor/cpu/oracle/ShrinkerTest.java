package jvisor.cpu.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.List;
import jvisor.cpu.interpreter.InstructionSet;
import jvisor.cpu.vcpu.Semantic;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.isa.Mnemonic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Cases that differ become small, shown with processors that have a bug. */
class ShrinkerTest {
  private static final String ADD =
      "64 2e66480381f8ff0f00 rip=200ff0 rax=123456789abcdee0 rcx=d08 rdx=77 r11=5 flags=200a97"
          + " fsbase=100000 ds=33 mxcsr=1fbf fcw=27f st3=3fffc000000000000000 xmm7=40490fdb"
          + " [100d00]=fffefdfcfbfaf9f8 [100e00]=01020304";

  private static final String SHRUNK = "64 480301 rax=123456789abcdee0 rcx=100c08";

  private final Arena arena = Arena.ofConfined();
  private final CaseState before = CaseState.in(arena);
  private final CaseState right = CaseState.in(arena);
  private final GuestProcessor correct =
      new GuestProcessor(EngineKind.SEMANTICS, InstructionSet.semantics());

  @AfterEach
  void close() {
    correct.close();
    arena.close();
  }

  private static SemanticTable broken(Mnemonic broken, Semantic semantic) {
    SemanticTable correct = InstructionSet.semantics();
    SemanticTable table = new SemanticTable();
    for (Mnemonic mnemonic : Mnemonic.values()) {
      table.bind(mnemonic, mnemonic == broken ? semantic : correct.of(mnemonic));
    }
    return table;
  }

  /** ADD that forgets bit 4 of the sum if bit 60 of the operand in memory is set. */
  private static SemanticTable brokenAdd() {
    Semantic add = InstructionSet.semantics().of(Mnemonic.ADD);
    return broken(
        Mnemonic.ADD,
        (c, i) -> {
          boolean wrong = i.b.isMemory() && (c.read(i, i.b) >>> 60 & 1) != 0;
          add.execute(c, i);
          if (wrong) {
            c.state.setReg(i.a.index(), c.state.reg(i.a.index()) & ~0x10L);
          }
        });
  }

  private String difference(Judge judge, CaseState candidate) {
    correct.run(candidate, right);
    Comparison.normalize(right, CaseGenerator.decode(candidate));
    return judge.difference(candidate, right);
  }

  @Test
  void onlyWhatTheBugNeedsRemains() {
    CaseText.parse(ADD, before, before);
    try (Judge judge = new Judge(List.of(EngineKind.SEMANTICS), brokenAdd())) {
      assertThat(difference(judge, before)).isNotEmpty();
      new Shrinker(candidate -> !difference(judge, candidate).isEmpty()).shrink(before);
      assertThat(difference(judge, before)).isNotEmpty();
    }
    assertThat(CaseText.line(before, "")).isEqualTo(SHRUNK + " # add rax, qword ptr [rcx]");
  }

  @Test
  void aMismatchWithTheHostIsShrunkToALineThatShowsItAgain() throws IOException {
    String obstacle = HostProcessor.obstacle();
    Assumptions.assumeTrue(obstacle.isEmpty(), obstacle);
    CaseText.parse(ADD, before, before);
    try (Trial trial = new Trial(new Judge(List.of(EngineKind.SEMANTICS), brokenAdd()))) {
      String line = trial.shrink(before);
      assertThat(line).startsWith(SHRUNK + " # ");
      assertThat(CaseText.parse(line, before, before)).isFalse();
      assertThat(line).endsWith(trial.difference(before));
    }
  }
}
