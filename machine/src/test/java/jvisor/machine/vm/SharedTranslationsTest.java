package jvisor.machine.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import jvisor.cpu.interpreter.Block;
import jvisor.cpu.translator.Optimisation;
import jvisor.cpu.translator.Translation;
import jvisor.cpu.translator.TranslationListener;
import jvisor.cpu.translator.Translator;
import jvisor.cpu.translator.TranslatorOptions;
import jvisor.machine.Processors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processors with threads of their own, which run each other's translations. */
class SharedTranslationsTest {
  private static final int ROUNDS = 20_000;

  @TempDir Path folder;

  @BeforeEach
  void theHostHasATranslator() {
    assumeTrue(Translator.isSupported());
  }

  /** Counts what becomes of translations. */
  private static final class Counts implements TranslationListener {
    final Map<Long, Integer> byPlace = new HashMap<>();
    final Map<Long, Integer> numbers = new HashMap<>();
    int begun;
    int translated;
    int invalidated;
    int flushes;

    @Override
    public void begins(Block block) {
      begun++;
    }

    @Override
    public void translated(Translation translation) {
      translated++;
      Block block = translation.block();
      byPlace.merge(block.gpa() << 1 | (block.isNarrow() ? 1 : 0), 1, Integer::sum);
      numbers.put(block.gpa(), translation.number());
    }

    @Override
    public void invalidated(int number) {
      invalidated++;
    }

    @Override
    public void flushed(int translations, long bytes) {
      flushes++;
    }
  }

  /** All four run the same code; how often the emitted code of its hot block was entered. */
  @Test
  void whatOneHasTranslatedAllRun() {
    Counts counts = new Counts();
    Translator translator =
        new Translator(
            TranslatorOptions.USUAL.counting(true).without(Set.of(Optimisation.EXTENSIONS)),
            counts);
    long[] entered = new long[1];
    SmpGuest guest =
        new SmpGuest(
                Processors.THREADS,
                folder,
                """
                bsp:
                  ipi 0, 0xc46f0
                ap:
                  mov r12d, %d
                again:
                  call work
                  dec r12d
                  jnz again
                  gather 0x40000, 4
                  mov dx, 0xe9
                  out dx, al
                  exit 0
                align 4096
                work:
                  lea eax, [r12+r12]
                  xor eax, 5
                  ret
                """
                    .formatted(ROUNDS))
            .engines(EngineMaker.tiered(() -> translator));
    guest.onSay(() -> {
      int work =
          counts.numbers.entrySet().stream()
              .filter(one -> one.getKey() % 4096 == 0)
              .findFirst()
              .orElseThrow()
              .getValue();
      entered[0] = translator.executions(work);
    });
    guest.succeeds();
    assertThat(counts.byPlace.values()).isNotEmpty().containsOnly(1);
    int threshold = TranslatorOptions.USUAL.threshold();
    assertThat(entered[0]).isBetween(4L * (ROUNDS - 2 * threshold), 4L * ROUNDS);
  }

  /**
   * Processors that translate, change each other's code, let translations grow and flush a small
   * code memory, at the same time.
   */
  @Test
  void translationsComeGrowAndGoWhileOthersRunThem() {
    Counts counts = new Counts();
    TranslatorOptions options =
        TranslatorOptions.always().verifying(true).withCodeSize(TranslatorOptions.SMALLEST);
    new SmpGuest(
            Processors.THREADS,
            folder,
            """
            bsp:
              mov ebp, 0x50000
            fill:
              mov edi, ebp
              lea rsi, [rip+function]
              mov ecx, 64
              rep movsb
              add ebp, 64
              cmp ebp, 0x52000
              jne fill
              xor edi, edi
              ipi 0, 0xc46f0
            ap:
              mov r12d, 3000
              lea r13d, [rdi+77]
            again:
              imul r13d, r13d, 1103515245
              add r13d, 12345
              mov eax, r13d
              shr eax, 16
              and eax, 127
              mov r14d, eax
              shl eax, 6
              lea ebp, [rax+0x50000]
              and r14d, 3
              cmp r14d, edi
              jne others
              mov [rbp+1], r12d
              xor eax, eax
              cpuid
              call rbp
              lea ecx, [r12+6]
              test ecx, 1
              jz even
              add ecx, 2
            even:
              cmp eax, ecx
              jne unexpected
              jmp next
            others:
              call rbp
              cmp eax, 3008
              ja unexpected
            next:
              dec r12d
              jnz again
              gather 0x40000, 4
              exit 0
            function:
              mov eax, 1
              mov ecx, 3
            round:
              add eax, ecx
              dec ecx
              jnz round
              test eax, 1
              jz over
              add eax, 2
            over:
              ret
            """)
        .engines(EngineMaker.translator(options, counts))
        .succeeds();
    assertThat(counts.flushes).as("flushes").isGreaterThan(5);
    assertThat(counts.invalidated).as("overwritten").isGreaterThan(1000);
    assertThat(counts.translated).as("parts of translations").isGreaterThan(counts.begun);
  }
}
