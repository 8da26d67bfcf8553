package jvisor.conformance;

import java.util.LinkedHashMap;
import java.util.Map;
import jvisor.isa.Assembler;
import jvisor.isa.CodeMode;

/**
 * The few instructions around every scene: from real mode into the scene's mode, and the {@link
 * Handlers} of all vectors.
 */
final class Kernel {
  static final int VARIABLES = 0x500;
  static final int GDT = 0x800;
  static final int IDT = 0x1000;
  static final int CODE = 0x2000;
  static final int LDT = 0x5000;
  static final int TSS = 0x6000;
  static final int LOG = 0xc000;
  static final int BODY = 0x8000;
  static final int EVENT_SIZE = 128;
  static final int MAX_EVENTS = 80;
  static final int VECTORS = 0x50;

  /** What a CPL 3 program calls to go on at CPL 0, and to end. */
  static final int ENTER_KERNEL = 0x40;

  static final int END = 0x41;

  private static final long ERROR_CODES =
      1L << 8 | 1L << 10 | 1L << 11 | 1L << 12 | 1L << 13 | 1L << 14 | 1L << 17;

  /** Names that scenes can use. */
  static final Map<String, Long> NAMES = names();

  final byte[] code;
  private final long[] stubs = new long[VECTORS];
  private final Mode mode;

  Kernel(Mode mode) {
    this.mode = mode;
    StringBuilder text = new StringBuilder(start());
    for (int vector = 0; vector < VECTORS; vector++) {
      text.append("stub%d:\n".formatted(vector));
      if (vector == ENTER_KERNEL) {
        text.append("jmp enter_kernel\n");
      } else if (vector == END) {
        text.append("jmp stop\n");
      } else {
        boolean withCode = mode != Mode.REAL && vector < 64 && (ERROR_CODES >> vector & 1) != 0;
        text.append(withCode ? "" : "push -1\n").append("push %d\njmp log\n".formatted(vector));
      }
    }
    text.append(Handlers.of(mode));
    Assembler assembler = new Assembler(CodeMode.BITS16, CODE);
    NAMES.forEach((name, value) -> assembler.emit("%s equ %d".formatted(name, value)));
    code = assembler.emit(text.toString()).assemble();
    for (int vector = 0; vector < VECTORS; vector++) {
      stubs[vector] = assembler.addressOf("stub" + vector);
    }
  }

  /** Puts everything but the scene into memory. */
  void install(Bench bench) {
    bench.place(CODE, code);
    bench.memory.write(NAMES.get("logptr"), 8, LOG);
    descriptors(bench);
    for (int vector = 0; vector < VECTORS; vector++) {
      gate(bench, vector, stubs[vector]);
    }
    if (mode != Mode.REAL) {
      task(bench);
      pages(bench);
    }
  }

  private void gate(Bench bench, int vector, long target) {
    boolean user = vector == 3 || vector == 4 || vector >= 0x30;
    int access = user ? 0xee : 0x8e;
    switch (mode) {
      case REAL -> bench.memory.write(4L * vector, 4, target);
      case PROTECTED -> bench.memory.write(IDT + 8L * vector, 8, gate(0x08, target, access));
      case LONG -> bench.memory.write(IDT + 16L * vector, 8, gate(0x28, target, access));
    }
  }

  /** The eight bytes of a gate. */
  static long gate(long selector, long target, long access) {
    return target & 0xffff | selector << 16 | access << 40 | (target >>> 16 & 0xffff) << 48;
  }

  /** The eight bytes of a segment descriptor; {@code flags} are G, D/B, L, AVL. */
  static long descriptor(long base, long limit, long access, long flags) {
    return limit & 0xffff
        | (base & 0xff_ffff) << 16
        | access << 40
        | (limit >>> 16 & 0xf) << 48
        | flags << 52
        | (base >>> 24 & 0xff) << 56;
  }

  private void descriptors(Bench bench) {
    entry(bench, "code32", 0, 0xfffff, 0x9b, 0xc);
    entry(bench, "data0", 0, 0xfffff, 0x93, 0xc);
    entry(bench, "ucode32", 0, 0xfffff, 0xfb, 0xc);
    entry(bench, "udata", 0, 0xfffff, 0xf3, 0xc);
    entry(bench, "code64", 0, 0xfffff, 0x9b, 0xa);
    entry(bench, "ucode64", 0, 0xfffff, 0xfb, 0xa);
    entry(bench, "code16", 0, 0xffff, 0x9b, 0);
    entry(bench, "tss", TSS, 0x68 + 0x80, 0x89, 0);
    entry(bench, "ldt", LDT, 0xff, 0x82, 0);
    entry(bench, "conforming", 0, 0xfffff, 0x9f, 0xc);
    entry(bench, "data16", 0, 0xffff, 0x93, 0);
    entry(bench, "code1", 0, 0xfffff, 0xbb, 0xc);
    entry(bench, "data1", 0, 0xfffff, 0xb3, 0xc);
    entry(bench, "tss2", TSS + 0x400, 0x67, 0x89, 0);
    entry(bench, "tss3", TSS + 0x800, 0x67, 0x89, 0);
  }

  private static void entry(
      Bench bench, String name, long base, long limit, long access, long flags) {
    long at = GDT + (NAMES.get(name) & 0xfff8);
    bench.memory.write(at, 8, descriptor(base, limit, access, flags));
  }

