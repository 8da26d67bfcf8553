package jvisor.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.CompilerControl;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Endless loops of guest code. One operation is one guest instruction: ops/us are millions a
 * second.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"})
public class InnerLoops {
  private static final int BUDGET = 100_000;

  /** Frames enough to fill a page. */
  private static final int DEPTHS = 128;

  /** The loops. */
  public enum Loop {
    /**
     * add rax, rbx; xor rdx, rax; sub rcx, 1; test ecx, ecx; jnz to the start; jmp to the start.
     */
    ARITHMETIC("4801d8 4831c2 4883e901 85c9 75f2 ebf0"),

    /** mov rax, [0x5000]; add rax, rcx; mov [0x5000], rax; add qword [0x5008], 1; jmp. */
    MEMORY("488b042500500000 4801c8 4889042500500000 488304250850000001 ebe2"),

    /** call function; inc r8d; jmp; function: push rbx; add r9d, 7; pop rbx; ret. */
    CALLS("e805000000 41ffc0 ebf6 53 4183c107 5b c3"),

    /** Twenty-three instructions of most kinds, with memory, a call and two conditions. */
    MIX(
        "48c7c1e8030000 488b042500500000 4801c8 4889042500500000 488d548808 31c2 48c1ea03 480fafd0"
            + " 0fb6342501500000 83e60f 52 5f e826000000 4839f8 480f42f8 0f94c3"
            + " 488304250850000001 f7c101000000 7403 41ffc0 4883e901 75a8 eb9f 4183c107 c3");

    private final String code;

    Loop(String code) {
      this.code = code;
    }
  }

  /** Which loop runs. */
  @Param public Loop loop = Loop.MIX;

  private Guest guest = new Guest(Loop.MIX.code);
  private int depth;

  /** Called by JMH. */
  @Setup(Level.Trial)
  public void start() {
    guest.close();
    guest = new Guest(loop.code);
  }

  /** Called by JMH. */
  @TearDown(Level.Trial)
  public void end() {
    guest.close();
  }

  /**
   * Runs the loop, each time with the stack at another place. At a few places loops with calls are
   * slower by a third, and without this a process would stay at one.
   */
  @Benchmark
  @OperationsPerInvocation(BUDGET)
  public long instructions() {
    depth = (depth + 1) % DEPTHS;
    return below(depth);
  }

  /** Runs the loop that many frames further down. */
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public long below(int frames) {
    return frames == 0 ? guest.run(BUDGET) : Math.abs(below(frames - 1));
  }
}
