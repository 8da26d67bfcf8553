package jvisor.cpu.mmx;

import jvisor.cpu.sse.VectorAccess;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.x87.FpuRig;
import jvisor.host.HostMemory;

/**
 * One line of the MMX corpus: {@code bytes a b mxcsr = mm0 rax low high mxcsr}, hexadecimal.
 * Before: MM0 = a, MM1 = RCX = b, XMM0 = a and its complement, XMM1 = b and a, RAX = 0; after, low
 * and high are XMM0.
 */
final class MmxVector {
  private static final int RAX = 0;
  private static final int RCX = 1;

  private final String line;
  private final String[] f;

  MmxVector(String line) {
    this.line = line;
    this.f = line.split(" ");
  }

  String bytes() {
    return f[0];
  }

  private long hex(int index) {
    return Long.parseUnsignedLong(f[index], 16);
  }

  /** Executes the instruction and returns what differs, or an empty string. */
  String difference(FpuRig rig) {
    VcpuState s = rig.c.state;
    rig.execute("dbe3");
    HostMemory.putLong(VectorAccess.mmx(rig.c, 0), hex(1));
    HostMemory.putLong(VectorAccess.mmx(rig.c, 1), hex(2));
    s.setReg(RAX, 0);
    s.setReg(RCX, hex(2));
    s.setVector(0, 0, hex(1));
    s.setVector(0, 1, ~hex(1));
    s.setVector(1, 0, hex(2));
    s.setVector(1, 1, hex(1));
    s.setMxcsr((int) hex(3));
    try {
      rig.execute(f[0]);
    } catch (RuntimeException e) {
      return "%s: %s%n".formatted(line, e);
    }
    String got =
        "%x %x %x %x %x"
            .formatted(
                HostMemory.getLong(VectorAccess.mmx(rig.c, 0)),
                s.reg(RAX),
                s.vector(0, 0),
                s.vector(0, 1),
                s.mxcsr());
    return line.endsWith("= " + got) ? "" : "%s%n  got %s%n".formatted(line, got);
  }
}
