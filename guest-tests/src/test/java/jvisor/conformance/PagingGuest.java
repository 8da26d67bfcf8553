package jvisor.conformance;

import java.util.List;
import java.util.function.ObjLongConsumer;
import jvisor.cpu.model.CpuModels;
import jvisor.isa.Assembler;

/**
 * A guest that makes one memory access after another, each under page-table entries, control
 * registers and a privilege level of its own, and notes the page fault and the entries afterwards.
 */
final class PagingGuest {
  private static final int CASES = 0x10_0000;
  private static final int CASE_SIZE = 64;
  private static final long RAM = 8 << 20;
  private static final int BATCH = 16_000;
  private static final int TARGET = 0x60_0000;
  private static final long LIMIT = 10_000_000;

  /** The format of the tables and where the entries of the tried page stand. */
  enum Format {
    FOUR_LEVEL(Mode.LONG, 0x80_0060_0000L, 0x10008, 0x14000, 0x15018, 0x16000),
    PAE(Mode.PROTECTED, 0x8060_0000L, 0, 0, 0x17018, 0x18000),
    TWO_LEVEL(Mode.PROTECTED, 0x8060_0000L, 0, 0, 0x12804, 0x16800);

    final Mode mode;
    final long la;
    final long[] entryAt;

    Format(Mode mode, long la, long... entryAt) {
      this.mode = mode;
      this.la = la;
      this.entryAt = entryAt;
    }
  }

  private final Format format;
  private final Assembler assembler;
  private final byte[] body;
  private final Directives directives;

  PagingGuest(Format format) {
    this.format = format;
    directives = new Directives(format.mode);
    assembler = new Assembler(format.mode.code, Kernel.BODY);
    Kernel.NAMES.forEach((name, value) -> assembler.emit("%s equ %d".formatted(name, value)));
    boolean wide = format.mode == Mode.LONG;
    StringBuilder equ = new StringBuilder();
    for (int level = 1; level <= 4; level++) {
      long at = format.entryAt[4 - level];
      equ.append("e%d equ %d\n".formatted(level, at == 0 ? 0x1f000 + 16 * level : at));
    }
    equ.append("la equ %d\nto_user equ %s\n".formatted(format.la, wide ? "ucode64" : "ucode32"));
    String text =
        directives
            .expand(PROGRAM + (wide ? "" : "align 4\n"))
            .replace("%LOAD", entries("mov eax, [ebx+%1$d]\nmov [e%2$d+%3$d], eax\n"))
            .replace("%NOTE", entries("mov eax, [e%2$d+%3$d]\nmov [ebx+%1$d], eax\n"))
            .replace("%W", wide ? "qword" : "dword")
            .replace("%D", wide ? "dq" : "dd")
            .replace("%N", wide ? "8" : "4")
            .replace("%Q", wide ? "q" : "d")
            .replace('%', wide ? 'r' : 'e');
    body = assembler.emit(equ + text).assemble();
  }

  /**
   * {@code copy} for each half of each entry: its offset in a case, its level and its offset in the
   * entry.
   */
  private static String entries(String copy) {
    StringBuilder text = new StringBuilder();
    for (int at = 0; at < 32; at += 4) {
      text.append(copy.formatted(at, 4 - at / 8, at % 8));
    }
    return text.toString();
  }

  /** Tries all cases, and fills in what happened. */
  void run(List<PagingCase> cases) {
    try (Bench bench = new Bench(CpuModels.standard(false), RAM)) {
      new Kernel(format.mode).install(bench);
      bench.place(Kernel.BODY, body);
      directives.poke(bench, this::value);
      tables(bench);
      for (int from = 0; from < cases.size(); from += BATCH) {
        batch(bench, cases.subList(from, Math.min(cases.size(), from + BATCH)));
      }
    }
  }

  private void batch(Bench bench, List<PagingCase> cases) {
    long end = CASES + (long) CASE_SIZE * cases.size();
    each(cases, (c, at) -> c.write(bench.memory, at));
    bench.memory.write(assembler.addressOf("case"), 4, CASES);
    bench.memory.write(assembler.addressOf("last"), 4, end);
    bench.memory.write(Kernel.NAMES.get("gdt") + 0x40 + 5, 1, 0x89);
    bench.start(Kernel.CODE >> 12);
    Bench.End how = bench.run(LIMIT);
    long reached = bench.memory.read(assembler.addressOf("case"), 4);
    if (how != Bench.End.HALTED || reached != end) {
      PagingCase stuck = cases.get((int) (reached - CASES) / CASE_SIZE);
      throw new AssertionError(
          "%s after %s: vector %d".formatted(how, stuck, bench.memory.read(Kernel.LOG, 4)));
    }
    each(cases, (c, at) -> c.read(bench.memory, at));
  }

  /** With the address of each case. */
  private static void each(List<PagingCase> cases, ObjLongConsumer<PagingCase> what) {
    long at = CASES;
    for (PagingCase c : cases) {
      what.accept(c, at);
      at += CASE_SIZE;
    }
  }

