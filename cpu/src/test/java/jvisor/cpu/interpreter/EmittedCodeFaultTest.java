package jvisor.cpu.interpreter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jvisor.cpu.mmu.TlbLayout;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.translator.EmittedCodeFault;
import jvisor.cpu.translator.Translator;
import jvisor.host.HostMemory;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What happens if emitted code goes astray, which only an error of ours can bring about. */
class EmittedCodeFaultTest {
  private static final long DATA = 0x5000;
  private static final long NOWHERE = 0x0000_7000_dead_0000L;

  @Test
  void aFaultInEmittedCodeIsReportedWithBothCodes() {
    Assumptions.assumeTrue(Translator.isSupported(), "translations need Linux on x86-64");
    try (Rig rig = new Rig(Form.TRANSLATED)) {
      rig.code(Rig.CODE, "48 8b 03 f4"); // mov rax, [rbx]; hlt
      rig.c.state.setReg(Rig.RBX, DATA);
      rig.engine.run(1);
      misdirect(rig.c.state);
      rig.c.state.setRip(Rig.CODE);
      assertThatThrownBy(() -> rig.engine.run(1))
          .isInstanceOf(EmittedCodeFault.class)
          .hasMessageContaining("signal 11")
          .hasMessageContaining("address 0x%x".formatted(NOWHERE))
          .hasMessageContaining("guest 0x1000 mov rax, qword ptr [rbx]")
          .hasMessageContaining("mov rax, qword ptr [r11]");
    }
  }

  @Test
  void theProcessGoesOnAfterwards() {
    aFaultInEmittedCodeIsReportedWithBothCodes();
    try (Rig rig = new Rig(Form.TRANSLATED)) {
      rig.code(Rig.CODE, "48 8b 03 f4");
      rig.memory.write(DATA, 8, 42);
      rig.c.state.setReg(Rig.RBX, DATA);
      rig.engine.run(1);
      rig.c.state.setRip(Rig.CODE);
      rig.engine.run(1);
      assertThat(rig.reg(Rig.RAX)).isEqualTo(42);
    }
  }

  /** Has the TLB say that the page of {@link #DATA} lies where nothing is. */
  private static void misdirect(VcpuState s) {
    long index = DATA >>> TlbLayout.INDEX_SHIFT & TlbLayout.OFFSET_MASK;
    long entry = s.get(VcpuState.TLB_TABLE) + index;
    assertThat(HostMemory.getLong(entry) & -4096L).isEqualTo(DATA);
    HostMemory.putLong(entry + TlbLayout.ADDEND, NOWHERE - DATA);
  }
}
