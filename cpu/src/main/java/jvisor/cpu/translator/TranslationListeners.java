package jvisor.cpu.translator;

import java.util.List;
import jvisor.cpu.interpreter.Block;
import jvisor.isa.Insn;

/** Several that are told one after the other. */
record TranslationListeners(List<TranslationListener> all) implements TranslationListener {
  @Override
  public void begins(Block block) {
    all.forEach(one -> one.begins(block));
  }

  @Override
  public void translated(Translation translation) {
    all.forEach(one -> one.translated(translation));
  }

  @Override
  public void refused(Block block, List<Insn> instructions, int leaving) {
    all.forEach(one -> one.refused(block, instructions, leaving));
  }

  @Override
  public void linked(long at, long target) {
    all.forEach(one -> one.linked(at, target));
  }

  @Override
  public void invalidated(int number) {
    all.forEach(one -> one.invalidated(number));
  }

  @Override
  public void shut(int number, String window) {
    all.forEach(one -> one.shut(number, window));
  }

  @Override
  public void flushed(int translations, long bytes) {
    all.forEach(one -> one.flushed(translations, bytes));
  }
}
