package jvisor.machine.lockstep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import jvisor.cpu.interpreter.Block;
import jvisor.cpu.interpreter.ForwardingTier;
import jvisor.cpu.translator.TranslationListener;
import jvisor.cpu.translator.Translator;
import jvisor.cpu.translator.TranslatorOptions;
import jvisor.isa.Assembler;
import jvisor.isa.CodeMode;
import jvisor.isa.Decoder;
import jvisor.isa.Feature;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.machine.Boot;
import jvisor.machine.ClockSource;
import jvisor.machine.ExitReason;
import jvisor.machine.MachineConfig;
import jvisor.machine.MachineException;
import jvisor.machine.VirtualMachine;
import jvisor.machine.vm.EngineMaker;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The translator is held against the interpreter while its code really runs. */
class TranslatorLockStepTest {
  private static final int SIZE = 4096;
  private static final int ORIGIN = 0xff000;

  /** 32-bit code, in which the ADD occurs once; flags are pushed in every turn. */
  private static final String GUEST =
      """
      start:
        o32 lgdt [cs:gdtr-0xf0000]
        mov eax, cr0
        or eax, 1
        mov cr0, eax
        jmp dword 0x8:protected
      gdtr:
        dw 0x17
        dd gdt
      align 8
      gdt:
        dq 0, 0x00cf9b000000ffff, 0x00cf93000000ffff
      bits 32
      protected:
        mov eax, 0x10
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov esp, 0x10000
        mov edx, 30
      round:
        mov ecx, 2000
      again:
        imul ebx, ecx, 7
        pushfd
        pop eax
        mov [0x20000+ecx*4], ebx
        rol ebx, cl
        add esi, ebx
        xor edi, esi
        dec ecx
        jnz again
        dec edx
        jnz round
        mov eax, 0
        out 0xf4, eax
      """;

  private static final Insn SUB =
      new Decoder(EnumSet.of(Feature.BASE))
          .decode(new byte[] {0x29, (byte) 0xde}, 0, 2, CodeMode.BITS32);

  @TempDir Path folder;

  @BeforeEach
  void theHostHasATranslator() {
    assumeTrue(Translator.isSupported());
  }

  private MachineConfig config() throws IOException {
    String code = GUEST + "\norg 0x" + Integer.toHexString(ORIGIN + SIZE - 16);
    byte[] image =
        new Assembler(CodeMode.BITS16, ORIGIN)
            .emit(code + "\nbits 16\njmp 0xf000:0xf000\n")
            .assemble();
    Path file = Files.write(folder.resolve("guest.bin"), Arrays.copyOf(image, SIZE));
    return MachineConfig.of(new Boot.Firmware(file))
        .memoryBytes(4 << 20)
        .clock(new ClockSource.Instructions(100))
        .engine("translator")
        .debugExit(true)
        .build();
  }

  /** Takes additions for subtractions, once asked to translate them. */
  private static final class Confused extends ForwardingTier {
    private final Translator right = new Translator(TranslatorOptions.always());

    @Override
    protected Translator tier() {
      return right;
    }

    @Override
    public int translate(Block block, Insn[] instructions, long la) {
      Insn[] wrong = instructions.clone();
      for (int n = 0; n < wrong.length; n++) {
        if (wrong[n].row.mnemonic() == Mnemonic.ADD) {
          wrong[n] = SUB;
        }
      }
      return super.translate(block, wrong, la);
    }
  }

  private static ExitReason run(MachineConfig config, EngineMaker tested) throws MachineException {
    LockStep.Contestant reference =
        new LockStep.Contestant("interpreter", EngineMaker.interpreter(true));
    try (VirtualMachine machine =
        new LockStep(config, reference, new LockStep.Contestant("translator", tested))) {
      return machine.run();
    }
  }

  @Test
  void translatedCodeDoesWhatTheInterpreterDoes() throws Exception {
    try (VirtualMachine machine = LockStep.create(config())) {
      assertThat(machine.engine()).isEqualTo("translator");
      assertThat(machine.run()).isEqualTo(new ExitReason.DebugExit(1));
    }
    assertThat(
            run(
                config(),
                EngineMaker.translator(TranslatorOptions.always(), TranslationListener.NONE)))
        .isEqualTo(new ExitReason.DebugExit(1));
  }

  @Test
  void aWrongTranslationIsFoundAtTheEndOfItsFirstRun() throws Exception {
    ExitReason end = run(config(), EngineMaker.tiered(Confused::new));
    assertThat(end).isInstanceOf(ExitReason.EnginesDiffer.class);
    List<String> report = ((ExitReason.EnginesDiffer) end).report().lines().toList();
    assertThat(report.getFirst())
        .isEqualTo("engine translator differs from interpreter after 22 instructions");
    assertThat(report)
        .anyMatch(line -> line.endsWith(" 01de                  add esi, ebx"))
        .anyMatch(line -> line.endsWith("from instruction 0 to 22 without a stop."))
        .anyMatch(line -> line.matches("  rsi +0+66806000 +0+f9206000"));
  }
}
