package jvisor.machine.trace;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jvisor.cpu.state.VcpuState;

/**
 * The registers of a trace by their numbers in files, which never change: new ones are added at the
 * end.
 *
 * @param number its number, from 0
 * @param name lower case, as the manuals have it; parts of wide and segment registers as {@code
 *     cs.base}, {@code ymm3.0} (bits 0–63)
 * @param bytes its width: 2, 4 or 8
 * @param offset its place in {@link VcpuState}, or -1 for those that are put together
 */
public record TraceRegister(int number, String name, int bytes, int offset) {
  /** RIP; changed by events only. */
  public static final int RIP = 16;

  /** RFLAGS, all of it. */
  public static final int RFLAGS = 17;

  /** CR2, which a page fault writes on its way. */
  public static final int CR2 = 55;

  private static final int COMPOSED = -1;

  /** Every register, by number. */
  public static final List<TraceRegister> ALL = List.copyOf(all());

  private static final Map<String, TraceRegister> BY_NAME = byName();

  /** The register with this number. */
  public static TraceRegister of(int number) {
    return ALL.get(number);
  }

  /** The register with this name. */
  public static TraceRegister named(String name) {
    TraceRegister register = BY_NAME.get(name);
    if (register == null) {
      throw new IllegalArgumentException(name);
    }
    return register;
  }

  /** {@code value} in hexadecimal digits, as many as the register is wide. */
  public String format(long value) {
    return ("%0" + 2 * bytes + "x").formatted(value);
  }

  private static Map<String, TraceRegister> byName() {
    Map<String, TraceRegister> map = new HashMap<>();
    ALL.forEach(register -> map.put(register.name, register));
    return map;
  }

  private static List<TraceRegister> all() {
    List<TraceRegister> to = new ArrayList<>();
    String[] general =
        "rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15".split(" ", -1);
    for (int i = 0; i < general.length; i++) {
      add(to, general[i], 8, VcpuState.gpr(i));
    }
    add(to, "rip", 8, COMPOSED);
    add(to, "rflags", 8, COMPOSED);
    segments(to, "", 2, VcpuState.SEGMENT_SELECTOR);
    segments(to, ".base", 8, 0);
    segments(to, ".limit", 4, VcpuState.SEGMENT_LIMIT);
    segments(to, ".attributes", 4, VcpuState.SEGMENT_ATTRIBUTES);
    add(to, "gdtr.base", 8, VcpuState.GDTR_BASE);
    add(to, "gdtr.limit", 8, VcpuState.GDTR_LIMIT);
    add(to, "idtr.base", 8, VcpuState.IDTR_BASE);
    add(to, "idtr.limit", 8, VcpuState.IDTR_LIMIT);
    for (int i : new int[] {0, 2, 3, 4, 8}) {
      add(to, "cr" + i, 8, VcpuState.CR + 8 * i);
    }
    add(to, "efer", 8, VcpuState.EFER);
    add(to, "xcr0", 8, VcpuState.XCR0);
    for (int i : new int[] {0, 1, 2, 3, 6, 7}) {
      add(to, "dr" + i, 8, VcpuState.DR + 8 * i);
    }
    for (int i = 0; i < 4; i++) {
      add(to, "pdpte" + i, 8, VcpuState.PDPTE + 8 * i);
    }
    modelSpecific(to);
    for (int i = 0; i < 8; i++) {
      add(to, "fpr" + i, 8, VcpuState.X87 + 16 * i);
    }
    for (int i = 0; i < 8; i++) {
      add(to, "fpr" + i + ".exponent", 2, VcpuState.X87 + 16 * i + 8);
    }
    add(to, "fcw", 2, VcpuState.FCW);
    add(to, "fsw", 2, VcpuState.FSW);
    add(to, "ftw", 2, VcpuState.FTW);
    add(to, "fop", 2, VcpuState.FOP);
    add(to, "fip", 8, VcpuState.FIP);
    add(to, "fdp", 8, VcpuState.FDP);
    add(to, "fcs", 2, VcpuState.FCS);
    add(to, "fds", 2, VcpuState.FDS);
    add(to, "mxcsr", 4, VcpuState.MXCSR);
    for (int i = 0; i < 16; i++) {
      for (int lane = 0; lane < 4; lane++) {
        add(
            to,
            "ymm" + i + "." + lane,
            8,
            VcpuState.VECTOR + VcpuState.VECTOR_STRIDE * i + 8 * lane);
      }
    }
    return to;
  }

  private static void segments(List<TraceRegister> to, String part, int bytes, int offset) {
    String[] names = "es cs ss ds fs gs ldtr tr".split(" ", -1);
    for (int i = 0; i < names.length; i++) {
      int at = VcpuState.SEGMENTS + VcpuState.SEGMENT_STRIDE * i + offset;
      add(to, names[i] + part, bytes, at);
    }
  }

  private static void modelSpecific(List<TraceRegister> to) {
    add(to, "star", 8, VcpuState.STAR);
    add(to, "lstar", 8, VcpuState.LSTAR);
    add(to, "cstar", 8, VcpuState.CSTAR);
    add(to, "fmask", 8, VcpuState.FMASK);
    add(to, "kernel_gs_base", 8, VcpuState.KERNEL_GS_BASE);
    add(to, "sysenter_cs", 8, VcpuState.SYSENTER_CS);
    add(to, "sysenter_esp", 8, VcpuState.SYSENTER_ESP);
    add(to, "sysenter_eip", 8, VcpuState.SYSENTER_EIP);
    add(to, "pat", 8, VcpuState.PAT);
    add(to, "tsc_aux", 8, VcpuState.TSC_AUX);
    add(to, "misc_enable", 8, VcpuState.MISC_ENABLE);
    add(to, "xss", 8, VcpuState.XSS);
  }

  private static void add(List<TraceRegister> to, String name, int bytes, int offset) {
    to.add(new TraceRegister(to.size(), name, bytes, offset));
  }
}
