package jvisor.machine.lockstep;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;
import jvisor.cpu.state.Flags;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.machine.trace.TraceRegister;

/** Compares processors: every register, and what they remember besides. */
final class Registers {
  private static final int WORD = 8;

  /** Words of the struct that are compared another way, or mean nothing between instructions. */
  private static final List<Integer> LEFT_OUT =
      List.of(VcpuState.BLOCK_BASE, VcpuState.FLAG_RESULT, VcpuState.FLAG_AUX, VcpuState.RIP);

  private static final int[] OFFSETS = offsets();

  private record Hidden(String name, ToLongFunction<Vcpu> value) {}

  private static final List<Hidden> HIDDEN =
      List.of(
          new Hidden("rip", c -> c.state.rip()),
          new Hidden("retired", Vcpu::retired),
          new Hidden("tsc", Vcpu::tsc),
          new Hidden("privilege", Vcpu::cpl),
          new Hidden("code width", c -> 16L << c.codeMode().ordinal()),
          new Hidden("halted", c -> c.isHalted() ? 1 : 0),
          new Hidden("shut down", c -> c.isShutdown() ? 1 : 0),
          new Hidden("NMIs blocked", c -> c.isNmiBlocked() ? 1 : 0),
          new Hidden("interrupt shadow", c -> c.hasInterruptShadow() ? 1 : 0),
          new Hidden("pending #DB", Vcpu::pendingDebug));

  private Registers() {}

  private static int[] offsets() {
    int[] offsets = new int[VcpuState.SCRATCH / WORD];
    int count = 0;
    for (int offset = 0; offset < VcpuState.SCRATCH; offset += WORD) {
      if (!LEFT_OUT.contains(offset)) {
        offsets[count++] = offset;
      }
    }
    return Arrays.copyOf(offsets, count);
  }

  /** Whether nothing differs; quick. */
  static boolean same(Vcpu a, Vcpu b) {
    for (int offset : OFFSETS) {
      if (HostMemory.getLong(a.state.base + offset) != HostMemory.getLong(b.state.base + offset)) {
        return false;
      }
    }
    for (Hidden hidden : HIDDEN) {
      if (hidden.value.applyAsLong(a) != hidden.value.applyAsLong(b)) {
        return false;
      }
    }
    return Flags.arithmetic(a.state) == Flags.arithmetic(b.state);
  }

  /**
   * What differs, in so far as it must not.
   *
   * @param excused the arithmetic flags that may differ
   * @param images the copies of flags that may stand in general registers
   */
  static List<Difference> differences(Vcpu a, Vcpu b, long excused, FlagImages images) {
    List<Difference> found = new ArrayList<>();
    for (Hidden hidden : HIDDEN) {
      add(found, hidden.name, 8, hidden.value.applyAsLong(a), hidden.value.applyAsLong(b));
    }
    for (int offset : OFFSETS) {
      long one = a.state.get(offset);
      long two = b.state.get(offset);
      boolean general = offset < VcpuState.gpr(16);
      if (one != two && !(general && images.excuse(one, two)) && !named(found, a, b, offset)) {
        add(found, "state+0x%x".formatted(offset), WORD, one, two);
      }
    }
    if (((a.rflags() ^ b.rflags()) & ~excused) != 0) {
      add(found, "rflags", 8, a.rflags(), b.rflags());
    }
    return found;
  }

  /** Adds the registers with names in the word at {@code offset}; whether there are any. */
  private static boolean named(List<Difference> found, Vcpu a, Vcpu b, int offset) {
    boolean any = false;
    for (TraceRegister register : TraceRegister.ALL) {
      if (register.offset() >= offset && register.offset() < offset + WORD) {
        long mask = Vcpu.mask(register.bytes());
        long one = a.state.get(register.offset()) & mask;
        long two = b.state.get(register.offset()) & mask;
        any |= one != two;
        add(found, register.name(), register.bytes(), one, two);
      }
    }
    return any;
  }

  private static void add(List<Difference> found, String name, int bytes, long one, long two) {
    if (one != two) {
      found.add(Difference.of(name, bytes, one, two));
    }
  }
}
