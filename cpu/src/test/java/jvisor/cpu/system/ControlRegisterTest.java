package jvisor.cpu.system;

import static org.assertj.core.api.Assertions.assertThat;

import jvisor.cpu.mmu.AccessMode;
import jvisor.cpu.model.CpuModels;
import jvisor.cpu.state.Control;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CR0–CR8, EFER and XCR0 (SDM vol. 3, 2.5 and 9.8). */
class ControlRegisterTest {
  private static final String MOV_CR0_RAX = "0F22C0";
  private static final String MOV_CR3_RAX = "0F22D8";
  private static final String MOV_CR4_RAX = "0F22E0";
  private static final long GP_HANDLER = 0x40000;

  private static Rig handled(Rig rig) {
    if (rig.c.isLongMode()) {
      rig.gate64(13, Rig.CODE64, GP_HANDLER, 0x8e, 0);
      rig.gate64(6, Rig.CODE64, GP_HANDLER + 16, 0x8e, 0);
    } else {
      rig.gate(13, Rig.CODE0, (int) GP_HANDLER, 0x8e);
      rig.gate(6, Rig.CODE0, (int) GP_HANDLER + 16, 0x8e);
    }
    return rig;
  }

  private static boolean faults(Rig rig, String code, long rax) {
    handled(rig);
    rig.s.setReg(Rig.RAX, rax);
    long before = rig.s.rip();
    rig.run(code);
    if (rig.s.rip() == GP_HANDLER) {
      return true;
    }
    assertThat(rig.s.rip()).isGreaterThan(before);
    return false;
  }

  @Test
  void realModeCodeEntersProtectedModeAndJumps() {
    try (Rig rig = new Rig().real()) {
      rig.descriptor(Rig.CODE0, 0, 0xfffff, 0x9a, 0xc);
      rig.s.set(VcpuState.GDTR_BASE, Rig.GDT);
      rig.s.set(VcpuState.GDTR_LIMIT, 0xff);
      rig.s.setRip(0x7000);
      rig.stopAt(0x12344);
      rig.run("0F20C0 0C01 0F22C0 66EA442301000800", 4);
      assertThat(rig.c.isProtected()).isTrue();
      assertThat(rig.c.codeMode()).isEqualTo(jvisor.isa.CodeMode.BITS32);
      assertThat(rig.s.rip()).isEqualTo(0x12344);
    }
  }

  @Test
  void pagingAndCachingBitsMustAgree() {
    try (Rig rig = new Rig().protectedMode()) {
      assertThat(faults(rig, MOV_CR0_RAX, Control.CR0_PG)).as("PG without PE").isTrue();
    }
    try (Rig rig = new Rig().protectedMode()) {
      assertThat(faults(rig, MOV_CR0_RAX, Control.CR0_PE | Control.CR0_NW)).isTrue();
    }
    try (Rig rig = new Rig().longMode()) {
      assertThat(faults(rig, MOV_CR0_RAX, rig.s.cr(0) | 1L << 32)).isTrue();
    }
    try (Rig rig = new Rig().longMode()) {
      long cr0 = rig.s.cr(0) & ~Control.CR0_PG;
      assertThat(faults(rig, MOV_CR0_RAX, cr0)).as("no way out from 64-bit code").isTrue();
    }
  }

  @Test
  void longModeBeginsWithPagingAndNeedsPae() {
    try (Rig rig = new Rig().protectedMode()) {
      rig.s.set(VcpuState.EFER, Control.EFER_LME);
      assertThat(faults(rig, MOV_CR0_RAX, rig.s.cr(0) | Control.CR0_PG)).isTrue();
      assertThat(rig.c.isLongMode()).isFalse();
    }
    try (Rig rig = new Rig().longMode()) {
      long efer = rig.s.get(VcpuState.EFER);
      rig.protectedMode();
      rig.s.set(VcpuState.EFER, efer & ~Control.EFER_LMA);
      rig.c.modeChanged();
      assertThat(faults(rig, MOV_CR0_RAX, rig.s.cr(0) | Control.CR0_PG)).isFalse();
      assertThat(rig.c.isLongMode()).isTrue();
      assertThat(rig.c.is64Bit()).as("compatibility mode").isFalse();
      assertThat(rig.s.get(VcpuState.EFER)).isEqualTo(efer);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1L << 11 + 1, 1L << 13, 1L << 19, 1L << 22, 1L << 31, 1L << 63})
  void reservedBitsOfCr4Fault(long bit) {
    try (Rig rig = new Rig().longMode()) {
      assertThat(faults(rig, MOV_CR4_RAX, rig.s.cr(4) | bit)).isTrue();
    }
  }

  @Test
  void paeCannotBeLeftInLongMode() {
    try (Rig rig = new Rig().longMode()) {
      assertThat(faults(rig, MOV_CR4_RAX, rig.s.cr(4) & ~Control.CR4_PAE)).isTrue();
    }
  }

