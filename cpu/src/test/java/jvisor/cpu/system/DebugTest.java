package jvisor.cpu.system;

import static org.assertj.core.api.Assertions.assertThat;

import jvisor.cpu.state.Control;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.VcpuState;
import org.junit.jupiter.api.Test;

/** Debug exceptions (SDM vol. 3, 17.2–17.3). */
class DebugTest {
  private static final int HANDLER = 0x41000;

  private static Rig rig() {
    Rig rig = new Rig().longMode();
    rig.gate64(1, Rig.CODE64, HANDLER, 0x8e, 0);
    return rig;
  }

  private static void set(Rig rig, int register, long value) {
    rig.s.setReg(Rig.RAX, value);
    String opcode = "0F23" + "%02X".formatted(0xc0 | register << 3);
    rig.run(opcode);
  }

  @Test
  void aSingleStepTrapsAfterTheInstruction() {
    try (Rig rig = rig()) {
      rig.c.setRflags(Rflags.TF, Rflags.TF);
      rig.run("9090");
      assertThat(rig.s.rip()).isEqualTo(HANDLER);
      assertThat(rig.stack(0, 8)).isEqualTo(Rig.CODE + 1);
      assertThat(rig.stack(2, 8) & Rflags.TF).isNotZero();
      assertThat(rig.s.dr(6) & 0x4000).isNotZero();
      assertThat(rig.s.systemFlags() & Rflags.TF).isZero();
    }
  }

  @Test
  void popfThatSetsTfIsNotItselfTrapped() {
    try (Rig rig = rig()) {
      rig.c.push(8, Rflags.TF);
      rig.run("9D9090", 2);
      assertThat(rig.s.rip()).isEqualTo(HANDLER);
      assertThat(rig.stack(0, 8)).isEqualTo(Rig.CODE + 2);
    }
  }

  @Test
  void movToSsPutsTheTrapOff() {
    try (Rig rig = rig()) {
      rig.s.setReg(Rig.RAX, Rig.DATA0);
      rig.c.setRflags(Rflags.TF, Rflags.TF);
      rig.run("8ED09090", 2);
      assertThat(rig.s.rip()).isEqualTo(HANDLER);
      assertThat(rig.stack(0, 8)).isEqualTo(Rig.CODE + 3);
    }
  }

  @Test
  void aDataBreakpointOnMovToSsIsReportedAfterTheNextInstruction() {
    try (Rig rig = rig()) {
      set(rig, 0, 0x60000);
      set(rig, 7, 1 | 0b0011 << 16);
      rig.memory.write(0x60000, 2, Rig.DATA0);
      rig.s.setReg(Rig.RBX, 0x60000);
      long at = rig.s.rip();
      rig.run("8E139090", 2); // mov ss, [rbx]
      assertThat(rig.s.rip()).isEqualTo(HANDLER);
      assertThat(rig.stack(0, 8)).isEqualTo(at + 3);
      assertThat(rig.s.dr(6) & 0xf).isEqualTo(1);
    }
  }

  @Test
  void anInstructionBreakpointAfterMovToSsTakesWhatWasHeldBackAlong() {
    try (Rig rig = rig()) {
      set(rig, 0, 0x60000);
      set(rig, 7, 1 | 0b0011 << 16 | 1 << 2);
      rig.memory.write(0x60000, 2, Rig.DATA0);
      rig.s.setReg(Rig.RBX, 0x60000);
      long at = rig.s.rip();
      rig.s.setDr(1, at + 2);
      rig.memory.write(HANDLER, 2, 0x9090);
      rig.run("8E139090", 2); // mov ss, [rbx]
      assertThat(rig.s.rip()).isEqualTo(HANDLER + 1);
      assertThat(rig.stack(0, 8)).isEqualTo(at + 2);
      assertThat(rig.s.dr(6) & 0xf).isEqualTo(3);
    }
  }

  @Test
  void theTrapOfAStepEndsHlt() {
    try (Rig rig = rig()) {
      rig.c.setRflags(Rflags.TF, Rflags.TF);
      rig.run("F490");
      assertThat(rig.s.rip()).isEqualTo(HANDLER);
      assertThat(rig.c.isHalted()).isFalse();
    }
  }

  @Test
  void sysretThatSetsTfTrapsBeforeTheNextInstruction() {
    try (Rig rig = rig()) {
      rig.s.set(VcpuState.STAR, 0x0018_0028_0000_0000L);
      rig.s.setReg(11, Rflags.TF | 2);
      rig.s.setReg(Rig.RCX, 0x50000);
      rig.run("480F07", 2);
      assertThat(rig.s.rip()).isEqualTo(HANDLER);
      assertThat(rig.stack(0, 8)).isEqualTo(0x50000);
    }
  }

