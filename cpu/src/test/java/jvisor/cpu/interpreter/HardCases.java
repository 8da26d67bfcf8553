package jvisor.cpu.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import jvisor.cpu.translator.Optimisation;
import jvisor.cpu.translator.TranslatorOptions;
import jvisor.isa.Assembler;
import jvisor.isa.CodeMode;
import org.junit.jupiter.api.AfterEach;

/**
 * Programs at which translations can go wrong, in two processors: one that translates everything,
 * and one that executes each instruction by its semantic. Both are stopped after the same numbers
 * of instructions, and have to agree each time in everything. So have translations that count how
 * often they are entered, those without one of their optimisations, and those without any.
 */
abstract class HardCases {
  static final long STACK = 0x6f00;
  static final long OTHER_PAGE = 0xa000;
  static final long THIRD_PAGE = 0xb000;

  final TranslatorOptions options;
  Twin fast;
  final Twin slow = new Twin(Form.SEMANTICS, Ground.FLAT_64);
  final byte[] fastMemory = Twin.image();
  final byte[] slowMemory = Twin.image();

  HardCases(TranslatorOptions options) {
    this.options = options;
    fast = new Twin(options, Ground.FLAT_64);
  }

  static Stream<TranslatorOptions> options() {
    TranslatorOptions all = TranslatorOptions.always();
    return Stream.concat(
        Stream.of(all, all.counting(true), all.without(EnumSet.allOf(Optimisation.class))),
        Stream.of(Optimisation.values()).map(each -> all.without(Set.of(each))));
  }

  @AfterEach
  void close() {
    fast.close();
    slow.close();
  }

  void both(Consumer<Twin> change) {
    change.accept(fast);
    change.accept(slow);
  }

  static byte[] assemble(long place, String text) {
    return new Assembler(CodeMode.BITS64, place).emit(text).assemble();
  }

  /** Puts code at {@link Twin#CODE} and makes the processors begin there. */
  void load(String text) {
    load(text, false);
  }

  /** The same as user or supervisor. */
  void load(String text, boolean user) {
    byte[] code = assemble(Twin.CODE, text);
    long[] registers = new long[16];
    registers[Rig.RSP] = STACK;
    both(twin -> {
      twin.remember();
      twin.load(code, new byte[8], registers, 0, 0, 0, user);
    });
  }

  void place(long gpa, String text) {
    byte[] code = assemble(gpa, text);
    both(twin -> twin.write(gpa, code));
  }

  /** Runs both for {@code count} instructions in pieces of {@code step}. */
  void run(int count, int step) {
    for (int done = 0; done < count; done += step) {
      Exit exit = slow.run(step);
      assertThat(fast.run(step)).isEqualTo(exit);
      assertThat(fast.result(0)).as("after %d instructions", done + step).isEqualTo(slow.result(0));
      if (exit != Exit.BUDGET) {
        break;
      }
    }
    fast.memory(fastMemory);
    slow.memory(slowMemory);
    assertThat(Arrays.mismatch(fastMemory, slowMemory))
        .as("first difference in memory")
        .isEqualTo(-1);
  }

  long reg(int index) {
    return fast.c.state.reg(index);
  }
}
