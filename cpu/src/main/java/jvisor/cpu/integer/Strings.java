package jvisor.cpu.integer;

import jvisor.cpu.state.Control;
import jvisor.cpu.state.Flags;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/**
 * String instructions (SDM vol. 1, 5.1.8; vol. 2, REP).
 *
 * <p>A repeated one works in steps. A step is either one element with all its checks, or – where
 * source and destination are plain memory – as many elements as lie in the pages at hand, moved
 * without further checks. After each step the count and the index registers hold exactly what has
 * been done, so that a fault in the next step shows precise partial progress. One execution handles
 * about a page; if elements remain it leaves RIP on the instruction, so that interrupts are looked
 * at and it is executed again. Under TF an execution is one iteration.
 *
 * <p>MOVS reads its source before it looks at its destination. Which operand of CMPS comes first
 * manuals leave open: on processors of AMD, and here, it is the one at ES:rDI (there not for REPE
 * CMPSB).
 *
 * <p>CMPS and SCAS write the flags when an execution ends without a fault, so that a fault leaves
 * those from before (SDM vol. 2, REP).
 */
public final class Strings {
  private static final int RAX = 0;
  private static final int RCX = 1;
  private static final int RSI = 6;
  private static final int RDI = 7;
  private static final int REPNE = 0xf2;

  /** Bytes, and ever as many elements in single steps, after which an execution ends. */
  private static final int BUDGET = 4096;

  private Strings() {}

  /** Binds this chapter. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.MOVS, Strings::movs)
        .bind(Mnemonic.STOS, Strings::stos)
        .bind(Mnemonic.LODS, Strings::lods)
        .bind(Mnemonic.CMPS, Strings::cmps)
        .bind(Mnemonic.SCAS, Strings::scas);
  }

  static void movs(Vcpu c, Insn i) {
    if (i.repeat == 0) {
      moveOne(c, i);
      return;
    }
    long count = count(c, i);
    for (int budget = budget(c); count != 0 && budget > 0; ) {
      int done = budget > i.operandSize ? moveMany(c, i, limited(count, budget, i)) : 0;
      if (done == 0) {
        moveOne(c, i);
        done = 1;
      }
      count -= done;
      budget = left(c, budget, done * i.operandSize);
      setCount(c, i, count);
    }
    repeatIf(c, i, count != 0);
  }

  private static void moveOne(Vcpu c, Insn i) {
    int size = i.operandSize;
    long value = c.load(sourceAddress(c, i), size);
    c.store(destinationAddress(c, i, true), size, value);
    advance(c, i, RSI, 1);
    advance(c, i, RDI, 1);
  }

  /**
   * Moves at most {@code elements} upwards within two pages; answers how many, 0 for "not this
   * way".
   */
  private static int moveMany(Vcpu c, Insn i, int elements) {
    int size = i.operandSize;
    long from = sourceAddress(c, i);
    int many = fit(c, i, i.segment, RSI, from, elements);
    long source = many <= 1 ? 0 : c.mmu.direct(from, false);
    if (source == 0) {
      return 0;
    }
    long to = destinationAddress(c, i, true);
    many = fit(c, i, Segment.ES, RDI, to, many);
    long destination = many <= 1 ? 0 : c.mmu.direct(to, true);
    if (destination == 0) {
      return 0;
    }
    int length = many * size;
    long distance = destination - source;
    if (distance > 0 && distance < length) {
      // What has been written is read again, so that a pattern spreads.
      for (int n = 0; n < length; n += size) {
        put(destination + n, size, get(source + n, size));
      }
    } else {
      HostMemory.copy(destination, source, length);
    }
    advance(c, i, RSI, many);
    advance(c, i, RDI, many);
    return many;
  }

  static void stos(Vcpu c, Insn i) {
    if (i.repeat == 0) {
      storeOne(c, i);
      return;
    }
    long count = count(c, i);
    for (int budget = budget(c); count != 0 && budget > 0; ) {
      int done = budget > i.operandSize ? storeMany(c, i, limited(count, budget, i)) : 0;
      if (done == 0) {
        storeOne(c, i);
        done = 1;
      }
      count -= done;
      budget = left(c, budget, done * i.operandSize);
      setCount(c, i, count);
    }
    repeatIf(c, i, count != 0);
  }

