package jvisor.bench.latency;

import jvisor.bench.Guest;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.translator.Translator;
import jvisor.cpu.translator.TranslatorOptions;
import jvisor.cpu.vcpu.InterruptUnit;
import jvisor.platform.PortDevice;

/**
 * A processor alone that spins in emitted code, on a thread of its own. It may have one interrupt,
 * whose handler answers through a port.
 */
final class Spinner implements AutoCloseable {
  /** {@code again: inc rax; jmp again}, and the handler {@code out 0xe9, al; iretq}. */
  private static final String LOOP = "48 ff c0  eb fb  e6 e9  48 cf";

  private static final long HANDLER = 0x1005;
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

  private Spinner(boolean interruptible) {
    guest = new Guest(LOOP, new Translator(TranslatorOptions.always()), line);
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

  private void spin() {
    while (!over) {
      guest.run(FOREVER);
      answered = System.nanoTime();
    }
  }

  /** From a request to the first statement behind the processor's run. */
  static Samples requests(boolean interruptible, int count) {
    try (Spinner spinner = new Spinner(interruptible)) {
      return Samples.take(count, spinner::request);
    }
  }

  /** From an interrupt's arrival to the first instruction of its handler. */
  static Samples interrupts(int count) {
    try (Spinner spinner = new Spinner(true)) {
      return Samples.take(count, spinner::interrupt);
    }
  }

  /** A turn from its begin to its end, on one thread. */
  static Samples turns(int count) {
    try (Guest guest = new Guest(LOOP, new Translator(TranslatorOptions.always()), new Line())) {
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
