package jvisor.cpu.oracle;

import jvisor.cpu.interpreter.InstructionSet;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Row;

/** What cannot be compared, with the reason. */
final class Exemptions {
  private static final SemanticTable SEMANTICS = InstructionSet.semantics();
  private static final int C1 = 0x200;
  private static final int REPE = 0xf3;
  private static final int LEVEL = 3;

  private Exemptions() {}

  /** Whether the row can run in a program of the host at all. */
  static boolean runsOnHost(Row row) {
    return switch (row.mnemonic()) {
      // Calls of the kernel, or of the hypervisor below it.
      case SYSCALL, SYSENTER, VMCALL, VMMCALL -> false;
      // Intel and AMD differ for them in long mode.
      case SYSEXIT -> false;
      // Linux emulates them where the processor raises #GP.
      case SGDT, SIDT, SLDT, STR, SMSW -> false;
      // What they answer depends on the machine, on time or on chance.
      case CPUID, RDTSC, RDTSCP, RDPID, RDRAND, RDSEED, XGETBV -> false;
      // May leave parts unwritten that it believes to be in memory already.
      case XSAVEOPT -> false;
      // Hypervisors return from it in ways of their own.
      case INT1 -> false;
      // Not announced, and undefined for programs everywhere.
      case MONITOR, MWAIT -> true;
      default ->
          row != Row.INVALID
              && SEMANTICS.isBound(row.mnemonic())
              && HostFeatures.has(row.feature());
    };
  }

  /**
   * Whether the last bits of its results are left to each processor, so that we take the host's.
   */
  static boolean isTheProcessorsOwn(Mnemonic mnemonic) {
    return switch (mnemonic) {
      case F2XM1, FYL2X, FYL2XP1, FPTAN, FPATAN, FSIN, FCOS, FSINCOS -> true;
      case RCPPS, RCPSS, RSQRTPS, RSQRTSS, VRCPPS, VRCPSS, VRSQRTPS, VRSQRTSS -> true;
      default -> false;
    };
  }

  /**
   * Whether the outcome depends on earlier cases or on what manuals leave open: on memory that is
   * there but not part of cases, or on how far calls push.
   */
  static boolean isLeftOpen(CaseState s) {
    Insn i = CaseGenerator.decode(s);
    return i.hasMemory() && isBesideTheCase(Addresses.operand(i, s)) || isCallOutOfSegments(s, i);
  }

  private static boolean isBesideTheCase(long la) {
    long page = la & -Layout.PAGE;
    boolean there =
        page == Layout.WINDOW_PAGE
            || page == Layout.WINDOW_PAGE + Layout.PAGE
            || page == Layout.EDGE_PAGE;
    return there && CaseState.memoryOffset(la, 1) < 0;
  }

  /**
   * Whether the case is a call to 64-bit code from a stack with a base or a limit. AMD's processors
   * push with all of RSP, as the new code would; from 16-bit offsets, where Linux leaves an address
   * of its own in RSP's upper half, they may try for ever.
   */
  private static boolean isCallOutOfSegments(CaseState s, Insn i) {
    if (i.mnemonic() != Mnemonic.CALL_FAR || LocalSegment.of(s.selector(Insn.SS)) == null) {
      return false;
    }
    int selector = HostMemory.getShort(s.at() + CaseState.CODE + i.length - 2);
    if (i.a.isMemory()) {
      int at = CaseState.memoryOffset(Addresses.operand(i, s) + i.operandSize, 2);
      selector = at < 0 ? 0 : s.word(at);
    }
    return (selector & ~LEVEL) == (Layout.CODE64 & ~LEVEL);
  }

  /** Whether the first of two operands is not the usual one: REPE CMPSB on AMD's processors. */
  static boolean readsInOtherOrder(Insn i) {
    return i.mnemonic() == Mnemonic.CMPS && i.repeat == REPE && i.operandSize == 1;
  }

  /** The bits of CR2 that count: accesses of several parts do not fault in a fixed order. */
  static long addressMask(Insn i) {
    return switch (i.mnemonic()) {
      case JMP_FAR, CALL_FAR, RET_FAR, IRET, CMPS, ENTER, PUSHA, POPA -> 0;
      case MASKMOVQ, MASKMOVDQU, VMASKMOVDQU -> -Layout.PAGE;
      default -> memorySize(i) == Layout.PAGE ? 0 : memorySize(i) > 8 ? -Layout.PAGE : -1L;
    };
  }

  private static int memorySize(Insn i) {
    if (!i.hasMemory()) {
      return 0;
    }
    int size = i.a.isMemory() ? i.a.size() : i.b.isMemory() ? i.b.size() : i.c.size();
    return size == 0 ? Layout.PAGE : size;
  }

  /** Makes equal in {@code ours}, by taking it from {@code host}, what is not to be compared. */
  static void apply(Insn i, CaseState before, CaseState host, CaseState ours) {
    switch (i.mnemonic()) {
      // The manuals clear C1, AMD's processors keep it.
      case FCOMI, FCOMIP, FUCOMI, FUCOMIP ->
          ours.setWord(
              CaseState.FSW, ours.word(CaseState.FSW) & ~C1 | host.word(CaseState.FSW) & C1);
      // MXCSR_MASK tells which processor it is.
      case FXSAVE, XSAVE, XSAVEC -> {
        int at = CaseState.memoryOffset(Addresses.operand(i, before) + 28, 4);
        if (at >= 0) {
          HostMemory.copy(ours.at() + at, host.at() + at, 4);
        }
      }
      // After a fault Intel's manual restores the flags, AMD's processors keep the last ones.
      case CMPS, SCAS -> {
        if (host.get(CaseState.VECTOR) != CaseState.COMPLETED) {
          if (readsInOtherOrder(i) && ours.get(CaseState.VECTOR) != CaseState.COMPLETED) {
            ours.set(CaseState.VECTOR, host.get(CaseState.VECTOR));
            ours.set(CaseState.ERROR, host.get(CaseState.ERROR));
          }
          long flags = ours.get(CaseState.FLAGS) & ~Rflags.ARITHMETIC;
          ours.set(CaseState.FLAGS, flags | host.get(CaseState.FLAGS) & Rflags.ARITHMETIC);
        }
      }
      // What it has pushed before a fault stays.
      case ENTER -> {
        if (host.get(CaseState.VECTOR) != CaseState.COMPLETED) {
          int size = CaseState.SIZE - CaseState.MEMORY;
          HostMemory.copy(ours.at() + CaseState.MEMORY, host.at() + CaseState.MEMORY, size);
        }
      }
      default -> {}
    }
  }
}