  @Test
  void processContextIdsNeedLongModeAndAClearedField() {
    try (Rig rig = new Rig().protectedMode()) {
      assertThat(faults(rig, MOV_CR4_RAX, Control.CR4_PAE | Control.CR4_PCIDE)).isTrue();
    }
    try (Rig rig = new Rig().longMode()) {
      rig.s.setCr(3, Rig.PAGES | 8);
      assertThat(faults(rig, MOV_CR4_RAX, rig.s.cr(4) | Control.CR4_PCIDE)).isTrue();
    }
    try (Rig rig = new Rig().longMode()) {
      assertThat(faults(rig, MOV_CR4_RAX, rig.s.cr(4) | Control.CR4_PCIDE)).isFalse();
      assertThat(faults(rig, MOV_CR3_RAX, 1L << 63 | Rig.PAGES | 5)).isFalse();
      assertThat(rig.s.cr(3)).as("bit 63 is not kept").isEqualTo(Rig.PAGES | 5);
    }
    try (Rig rig = new Rig().longMode()) {
      assertThat(faults(rig, MOV_CR3_RAX, 1L << 63 | Rig.PAGES)).isTrue();
    }
  }

  @Test
  void translationsOfAContextSurviveASwitchThatKeepsThem() {
    try (Rig rig = new Rig().longMode()) {
      assertThat(faults(rig, MOV_CR4_RAX, rig.s.cr(4) | Control.CR4_PCIDE)).isFalse();
      rig.memory.write(Rig.PAGES + 0x3000, 8, Rig.PAGES + 0x4000 | 7);
      rig.memory.write(Rig.PAGES + 0x4000, 8, Rig.PAGES + 0x5000 | 7);
      rig.memory.write(Rig.PAGES + 0x5000, 8, 0x87);
      rig.memory.write(Rig.PAGES + 0x1000 + 8, 8, 0x87);
      rig.c.mmu.flushAll();
      faults(rig, MOV_CR3_RAX, Rig.PAGES | 1);
      rig.c.mmu.setMode(AccessMode.USER);
      assertThat(rig.c.mmu.load64(0x4000_0000L)).isEqualTo(rig.at(0, 8));
      rig.c.modeChanged();
      faults(rig, MOV_CR3_RAX, Rig.PAGES + 0x3000 | 2);
      faults(rig, MOV_CR3_RAX, 1L << 63 | Rig.PAGES | 1);
      rig.memory.write(Rig.PAGES + 0x1000 + 8, 8, 0);
      rig.c.mmu.setMode(AccessMode.USER);
      assertThat(rig.c.mmu.load64(0x4000_0000L)).as("still cached").isEqualTo(rig.at(0, 8));
      rig.c.modeChanged();
      faults(rig, MOV_CR3_RAX, Rig.PAGES | 1);
      rig.gate64(14, Rig.CODE64, 0x41000, 0x8e, 0);
      rig.s.setReg(Rig.RBX, 0x4000_0000L);
      rig.run("488B03");
      assertThat(rig.s.rip()).isEqualTo(0x41000);
    }
  }

  @Test
  void paePagingLoadsThePointersAndRefusesReservedBits() {
    try (Rig rig = new Rig().protectedMode()) {
      rig.s.setCr(4, Control.CR4_PAE);
      rig.s.setCr(3, Rig.PAGES);
      rig.memory.write(Rig.PAGES, 8, Rig.PAGES + 0x1000 | 1);
      rig.memory.write(Rig.PAGES + 8, 8, 0x23);
      assertThat(faults(rig, MOV_CR0_RAX, rig.s.cr(0) | Control.CR0_PG)).isTrue();
    }
    try (Rig rig = new Rig().protectedMode()) {
      rig.s.setCr(4, Control.CR4_PAE);
      rig.s.setCr(3, Rig.PAGES);
      rig.memory.write(Rig.PAGES, 8, Rig.PAGES + 0x1000 | 1);
      rig.memory.write(Rig.PAGES + 0x1000, 8, 0x87);
      assertThat(faults(rig, MOV_CR0_RAX, rig.s.cr(0) | Control.CR0_PG)).isFalse();
      assertThat(rig.s.get(VcpuState.PDPTE)).isEqualTo(Rig.PAGES + 0x1000 | 1);
      rig.memory.write(Rig.PAGES, 8, 0);
      rig.run("90");
      assertThat(rig.s.rip()).as("the register counts, not memory").isEqualTo(Rig.CODE + 4);
    }
  }

  @Test
  void controlRegistersThatDoNotExistAreUndefinedAndUserCodeIsRefused() {
    try (Rig rig = handled(new Rig().longMode())) {
      rig.run("0F22C8"); // mov cr1, rax
      assertThat(rig.s.rip()).isEqualTo(GP_HANDLER + 16);
    }
    try (Rig rig = new Rig().longMode().user()) {
      assertThat(faults(rig, "0F20C0", 0)).isTrue();
    }
  }

