package jvisor.cpu.oracle;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import jvisor.isa.CodeMode;
import jvisor.isa.Decoder;
import jvisor.isa.Encoding;
import jvisor.isa.Feature;
import jvisor.isa.Flow;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;
import jvisor.isa.OperandForm;
import jvisor.isa.Row;
import org.jspecify.annotations.Nullable;

/**
 * Random instructions of a given row in states that give them something to do: memory operands,
 * stacks and strings lie in the memory at hand, branches stay near the code, values favour edges.
 */
final class CaseGenerator {
  private static final int RAX = 0;
  private static final int RCX = 1;
  private static final int RDX = 2;
  private static final int RBX = 3;
  private static final int RSP = 4;
  private static final int RBP = 5;
  private static final int RSI = 6;
  private static final int RDI = 7;
  private static final long MIDDLE = MachineState.MEMORY_BASE + MachineState.MEMORY_SIZE / 2;
  private final Random random;
  private long operandAddress;
  private final Decoder decoder = new Decoder(EnumSet.allOf(Feature.class));

  CaseGenerator(long seed) {
    random = new Random(seed);
  }

  /** A case of {@code row} in {@code mode}, or null if this attempt gave none. */
  @Nullable MachineState attempt(Row row, CodeMode mode) {
    Encoding e = row.encoding();
    if (!e.validIn(mode)) {
      return null;
    }
    boolean is64 = mode == CodeMode.BITS64;
    ByteArrayOutputStream code = new ByteArrayOutputStream();
    prefixes(row, is64, code);
    if (e.isVex()) {
      vex(e, is64, code);
    } else if (is64) {
      int rex = chance(2) ? 0x40 | random.nextInt(16) : 0;
      rex |= e.requiresW() ? 0x48 : 0;
      if (rex != 0) {
        code.write(rex);
      }
    }
    if (e.map() > 0 && !e.isVex()) {
      code.write(0x0f);
    }
    if (e.map() > 1 && !e.isVex()) {
      code.write(e.map() == 2 ? 0x38 : 0x3a);
    }
    code.write(e.opcode() + random.nextInt(e.count()));
    if (e.modRm()) {
      modRm(e, code);
    }
    int fields = code.size();
    for (int n = 0; n < 12; n++) {
      code.write(
          chance(4) ? EDGES_OF_BYTES[random.nextInt(EDGES_OF_BYTES.length)] : random.nextInt(256));
    }
    byte[] bytes = code.toByteArray();
    Insn i = decoder.decode(bytes, 0, bytes.length, mode);
    if (i.row != row || i.addressSize == 2) {
      return null;
    }
    MachineState s = MachineState.random(mode, random.nextInt());
    s.code = Arrays.copyOf(bytes, i.length);
    return settle(s, i, fields) ? s : null;
  }

  private static final int[] EDGES_OF_BYTES = {0, 1, 7, 8, 9, 0x0f, 0x10, 0x7f, 0x80, 0xff};

  private void prefixes(Row row, boolean is64, ByteArrayOutputStream code) {
    Encoding e = row.encoding();
    if (row.lockable() && chance(8)) {
      code.write(0xf0);
    }
    if (chance(8)) {
      code.write(new int[] {0x26, 0x2e, 0x36, 0x3e}[random.nextInt(4)]);
    }
    if (is64 && chance(6)) {
      code.write(0x67);
    }
    // Near branches of 16 bits leave the code, and processors disagree about them in 64-bit mode.
    if (e.isVex()) {
      return;
    }
    boolean branch = row.flow() == Flow.BRANCH;
    if (e.fixedOperandSize() == 2
        || (!branch && e.fixedOperandSize() == 0 && e.prefix() != 0x66 && chance(4))) {
      code.write(0x66);
    }
    if (row.repeat() != 0 && !chance(4)) {
      code.write(chance(2) ? 0xf3 : 0xf2);
    }
    if (e.prefix() != 0) {
      code.write(e.prefix());
    }
  }

  private void vex(Encoding e, boolean is64, ByteArrayOutputStream code) {
    int prefix = List.of(0, 0x66, 0xf3, 0xf2).indexOf(e.prefix());
    code.write(0xc4);
    code.write((is64 ? random.nextInt(8) << 5 : 0xe0) | e.map() - Encoding.VEX);
    int w = e.vexW() < 0 ? random.nextInt(2) : e.vexW();
    int l = e.vexL() < 0 ? random.nextInt(2) : e.vexL();
    code.write(w << 7 | (chance(4) ? 15 : random.nextInt(16)) << 3 | l << 2 | prefix);
  }

