package jvisor.cpu.oracle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jvisor.isa.Assembler;
import jvisor.isa.CodeMode;

/**
 * The program that runs cases on the host's processor: a static ELF executable for x86-64 Linux,
 * assembled here, that needs no library and no compiler.
 *
 * <p>Its one argument is a file that it maps: a page of which the first word is the number of cases
 * and the second the case that runs, the page of constants, {@link #BATCH} records of states before
 * and as many of states after. A word on the standard input starts a batch, a word on the standard
 * output ends it.
 *
 * <p>A case is entered with IRETQ and left by a signal: instructions stand in the midst of INT3.
 * The signal's handler copies registers and extended state from the frame that the kernel made, and
 * enters the next case without going back. SIGALRM ends the program when a batch takes too long.
 */
final class HostProgram {
  static final int BATCH = 256;
  static final int HEADER = 4096;
  static final int CONSTANTS = 4096;

  /** Where the header has what modify_ldt(2) answered: 0, or the error. */
  static final int LOCAL_SEGMENTS = 24;

  static final int BEFORE = 8192;
  static final int AFTER = BEFORE + BATCH * CaseState.SIZE;
  static final int FILE_SIZE = AFTER + BATCH * CaseState.SIZE + 4095 & -4096;

  private static final long ORIGIN = 0x5000_0000_0000L;
  private static final long SHARED = 0x5100_0000_0000L;
  private static final long STACKS = 0x5200_0000_0000L;
  private static final int STACKS_SIZE = 0x2_0000;

  /** Cases are entered from frames here that have bits 16 to 23 of their stack pointer. */
  private static final long ENTRIES = 0x5300_0000_0000L;

  private static final int ENTRIES_SIZE = 0x100_0000;
  private static final int IN_ENTRY = 0xff00;
  private static final int POPULATE = 0x8000;
  private static final int ANONYMOUS = 0x20;
  private static final int ELF_HEADERS = 120;
  private static final int SECONDS = 60;

  /** Positions of RAX to R15, in encoding order, in the kernel's signal context. */
  private static final int[] CONTEXT = {13, 14, 12, 11, 15, 10, 9, 8, 0, 1, 2, 3, 4, 5, 6, 7};

  private static final int CONTEXT_BASE = 40;
  private static final String[] NAMES = {
    "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
    "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"
  };

  private final StringBuilder text = new StringBuilder();

  private HostProgram() {}

  /** The executable. */
  static byte[] executable() {
    HostProgram program = new HostProgram();
    program.start();
    program.batches();
    program.begin();
    program.handler();
    byte[] code =
        new Assembler(CodeMode.BITS64, ORIGIN + ELF_HEADERS)
            .emit(program.text.toString())
            .assemble();
    int size = ELF_HEADERS + code.length;
    ByteBuffer elf = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    elf.putInt(0x464c457f).putInt(0x00010102).putLong(0);
    elf.putShort((short) 2).putShort((short) 62).putInt(1);
    elf.putLong(ORIGIN + ELF_HEADERS).putLong(64).putLong(0);
    elf.putInt(0).putShort((short) 64).putShort((short) 56).putShort((short) 1);
    elf.putShort((short) 0).putShort((short) 0).putShort((short) 0);
    elf.putInt(1).putInt(7).putLong(0).putLong(ORIGIN).putLong(ORIGIN);
    elf.putLong(size).putLong(size).putLong(4096);
    elf.put(code);
    return elf.array();
  }

  private void line(String format, Object... values) {
    text.append(format.formatted(values)).append('\n');
  }

  private void call(int number, long a, long b, long c) {
    line("mov rdi, %d", a);
    line("mov rsi, %d", b);
    line("mov rdx, %d", c);
    line("mov eax, %d", number);
    line("syscall");
  }

  /** mmap of a fixed place; {@code file} maps a part of the shared file. */
  private void map(long address, int size, int protection, boolean file, int offset) {
    map(address, size, protection, file ? POPULATE | 0x11 : POPULATE | 0x32, offset);
  }

  private void map(long address, int size, int protection, int flags, int offset) {
    boolean file = (flags & ANONYMOUS) == 0;
    line("mov r10, %d", flags);
    line(file ? "mov r8, rbx" : "mov r8, -1");
    line("mov r9, %d", offset);
    call(9, address, size, protection);
    line("mov rcx, %d", address);
    line("cmp rax, rcx");
    line("jne failed");
  }