  @Test
  void anInstructionBreakpointFaultsUnlessRfIsSet() {
    try (Rig rig = rig()) {
      set(rig, 0, Rig.CODE + 0x10);
      set(rig, 7, 1);
      rig.s.setRip(Rig.CODE + 0xf);
      rig.run("909090", 2);
      assertThat(rig.s.rip()).isEqualTo(HANDLER);
      assertThat(rig.stack(0, 8)).isEqualTo(Rig.CODE + 0x10);
      assertThat(rig.s.dr(6) & 0xf).isEqualTo(1);
      long flags = rig.stack(2, 8);
      rig.memory.write(rig.reg(Rig.RSP) + 16, 8, flags | Rflags.RF);
      rig.run("48CF");
      assertThat(rig.s.rip()).isEqualTo(Rig.CODE + 0x10);
      rig.go(1);
      assertThat(rig.s.rip()).isEqualTo(Rig.CODE + 0x11);
      assertThat(rig.s.systemFlags() & Rflags.RF).isZero();
    }
  }

  @Test
  void aWriteBreakpointTrapsAfterWritesAlone() {
    try (Rig rig = rig()) {
      set(rig, 1, 0x60004);
      set(rig, 7, 1 << 2 | 0b1101 << 20);
      rig.s.setReg(Rig.RBX, 0x60000);
      rig.run("8B4304 894308", 2);
      assertThat(rig.s.rip()).as("reads and neighbours").isNotEqualTo(HANDLER);
      long at = rig.s.rip();
      rig.run("48890390"); // mov [rbx], rax: eight bytes over the four watched
      assertThat(rig.s.rip()).isEqualTo(HANDLER);
      assertThat(rig.stack(0, 8)).isEqualTo(at + 3);
      assertThat(rig.s.dr(6) & 0xf).isEqualTo(2);
    }
  }

  @Test
  void anAccessBreakpointTrapsAfterReads() {
    try (Rig rig = rig()) {
      set(rig, 2, 0x60000);
      set(rig, 7, 1 << 4 | 0b0011 << 24);
      rig.s.setReg(Rig.RBX, 0x60000);
      rig.run("8A03");
      assertThat(rig.s.rip()).isEqualTo(HANDLER);
      set(rig, 7, 0);
      rig.s.setRip(Rig.CODE);
      rig.run("8A03");
      assertThat(rig.s.rip()).isEqualTo(Rig.CODE + 2);
    }
  }

  @Test
  void aPortBreakpointNeedsDebugExtensions() {
    try (Rig rig = rig()) {
      rig.s.setCr(4, rig.s.cr(4) | Control.CR4_DE);
      set(rig, 3, 0x80);
      set(rig, 7, 1 << 6 | 0b0010 << 28);
      rig.run("E680");
      assertThat(rig.s.rip()).isEqualTo(HANDLER);
      assertThat(rig.s.dr(6) & 0xf).isEqualTo(8);
    }
  }

  @Test
  void generalDetectFaultsOnceOnAnAccessToTheRegisters() {
    try (Rig rig = rig()) {
      set(rig, 7, 1 << 13);
      long at = rig.s.rip();
      set(rig, 0, 1);
      assertThat(rig.s.rip()).isEqualTo(HANDLER);
      assertThat(rig.stack(0, 8)).isEqualTo(at);
      assertThat(rig.s.dr(6) & 0x2000).isNotZero();
      assertThat(rig.s.dr(7)).isEqualTo(0x400);
      set(rig, 0, 1);
      assertThat(rig.s.dr(0)).isEqualTo(1);
    }
  }

  @Test
  void fixedBitsReadAsTheManualSaysAndUpperHalvesFault() {
    try (Rig rig = rig()) {
      set(rig, 6, 0);
      set(rig, 7, 0xd800);
      assertThat(rig.s.dr(6)).isEqualTo(0xffff_0ff0L);
      assertThat(rig.s.dr(7)).isEqualTo(0x400);
      rig.gate64(13, Rig.CODE64, 0x42000, 0x8e, 0);
      set(rig, 7, 1L << 32);
      assertThat(rig.s.rip()).isEqualTo(0x42000);
    }
  }

  @Test
  void dr4IsDr6UntilDebugExtensionsAreOn() {
    try (Rig rig = rig()) {
      set(rig, 4, 0xf);
      assertThat(rig.s.dr(6)).isEqualTo(0xffff_0fffL);
      rig.s.setCr(4, rig.s.cr(4) | Control.CR4_DE);
      rig.gate64(6, Rig.CODE64, 0x43000, 0x8e, 0);
      set(rig, 4, 0);
      assertThat(rig.s.rip()).isEqualTo(0x43000);
    }
  }

  @Test
  void icebpTrapsWithoutTouchingDr6() {
    try (Rig rig = rig()) {
      rig.run("F1");
      assertThat(rig.s.rip()).isEqualTo(HANDLER);
      assertThat(rig.stack(0, 8)).isEqualTo(Rig.CODE + 1);
      assertThat(rig.s.dr(6)).isEqualTo(0xffff_0ff0L);
    }
  }
}
