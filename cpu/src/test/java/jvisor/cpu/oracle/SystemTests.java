package jvisor.cpu.oracle;

import jvisor.isa.Row;

/** The tests of what a program on the host cannot show. */
final class SystemTests {
  private SystemTests() {}

  /** The test class or sheet of scenes that covers a row, or an empty string. */
  static String of(Row row) {
    return switch (row.mnemonic()) {
      case MOV_CR, LMSW, CLTS, XSETBV -> "ControlRegisterTest";
      case MOV_DR -> "DebugTest";
      case RDMSR, WRMSR -> "MsrTest";
      case LGDT, LIDT, LLDT, LTR -> "segmentation.txt";
      case INT, INTO, INT3, BOUND, UD0, UD1, UD2 -> "exceptions.txt";
      case INT1 -> "debug.txt";
      case IRET, JMP_FAR, CALL_FAR, RET_FAR -> "FarTransferTest";
      case MOV_SREG, POP_SREG, LDS, LES, LFS, LGS, LSS -> "SegmentLoadTest";
      case CLI, STI, POPF -> "FlagControlTest";
      case IN, OUT, INS, OUTS -> "PortTest";
      case HLT -> "InterpreterTest";
      case SYSCALL, SYSRET, SYSENTER, SYSEXIT -> "SystemCallTest";
      case XSAVEOPT, XSAVES, XRSTORS -> "ExtendedStateTest";
      case CPUID, RDTSC, RDTSCP, RDPID, RDRAND, RDSEED, XGETBV -> "QueriesTest";
      case SGDT, SIDT, SLDT, STR, SMSW, VMCALL, VMMCALL -> "QueriesTest";
      default -> "";
    };
  }
}