  private void start() {
    line("mov rdi, [rsp+16]");
    line("mov esi, 2");
    line("xor edx, edx");
    line("mov eax, 2");
    line("syscall");
    line("mov rbx, rax");
    map(SHARED, FILE_SIZE, 3, true, 0);
    map(Layout.CONSTANTS, Layout.PAGE, 1, true, CONSTANTS);
    map(Layout.WINDOW_PAGE, 2 * Layout.PAGE, 3, false, 0);
    map(Layout.EDGE_PAGE, Layout.PAGE, 3, false, 0);
    map(Layout.CODE_PAGE, Layout.CODE_PAGES, 7, false, 0);
    map(STACKS, STACKS_SIZE, 3, false, 0);
    map(ENTRIES, ENTRIES_SIZE, 3, ANONYMOUS | 0x12, 0);
    localSegments();
    line("mov rdi, %d", Layout.CODE_PAGE);
    line("mov ecx, %d", Layout.CODE_PAGES);
    line("mov al, %d", Layout.INT3);
    line("rep stosb");
    line("lea rdi, [rip+alternate]");
    line("xor esi, esi");
    line("mov eax, 131");
    line("syscall");
    for (int signal : new int[] {4, 5, 7, 8, 11}) {
      line("mov edi, %d", signal);
      line("lea rsi, [rip+action]");
      line("xor edx, edx");
      line("mov r10d, 8");
      line("mov eax, 13");
      line("syscall");
    }
    line("jmp finished");
    line("failed:");
    call(231, 1, 0, 0);
    line("align 8");
    line("alternate: dq %d", STACKS);
    line("dq 0");
    line("dq %d", STACKS_SIZE / 2);
    line("action: dq handler");
    line("dq 0x4c000004");
    line("dq handler");
    line("dq 0");
  }

  /** Fills the local descriptor table, as far as the kernel lets it. */
  private void localSegments() {
    LocalSegment[] all = LocalSegment.values();
    for (int n = 0; n < all.length; n++) {
      line("mov edi, 17");
      line("lea rsi, [rip+descriptor%d]", n);
      line("mov edx, 16");
      line("mov eax, 154");
      line("syscall");
      line("mov rcx, %d", SHARED);
      line("or [rcx+%d], rax", LOCAL_SEGMENTS);
    }
    line("jmp filled");
    line("align 8");
    for (int n = 0; n < all.length; n++) {
      line("descriptor%d:", n);
      for (long word : all[n].userDescriptor()) {
        line("dq %d", word);
      }
    }
    line("filled:");
  }

  /** Tells that a batch is done (or that the program is ready) and waits for the next. */
  private void batches() {
    line("finished:");
    line("mov rsp, %d", STACKS + STACKS_SIZE);
    call(1, 1, SHARED, 8);
    call(0, 0, SHARED + 16, 8);
    line("cmp rax, 8");
    line("jne failed");
    call(37, SECONDS, 0, 0);
    line("mov rax, %d", SHARED);
    line("mov qword ptr [rax+8], 0");
    line("jmp begin");
  }

  private void copy(String from, String to, int size) {
    line("%s", from);
    line("%s", to);
    line("mov ecx, %d", size / 8);
    line("rep movsq");
  }