  private static void storeOne(Vcpu c, Insn i) {
    c.store(destinationAddress(c, i, true), i.operandSize, c.state.reg(RAX));
    advance(c, i, RDI, 1);
  }

  private static int storeMany(Vcpu c, Insn i, int elements) {
    int size = i.operandSize;
    long to = destinationAddress(c, i, true);
    int many = fit(c, i, Segment.ES, RDI, to, elements);
    long destination = many <= 1 ? 0 : c.mmu.direct(to, true);
    if (destination == 0) {
      return 0;
    }
    long value = c.state.reg(RAX, size);
    int low = (int) value & 0xff;
    if (value == (low * 0x0101_0101_0101_0101L & Vcpu.mask(size))) {
      HostMemory.fill(destination, (long) many * size, low);
    } else {
      for (int n = 0; n < many; n++) {
        put(destination + (long) n * size, size, value);
      }
    }
    advance(c, i, RDI, many);
    return many;
  }

  static void lods(Vcpu c, Insn i) {
    if (i.repeat == 0) {
      loadOne(c, i);
      return;
    }
    long count = count(c, i);
    for (int budget = budget(c);
        count != 0 && budget > 0;
        budget = left(c, budget, i.operandSize)) {
      loadOne(c, i);
      setCount(c, i, --count);
    }
    repeatIf(c, i, count != 0);
  }

  private static void loadOne(Vcpu c, Insn i) {
    c.state.setReg(RAX, i.operandSize, c.load(sourceAddress(c, i), i.operandSize));
    advance(c, i, RSI, 1);
  }

  static void scas(Vcpu c, Insn i) {
    int size = i.operandSize;
    long wanted = c.state.reg(RAX, size);
    if (i.repeat == 0) {
      long value = c.load(destinationAddress(c, i, false), size);
      advance(c, i, RDI, 1);
      Flags.subtract(c.state, wanted, value, wanted - value, size);
      return;
    }
    long count = count(c, i);
    if (count == 0) {
      return;
    }
    boolean whileEqual = i.repeat != REPNE;
    long value = wanted;
    boolean go = true;
    for (int budget = budget(c); go && count != 0 && budget > 0; ) {
      long at = destinationAddress(c, i, false);
      int many = budget > size ? fit(c, i, Segment.ES, RDI, at, limited(count, budget, i)) : 1;
      long hva = many > 1 ? c.mmu.direct(at, false) : 0;
      int done = 0;
      if (hva == 0) {
        value = c.load(at, size);
        go = (value == wanted) == whileEqual;
        done = 1;
      }
      while (hva != 0 && go && done < many) {
        value = get(hva + (long) done * size, size);
        go = (value == wanted) == whileEqual;
        done++;
      }
      advance(c, i, RDI, done);
      count -= done;
      budget = left(c, budget, done * size);
      setCount(c, i, count);
    }
    Flags.subtract(c.state, wanted, value, wanted - value, size);
    repeatIf(c, i, go && count != 0);
  }

  static void cmps(Vcpu c, Insn i) {
    int size = i.operandSize;
    if (i.repeat == 0) {
      long b = c.load(destinationAddress(c, i, false), size);
      long a = c.load(sourceAddress(c, i), size);
      advance(c, i, RSI, 1);
      advance(c, i, RDI, 1);
      Flags.subtract(c.state, a, b, a - b, size);
      return;
    }
    long count = count(c, i);
    if (count == 0) {
      return;
    }
    boolean whileEqual = i.repeat != REPNE;
    long a = 0;
    long b = 0;
    boolean go = true;
    for (int budget = budget(c); go && count != 0 && budget > 0; ) {
      long second = destinationAddress(c, i, false);
      int many = budget > size ? fit(c, i, Segment.ES, RDI, second, limited(count, budget, i)) : 1;
      long hvaB = many > 1 ? c.mmu.direct(second, false) : 0;
      if (hvaB == 0) {
        b = c.load(second, size);
      }
      long first = sourceAddress(c, i);
      many = hvaB == 0 ? 1 : fit(c, i, i.segment, RSI, first, many);
      long hvaA = many > 1 ? c.mmu.direct(first, false) : 0;
      int done = 0;
      if (hvaA == 0) {
        b = hvaB == 0 ? b : get(hvaB, size);
        a = c.load(first, size);
        go = (a == b) == whileEqual;
        done = 1;
      }
      while (hvaA != 0 && go && done < many) {
        a = get(hvaA + (long) done * size, size);
        b = get(hvaB + (long) done * size, size);
        go = (a == b) == whileEqual;
        done++;
      }
      advance(c, i, RSI, done);
      advance(c, i, RDI, done);
      count -= done;
      budget = left(c, budget, done * size);
      setCount(c, i, count);
    }
    Flags.subtract(c.state, a, b, a - b, size);
    repeatIf(c, i, go && count != 0);
  }

