package jvisor.cpu.translator;

import java.util.List;
import java.util.Map;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import org.jspecify.annotations.Nullable;

/** What the words of the struct that emitted code uses are called. */
final class StateWords {
  private static final int GPRS = 16;
  private static final List<String> LOW_GPRS =
      List.of("rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi");

  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(Words.PAGE_BASE, "page"),
          Map.entry(VcpuState.ATTENTION, "attention"),
          Map.entry(VcpuState.TLB_TABLE, "TLB"),
          Map.entry(VcpuState.TLB_GENERATION, "TLB generation"),
          Map.entry(VcpuState.MXCSR, "guest mxcsr"),
          Map.entry(selector(Segment.ES), "guest es"),
          Map.entry(selector(Segment.CS), "guest cs"),
          Map.entry(selector(Segment.SS), "guest ss"),
          Map.entry(selector(Segment.DS), "guest ds"),
          Map.entry(segment(Segment.FS), "guest fs base"),
          Map.entry(segment(Segment.GS), "guest gs base"),
          Map.entry(Words.BUDGET, "budget"),
          Map.entry(Words.FLAGS, "guest flags"),
          Map.entry(Words.CONTEXT, "context"),
          Map.entry(Words.JUMPS, "target cache"),
          Map.entry(Words.TARGET_CODE, "target's code"),
          Map.entry(Words.TARGET, "target"),
          Map.entry(Words.VECTORS_HELD, "vectors held"),
          Map.entry(Words.VECTORS_READY, "vectors ready"),
          Map.entry(Words.HOST_MXCSR, "host mxcsr"),
          Map.entry(Words.X87_HELD, "x87 held"),
          Map.entry(Words.X87_READY, "x87 ready"),
          Map.entry(Words.X87_USABLE, "x87 usable"),
          Map.entry(Words.X87_CONTROL, "x87 control word"),
          Map.entry(Words.X87_ENVIRONMENT, "x87 environment"),
          Map.entry(Words.SHUTS, "windows shut"),
          Map.entry(Words.SHUT, "window shut last"),
          Map.entry(VcpuState.FCW, "guest fcw"),
          Map.entry(VcpuState.FSW, "guest fsw"),
          Map.entry(VcpuState.FTW, "guest ftw"),
          Map.entry(VcpuState.FIP, "guest fip"),
          Map.entry(VcpuState.FDP, "guest fdp"),
          Map.entry(VcpuState.FCS, "guest fcs"),
          Map.entry(VcpuState.FDS, "guest fds"),
          Map.entry(Words.COUNTS, "counts"),
          Map.entry(Words.HOST_STACK, "host stack"),
          Map.entry(Words.HOST_STACK_END, "host stack's end"),
          Map.entry(VcpuState.SYSTEM_FLAGS, "guest system flags"),
          Map.entry(VcpuState.LSTAR, "guest lstar"),
          Map.entry(VcpuState.KERNEL_GS_BASE, "guest kernel gs base"),
          Map.entry(VcpuState.USER_TABLE, "user TLB"),
          Map.entry(VcpuState.USER_GENERATION, "user TLB generation"),
          Map.entry(VcpuState.SUPERVISOR_TABLE, "supervisor TLB"),
          Map.entry(VcpuState.SUPERVISOR_AC_TABLE, "supervisor TLB with AC"),
          Map.entry(VcpuState.SUPERVISOR_GENERATION, "supervisor TLB generation"),
          Map.entry(Levels.LEVEL, "level"),
          Map.entry(Levels.INTERRUPTS_WAIT, "interrupts wait"),
          Map.entry(Levels.CHANGED, "level changed"),
          Map.entry(Levels.RIGHTS_CHANGED, "rights changed"),
          Map.entry(Levels.PACE, "pace"),
          Map.entry(Levels.TIME, "time"),
          Map.entry(Levels.INSTRUCTIONS, "instructions"),
          Map.entry(VcpuState.TSC_OFFSET, "tsc offset"),
          Map.entry(VcpuState.TSC_AUX, "tsc aux"),
          Map.entry(Levels.SHADOW, "shadow"),
          Map.entry(Levels.RESUMED, "resumed"),
          Map.entry(Levels.USER_CODE, "user code"),
          Map.entry(Levels.USER_STACK, "user stack"),
          Map.entry(Levels.USER_DESCRIPTORS, "user descriptors"),
          Map.entry(Levels.USER_CODE_DESCRIPTOR, "user code descriptor"),
          Map.entry(Levels.USER_STACK_DESCRIPTOR, "user stack descriptor"),
          Map.entry(Levels.SUPERVISOR_CODE, "supervisor code"),
          Map.entry(Levels.SUPERVISOR_STACK, "supervisor stack"),
          Map.entry(Levels.SUPERVISOR_DESCRIPTORS, "supervisor descriptors"),
          Map.entry(Levels.SUPERVISOR_CODE_DESCRIPTOR, "supervisor code descriptor"),
          Map.entry(Levels.SUPERVISOR_STACK_DESCRIPTOR, "supervisor stack descriptor"),
          Map.entry(Levels.POPPED_FLAGS, "popped flags"),
          Map.entry(Levels.POPPED_STACK, "popped stack"),
          Map.entry(Levels.USER_CONTEXT, "user context"),
          Map.entry(Levels.USER_JUMPS, "user target cache"),
          Map.entry(Levels.SUPERVISOR_CONTEXT, "supervisor context"),
          Map.entry(Levels.SUPERVISOR_JUMPS, "supervisor target cache"),
          Map.entry(Levels.CALL_FLAGS, "flags kept by syscall"),
          Map.entry(Levels.CALL_SYSTEM_FLAGS, "system flags kept by syscall"));

  private StateWords() {}

  private static int segment(int number) {
    return VcpuState.SEGMENTS + number * VcpuState.SEGMENT_STRIDE;
  }

  private static int selector(int number) {
    return segment(number) + VcpuState.SEGMENT_SELECTOR;
  }

  /** The name of the word at this offset, or null if it has none. */
  static @Nullable String name(int offset) {
    for (int gpr = 0; gpr < GPRS; gpr++) {
      if (VcpuState.gpr(gpr) == offset) {
        return "guest " + (gpr < LOW_GPRS.size() ? LOW_GPRS.get(gpr) : "r" + gpr);
      }
    }
    return NAMES.get(offset);
  }
}
