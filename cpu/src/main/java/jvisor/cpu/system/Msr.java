package jvisor.cpu.system;

import jvisor.cpu.model.CpuModel;
import jvisor.cpu.vcpu.Vcpu;

/**
 * One model-specific register.
 *
 * @param index as in ECX
 * @param name the manual's
 * @param presence which models have it
 * @param reader what RDMSR answers
 * @param writer what WRMSR does
 */
record Msr(int index, String name, Presence presence, Reader reader, Writer writer) {
  /** On which models a register exists. */
  @FunctionalInterface
  interface Presence {
    boolean in(CpuModel model);
  }

  /** Reads a register. */
  @FunctionalInterface
  interface Reader {
    long read(Vcpu c);
  }

  /** Writes a register, or throws #GP(0) with nothing changed. */
  @FunctionalInterface
  interface Writer {
    void write(Vcpu c, long value);
  }

  /** On every model. */
  static final Presence ALWAYS = model -> true;

  /** On AMD's models. */
  static final Presence AMD = CpuModel::isAmd;

  /** On Intel's models. */
  static final Presence INTEL = model -> !model.isAmd();

  /** Writing raises #GP(0). */
  static final Writer READ_ONLY =
      (c, value) -> {
        throw c.gp(0);
      };

  /** Writes go nowhere. */
  static final Writer IGNORED = (c, value) -> {};

  /**
   * A register with 64 bits of storage at {@code offset} in the state, some of which can be
   * written.
   */
  static Msr stored(int index, String name, Presence presence, int offset, long writable) {
    return new Msr(
        index,
        name,
        presence,
        c -> c.state.get(offset),
        (c, value) -> {
          if ((value & ~writable) != 0) {
            throw c.gp(0);
          }
          c.state.set(offset, value);
        });
  }

  /** A register that holds a canonical address. */
  static Msr address(int index, String name, int offset) {
    return new Msr(
        index,
        name,
        ALWAYS,
        c -> c.state.get(offset),
        (c, value) -> {
          if (value << 16 >> 16 != value) {
            throw c.gp(0);
          }
          c.state.set(offset, value);
        });
  }

  /** A register that always reads as {@code value} and swallows writes. */
  static Msr constant(int index, String name, Presence presence, long value) {
    return new Msr(index, name, presence, c -> value, IGNORED);
  }
}
