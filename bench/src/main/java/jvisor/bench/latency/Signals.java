package jvisor.bench.latency;

import jvisor.machine.Processors;
import jvisor.machine.VirtualMachine;

/**
 * A machine of two processors on threads of their own: the first sends the second, which works, one
 * interrupt after the other. Both tell the debug console, before it is sent and in its handler.
 */
final class Signals {
  private static final String GUEST =
      """
        lidt [idtr]
        mov dword ptr [0xfee000f0], 0x1ff
        mov eax, [0xfee00020]
        shr eax, 24
        jnz second
        mov dword ptr [0xfee00310], 0x1000000
        mov dword ptr [0xfee00300], 0x4500
        mov dword ptr [0xfee00300], 0x46ff
      await:
        cmp dword ptr [0x30000], 1
        jne await
        mov ebx, COUNT
        mov esi, 12345
      signal:
        imul esi, esi, 1103515245
        add esi, 12345
        mov ecx, esi
        shr ecx, 21
        or ecx, 0xff
      rest:
        pause
        dec ecx
        jnz rest
        mov ebp, [0x30004]
        mov al, 'a'
        out 0xe9, al
        mov dword ptr [0xfee00310], 0x1000000
        mov dword ptr [0xfee00300], 0x4040
      answer:
        pause
        cmp [0x30004], ebp
        je answer
        dec ebx
        jnz signal
        mov al, 0
        out 0xf4, al
      halt:
        hlt
        jmp halt
      handler:
        push eax
        mov al, 'b'
        out 0xe9, al
        mov dword ptr [0xfee000b0], 0
        inc dword ptr [0x30004]
        pop eax
        iretd
      align 8
      idt:
        dq 0, 0, 0, 0, 0, 0, 0, 0
        dq 0, 0, 0, 0, 0, 0, 0, 0
        dq 0, 0, 0, 0, 0, 0, 0, 0
        dq 0, 0, 0, 0, 0, 0, 0, 0
        dq 0, 0, 0, 0, 0, 0, 0, 0
        dq 0, 0, 0, 0, 0, 0, 0, 0
        dq 0, 0, 0, 0, 0, 0, 0, 0
        dq 0, 0, 0, 0, 0, 0, 0, 0
        dw handler-0xf0000, 8, 0x8e00, 0xf
      idtr:
        dw 0x207
        dd idt
      second:
        mov esp, 0x28000
        mov dword ptr [0x30000], 1
        sti
      """;

  private final long[] nanos;
  private final int warmUp;
  private long sent;
  private int answers;

  private Signals(int count) {
    nanos = new long[count];
    warmUp = count / 2;
  }

  /**
   * From before a processor writes its command register to the first instruction of the handler.
   */
  static Samples take(Work work, int count) {
    Signals signals = new Signals(count);
    String source =
        GUEST.replace("COUNT", String.valueOf(count + signals.warmUp)) + work.code(true);
    try (VirtualMachine machine =
        GuestImage.machine(
            source,
            config ->
                config
                    .cpus(2)
                    .processors(Processors.THREADS)
                    .debugExit(true)
                    .debugcon(signals::said))) {
      machine.run();
    }
    return Samples.of(signals.nanos);
  }

  /** By the processors' threads, one at a time. */
  private void said(int value) {
    long now = System.nanoTime();
    if (value == 'a') {
      sent = now;
    } else {
      nanos[Math.max(0, answers++ - warmUp)] = now - sent;
    }
  }
}