  private void modRm(Encoding e, ByteArrayOutputStream code) {
    int mod = e.requiresRegister() || (!e.requiresMemory() && chance(2)) ? 3 : random.nextInt(3);
    int reg = e.fixedReg() >= 0 ? e.fixedReg() : random.nextInt(8);
    int rm = e.fixedRm() >= 0 ? e.fixedRm() : random.nextInt(8);
    code.write(mod << 6 | reg << 3 | rm);
    if (mod != 3 && rm == RSP) {
      code.write(random.nextInt(256));
    }
  }

  private boolean chance(int oneIn) {
    return random.nextInt(oneIn) == 0;
  }

  /** An address with some room on both sides. */
  private long place() {
    return MIDDLE - 40 + random.nextInt(81);
  }

  // ------------------------------------------------------------------------------- by instruction

  /** Bends the state so that the instruction stays inside; false if it cannot. */
  private boolean settle(MachineState s, Insn i, int fields) {
    if (s.mode == CodeMode.BITS64 && chance(60)) {
      // Stacks and strings wherever they happen to be; without end, though, they would take for
      // ever.
      return !i.hasMemory() && i.row.flow() != Flow.BRANCH && i.repeat == 0;
    }
    switch (i.mnemonic()) {
      case PUSH, POP, PUSHA, POPA, CALL -> s.gpr[RSP] = place();
      case ENTER, LEAVE -> {
        s.gpr[RSP] = place();
        s.gpr[RBP] = place();
        if (i.mnemonic() == Mnemonic.ENTER) {
          int level = random.nextInt(5);
          s.code[i.length - 3] = (byte) random.nextInt(32);
          s.code[i.length - 2] = 0;
          s.code[i.length - 1] = (byte) (level | random.nextInt(8) << 5);
        }
      }
      case RET -> {
        s.gpr[RSP] = place();
        s.poke(s.gpr[RSP], i.operandSize, target());
        if (i.operandSize == 2) {
          return false;
        }
      }
      case MOVS, CMPS, STOS, LODS, SCAS -> {
        s.gpr[RSI] = place();
        s.gpr[RDI] = place();
        if (i.repeat != 0) {
          s.gpr[RCX] = random.nextInt(1 + 60 / i.operandSize);
          if (i.addressSize == 4 && chance(4)) {
            s.gpr[RCX] |= random.nextLong() << 32 & registerMask(s);
          }
        }
        if (chance(2)) {
          Arrays.fill(s.memory, (byte) s.gpr[RAX]);
        }
        if (chance(2)) {
          s.memory[random.nextInt(MachineState.MEMORY_SIZE)]++;
        }
      }
      case XLAT -> s.gpr[RBX] = place() - (s.gpr[RAX] & 0xff);
      case LOOP, LOOPE, LOOPNE, JCXZ -> {
        if (chance(2)) {
          s.gpr[RCX] = (s.gpr[RCX] & -1L << 32) | random.nextInt(3);
        }
      }
      case DIV, IDIV -> {
        if (!chance(4)) {
          s.gpr[RDX] = i.mnemonic() == Mnemonic.DIV ? random.nextInt(3) : s.gpr[RAX] >> 63;
          s.gpr[RDX] &= registerMask(s);
        }
      }
      default -> {}
    }
    if (i.a.kind() == Operand.Kind.RELATIVE) {
      settleBranch(s, i);
    }
    if (i.hasMemory() && i.mnemonic() != Mnemonic.LEA && !settleMemory(s, i, fields)) {
      return false;
    }
    return settleValues(s, i);
  }

  private long registerMask(MachineState s) {
    return s.mode == CodeMode.BITS64 ? -1 : 0xffff_ffffL;
  }

  private long target() {
    return MachineState.CODE_BASE + 0x100 + random.nextInt(0x800);
  }

  /** Sends branches neither far away nor back into their own bytes. */
  private void settleBranch(MachineState s, Insn i) {
    int size = i.a.size() == 1 ? 1 : Math.min(4, i.operandSize);
    int reach = size == 1 ? 128 : 0x2000;
    int distance;
    do {
      distance = random.nextInt(2 * reach) - reach;
    } while (distance < 0 && distance > -32);
    patch(s, i.length - size, size, distance);
  }

