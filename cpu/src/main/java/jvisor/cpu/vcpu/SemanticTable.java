package jvisor.cpu.vcpu;

import java.util.Arrays;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;

/**
 * Mnemonics and the semantics bound to them. An unbound one raises #UD.
 *
 * <p>A name that MMX and SSE forms share can have two semantics: one for forms with an MMX operand and
 * one for all others. Each chapter binds its own.
 */
public final class SemanticTable {
  private static final Semantic UNDEFINED =
      (c, i) -> {
        throw c.ud();
      };

  private final Semantic[] byMnemonic = new Semantic[Mnemonic.values().length];
  private final Semantic[] mmxByMnemonic = new Semantic[Mnemonic.values().length];

  /** Creates a table without any binding. */
  public SemanticTable() {
    Arrays.fill(byMnemonic, UNDEFINED);
    Arrays.fill(mmxByMnemonic, UNDEFINED);
  }

  /**
   * Binds a semantic.
   *
   * @throws IllegalStateException if the mnemonic has one already
   */
  public SemanticTable bind(Mnemonic mnemonic, Semantic semantic) {
    if (byMnemonic[mnemonic.ordinal()] != UNDEFINED) {
      throw new IllegalStateException(mnemonic + " is bound twice");
    }
    byMnemonic[mnemonic.ordinal()] = semantic;
    return this;
  }

  /**
   * Binds a semantic for the forms of a mnemonic that have an MMX operand.
   *
   * @throws IllegalStateException if they have one already
   */
  public SemanticTable bindMmx(Mnemonic mnemonic, Semantic semantic) {
    if (mmxByMnemonic[mnemonic.ordinal()] != UNDEFINED) {
      throw new IllegalStateException(mnemonic + " is bound twice for MMX");
    }
    mmxByMnemonic[mnemonic.ordinal()] = semantic;
    return this;
  }

  /** The semantic of a mnemonic, MMX forms apart; one that raises #UD if none is bound. */
  public Semantic of(Mnemonic mnemonic) {
    return byMnemonic[mnemonic.ordinal()];
  }

  /** The semantic of an instruction; one that raises #UD if none is bound. */
  public Semantic of(Insn i) {
    int index = i.mnemonic().ordinal();
    boolean mmx = i.a.kind() == Operand.Kind.MMX || i.b.kind() == Operand.Kind.MMX;
    return mmx && mmxByMnemonic[index] != UNDEFINED ? mmxByMnemonic[index] : byMnemonic[index];
  }

  /** Whether a semantic is bound, for some of the forms at least. */
  public boolean isBound(Mnemonic mnemonic) {
    return byMnemonic[mnemonic.ordinal()] != UNDEFINED
        || mmxByMnemonic[mnemonic.ordinal()] != UNDEFINED;
  }
}