  private long value(String text) {
    return switch (text) {
      case "kcode" -> format.mode == Mode.LONG ? 0x28 : 0x08;
      default -> Character.isDigit(text.charAt(0)) ? Long.decode(text) : assembler.addressOf(text);
    };
  }

  /** The guest's own pages are the supervisor's, but for the user code's and its stack. */
  private void tables(Bench bench) {
    int size = format == Format.TWO_LEVEL ? 4 : 8;
    long pt = format == Format.PAE ? 0x16000 : Kernel.NAMES.get("pt");
    long pd = format == Format.PAE ? 0x15000 : Kernel.NAMES.get("pd");
    int entries = size == 8 ? 512 : 1024;
    if (format == Format.TWO_LEVEL) {
      pt = 0x14000;
    }
    for (int page = 0; page < entries; page++) {
      long address = 4096L * page;
      boolean user = address == 0x9000 || address == Kernel.NAMES.get("ustack") - 4096;
      bench.memory.write(pt + (long) size * page, size, address | (user ? 7 : 3));
    }
    long step = size == 8 ? 1 << 21 : 1 << 22;
    for (int page = 1; page < 8; page++) {
      bench.memory.write(pd + (long) size * page, size, step * page | 0x83);
    }
    bench.memory.write(pd, size, pt | 7);
    if (format == Format.PAE) {
      bench.memory.write(0x14000, 8, pd | 1);
      bench.memory.write(0x14010, 8, 0x17001);
    }
    long ldt = Kernel.GDT + (Kernel.NAMES.get("ldt") & 0xfff8);
    bench.memory.write(ldt, 8, Kernel.descriptor(format.la, 0xff, 0x82, 0));
    bench.memory.write(ldt + 8, 8, format.la >>> 32);
    bench.memory.write(TARGET, 2, 0x40cd);
    bench.memory.write(TARGET + 8, 8, Kernel.descriptor(0, 0xfffff, 0xf3, 0xc));
    bench.memory.write(TARGET + 16, 8, Kernel.descriptor(0, 0xfffff, 0xf2, 0xc));
  }

  private static final String PROGRAM =
      """
      .idt 0x40 done kcode 0xee
      .idt 14 fault kcode 0x8e
        jmp begin
      align 8
      case: dd 0, 0
      last: dd 0, 0
      error: dd 0, 0
      kinds: %D k_read, k_write, k_fetch, u_read, u_write, u_fetch, u_load, u_mark, k_load, k_mark
        %D k_change, u_change
      begin:
        mov eax, udata
        mov ds, ax
        mov es, ax
        mov eax, ldt
        lldt ax
      next:
        mov esp, stack
        mov ebx, [case]
        cmp ebx, [last]
        jae end
        mov byte [0x600015], 0xf2
        %LOAD
        mov ecx, 0xc0000080
        mov eax, [ebx+40]
        xor edx, edx
        wrmsr
        mov eax, [ebx+52]
        mov cr3, %ax
        mov eax, [ebx+36]
        mov cr4, %ax
        mov eax, [ebx+32]
        mov cr0, %ax
        mov %ax, cr3
        mov cr3, %ax
        xor eax, eax
        mov cr2, %ax
        mov %di, la
        mov edx, [ebx+48]
        mov eax, [ebx+44]
        cmp edx, 3
        jb kernel
        cmp edx, 11
        je user
        cmp edx, 7
        ja kernel
      user:
        push udata
        push ustack
        push %ax
        push to_user
        push %W [kinds+%dx*%N]
        iret%Q
      kernel:
        push %ax
        popf%Q
        jmp %W [kinds+%dx*%N]
      k_read:
        mov al, [%di+0x40]
        int 0x40
      k_write:
        mov [%di+0x40], al
        int 0x40
      k_change:
        lock inc byte [%di+0x40]
        int 0x40
      k_fetch:
        jmp %di
      k_load:
        mov eax, 0x0c
        mov fs, ax
        int 0x40
      k_mark:
        mov eax, 0x14
        mov fs, ax
        int 0x40
      fault:
        pop %W [error]
        mov edx, 14
        jmp note
      done:
        xor edx, edx
        mov [error], edx
      note:
        mov ebx, [case]
        %NOTE
        mov [ebx+32], edx
        mov eax, [error]
        mov [ebx+36], eax
        mov %ax, cr2
        mov [ebx+40], %ax
        add dword [case], 64
        jmp next
      end:
        cli
        hlt
      org 0x9000
      u_read:
        mov al, [%di+0x40]
        int 0x40
      u_write:
        mov [%di+0x40], al
        int 0x40
      u_change:
        lock inc byte [%di+0x40]
        int 0x40
      u_fetch:
        jmp %di
      u_load:
        mov eax, 0x0f
        mov fs, ax
        int 0x40
      u_mark:
        mov eax, 0x17
        mov fs, ax
        int 0x40
      """;
}