  /**
   * Enters the case whose number stands in the header. With a stack segment of 16-bit offsets IRETQ
   * loads but the lower half of ESP, so the frame lies where the upper half is right already.
   */
  private void begin() {
    line("begin:");
    line("mov rsp, %d", STACKS + STACKS_SIZE);
    line("mov rax, %d", SHARED);
    line("mov rcx, [rax+8]");
    line("cmp rcx, [rax]");
    line("jae finished");
    line("imul rcx, rcx, %d", CaseState.SIZE);
    line("lea rbp, [rax+rcx+%d]", BEFORE);
    copy(
        "lea rsi, [rbp+%d]".formatted(CaseState.CODE),
        "mov rdi, [rbp+%d]".formatted(CaseState.CODE_ADDRESS),
        Layout.CODE_SIZE);
    copy(
        "lea rsi, [rbp+%d]".formatted(CaseState.MEMORY),
        "mov edi, %d".formatted(Layout.WINDOW),
        Layout.WINDOW_SIZE);
    line("mov edi, %d", Layout.EDGE);
    line("mov ecx, %d", Layout.EDGE_SIZE / 8);
    line("rep movsq");
    segments(true);
    line("mov eax, 7");
    line("xor edx, edx");
    line("xrstor64 [rbp+%d]", CaseState.XSAVE);
    line("mov eax, [rbp+%d]", CaseState.GPR + 32);
    line("and eax, %d", ENTRIES_SIZE - 0x1_0000);
    line("mov rcx, %d", ENTRIES + IN_ENTRY);
    line("lea rsp, [rax+rcx]");
    line("movzx eax, word ptr [rbp+%d]", CaseState.SELECTORS + 4);
    line("push rax");
    line("push qword ptr [rbp+%d]", CaseState.GPR + 32);
    line("push qword ptr [rbp+%d]", CaseState.FLAGS);
    line("push qword ptr [rbp+%d]", CaseState.CS);
    line("push qword ptr [rbp+%d]", CaseState.RIP);
    for (int r = 0; r < 16; r++) {
      if (r != 4 && r != 5) {
        line("mov %s, [rbp+%d]", NAMES[r], CaseState.GPR + 8 * r);
      }
    }
    line("mov rbp, [rbp+%d]", CaseState.GPR + 40);
    line("iretq");
  }

  private void segments(boolean load) {
    String[] names = {"es", "", "ss", "ds", "fs", "gs"};
    for (int s : new int[] {0, 2, 3, 4, 5}) {
      int at = CaseState.SELECTORS + 2 * s;
      if (!load) {
        line("mov eax, %s", names[s]);
        line("mov [rbp+%d], ax", at);
      } else if (s != 2) {
        line("movzx eax, word ptr [rbp+%d]", at);
        line("mov %s, ax", names[s]);
      }
    }
    for (int s = 0; s < 2; s++) {
      int at = CaseState.FS_BASE + 8 * s;
      String register = s == 0 ? "fs" : "gs";
      if (load) {
        line("mov rax, [rbp+%d]", at);
        line("wr%sbase rax", register);
      } else {
        line("rd%sbase rax", register);
        line("mov [rbp+%d], rax", at);
      }
    }
  }

  /**
   * Takes over what the case left, restores the code pages, into which the case may have written,
   * and goes on with the next case.
   */
  private void handler() {
    line("handler:");
    line("push 2");
    line("popfq");
    line("mov rbx, %d", SHARED);
    line("mov rcx, [rbx+8]");
    line("imul rcx, rcx, %d", CaseState.SIZE);
    line("lea rbp, [rbx+rcx+%d]", AFTER);
    line("mov r13, rdx");
    for (int r = 0; r < 16; r++) {
      field(CONTEXT[r], CaseState.GPR + 8 * r);
    }
    field(16, CaseState.RIP);
    field(17, CaseState.FLAGS);
    line("movzx eax, word ptr [r13+%d]", CONTEXT_BASE + 8 * 18);
    line("mov [rbp+%d], rax", CaseState.CS);
    field(19, CaseState.ERROR);
    field(20, CaseState.VECTOR);
    field(22, CaseState.CR2);
    segments(false);
    line("movzx eax, word ptr [r13+%d]", CONTEXT_BASE + 8 * 18 + 6);
    line("mov [rbp+%d], ax", CaseState.SELECTORS + 4);
    copy(
        "mov rsi, [r13+%d]".formatted(CONTEXT_BASE + 8 * 23),
        "lea rdi, [rbp+%d]".formatted(CaseState.XSAVE),
        CaseState.XSAVE_SIZE);
    copy(
        "mov esi, %d".formatted(Layout.WINDOW),
        "lea rdi, [rbp+%d]".formatted(CaseState.MEMORY),
        Layout.WINDOW_SIZE);
    line("mov esi, %d", Layout.EDGE);
    line("mov ecx, %d", Layout.EDGE_SIZE / 8);
    line("rep movsq");
    line("mov edi, %d", Layout.CODE_PAGE);
    line("mov ecx, %d", Layout.CODE_PAGES / 8);
    line("mov rax, 0x%x", 0xcccc_cccc_cccc_ccccL);
    line("rep stosq");
    line("inc qword ptr [rbx+8]");
    line("jmp begin");
  }

  private void field(int number, int offset) {
    line("mov rax, [r13+%d]", CONTEXT_BASE + 8 * number);
    line("mov [rbp+%d], rax", offset);
  }
}
