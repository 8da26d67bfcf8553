package jvisor.cpu.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Segment;
import jvisor.platform.PortDevice;
import org.junit.jupiter.api.Test;

/** IN, OUT, INS, OUTS and the permission map (SDM vol. 1 ch. 19). */
class PortTest {
  private static final int GP_HANDLER = 0x42000;

  private static final class Recorder implements PortDevice {
    final List<String> seen = new ArrayList<>();
    int next = 0x1234_5678;

    @Override
    public int read(int offset, int size) {
      seen.add("r" + offset + "." + size);
      return next++;
    }

    @Override
    public void write(int offset, int size, int value) {
      seen.add("w" + offset + "." + size + "=" + Integer.toHexString(value));
    }
  }

  private final Recorder device = new Recorder();

  private Rig kernel() {
    Rig rig = new Rig().protectedMode();
    rig.ports.attach(0x300, 8, device);
    rig.gate(13, Rig.CODE0, GP_HANDLER, 0x8e);
    rig.s.setReg(Rig.RDX, 0x300);
    return rig;
  }

  @Test
  void widthsComeFromTheInstruction() {
    try (Rig rig = kernel()) {
      rig.s.setReg(Rig.RAX, 0xaabb_ccddL);
      rig.run("EE66EFEF", 3);
      assertThat(device.seen).containsExactly("w0.1=dd", "w0.2=ccdd", "w0.4=aabbccdd");
      rig.s.setReg(Rig.RAX, -1L);
      rig.run("EC");
      assertThat(rig.reg(Rig.RAX)).isEqualTo(-1L & ~0xffL | 0x78);
      rig.run("ED");
      assertThat(rig.reg(Rig.RAX)).isEqualTo(0x1234_5679);
    }
  }

  @Test
  void userCodeNeedsTheMapAndTheMapMustBeThere() {
    try (Rig rig = kernel().user()) {
      rig.memory.write(Rig.TSS + 0x66, 2, 0x68);
      rig.run("EC");
      assertThat(rig.s.rip()).isEqualTo(GP_HANDLER);
      assertThat(device.seen).isEmpty();
    }
    try (Rig rig = kernel().user()) {
      rig.s.setSegment(Segment.TR, Rig.TSS_SELECTOR, Rig.TSS, 0x68 + 0x62, 0x8b00);
      rig.memory.write(Rig.TSS + 0x66, 2, 0x68);
      rig.memory.write(Rig.TSS + 0x68 + 0x60, 2, 0xfffe);
      rig.run("EC");
      assertThat(device.seen).containsExactly("r0.1");
      rig.run("66ED");
      assertThat(rig.s.rip()).as("the second port is closed").isEqualTo(GP_HANDLER);
    }
  }

  @Test
  void repeatedInputFillsMemoryAndCounts() {
    try (Rig rig = kernel()) {
      rig.s.setReg(Rig.RCX, 3);
      rig.s.setReg(Rig.RDI, 0x9000);
      rig.run("F36D");
      assertThat(rig.reg(Rig.RCX)).isZero();
      assertThat(rig.reg(Rig.RDI)).isEqualTo(0x900c);
      assertThat(rig.at(0x9008, 4)).isEqualTo(0x1234_567a);
      assertThat(rig.s.rip()).isEqualTo(Rig.CODE + 2);
    }
  }

  @Test
  void longRepetitionsComeBackToTheInstruction() {
    try (Rig rig = kernel()) {
      rig.s.setReg(Rig.RCX, 1000);
      rig.s.setReg(Rig.RSI, 0x9000);
      rig.run("F36E");
      assertThat(rig.s.rip()).isEqualTo(Rig.CODE);
      assertThat(rig.reg(Rig.RCX)).isBetween(1L, 999L);
      rig.go(20);
      assertThat(device.seen).hasSize(1000);
    }
  }

  @Test
  void aFaultInARepetitionKeepsWhatWasDone() {
    try (Rig rig = kernel()) {
      rig.s.setSegment(Segment.ES, Rig.DATA0, 0, 0x9007, 0x409300);
      rig.c.setRflags(0, Rflags.DF);
      rig.s.setReg(Rig.RCX, 3);
      rig.s.setReg(Rig.RDI, 0x9000);
      rig.run("F36D");
      assertThat(rig.s.rip()).isEqualTo(GP_HANDLER);
      assertThat(rig.reg(Rig.RCX)).isEqualTo(1);
      assertThat(rig.reg(Rig.RDI)).isEqualTo(0x9008);
      assertThat(device.seen).as("the port is not read in vain").hasSize(2);
      assertThat(rig.stack(1, 4)).isEqualTo(Rig.CODE);
    }
  }
}
