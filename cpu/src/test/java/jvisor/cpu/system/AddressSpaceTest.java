package jvisor.cpu.system;

import static org.assertj.core.api.Assertions.assertThat;

import jvisor.cpu.mmu.AccessMode;
import jvisor.cpu.state.Control;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is still known after a change of CR3, and what must not be (SDM vol. 3, 4.10). */
class AddressSpaceTest {
  private static final int LA = 0x4000_0000;
  private static final int PAGE = 0x1000;
  private static final int OTHER = 0x50000;
  private static final int TABLES = 0x60000;
  private static final int DATA = 0x80000;
  private static final int GLOBAL = 0x107;
  private static final int LOCAL = 7;

  private static final String MOV_CR3_RAX = "0F22D8";
  private static final String JMP_RBX = "FFE3";

  private final Rig rig = new Rig();

  /** Two address spaces that differ from 1 GiB on, and share what lies below. */
  @BeforeEach
  void makeSpaces() {
    rig.longMode();
    rig.s.setCr(4, rig.s.cr(4) | Control.CR4_PGE);
    rig.memory.write(OTHER, 8, OTHER + PAGE | 7);
    rig.memory.write(OTHER + PAGE, 8, Rig.PAGES + 0x2000 | 7);
    rig.memory.write(Rig.PAGES + 0x2000, 8, 0x187);
    tables(Rig.PAGES + PAGE, TABLES);
    tables(OTHER + PAGE, TABLES + 0x4000);
    rig.c.mmu.flushAll();
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private void tables(int pointers, int at) {
    rig.memory.write(pointers + 8, 8, at | 7);
    rig.memory.write(at, 8, at + PAGE | 7);
  }

  private void map(int root, int page, int gpa, int flags) {
    int table = (root == OTHER ? TABLES + 0x4000 : TABLES) + PAGE;
    rig.memory.write(table + 8 * page, 8, gpa | flags);
  }

  private void go(int root) {
    rig.s.setCr(3, root);
    rig.c.mmu.switchAddressSpace(0, true);
  }

  @ParameterizedTest
  @ValueSource(ints = {AccessMode.USER, AccessMode.SUPERVISOR, AccessMode.SUPERVISOR_AC})
  void aPageOfOneSpaceIsNotMetInAnother(int mode) {
    map(Rig.PAGES, 0, DATA, LOCAL);
    map(OTHER, 0, DATA + PAGE, LOCAL);
    rig.memory.write(DATA, 8, 1);
    rig.memory.write(DATA + PAGE, 8, 2);
    rig.c.mmu.setMode(mode);
    assertThat(rig.c.mmu.load64(LA)).isEqualTo(1);
    rig.c.mmu.store64(LA, 3);
    go(OTHER);
    assertThat(rig.c.mmu.load64(LA)).isEqualTo(2);
    rig.c.mmu.store64(LA, 4);
    go(Rig.PAGES);
    assertThat(rig.c.mmu.load64(LA)).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {AccessMode.USER, AccessMode.SUPERVISOR})
  void noneOfManyPagesOfOneSpaceIsMetInAnother(int mode) {
    int pages = 500;
    rig.memory.write(DATA, 8, 1);
    rig.memory.write(DATA + PAGE, 8, 2);
    for (int page = 0; page < pages; page++) {
      map(Rig.PAGES, page, DATA, LOCAL);
      map(OTHER, page, DATA + PAGE, LOCAL);
    }
    rig.c.mmu.setMode(mode);
    for (int page = 0; page < pages; page++) {
      assertThat(rig.c.mmu.load64(LA + (long) page * PAGE)).isEqualTo(1);
    }
    go(OTHER);
    for (int page = 0; page < pages; page++) {
      assertThat(rig.c.mmu.load64(LA + (long) page * PAGE)).isEqualTo(2);
    }
  }

  @Test
  void aGlobalPageIsStillKnownUntilItIsInvalidated() {
    map(Rig.PAGES, 0, DATA, GLOBAL);
    rig.memory.write(DATA, 8, 1);
    rig.memory.write(DATA + PAGE, 8, 2);
    assertThat(rig.c.mmu.load64(LA)).isEqualTo(1);
    map(OTHER, 0, DATA + PAGE, GLOBAL);
    go(OTHER);
    assertThat(rig.c.mmu.load64(LA)).as("still cached").isEqualTo(1);
    rig.c.mmu.flushPage(LA);
    assertThat(rig.c.mmu.load64(LA)).isEqualTo(2);
  }

  @Test
  void withoutGlobalPagesTheBitMeansNothing() {
    rig.s.setCr(4, rig.s.cr(4) & ~Control.CR4_PGE);
    rig.c.mmu.flushAll();
    map(Rig.PAGES, 0, DATA, GLOBAL);
    map(OTHER, 0, DATA + PAGE, GLOBAL);
    rig.memory.write(DATA, 8, 1);
    rig.memory.write(DATA + PAGE, 8, 2);
    assertThat(rig.c.mmu.load64(LA)).isEqualTo(1);
    go(OTHER);
    assertThat(rig.c.mmu.load64(LA)).isEqualTo(2);
  }

  @Test
  void codeOfOneSpaceIsNotRunInAnotherAfterGlobalCodeHasSwitched() {
    map(Rig.PAGES, 0, DATA, LOCAL);
    map(OTHER, 0, DATA + PAGE, LOCAL);
    rig.memory.write(DATA, 8, 0xe2ff_0000_0001_b9L); // mov ecx, 1; jmp rdx
    rig.memory.write(DATA + PAGE, 8, 0xe2ff_0000_0002_b9L);
    String code = MOV_CR3_RAX + JMP_RBX;
    for (int round = 0; round < 4; round++) {
      int root = round % 2 == 0 ? OTHER : Rig.PAGES;
      rig.s.setRip(Rig.CODE);
      rig.s.setReg(Rig.RAX, root);
      rig.s.setReg(Rig.RBX, LA);
      rig.s.setReg(Rig.RDX, Rig.CODE);
      rig.run(code, 4);
      assertThat(rig.reg(Rig.RCX)).as("round %d", round).isEqualTo(round % 2 == 0 ? 2 : 1);
    }
  }

  @Test
  void codeOfOneSpaceIsFetchedAnewWithoutAnotherWayThere() {
    map(Rig.PAGES, 0, DATA, LOCAL);
    map(OTHER, 0, DATA + PAGE, LOCAL);
    rig.memory.write(DATA, 8, 0xe2ff_0000_0001_b9L);
    rig.memory.write(DATA + PAGE, 8, 0xe2ff_0000_0002_b9L);
    rig.s.setReg(Rig.RDX, LA);
    rig.s.setRip(LA);
    rig.go(4);
    assertThat(rig.reg(Rig.RCX)).isEqualTo(1);
    go(OTHER);
    rig.go(2);
    assertThat(rig.reg(Rig.RCX)).isEqualTo(2);
  }
}
