package jvisor.cpu.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import jvisor.cpu.vcpu.Observer;
import jvisor.cpu.vcpu.Step;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import org.junit.jupiter.api.Test;

/** Whoever looks on sees everything and changes nothing. */
class ObserverTest {
  private static final String JUMP_TO_ITSELF = "ebfe";

  /** Writes down what it is told, a line each. */
  private static final class Diary implements Observer {
    final List<String> lines = new ArrayList<>();
    boolean quiet;

    @Override
    public boolean wants(Insn insn) {
      return true;
    }

    @Override
    public void begins(Vcpu c, Step step) {
      note("%d %x %s %s", step.retired(c), step.rip(c), hex(step), step.insn());
    }

    @Override
    public void completed(Vcpu c, Step step) {
      note("-> %x", step.next(c));
    }

    @Override
    public void memory(long la, int size, boolean write, long value, boolean system) {
      note("%s%s%d %x %x", system ? "system " : "", write ? "store" : "load", size, la, value);
    }

    @Override
    public void device(long gpa, int size, boolean write, long value) {
      note("device %s%d %x %x", write ? "store" : "load", size, gpa, value);
    }

    @Override
    public void port(Vcpu c, int port, int size, boolean write, int value) {
      note("%s%d %x %x", write ? "out" : "in", size, port, value);
    }

    @Override
    public void delivering(Vcpu c, Event event, int vector, int errorCode) {
      note("%s %d %x at %x", event, vector, errorCode, c.state.rip());
    }

    @Override
    public void delivered(Vcpu c) {
      note("handler %x", c.state.rip());
    }

    @Override
    public void shutDown(Vcpu c) {
      note("shutdown");
    }

    private void note(String format, Object... values) {
      if (!quiet) {
        lines.add(format.formatted(values));
      }
    }

    private static String hex(Step step) {
      return HexFormat.of().formatHex(step.bytes());
    }
  }

  private static Diary diary(Vcpu c) {
    Diary diary = new Diary();
    c.observe(diary);
    c.mmu.watchAccesses(diary);
    return diary;
  }

  @Test
  void instructionsAndTheirAccessesAreToldInOrder() {
    try (Rig rig = new Rig(Form.FAST_FORMS)) {
      Diary diary = diary(rig.c);
      rig.code(Rig.CODE, "48ff042500500000 50 e460" + JUMP_TO_ITSELF);
      rig.memory.write(0x5000, 8, 0x41);
      rig.c.state.setReg(Rig.RAX, 0x77);
      rig.engine.run(4);
      assertThat(diary.lines)
          .containsExactly(
              "0 1000 48ff042500500000 inc qword ptr [0x5000]",
              "load8 5000 41",
              "store8 5000 42",
              "-> 1008",
              "1 1008 50 push rax",
              "store8 7fff8 77",
              "-> 1009",
              "2 1009 e460 in al, 0x60",
              "in1 60 ff",
              "-> 100b",
              "3 100b ebfe jmp $+0x0",
              "-> 100b");
    }
  }

  @Test
  void anAccessAcrossTwoPagesIsOne() {
    try (Rig rig = new Rig(Form.FAST_FORMS)) {
      Diary diary = diary(rig.c);
      // mov rax, [0x5ffc]; mov [0x5ffe], eax
      rig.code(Rig.CODE, "488b0425fc5f0000 890425fe5f0000");
      rig.memory.write(0x5ffc, 8, 0x1122334455667788L);
      rig.engine.run(2);
      assertThat(diary.lines).contains("load8 5ffc 1122334455667788", "store4 5ffe 55667788");
    }
  }

  @Test
  void aFaultIsToldWithWhatItsDeliveryTouches() {
    try (Twin twin = new Twin(Form.FAST_FORMS, Ground.FLAT_64)) {
      Diary diary = diary(twin.c);
      twin.remember();
      byte[] code = HexFormat.of().parseHex("90488b042500700000");
      twin.load(code, new byte[8], new long[16], 0, 0, 0, true);
      twin.run(2);
      assertThat(diary.lines)
          .startsWith(
              "0 2000 90 nop",
              "-> 2001",
              "1 2001 488b042500700000 mov rax, qword ptr [0x7000]",
              "EXCEPTION 14 4 at 2001",
              "system load8 30e0 8e01000841c0")
          .contains("handler 41c0", "store8 ffd0 4")
          .endsWith("1 41c0 90 nop", "-> 41c1");
    }
  }

  @Test
  void aGuestThatIsWatchedRunsAsOneThatIsNot() {
    Random random = new Random(20);
    int faults = 0;
    try (Twin free = new Twin(Form.FAST_FORMS, Ground.FLAT_64);
        Twin watched = new Twin(Form.FAST_FORMS, Ground.FLAT_64)) {
      Diary diary = diary(watched.c);
      diary.quiet = true;
      free.remember();
      watched.remember();
      byte[] one = Twin.image();
      byte[] other = Twin.image();
      for (int n = 0; n < 3000; n++) {
        byte[] code = new byte[64];
        byte[] data = new byte[4096];
        random.nextBytes(code);
        random.nextBytes(data);
        if (n % 3 == 0) {
          // rep movs, stos, cmps, scas, lods, of which each has ways of its own through memory.
          byte[] strings = {(byte) 0xf3, 0x48, (byte) (0xa4 + random.nextInt(12))};
          System.arraycopy(strings, 0, code, 0, 3);
        }
        long[] registers = new long[16];
        for (int i = 0; i < 16; i++) {
          registers[i] = 0x5000 + random.nextInt(0x2000);
        }
        registers[1] = random.nextInt(0x900);
        long start = free.c.retired();
        for (Twin twin : List.of(free, watched)) {
          twin.load(code, data, registers, 0, 0, 0, n % 2 == 0);
        }
        assertThat(watched.run(40)).isEqualTo(free.run(40));
        assertThat(watched.result(start)).as("case %d", n).isEqualTo(free.result(start));
        free.memory(one);
        watched.memory(other);
        assertThat(other).as("memory of case %d", n).isEqualTo(one);
        faults += free.c.state.cr(2) != 0 ? 1 : 0;
      }
    }
    assertThat(faults).isPositive();
  }
}