  @Test
  void lmswSetsButNeverClearsPe() {
    try (Rig rig = new Rig().protectedMode()) {
      assertThat(faults(rig, "0F01F0", 0xe)).isFalse();
      assertThat(rig.s.cr(0) & 0xf).isEqualTo(0xf);
      rig.run("0F06"); // clts
      assertThat(rig.s.cr(0) & 0xf).isEqualTo(7);
    }
  }

  @Test
  void eferKeepsLmaAndRefusesReservedBitsAndLmeUnderPaging() {
    try (Rig rig = new Rig().longMode()) {
      rig.s.setReg(Rig.RCX, 0xc000_0080);
      assertThat(faults(rig, "0F30", 0x101)).isFalse();
      assertThat(rig.s.get(VcpuState.EFER)).isEqualTo(0x501);
      assertThat(faults(rig, "0F30", 1)).as("LME").isTrue();
    }
    try (Rig rig = new Rig().longMode()) {
      rig.s.setReg(Rig.RCX, 0xc000_0080);
      assertThat(faults(rig, "0F30", 0x1101)).as("SVME").isTrue();
    }
  }

  @Test
  void xcr0HoldsWhatTheModelHas() {
    try (Rig rig = new Rig().longMode()) {
      handled(rig);
      rig.run("0F01D0");
      assertThat(rig.s.rip()).as("#UD without OSXSAVE").isEqualTo(GP_HANDLER + 16);
    }
    try (Rig rig = new Rig().longMode()) {
      rig.s.setCr(4, rig.s.cr(4) | Control.CR4_OSXSAVE);
      assertThat(faults(rig, "0F01D1", 3)).isFalse();
      assertThat(rig.s.get(VcpuState.XCR0)).isEqualTo(3);
      assertThat(faults(rig, "0F01D1", 7)).isFalse();
      assertThat(rig.s.get(VcpuState.XCR0)).isEqualTo(7);
      for (int wrong : new int[] {2, 5, 15}) {
        assertThat(faults(rig, "0F01D1", wrong)).as("XCR0 = " + wrong).isTrue();
        rig.s.setRip(Rig.CODE);
      }
    }
    try (Rig rig = new Rig(CpuModels.parse("default,-avx", false)).longMode()) {
      rig.s.setCr(4, rig.s.cr(4) | Control.CR4_OSXSAVE);
      assertThat(faults(rig, "0F01D1", 3)).isFalse();
      assertThat(faults(rig, "0F01D1", 7)).as("AVX is not announced").isTrue();
    }
  }

  @Test
  void loadedTableRegistersAreStoredBack() {
    try (Rig rig = new Rig().longMode()) {
      rig.memory.write(0x60000, 2, 0x123);
      rig.memory.write(0x60002, 8, 0xffff_8000_1234_5678L);
      rig.s.setReg(Rig.RBX, 0x60000);
      rig.run("0F011B"); // lidt [rbx]
      rig.s.setReg(Rig.RBX, 0x60100);
      rig.run("0F010B"); // sidt [rbx]
      assertThat(rig.at(0x60100, 2)).isEqualTo(0x123);
      assertThat(rig.at(0x60102, 8)).isEqualTo(0xffff_8000_1234_5678L);
    }
  }

  @Test
  void umipHidesTheTablesFromUserCode() {
    try (Rig rig = new Rig().longMode().user()) {
      rig.s.setReg(Rig.RBX, 0x60000);
      assertThat(faults(rig, "0F0103", 0)).isFalse();
    }
    try (Rig rig = new Rig().longMode().user()) {
      rig.s.setCr(4, rig.s.cr(4) | Control.CR4_UMIP);
      rig.s.setReg(Rig.RBX, 0x60000);
      assertThat(faults(rig, "0F0103", 0)).isTrue();
    }
  }

  @Test
  void swapgsAndTheBaseInstructionsReachTheBases() {
    try (Rig rig = new Rig().longMode()) {
      rig.s.setCr(4, rig.s.cr(4) | Control.CR4_FSGSBASE);
      rig.s.set(VcpuState.KERNEL_GS_BASE, 0x1234);
      rig.s.setSegmentBase(Segment.GS, 0x5678);
      rig.run("0F01F8");
      assertThat(rig.s.segmentBase(Segment.GS)).isEqualTo(0x1234);
      assertThat(rig.s.get(VcpuState.KERNEL_GS_BASE)).isEqualTo(0x5678);
      assertThat(faults(rig, "F3480FAED0", 0xffff_8000_0000_0000L)).isFalse();
      assertThat(rig.s.segmentBase(Segment.FS)).isEqualTo(0xffff_8000_0000_0000L);
      assertThat(faults(rig, "F3480FAED0", 0x0000_8000_0000_0000L)).isTrue();
    }
  }
}
