package jvisor.machine.lockstep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import jvisor.cpu.interpreter.InstructionSet;
import jvisor.cpu.state.Flags;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.vcpu.Semantic;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Assembler;
import jvisor.isa.CodeMode;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.machine.Boot;
import jvisor.machine.ClockSource;
import jvisor.machine.ConfigException;
import jvisor.machine.ExitReason;
import jvisor.machine.MachineConfig;
import jvisor.machine.MachineException;
import jvisor.machine.SerialEnd;
import jvisor.machine.StopReason;
import jvisor.machine.VirtualMachine;
import jvisor.machine.vm.EngineMaker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine that is as it should be goes unnoticed; one that errs once is found out. */
class LockStepTest {
  private static final int SIZE = 4096;
  private static final int ORIGIN = 0xf000;

  /** 20 rounds of 5,000 times 4 instructions, each round said on the debug console. */
  private static final String BUSY =
      """
        mov ax, 0x1000
        mov ds, ax
        mov ss, ax
        mov sp, 0x800
        mov dl, 20
      round:
        mov cx, 5000
      again:
        imul bx, cx, 7
        add si, bx
        mov [si], bx
        loop again
        mov al, '.'
        out 0xe9, al
        dec dl
        jnz round
        mov eax, 0
        out 0xf4, eax
      """;

  private static final ExitReason SUCCESS = new ExitReason.DebugExit(1);

  @TempDir Path folder;
  private final StringBuilder said = new StringBuilder();

  private MachineConfig.Builder config(String code) {
    String start = "start:\n" + code + "\norg 0x" + Integer.toHexString(ORIGIN + SIZE - 16);
    byte[] image =
        new Assembler(CodeMode.BITS16, ORIGIN).emit(start + "\njmp start\n").assemble();
    try {
      Path file = Files.write(folder.resolve("guest.bin"), Arrays.copyOf(image, SIZE));
      return MachineConfig.of(new Boot.Firmware(file))
          .memoryBytes(4 << 20)
          .clock(new ClockSource.Instructions(100))
          .debugcon(value -> said.append((char) (value & 0xff)))
          .debugExit(true);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Runs {@code config} on the interpreter and on one whose {@code wrong} is as given. */
  private static ExitReason run(MachineConfig config, Mnemonic wrong, Semantic semantic) {
    return run(config, table(wrong, semantic));
  }

  private static ExitReason run(MachineConfig config, SemanticTable semantics) {
    LockStep.Contestant reference =
        new LockStep.Contestant("reference", EngineMaker.interpreter(true));
    LockStep.Contestant tested =
        new LockStep.Contestant("tested", EngineMaker.interpreter(semantics, false));
    try (VirtualMachine machine = new LockStep(config, reference, tested)) {
      return machine.run();
    } catch (MachineException e) {
      throw new AssertionError(e);
    }
  }

  private static SemanticTable table(Mnemonic changed, Semantic semantic) {
    SemanticTable right = InstructionSet.semantics();
    SemanticTable table = new SemanticTable();
    for (Mnemonic mnemonic : Mnemonic.values()) {
      if (right.isBound(mnemonic)) {
        table.bind(mnemonic, mnemonic == changed ? semantic : right.of(mnemonic));
      }
    }
    return table;
  }

  /** As it should be, but for when exactly {@code count} instructions have been retired. */
  private static Semantic wrongAt(Mnemonic mnemonic, Semantic after, long from, long to) {
    Semantic right = InstructionSet.semantics().of(mnemonic);
    return (c, i) -> {
      right.execute(c, i);
      if (c.retired() >= from && c.retired() <= to) {
        after.execute(c, i);
      }
    };
  }

  private static String report(ExitReason end) {
    assertThat(end).isInstanceOf(ExitReason.EnginesDiffer.class);
    return ((ExitReason.EnginesDiffer) end).report();
  }

  @Test
  void equalEnginesRunAGuestToItsEnd() {
    assertThat(run(config(BUSY).build(), InstructionSet.semantics())).isEqualTo(SUCCESS);
    assertThat(said).hasToString(".".repeat(20));
  }

  @Test
  void aWrongRegisterIsFoundAtItsInstruction() {
    AtomicInteger calls = new AtomicInteger();
    Semantic right = InstructionSet.semantics().of(Mnemonic.IMUL);
    Semantic wrong =
        (c, i) -> {
          right.execute(c, i);
          if (c.state.reg(1, 2) == 1234 && c.state.reg(2, 1) == 7) {
            c.state.setReg(3, 2, 1);
            calls.incrementAndGet();
          }
        };
    String report = report(run(config(BUSY).build(), Mnemonic.IMUL, wrong));
    System.out.println(report);
    assertThat(calls).hasValueGreaterThan(1);
    assertThat(report).contains("imul bx");
  }

  @Test
  void timeMustBeCountedInInstructions() {
    MachineConfig config = config(BUSY).clock(new ClockSource.Host()).build();
    assertThatThrownBy(() -> LockStep.create(config))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("counted in instructions");
  }
}
