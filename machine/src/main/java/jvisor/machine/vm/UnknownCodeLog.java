package jvisor.machine.vm;

import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.Consumer;
import jvisor.cpu.interpreter.UnknownCode;

/** Tells people once of every instruction that the processor does not have. */
final class UnknownCodeLog implements UnknownCode {
  /** More different ones than this are noise: a guest that runs data. */
  private static final int MOST = 32;

  private static final int SHOWN = 8;

  private final Consumer<String> notices;
  private final Set<String> seen = new HashSet<>();

  UnknownCodeLog(Consumer<String> notices) {
    this.notices = notices;
  }

  @Override
  public synchronized void met(long rip, byte[] bytes) {
    if (seen.size() < MOST) {
      String hex = HexFormat.of().formatHex(bytes, 0, Math.min(SHOWN, bytes.length));
      if (seen.add(hex.substring(0, Math.min(6, hex.length())))) {
        notices.accept("unknown instruction at 0x%x: %s (#UD to the guest)".formatted(rip, hex));
      }
    }
  }
}