  private boolean settleMemory(MachineState s, Insn i, int fields) {
    if (s.mode == CodeMode.BITS64 && i.base >= 0 && i.base != Insn.RIP && chance(40)) {
      // Wherever it points: mostly to no canonical address.
      return true;
    }
    long address = place();
    if (i.mnemonic() == Mnemonic.CMPXCHG16B && !chance(8)) {
      address &= -16;
    }
    operandAddress = address;
    boolean bits =
        switch (i.mnemonic()) {
          case BT, BTS, BTR, BTC -> i.b.kind() == Operand.Kind.GPR;
          default -> false;
        };
    if (bits) {
      int size = i.b.size();
      long offset = random.nextInt(800) - 400;
      if (i.b.index() == i.base || i.b.index() == i.index) {
        return false;
      }
      long keep = size == 8 ? 0 : -1L << (8 * size);
      s.gpr[i.b.index()] = ((s.gpr[i.b.index()] & keep) | (offset & ~keep)) & registerMask(s);
    }
    if (i.mnemonic() == Mnemonic.POP && i.base == RSP && i.index < 0) {
      boolean byteWide = fields + 1 == i.length;
      patch(s, fields, i.length - fields, byteWide ? random.nextInt(60) : random.nextInt(80) - 40);
      return true;
    }
    if (i.base == Insn.RIP) {
      patch(s, fields, 4, address - MachineState.CODE_BASE - i.length);
      return true;
    }
    if (i.base < 0 && i.index < 0) {
      boolean moffs = !i.row.encoding().modRm();
      patch(s, fields, moffs ? i.addressSize : 4, address);
      return true;
    }
    if (stackBase(i)) {
      return false;
    }
    if (i.base >= 0 && i.base != i.index) {
      long scaled = i.index >= 0 ? s.gpr[i.index] << i.scale : 0;
      setAddress(s, i, i.base, address - i.displacement - scaled);
      return true;
    }
    if (i.base < 0 && i.scale == 0) {
      setAddress(s, i, i.index, address - i.displacement);
      return true;
    }
    return false;
  }

  /** Whether solving for the base would move the stack away. */
  private static boolean stackBase(Insn i) {
    return switch (i.mnemonic()) {
      case PUSH, POP, CALL -> i.base == RSP || i.index == RSP;
      default -> false;
    };
  }

  private void setAddress(MachineState s, Insn i, int register, long value) {
    if (i.addressSize == 8) {
      s.gpr[register] = value;
    } else {
      s.gpr[register] = ((s.gpr[register] & -1L << 32) | (value & 0xffff_ffffL)) & registerMask(s);
    }
  }

  /** Overwrites the displacement, which stands right after ModRM and SIB. */
  private static void patch(MachineState s, int at, int size, long value) {
    for (int n = 0; n < size; n++) {
      s.code[at + n] = (byte) (value >>> (8 * n));
    }
  }

  /** Gives operands the values that make a difference; false if they cannot be had. */
  private boolean settleValues(MachineState s, Insn i) {
    switch (i.mnemonic()) {
      case CMPXCHG -> {
        if (chance(2)) {
          Arrays.fill(s.memory, (byte) s.gpr[RAX]);
        }
      }
      case CMPXCHG8B, CMPXCHG16B -> {
        if (chance(2)) {
          for (int at = 0; at < MachineState.MEMORY_SIZE; at += 8) {
            s.poke(MachineState.MEMORY_BASE + at, 8, 0);
          }
          if (i.base != RAX && i.index != RAX) {
            s.gpr[RAX] = 0;
          }
          if (i.base != RDX && i.index != RDX) {
            s.gpr[RDX] = 0;
          }
        }
      }
      case JMP, CALL -> {
        if (i.a.kind() == Operand.Kind.GPR) {
          if (i.a.index() == RSP) {
            return false;
          }
          s.gpr[i.a.index()] = target();
        } else if (i.a.isMemory()) {
          s.poke(operandAddress, i.operandSize, target());
        }
      }
      default -> {}
    }
    return true;
  }

  /** Whether the row needs more than a plain state: segments, ports, privilege, vectors. */
  static boolean isGeneral(Row row) {
    for (OperandForm form : row.operands()) {
      switch (form.kind()) {
        case NONE, GPR, IMMEDIATE, RELATIVE -> {}
        default -> {
          return false;
        }
      }
    }
    return !row.privileged();
  }
}