  // ------------------------------------------------------------------------------------- steps

  private static long sourceAddress(Vcpu c, Insn i) {
    return c.linear(i.segment, c.state.reg(RSI, i.addressSize), i.operandSize, false);
  }

  private static long destinationAddress(Vcpu c, Insn i, boolean write) {
    return c.linear(Segment.ES, c.state.reg(RDI, i.addressSize), i.operandSize, write);
  }

  /** How many bytes this execution may handle. */
  private static int budget(Vcpu c) {
    return (c.state.systemFlags() & Rflags.TF) != 0 ? 1 : BUDGET;
  }

  /** The budget after {@code bytes} more; none if a breakpoint has been met on the way. */
  private static int left(Vcpu c, int budget, int bytes) {
    return c.pendingDebug() != 0 ? 0 : budget - bytes;
  }

  /** Elements that count (unsigned) and budget allow. */
  private static int limited(long count, int budget, Insn i) {
    int most = budget / i.operandSize;
    return count < 0 ? most : (int) Math.min(count, most);
  }

  /**
   * How many of {@code elements} upwards from {@code la}, which is {@code register}'s place in
   * {@code segment}, share its page, its segment's limit and its address size; at least 1. None but
   * the first when DF is set, when alignment is checked, or in segments that grow down.
   */
  private static int fit(Vcpu c, Insn i, int segment, int register, long la, int elements) {
    VcpuState s = c.state;
    if ((s.systemFlags() & Rflags.DF) != 0 || checksAlignment(c)) {
      return 1;
    }
    long bytes = 4096 - (la & 0xfff);
    if (i.addressSize != 8) {
      long offset = s.reg(register, i.addressSize);
      bytes = Math.min(bytes, Vcpu.mask(i.addressSize) + 1 - offset);
      if (!c.is64Bit()) {
        int growsDown = s.segmentAttributes(segment) & (Segment.EXPAND_DOWN | Segment.CODE);
        if (growsDown == Segment.EXPAND_DOWN) {
          return 1;
        }
        bytes = Math.min(bytes, s.segmentLimit(segment) + 1 - offset);
      }
    }
    return (int) Math.max(1, Math.min(elements, bytes / i.operandSize));
  }

  private static boolean checksAlignment(Vcpu c) {
    return c.cpl() == 3
        && (c.state.systemFlags() & Rflags.AC) != 0
        && (c.state.cr(0) & Control.CR0_AM) != 0;
  }

  private static long count(Vcpu c, Insn i) {
    return c.state.reg(RCX, i.addressSize);
  }

  private static void setCount(Vcpu c, Insn i, long count) {
    c.state.setReg(RCX, i.addressSize, count);
  }

  private static void advance(Vcpu c, Insn i, int register, int elements) {
    VcpuState s = c.state;
    long bytes = (long) elements * i.operandSize;
    long delta = (s.systemFlags() & Rflags.DF) != 0 ? -bytes : bytes;
    s.setReg(register, i.addressSize, s.reg(register) + delta);
  }

  private static void repeatIf(Vcpu c, Insn i, boolean unfinished) {
    if (unfinished) {
      c.repeat(i);
    }
  }

  private static long get(long hva, int size) {
    return switch (size) {
      case 1 -> HostMemory.getByte(hva);
      case 2 -> HostMemory.getShort(hva);
      case 4 -> HostMemory.getInt(hva) & 0xffff_ffffL;
      default -> HostMemory.getLong(hva);
    };
  }

  private static void put(long hva, int size, long value) {
    switch (size) {
      case 1 -> HostMemory.putByte(hva, (int) value);
      case 2 -> HostMemory.putShort(hva, (int) value);
      case 4 -> HostMemory.putInt(hva, (int) value);
      default -> HostMemory.putLong(hva, value);
    }
  }
}
