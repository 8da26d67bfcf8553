package jvisor.cpu.interpreter;

/** Hears of instructions that the table or the semantics do not know, as they execute. */
@FunctionalInterface
public interface UnknownCode {
  /** The bytes at {@code rip} raised #UD; {@code bytes} holds up to 15 from there. */
  void met(long rip, byte[] bytes);
}
