package jvisor.machine.lockstep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import jvisor.cpu.interpreter.InstructionSet;
import jvisor.cpu.state.Flags;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Semantic;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Assembler;
import jvisor.isa.CodeMode;
import jvisor.isa.Decoder;
import jvisor.isa.Feature;
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

  private static final int BX = 3;
  private static final int CX = 1;
  private static final int DX = 2;
  private static final int SI = 6;

  /** A place in the middle of {@link #BUSY}: the round's DL, and CX. */
  private static final int ROUND = 7;

  private static final int TURN = 1234;

  /** Instructions in a round. */
  private static final long PER_ROUND = 1 + 4 * 5000 + 4;

  /** Instructions before the one that multiplies there. */
  private static final long BEFORE = 6 + (20 - ROUND) * PER_ROUND + 1 + 4 * (5000 - TURN);

  /** The ADD of {@link #BUSY}. */
  private static final Insn ADD =
      new Decoder(EnumSet.of(Feature.BASE))
          .decode(new byte[] {1, (byte) 0xde}, 0, 2, CodeMode.BITS16);

  private static final ExitReason SUCCESS = new ExitReason.DebugExit(1);

  @TempDir Path folder;
  private final StringBuilder said = new StringBuilder();

  private MachineConfig.Builder builder(String code) {
    String start = "start:\n" + code + "\norg 0x" + Integer.toHexString(ORIGIN + SIZE - 16);
    byte[] image = new Assembler(CodeMode.BITS16, ORIGIN).emit(start + "\njmp start\n").assemble();
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

  private MachineConfig config(String code) {
    return builder(code).build();
  }

  /** Runs {@code config} on the interpreter and on one with another {@code semantic}. */
  private static ExitReason run(MachineConfig config, Mnemonic mnemonic, Semantic semantic) {
    SemanticTable right = InstructionSet.semantics();
    SemanticTable table = new SemanticTable();
    for (Mnemonic each : Mnemonic.values()) {
      if (right.isBound(each)) {
        table.bind(each, each == mnemonic ? semantic : right.of(each));
      }
    }
    LockStep.Contestant reference =
        new LockStep.Contestant("reference", EngineMaker.interpreter(true));
    LockStep.Contestant tested =
        new LockStep.Contestant("tested", EngineMaker.interpreter(table, false));
    try (VirtualMachine machine = new LockStep(config, reference, tested)) {
      return machine.run();
    } catch (MachineException e) {
      throw new AssertionError(e);
    }
  }

  /** What {@code mnemonic} does and, if {@code when} holds afterwards, {@code what} besides. */
  private static Semantic also(Mnemonic mnemonic, Predicate<Vcpu> when, Consumer<Vcpu> what) {
    Semantic right = InstructionSet.semantics().of(mnemonic);
    return (c, i) -> {
      right.execute(c, i);
      if (when.test(c)) {
        what.accept(c);
      }
    };
  }

  /** In {@link #BUSY}: in the round with this DL, when CX is so much. */
  private static Predicate<Vcpu> at(int dl, int cx) {
    return c -> c.state.reg(DX, 1) == dl && c.state.reg(CX, 2) == cx;
  }

  private static List<String> report(ExitReason end) {
    assertThat(end).isInstanceOf(ExitReason.EnginesDiffer.class);
    return ((ExitReason.EnginesDiffer) end).report().lines().map(LockStepTest::narrow).toList();
  }

  private static String narrow(String line) {
    return line.strip().replaceAll(" +", " ");
  }

  @Test
  void equalEnginesRunAGuestToItsEnd() {
    Semantic right = InstructionSet.semantics().of(Mnemonic.IMUL);
    assertThat(run(config(BUSY), Mnemonic.IMUL, right)).isEqualTo(SUCCESS);
    assertThat(said).hasToString(".".repeat(20));
  }

  @Test
  void theInterpreterIsComparedWithItsSemantics() throws MachineException {
    MachineConfig config = builder(BUSY).engine("interpreter").build();
    try (VirtualMachine machine = LockStep.create(config)) {
      assertThat(machine.engine()).isEqualTo("interpreter");
      assertThat(machine.run()).isEqualTo(SUCCESS);
    }
  }

  @Test
  void aWrongRegisterIsFoundAtItsInstruction() {
    Semantic wrong =
        also(Mnemonic.IMUL, at(ROUND, TURN), c -> c.state.setReg(BX, 2, c.state.reg(BX, 2) + 1));
    List<String> report = report(run(config(BUSY), Mnemonic.IMUL, wrong));
    assertThat(report.getFirst())
        .isEqualTo("engine tested differs from reference after " + BEFORE + " instructions");
    assertThat(report)
        .endsWith(
            BEFORE + " 0 000000000000f00f 6bd907 imul bx, cx, 0x7",
            "reference tested",
            "rbx 00000000000021be 00000000000021bf");
    assertThat(said).hasToString(".".repeat(20 - ROUND));
  }

  /** The word is overwritten in the next round, and never read: no register tells. */
  @Test
  void aWrongStoreIsFoundAtItsInstruction() {
    Semantic wrong =
        also(
            Mnemonic.ADD, c -> at(1, TURN).test(c), c -> c.mmu.memory().write(0x2_0000, 2, 0x1234));
    List<String> report = report(run(config(BUSY), Mnemonic.ADD, wrong));
    long before = BEFORE + (ROUND - 1) * PER_ROUND + 1;
    assertThat(report)
        .endsWith(
            before + " 0 000000000000f012 01de add si, bx",
            "reference tested",
            "[00020000] 0000000000000000 0000000000001234");
  }

  @Test
  void aDifferenceThatSingleStepsDoNotShowIsFoundInTheShortestRunThatDoes() {
    Predicate<Vcpu> inBlock = c -> c.insnRip(ADD) != c.state.get(VcpuState.BLOCK_BASE);
    Semantic wrong =
        also(
            Mnemonic.ADD,
            inBlock.and(at(ROUND, TURN)),
            c -> c.state.setReg(SI, 2, c.state.reg(SI, 2) + 2));
    List<String> report = report(run(config(BUSY), Mnemonic.ADD, wrong));
    assertThat(report.getFirst())
        .isEqualTo("engine tested differs from reference after " + (BEFORE + 2) + " instructions");
    assertThat(report)
        .contains(
            BEFORE + 1 + " 0 000000000000f012 01de add si, bx",
            "Stepped one by one the engines agree; they do not if they run from instruction 270000"
                + " to "
                + (BEFORE + 2)
                + " without a stop.");
  }

  private static final Semantic UNDEFINED_OTHERWISE =
      also(
          Mnemonic.IMUL,
          c -> true,
          c -> Flags.setArithmetic(c.state, Flags.arithmetic(c.state) ^ (Rflags.ZF | Rflags.AF)));

  /** Flags go to registers, to the stack, to an interrupt's handler and back. */
  private static final String FLAGS =
      """
        xor ax, ax
        mov ds, ax
        mov ss, ax
        mov sp, 0x7000
        mov word ptr [0x80], handler
        mov [0x82], cs
        mov dl, 10
      round:
        mov cx, 3000
      again:
        imul bx, cx, 7
        pushf
        pop ax
        mov [0x1000], ax
        imul bx, cx, 7
        int 0x20
        shl bx, 0
        pushf
        popf
        loop again
        dec dl
        jnz round
        mov eax, 0
        out 0xf4, eax
      handler:
        mov al, 0
        iret
      """;

  @Test
  void flagsThatAreUndefinedMayDifferWhereverTheyGo() {
    assertThat(run(config(FLAGS), Mnemonic.IMUL, UNDEFINED_OTHERWISE)).isEqualTo(SUCCESS);
  }

  /** It is seen where a slice happens to end before it has been written again. */
  @Test
  void aDefinedFlagMustNotDiffer() {
    Semantic wrong =
        also(
            Mnemonic.IMUL,
            c -> c.state.reg(DX, 1) <= 8,
            c -> Flags.setArithmetic(c.state, Flags.arithmetic(c.state) ^ Rflags.CF));
    List<String> report = report(run(config(FLAGS), Mnemonic.IMUL, wrong));
    assertThat(report.getLast()).startsWith("rflags ");
    assertThat(report.get(report.size() - 3)).endsWith("imul bx, cx, 0x7");
  }

  /** Echoes what is typed, in an interrupt's handler, until that is a q. */
  private static final String ECHO =
      """
        xor ax, ax
        mov ds, ax
        mov ss, ax
        mov sp, 0x7000
        mov word ptr [0x90], handler
        mov [0x92], cs
        mov ecx, 0x1b
        rdmsr
        and eax, 0xfffff7ff
        wrmsr
        mov al, 0x11
        out 0x20, al
        mov al, 0x20
        out 0x21, al
        mov al, 4
        out 0x21, al
        mov al, 1
        out 0x21, al
        mov al, 0xef
        out 0x21, al
        mov dx, 0x3fb
        mov al, 3
        out dx, al
        mov dx, 0x3fc
        mov al, 0xb
        out dx, al
        mov dx, 0x3f9
        mov al, 1
        out dx, al
        sti
      wait:
        hlt
        jmp wait
      handler:
        mov dx, 0x3f8
        in al, dx
        out dx, al
        mov bl, al
        mov cx, 9000
      work:
        loop work
        cmp bl, 'q'
        jne more
        mov eax, 0
        out 0xf4, eax
      more:
        mov dx, 0x3fd
        in al, dx
        test al, 1
        jnz handler
        mov al, 0x20
        out 0x20, al
        iret
      """;

  /** Types one character after the other, whenever nothing else is to be had. */
  private static final class Keys implements SerialEnd {
    private final String keys;
    private final StringBuilder echo = new StringBuilder();
    private Runnable notice = () -> {};
    private Runnable exhausted = () -> {};
    private int asked;

    Keys(String keys) {
      this.keys = keys;
    }

    @Override
    public int read() {
      int turn = asked++;
      if (turn % 2 == 0) {
        notice.run();
        return -1;
      }
      if (turn / 2 < keys.length()) {
        return keys.charAt(turn / 2);
      }
      exhausted.run();
      return -1;
    }

    @Override
    public void onReadable(Runnable call) {
      notice = call;
    }

    @Override
    public void write(int value) {
      echo.append((char) (value & 0xff));
    }
  }

  @Test
  void whatIsTypedReachesBothAndTheirAnswerIsSaidOnce() throws MachineException {
    Keys keys = new Keys("hello q");
    try (VirtualMachine machine =
        LockStep.create(builder(ECHO).engine("interpreter").serial(keys).build())) {
      assertThat(machine.run()).isEqualTo(SUCCESS);
    }
    assertThat(keys.echo).hasToString("hello q");
  }

  @Test
  void whatHasBeenTypedIsTypedAgainWhenADifferenceIsSearched() {
    Semantic wrong =
        also(
            Mnemonic.LOOP,
            c -> c.state.reg(BX, 1) == 'o' && c.state.reg(CX, 2) == 5000,
            c -> c.state.setReg(SI, 2, 1));
    List<String> report =
        report(run(builder(ECHO).serial(new Keys("hello q")).build(), Mnemonic.LOOP, wrong));
    assertThat(report.get(report.size() - 3)).contains(" loop 0x");
    assertThat(report.getLast()).isEqualTo("rsi 0000000000000000 0000000000000001");
  }

  @Test
  void aRequestToStopEndsAMachineThatWaits() throws MachineException {
    Keys keys = new Keys("a");
    try (VirtualMachine machine =
        LockStep.create(builder(ECHO).engine("interpreter").serial(keys).build())) {
      keys.exhausted = () -> machine.requestStop(StopReason.LEFT);
      assertThat(machine.run()).isEqualTo(new ExitReason.Stopped(StopReason.LEFT));
    }
  }

  @Test
  void timeMustBeCountedInInstructions() {
    MachineConfig config =
        builder(BUSY).engine("interpreter").clock(new ClockSource.Host()).build();
    assertThatThrownBy(() -> LockStep.create(config))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("counted in instructions");
  }
}
