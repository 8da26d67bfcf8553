package jvisor.bench.latency;

import java.util.HexFormat;
import jvisor.bench.Guest;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.translator.Translator;
import jvisor.cpu.translator.TranslatorOptions;
import jvisor.cpu.vcpu.InterruptUnit;
import jvisor.isa.Assembler;
import jvisor.isa.CodeMode;
import jvisor.platform.PortDevice;

/**
 * A processor alone that works in emitted code, on a thread of its own. It may have one interrupt,
 * whose handler answers through a port.
 */
final class Spinner implements AutoCloseable {
  private static final long CODE = 0x1000;
  private static final long HANDLER = 0x1800;
  private static final int PORT = 0xe9;
  private static final int VECTOR = 0x30;
  private static final long TABLES = 0x2000;
  private static final long CODE_SEGMENT = 0x00af_9b00_0000_ffffL;

  private static final long FOREVER = Long.MAX_VALUE / 2;
  private static final long TURN = 1000;

  private final Line line = new Line();
  private final Guest guest;
  private final Thread thread;
  private volatile long answered;
  private volatile boolean over;

  /** One interrupt at a time, from any thread. */
  private static final class Line implements InterruptUnit {
    private volatile boolean raised;

    @Override
    public boolean hasNmi() {
      return false;
    }

    @Override
    public void takeNmi() {}

    @Override
    public boolean hasInterrupt() {
      return raised;
    }

    @Override
    public int acknowledge() {
      raised = false;
      return VECTOR;
    }
  }

  /** Where the handler answers. */
  private final class Answers implements PortDevice {
    @Override
    public int read(int offset, int size) {
      return 0;
    }

    @Override
    public void write(int offset, int size, int value) {
      answered = System.nanoTime();
    }
  }

  private Spinner(Work work, boolean interruptible) {
    guest = guest(work, line);
    VcpuState state = guest.processor().state;
    state.setSystemFlags(interruptible ? Rflags.IF : 0);
    guest.memory().write(TABLES + 8, 8, CODE_SEGMENT);
    guest.memory().write(TABLES + 16 * VECTOR, 8, 0x8e00L << 32 | 8 << 16 | HANDLER);
    state.set(VcpuState.GDTR_BASE, TABLES);
    state.set(VcpuState.GDTR_LIMIT, 15);
    state.set(VcpuState.IDTR_BASE, TABLES);
    state.set(VcpuState.IDTR_LIMIT, 16 * VECTOR + 15);
    guest.ports().attach(PORT, 1, new Answers());
    thread = Thread.ofPlatform().name("processor").daemon().start(this::spin);
  }

  private static Guest guest(Work work, Line line) {
    byte[] code =
        new Assembler(CodeMode.BITS64, CODE)
            .emit(work.code(false))
            .emit("org 0x%x\nout 0xe9, al\niretq\n".formatted(HANDLER))
            .assemble();
    return new Guest(
        HexFormat.of().formatHex(code), new Translator(TranslatorOptions.always()), line);
  }

  private void spin() {
    while (!over) {
      guest.run(FOREVER);
      answered = System.nanoTime();
    }
  }

  /** From a request to the first statement behind the processor's run. */
  static Samples requests(Work work, boolean interruptible, int count) {
    try (Spinner spinner = new Spinner(work, interruptible)) {
      return Samples.take(count, spinner::request);
    }
  }

  /** From an interrupt's arrival to the first instruction of its handler. */
  static Samples interrupts(Work work, int count) {
    try (Spinner spinner = new Spinner(work, true)) {
      return Samples.take(count, spinner::interrupt);
    }
  }

  /** A turn from its begin to its end, on one thread. */
  static Samples turns(int count) {
    try (Guest guest = guest(Work.SPIN, new Line())) {
      return Samples.take(
          count,
          () -> {
            long begin = System.nanoTime();
            guest.run(TURN);
            return System.nanoTime() - begin;
          });
    }
  }

  private long request() {
    long before = answered;
    long asked = System.nanoTime();
    guest.processor().request();
    return await(before) - asked;
  }

  private long interrupt() {
    long before = answered;
    long asked = System.nanoTime();
    line.raised = true;
    guest.processor().attention.raise();
    return await(before) - asked;
  }

  private long await(long before) {
    long end = answered;
    while (end == before) {
      Thread.onSpinWait();
      end = answered;
    }
    return end;
  }

  @Override
  public void close() {
    over = true;
    guest.processor().request();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    guest.close();
  }
}
