package jvisor.machine.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import jvisor.isa.Assembler;
import jvisor.isa.CodeMode;
import jvisor.machine.Boot;
import jvisor.machine.ClockSource;
import jvisor.machine.ExitReason;
import jvisor.machine.MachineConfig;
import jvisor.machine.TraceSpec;
import jvisor.machine.VirtualMachine;
import jvisor.machine.vm.Machines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Traces of whole machines: what they hold, and that equal runs make equal ones. */
class TraceRecorderTest {
  private static final int SIZE = 4096;

  /** Stores, faults into a handler of its own, draws a random number, and ends. */
  private static final String GUEST =
      """
      start:
        mov ax, 0x1234
        mov word ptr [0x500], ax
        mov ax, handler
        mov word ptr [0x18], ax
        mov ax, cs
        mov word ptr [0x1a], ax
        ud2
      handler:
        rdrand ecx
        mov cx, 100
      again:
        add dx, cx
        loop again
        mov eax, 20
        out 0xf4, eax
      """;

  @TempDir Path folder;

  private Boot guest() throws IOException {
    String code = GUEST + "\norg 0xfff0\njmp start\n";
    byte[] image =
        Arrays.copyOf(new Assembler(CodeMode.BITS16, 0xf000).emit(code).assemble(), SIZE);
    return new Boot.Firmware(Files.write(folder.resolve("tiny.bin"), image));
  }

  private MachineConfig.Builder config(long seed) throws IOException {
    return MachineConfig.of(guest())
        .memoryBytes(16 << 20)
        .clock(new ClockSource.Instructions(100))
        .seed(seed)
        .debugExit(true);
  }

  private byte[] trace(long seed, long from, long count) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(
            run(
                seed,
                new TraceSpec(
                    out,
                    from,
                    count,
                    e -> {
                      throw new AssertionError(e);
                    })))
        .isEqualTo(new ExitReason.DebugExit(41));
    return out.toByteArray();
  }

  private ExitReason run(long seed, TraceSpec trace) throws Exception {
    try (VirtualMachine machine = Machines.create(config(seed).trace(trace).build())) {
      return machine.run();
    }
  }

  private static TraceReader reader(byte[] file) throws IOException {
    return new TraceReader(new ByteArrayInputStream(file));
  }

  private static List<TraceRecord> read(byte[] file) throws IOException {
    List<TraceRecord> records = new ArrayList<>();
    try (TraceReader reader = reader(file)) {
      for (TraceRecord r = reader.next(); r != null; r = reader.next()) {
        records.add(r);
      }
    }
    return records;
  }

  private static List<String> lines(byte[] file) throws IOException {
    List<String> lines = new ArrayList<>();
    try (TraceReader reader = reader(file)) {
      TraceView view = new TraceView(reader.header());
      for (TraceRecord r = reader.next(); r != null; r = reader.next()) {
        view.lines(r).forEach(line -> lines.add(line.strip().replaceAll(" +", " ")));
      }
    }
    return lines;
  }

  @Test
  void aTraceTellsOfInstructionsRegistersMemoryAndExceptions() throws Exception {
    List<String> lines = lines(trace(1, 0, Long.MAX_VALUE));
    assertThat(lines.getFirst()).isEqualTo("0 0 0000fff0 -- registers");
    assertThat(lines)
        .containsSubsequence(
            "2 0 0000f003 a30005 mov word ptr [0x500], ax",
            "store2 [500] = 1234",
            "7 0 0000f011 0f0b ud2 (faults)",
            "7 0 0000f011 -- exception 6 #UD invalid opcode -> f013",
            "system load4 [18] = f000f013",
            "store2 [fffa] = f011",
            "7 0 0000f013 660fc7f1 rdrand ecx")
        .endsWith("out4 port f4 = 14");
    assertThat(lines).filteredOn(line -> line.endsWith("loop 0xf01a")).hasSize(100);
  }

  @Test
  void equalRunsMakeEqualFiles() throws Exception {
    assertThat(trace(7, 0, Long.MAX_VALUE)).isEqualTo(trace(7, 0, Long.MAX_VALUE));
  }

  @Test
  void theFirstDifferenceOfTwoRunsIsFound() throws Exception {
    TraceDiff diff =
        new TraceDiff(reader(trace(7, 0, Long.MAX_VALUE)), reader(trace(8, 0, Long.MAX_VALUE)), 3);
    TraceDiff.Difference found = diff.find().orElseThrow();
    assertThat(found.what()).isEqualTo("rcx");
    assertThat(diff.compared()).isEqualTo(7);
    assertThat(found.before()).hasSize(3);
    assertThat(found.a()).isInstanceOf(TraceRecord.Instruction.class).isNotEqualTo(found.b());
  }

  @Test
  void aPartOfARunIsTheSameAsThatPartOfTheWhole() throws Exception {
    byte[] whole = trace(7, 0, Long.MAX_VALUE);
    byte[] part = trace(7, 20, 50);
    List<TraceRecord> records = read(part);
    assertThat(records.getFirst()).isInstanceOf(TraceRecord.State.class);
    assertThat(records).hasSize(51);
    assertThat(read(whole)).containsSequence(records.subList(1, 51));
    Optional<TraceDiff.Difference> found = new TraceDiff(reader(whole), reader(part), 3).find();
    assertThat(found.map(TraceDiff.Difference::what)).contains("the second trace ends");
  }

  @Test
  void aMachineThatIsTracedEndsAsOneThatIsNot() throws Exception {
    List<String> ends = new ArrayList<>();
    TraceSpec spec = new TraceSpec(new ByteArrayOutputStream(), 5, 100, e -> {});
    for (MachineConfig config : List.of(config(7).build(), config(7).trace(spec).build())) {
      try (VirtualMachine machine = Machines.create(config)) {
        machine.run();
        ends.add(machine.dumpState());
      }
    }
    assertThat(ends.getFirst()).contains("retired=").isEqualTo(ends.getLast());
  }

  @Test
  void aTraceThatNeverBeginsIsEmpty() throws Exception {
    assertThat(read(trace(7, 1_000_000, 1))).isEmpty();
  }

  @Test
  void aPlaceThatTakesNoMoreEndsTheTraceAndNotTheGuest() throws Exception {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    List<String> troubles = new ArrayList<>();
    TraceSpec spec = new TraceSpec(full, 0, Long.MAX_VALUE, e -> troubles.add(e.getMessage()));
    assertThat(run(7, spec)).isEqualTo(new ExitReason.DebugExit(41));
    assertThat(troubles).containsExactly("No space left on device");
  }
}
