package jvisor.cpu.interpreter;

import java.lang.management.ManagementFactory;

/** A guest's endless loop of the most frequent instructions, also run as a program of its own. */
final class GuestMix implements AutoCloseable {
  static final String WARM = "warm";

  /*
   * mov rcx, 1000
   * loop: mov rax, [0x5000]; add rax, rcx; mov [0x5000], rax; lea rdx, [rax+rcx*4+8]
   *       xor edx, eax; shr rdx, 3; imul rdx, rax; movzx esi, byte [0x5001]; and esi, 15
   *       push rdx; pop rdi; call function; cmp rax, rdi; cmovb rdi, rax; setz bl
   *       add qword [0x5008], 1; test ecx, 1; jz over; inc r8d
   * over: sub rcx, 1; jnz loop; jmp start
   * function: add r9d, 7; ret
   */
  private static final String CODE =
      "48c7c1e8030000"
          + "488b042500500000 4801c8 4889042500500000 488d548808"
          + "31c2 48c1ea03 480fafd0 0fb6342501500000 83e60f"
          + "52 5f e826000000 4839f8 480f42f8 0f94c3"
          + "4883042508500000 01 f7c101000000 7403 41ffc0"
          + "4883e901 75a8 eb9f"
          + "4183c107 c3";

  private final Rig rig = new Rig(Form.FAST_FORMS);

  GuestMix() {
    rig.code(Rig.CODE, CODE);
  }

  /** Runs this many instructions. */
  void run(long count) {
    rig.engine.run(count);
  }

  /** Bytes that the calling thread has allocated so far. */
  static long allocated() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getCurrentThreadAllocatedBytes();
  }

  public static void main(String[] arguments) {
    try (GuestMix mix = new GuestMix()) {
      for (int n = 0; n < 40; n++) {
        mix.run(250_000);
      }
      System.out.println();
      System.out.println(WARM);
      for (int n = 0; n < 40; n++) {
        mix.run(250_000);
      }
    }
  }

  @Override
  public void close() {
    rig.close();
  }
}
