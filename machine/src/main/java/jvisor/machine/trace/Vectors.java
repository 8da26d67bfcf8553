package jvisor.machine.trace;

import java.util.ArrayList;
import java.util.List;

/** The names of exceptions, and what their error codes say (SDM vol. 3, 6.3.1, 6.13, 4.7). */
public final class Vectors {
  private static final String[] NAMES = {
    "#DE divide error",
    "#DB debug",
    "NMI",
    "#BP breakpoint",
    "#OF overflow",
    "#BR bound range exceeded",
    "#UD invalid opcode",
    "#NM device not available",
    "#DF double fault",
    "coprocessor segment overrun",
    "#TS invalid TSS",
    "#NP segment not present",
    "#SS stack fault",
    "#GP general protection",
    "#PF page fault",
    "exception 15",
    "#MF x87 error",
    "#AC alignment check",
    "#MC machine check",
    "#XM SIMD error",
    "#VE virtualization exception",
    "#CP control protection",
  };

  private static final int PAGE_FAULT = 14;
  private static final int FIRST_WITH_SELECTOR = 10;
  private static final int LAST_WITH_SELECTOR = 13;

  private Vectors() {}

  /** The name of exception {@code vector}, as {@code #PF page fault}. */
  public static String name(int vector) {
    return vector < NAMES.length ? NAMES[vector] : "exception " + vector;
  }

  /** What an error code (at least 0) of exception {@code vector} says, in a few words. */
  public static String cause(int vector, int errorCode) {
    if (vector == PAGE_FAULT) {
      return pageFault(errorCode);
    }
    if (errorCode == 0 || vector < FIRST_WITH_SELECTOR || vector > LAST_WITH_SELECTOR) {
      return "error code 0x%x".formatted(errorCode);
    }
    String table = (errorCode & 2) != 0 ? "IDT" : (errorCode & 4) != 0 ? "LDT" : "GDT";
    String outside = (errorCode & 1) != 0 ? ", while an event was delivered" : "";
    return "error code 0x%x: entry %d of the %s%s"
        .formatted(errorCode, errorCode >> 3, table, outside);
  }

  private static String pageFault(int code) {
    List<String> words = new ArrayList<>();
    words.add((code & 4) != 0 ? "user" : "supervisor");
    words.add((code & 16) != 0 ? "fetch" : (code & 2) != 0 ? "write" : "read");
    String why =
        (code & 8) != 0
            ? "reserved bit set"
            : (code & 1) != 0 ? "not allowed there" : "page not present";
    return "%s, %s".formatted(String.join(" ", words), why);
  }
}
