package jvisor.cpu.translator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import jvisor.isa.Assembler;
import jvisor.isa.CodeMode;
import jvisor.isa.Decoder;
import jvisor.isa.Feature;
import jvisor.isa.Insn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is expected of loops, and of where registers come from. RCX is 3, RBX 0x1000, RDI 0x1018.
 */
class ForecastTest {
  private static final int RBX = 3;
  private static final int RSP = 4;

  static Insn[] block(String text) {
    byte[] code =
        new Assembler(CodeMode.BITS64, 0)
            .emit(text.replace("; ", "\n").replace('|', ','))
            .assemble();
    Decoder decoder = new Decoder(EnumSet.allOf(Feature.class));
    List<Insn> insns = new ArrayList<>();
    for (int at = 0; at < code.length; at += insns.getLast().length) {
      insns.add(decoder.decode(code, at, code.length, CodeMode.BITS64));
    }
    return insns.toArray(new Insn[0]);
  }

  private static Forecast forecast() {
    long[] registers = new long[16];
    registers[1] = 3;
    registers[RBX] = 0x1000;
    registers[7] = 0x1018;
    return new Forecast(registers);
  }

  @ParameterizedTest
  @CsvSource({
    "dec rcx; jne 0, 3",
    "sub ecx| 1; jne 0, 3",
    "add rbx| 8; cmp rbx| rdi; jne 0, 3",
    "add rbx| 8; cmp rdi| rbx; ja 0, 3",
    "lea rbx| [rbx+rcx*4-4]; cmp rbx| 0x1020; jl 0, 4",
    "add rax| 1; test rax| 4; je 0, 4",
    "sub rcx| 2; jns 0, 0", // what a sign comes from is not followed
    "dec rcx; jb 0, 0", // the carry is that of before
    "sub rcx| 1; jae 0, 4",
    "mov rcx| [rbx]; dec rcx; jne 0, 0", // not known
    "add rax| 1; cmp rax| 9; jne 0, 0", // too often
    "cmp rax| 0; je 0, 0", // for ever
    "xor eax| eax; inc eax; cmp eax| 1; jne 0, 1",
    "imul rcx| rcx| 3; dec rcx; jne 0, 0",
    "push rcx; dec rcx; jne 0, 3"
  })
  void aLoopIsExecutedAsOftenAsRegistersSay(String text, int turns) {
    assertThat(forecast().turns(block(text), 8)).isEqualTo(turns);
  }

  @Test
  void aForecastGoesOnFromWhereItIs() {
    Forecast forecast = forecast();
    Insn[] loop = block("add rbx, 8\ncmp rbx, rdi\njne 0\n");

    assertThat(forecast.pass(loop)).isEqualTo(Forecast.Way.TAKEN);
    assertThat(forecast.copy().turns(loop, 8)).isEqualTo(2);
    assertThat(forecast.pass(loop)).isEqualTo(Forecast.Way.TAKEN);
    assertThat(forecast.pass(loop)).isEqualTo(Forecast.Way.NOT_TAKEN);
  }

  @ParameterizedTest
  @CsvSource({
    "add rbx| 8, 3, 8",
    "mov rbx| rsi; sub rbx| 16, 6, -16",
    "lea rbx| [rsi+40]; inc rbx, 6, 41",
    "xor ebx| ebx; dec ebx, -1, 0xffffffff",
    "mov ebx| -8, -1, 0xfffffff8",
    "mov rbx| -8, -1, -8",
    "push rax; push rcx; mov rbx| rsp, 4, -16",
    "leave; mov rbx| rsp, 5, 8",
    "add ebx| 8, -2, 0", // the upper half is gone
    "mov bl| 3, -2, 0",
    "lea rbx| [rsi+rdi], -2, 0",
    "cmp rbx| rax, 3, 0",
    "mov rax| [rbx], 3, 0",
    "xchg rbx| rax, -2, 0",
    "pop rbx, -2, 0",
    "mul rsi, -2, 0" // what is written besides the operands is one of the first four
  })
  void registersAreFollowed(String text, int from, String added) {
    Origins origins = new Origins();
    for (Insn i : block(text)) {
      origins.pass(i);
    }

    assertThat(origins.from(RBX)).isEqualTo(from);
    assertThat(from == Origins.UNKNOWN || origins.added(RBX) == Long.decode(added)).isTrue();
  }

  @Test
  void whatTheSystemDoesChangesAll() {
    Origins origins = new Origins();
    origins.pass(block("rdtsc")[0]);

    assertThat(origins.from(RSP)).isEqualTo(Origins.UNKNOWN);
  }
}
