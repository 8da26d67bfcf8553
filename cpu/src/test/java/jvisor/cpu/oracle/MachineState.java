package jvisor.cpu.oracle;

import java.util.Arrays;
import java.util.Random;
import jvisor.cpu.state.Rflags;
import jvisor.isa.CodeMode;

/**
 * What an instruction can see and change: registers, flags and {@value #MEMORY_SIZE} bytes of
 * memory, at {@link #MEMORY_BASE} in a flat address space. Code starts at {@link #CODE_BASE}.
 */
final class MachineState {
  static final long CODE_BASE = 0x20_0000;
  static final long MEMORY_BASE = 0x10_0f80;
  static final int MEMORY_SIZE = 256;

  /** {@link #vector} when there was no exception. */
  static final int NONE = -1;

  CodeMode mode = CodeMode.BITS64;
  byte[] code = {};

  /** What {@link #random} made the first state from. */
  long seed;

  final long[] gpr = new long[16];
  long flags;
  long rip = CODE_BASE;
  int vector = NONE;
  final byte[] memory = new byte[MEMORY_SIZE];

  MachineState copy() {
    MachineState s = new MachineState();
    s.mode = mode;
    s.seed = seed;
    s.code = code;
    System.arraycopy(gpr, 0, s.gpr, 0, 16);
    s.flags = flags;
    s.rip = rip;
    s.vector = vector;
    System.arraycopy(memory, 0, s.memory, 0, MEMORY_SIZE);
    return s;
  }

  private static final long[] EDGES = {
    0,
    1,
    2,
    9,
    10,
    0x0f,
    0x7f,
    0x80,
    0x99,
    0xff,
    0x7fff,
    0x8000,
    0xffff,
    0x7fff_ffffL,
    0x8000_0000L,
    0xffff_ffffL,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -1,
    -2,
    -128,
    -0x8000,
    -0x8000_0000L
  };

  /**
   * Registers, flags and memory as {@code seed} gives them; values favour edges. The corpus stores
   * seeds, so that a change here makes it void.
   */
  static MachineState random(CodeMode mode, long seed) {
    Random random = new Random(seed);
    MachineState s = new MachineState();
    s.mode = mode;
    s.seed = seed;
    for (int r = 0; r < 16; r++) {
      s.gpr[r] = value(random);
      if (mode != CodeMode.BITS64) {
        s.gpr[r] = r < 8 ? s.gpr[r] & 0xffff_ffffL : 0;
      }
    }
    s.flags = random.nextLong() & (Rflags.ARITHMETIC | Rflags.DF);
    for (int at = 0; at < MEMORY_SIZE; at += 8) {
      s.poke(MEMORY_BASE + at, 8, value(random));
    }
    return s;
  }

  private static long value(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> EDGES[random.nextInt(EDGES.length)];
      case 1 -> random.nextInt(256);
      case 2 -> random.nextInt();
      case 3 -> EDGES[random.nextInt(EDGES.length)] + random.nextInt(5) - 2;
      default -> random.nextLong();
    };
  }

  /** Reads {@code size} bytes of memory, of which all must be inside. */
  long peek(long address, int size) {
    long value = 0;
    for (int i = size - 1; i >= 0; i--) {
      value = value << 8 | (memory[(int) (address - MEMORY_BASE) + i] & 0xff);
    }
    return value;
  }

  void poke(long address, int size, long value) {
    for (int i = 0; i < size; i++) {
      memory[(int) (address - MEMORY_BASE) + i] = (byte) (value >>> (8 * i));
    }
  }

  /**
   * What differs from {@code other}, flags outside {@code flagMask} apart; empty if nothing does.
   */
  String difference(MachineState other, long flagMask) {
    StringBuilder text = new StringBuilder();
    if (vector != other.vector) {
      text.append(" vector %d/%d".formatted(vector, other.vector));
    }
    int registers = mode == CodeMode.BITS64 ? 16 : 8;
    for (int i = 0; i < registers; i++) {
      if (gpr[i] != other.gpr[i]) {
        text.append(" r%d %x/%x".formatted(i, gpr[i], other.gpr[i]));
      }
    }
    if ((flags & flagMask) != (other.flags & flagMask)) {
      text.append(" flags %x/%x".formatted(flags & flagMask, other.flags & flagMask));
    }
    if (rip != other.rip) {
      text.append(" rip %x/%x".formatted(rip, other.rip));
    }
    if (!Arrays.equals(memory, other.memory)) {
      text.append(" memory");
      for (int i = 0; i < MEMORY_SIZE; i++) {
        if (memory[i] != other.memory[i]) {
          text.append(" [%d] %x/%x".formatted(i, memory[i] & 0xff, other.memory[i] & 0xff));
        }
      }
    }
    return text.toString();
  }
}