  private void task(Bench bench) {
    long stack = NAMES.get("tss_stack");
    if (mode == Mode.LONG) {
      bench.memory.write(TSS + 4, 8, stack);
      bench.memory.write(TSS + 12, 8, stack - 0x800);
      for (int ist = 1; ist <= 7; ist++) {
        bench.memory.write(TSS + 0x1c + 8 * ist, 8, NAMES.get("ist_stacks") + 0x400L * ist);
      }
    } else {
      bench.memory.write(TSS + 4, 4, stack);
      bench.memory.write(TSS + 8, 4, NAMES.get("data0"));
      bench.memory.write(TSS + 12, 4, stack - 0x800);
      bench.memory.write(TSS + 16, 4, NAMES.get("data1"));
    }
    bench.memory.write(TSS + 0x66, 2, 0x68);
    for (int at = 0; at <= 0x80; at += 1) {
      bench.memory.write(TSS + 0x68 + at, 1, 0xff);
    }
  }

  /** Tables of all three formats; the first 2 MiB are made of pages of 4 KiB. */
  private void pages(Bench bench) {
    int entry = mode == Mode.LONG ? 8 : 4;
    long pt = NAMES.get("pt");
    for (int page = 0; page < 512; page++) {
      bench.memory.write(pt + (long) entry * page, entry, 4096L * page | 7);
    }
    long pd = NAMES.get("pd");
    long step = entry == 8 ? 1 << 21 : 1 << 22;
    bench.memory.write(pd, entry, pt | 7);
    for (int page = 1; page < 512; page++) {
      bench.memory.write(pd + (long) entry * page, entry, step * page | 0x87);
    }
    if (mode == Mode.LONG) {
      bench.memory.write(NAMES.get("pdpt"), 8, pd | 7);
      bench.memory.write(NAMES.get("pdpt") + 24, 8, 3L << 30 | 0x87);
      bench.memory.write(NAMES.get("pml4"), 8, NAMES.get("pdpt") | 7);
    } else {
      for (int page = 512; page < 1024; page++) {
        bench.memory.write(pt + 4L * page, 4, 4096L * page | 7);
        bench.memory.write(pd + 4L * page, 4, step * page | 0x87);
      }
    }
  }

  private String start() {
    String enter =
        switch (mode) {
          case REAL -> "lidt [ivtr]\njmp 0:%d\n".formatted(BODY);
          case PROTECTED -> PROTECTED_START;
          case LONG -> LONG_START;
        };
    return """
      jmp 0:start
    start:
      xor eax, eax
      mov ds, ax
      mov es, ax
      mov ss, ax
      mov esp, stack
      xor edx, edx
    """
        + enter
        + """
          align 8
        ivtr: dw 0x3ff
          dd 0
        gdtr: dw 0x7ff
          dd gdt
        idtr: dw %d
          dd idt
        """
            .formatted(VECTORS * (mode == Mode.LONG ? 16 : 8) - 1);
  }

  private static final String SEGMENTS =
      """
        mov ax, data0
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov fs, ax
        mov gs, ax
        mov esp, stack
        mov ax, tss
        ltr ax
        xor eax, eax
      """;

  private static final String PROTECTED_START =
      """
        lgdt [gdtr]
        lidt [idtr]
        mov eax, 0x31
        mov cr0, eax
        jmp dword code32:start32
        bits 32
      start32:
      """
          + SEGMENTS
          + "  mov ecx, body\n  jmp ecx\n";

  private static final String LONG_START =
      """
        lgdt [gdtr]
        lidt [idtr]
        mov eax, 0x620
        mov cr4, eax
        mov eax, pml4
        mov cr3, eax
        mov ecx, 0xc0000080
        mov eax, 0x901
        wrmsr
        mov eax, 0x80010031
        mov cr0, eax
        jmp dword code64:start64
        bits 64
      start64:
      """
          + SEGMENTS
          + "  xor ecx, ecx\n  jmp body\n";

  private static Map<String, Long> names() {
    Map<String, Long> names = new LinkedHashMap<>();
    long variables = VARIABLES;
    for (String name : new String[] {"resume", "pass", "logptr", "return_to"}) {
      names.put(name, variables);
      variables += 16;
    }
    names.put("gdt", (long) GDT);
    names.put("idt", (long) IDT);
    names.put("ldt_base", (long) LDT);
    names.put("tss_base", (long) TSS);
    names.put("tss2_base", TSS + 0x400L);
    names.put("tss3_base", TSS + 0x800L);
    names.put("iomap", TSS + 0x68L);
    names.put("body", (long) BODY);
    names.put("stack", 0xfff0L);
    names.put("tss_stack", 0xeff0L);
    names.put("pml4", 0x10000L);
    names.put("pdpt", 0x11000L);
    names.put("pd", 0x12000L);
    names.put("pt", 0x13000L);
    names.put("tables", 0x14000L);
    names.put("data", 0x20000L);
    names.put("ustack", 0x30000L);
    names.put("ist_stacks", 0x31000L);
    names.put("null", 0L);
    names.put("code32", 0x08L);
    names.put("data0", 0x10L);
    names.put("ucode32", 0x1bL);
    names.put("udata", 0x23L);
    names.put("code64", 0x28L);
    names.put("ucode64", 0x33L);
    names.put("code16", 0x38L);
    names.put("tss", 0x40L);
    names.put("tss2", 0x50L);
    names.put("tss3", 0x58L);
    names.put("ldt", 0x60L);
    names.put("conforming", 0x70L);
    names.put("data16", 0x78L);
    names.put("code1", 0x89L);
    names.put("data1", 0x91L);
    names.put("free", 0xa0L);
    names.put("free2", 0xb0L);
    names.put("free3", 0xc0L);
    return names;
  }
}
