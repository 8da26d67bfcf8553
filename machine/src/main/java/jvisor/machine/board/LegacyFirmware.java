package jvisor.machine.board;

import java.util.Arrays;
import jvisor.isa.Assembler;
import jvisor.isa.CodeMode;
import jvisor.platform.GuestMemory;
import jvisor.platform.PortBus;

/**
 * What a PC's BIOS leaves behind for those who go back to real mode: the 8259 pair at vectors 8 and
 * 70H with the timer alone let through, the timer at 18.2 Hz, and interrupt vectors whose handlers
 * count ticks, acknowledge interrupts and otherwise return. There are no services.
 */
final class LegacyFirmware {
  private static final int MASTER = 0x20;
  private static final int SLAVE = 0xa0;
  private static final int MASTER_VECTORS = 0x08;
  private static final int SLAVE_VECTORS = 0x70;
  private static final int ALL_BUT_TIMER_AND_CASCADE = 0xfa;
  private static final int TIMER_MODE = 0x43;
  private static final int TIMER_COUNT = 0x40;
  private static final int RATE_GENERATOR = 0x34;

  private static final int SEGMENT = 0xf000;
  private static final int OFFSET = 0xfea0;

  private static final String HANDLERS =
      """
      timer:
        push ds
        push ax
        mov ax, 0x40
        mov ds, ax
        inc dword ptr [0x6c]
        int 0x1c
        pop ax
        pop ds
      master:
        push ax
        jmp acknowledge
      slave:
        push ax
        mov al, 0x20
        out 0xa0, al
      acknowledge:
        mov al, 0x20
        out 0x20, al
        pop ax
      nothing:
        iret
      """;

  private LegacyFirmware() {}

  static void leave(PortBus ports, GuestMemory memory) {
    initialize(ports, MASTER, MASTER_VECTORS, 1 << 2, ALL_BUT_TIMER_AND_CASCADE);
    initialize(ports, SLAVE, SLAVE_VECTORS, 2, 0xff);
    ports.write(TIMER_MODE, 1, RATE_GENERATOR);
    ports.write(TIMER_COUNT, 1, 0);
    ports.write(TIMER_COUNT, 1, 0);
    Assembler handlers = new Assembler(CodeMode.BITS16, OFFSET).emit(HANDLERS);
    byte[] code = handlers.assemble();
    memory.write(SEGMENT * 16L + OFFSET, code, 0, code.length);
    int[] offsets = new int[256];
    Arrays.fill(offsets, (int) handlers.addressOf("nothing"));
    Arrays.fill(offsets, MASTER_VECTORS, MASTER_VECTORS + 8, (int) handlers.addressOf("master"));
    Arrays.fill(offsets, SLAVE_VECTORS, SLAVE_VECTORS + 8, (int) handlers.addressOf("slave"));
    offsets[MASTER_VECTORS] = (int) handlers.addressOf("timer");
    for (int vector = 0; vector < offsets.length; vector++) {
      memory.write(4L * vector, 4, SEGMENT << 16 | offsets[vector]);
    }
  }

  private static void initialize(PortBus ports, int base, int vectors, int cascade, int mask) {
    ports.write(base, 1, 0x11);
    ports.write(base + 1, 1, vectors);
    ports.write(base + 1, 1, cascade);
    ports.write(base + 1, 1, 1);
    ports.write(base + 1, 1, mask);
  }
}
