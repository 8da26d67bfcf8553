package jvisor.cpu.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The main loop: counts, budgets, code that changes, instructions that straddle pages. */
class InterpreterTest {
  private static final String INC_RAX = "48ffc0";
  private static final String JUMP_TO_ITSELF = "ebfe";

  @ParameterizedTest
  @EnumSource
  void whatLiesTwoGigabytesAheadIsReachedFromTheNextInstruction(Form form) {
    try (Rig rig = new Rig(form)) {
      rig.code(Rig.CODE, "48 8d 05 ff ff ff 7f e9 f8 ff ff 7f f4"); // lea rax, [rip+…]; jmp …
      rig.engine.run(2);
      assertThat(rig.reg(Rig.RAX)).isEqualTo(Rig.CODE + 7 + 0x7fff_ffffL);
      assertThat(rig.c.state.rip()).isEqualTo(Rig.CODE + 12 + 0x7fff_fff8L);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBudgetIsKeptToTheInstruction(Form form) {
    try (Rig rig = new Rig(form)) {
      rig.code(Rig.CODE, INC_RAX.repeat(20) + JUMP_TO_ITSELF);
      for (int n = 1; n <= 20; n++) {
        assertThat(rig.engine.run(1)).isEqualTo(Exit.BUDGET);
        assertThat(rig.reg(Rig.RAX)).isEqualTo(n);
        assertThat(rig.c.retired()).isEqualTo(n);
        assertThat(rig.c.state.rip()).isEqualTo(Rig.CODE + 3L * n);
      }
      rig.engine.run(1000);
      assertThat(rig.c.retired()).isEqualTo(1020);
      assertThat(rig.reg(Rig.RAX)).isEqualTo(20);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStoreIntoTheRunningBlockIsSeenByTheNextInstruction(Form form) {
    try (Rig rig = new Rig(form)) {
      // mov byte [rip+0], 0xc8 turns the following inc eax (ff c0) into dec eax (ff c8).
      rig.code(Rig.CODE, "c60501000000c8 ffc0" + JUMP_TO_ITSELF);
      rig.engine.run(2);
      assertThat(rig.reg(Rig.RAX)).isEqualTo(0xffff_ffffL);
      assertThat(rig.c.retired()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void codeThatRanBeforeIsDecodedAnewOnceItIsOverwritten(Form form) {
    try (Rig rig = new Rig(form)) {
      // loop: inc eax; cmp ecx,1; je out; mov ecx,1; mov byte [loop+1],0xc8; jmp loop; out: jmp $
      rig.code(Rig.CODE, "ffc0 83f901 740f b901000000 c6042501100000c8 ebea" + JUMP_TO_ITSELF);
      rig.engine.run(100);
      assertThat(rig.reg(Rig.RAX)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDeviceThatWritesCodeIsSeen(Form form) {
    try (Rig rig = new Rig(form)) {
      rig.code(Rig.CODE, "ffc0 ebfc");
      rig.engine.run(10);
      assertThat(rig.reg(Rig.RAX)).isEqualTo(5);
      rig.code(Rig.CODE, "ffc8");
      rig.engine.run(10);
      assertThat(rig.reg(Rig.RAX)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void anInstructionAcrossTwoPagesFollowsChangesOfBoth(Form form) {
    try (Rig rig = new Rig(form)) {
      // mov eax, imm32 with three bytes of the immediate in the next page; then jmp back
      rig.c.state.setRip(0x1ffe);
      rig.code(0x1ffe, "b811223344 ebf9");
      rig.engine.run(2);
      assertThat(rig.reg(Rig.RAX)).isEqualTo(0x44332211);
      rig.code(0x2000, "55");
      rig.engine.run(2);
      assertThat(rig.reg(Rig.RAX)).isEqualTo(0x44335511);
      rig.code(0x1ffe, "bb");
      rig.engine.run(2);
      assertThat(rig.reg(Rig.RBX)).isEqualTo(0x44335511);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFrameCanBeReplacedBetweenAnyTwoInstructions(Form form) {
    try (Rig rig = new Rig(form)) {
      // loop: inc qword [0x5000]; push rax; pop rbx; jmp loop
      rig.code(Rig.CODE, "48ff042500500000 50 5b ebf4");
      for (int n = 1; n <= 4000; n++) {
        rig.engine.run(1);
        for (long gpa : new long[] {0x1000, 0x5000, Rig.STACK - 8}) {
          assertThat(rig.memory.moveFrame(gpa)).isTrue();
        }
      }
      assertThat(rig.memory.read(0x5000, 8)).isEqualTo(1000);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHandlerThatFaultsForEverComesBackAllTheSame(Form form) {
    try (Rig rig = new Rig(form)) {
      // A 64-bit interrupt gate for #UD to a handler that is itself UD2.
      rig.memory.write(0x6000 + 16 * 6, 8, 0x0000_8e00_0008_1000L);
      rig.memory.write(0x7008, 8, 0x00af_9b00_0000_ffffL);
      rig.c.state.set(jvisor.cpu.state.VcpuState.IDTR_BASE, 0x6000);
      rig.c.state.set(jvisor.cpu.state.VcpuState.IDTR_LIMIT, 0xfff);
      rig.c.state.set(jvisor.cpu.state.VcpuState.GDTR_BASE, 0x7000);
      rig.c.state.set(jvisor.cpu.state.VcpuState.GDTR_LIMIT, 0xff);
      rig.code(Rig.CODE, "0f0b");
      assertThat(rig.engine.run(100)).isEqualTo(Exit.GAVE_WAY);
      assertThat(rig.c.retired()).isZero();
      assertThat(rig.c.isShutdown()).isFalse();
    }
  }
}
