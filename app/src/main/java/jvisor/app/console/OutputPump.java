package jvisor.app.console;

import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Consumer;
import jvisor.machine.ByteSink;
import org.jspecify.annotations.Nullable;

/**
 * Carries a guest's output to a stream. The machine's thread only puts bytes into a queue; a slow
 * reader slows the guest once the queue is full, and a reader that is gone makes every further byte
 * vanish.
 */
public final class OutputPump implements ByteSink {
  private static final int CAPACITY = 1 << 16;

  private final ByteQueue queue = new ByteQueue(CAPACITY);
  private final OutputStream target;
  private final Consumer<IOException> onBroken;
  private final Thread thread;
  private volatile @Nullable Runnable beforeFirst;
  private volatile int last = '\n';

  /**
   * Starts carrying to {@code target}.
   *
   * @param name what the stream is, for thread dumps
   * @param onBroken called at most once, by the pump's thread, when the stream takes no more
   */
  public OutputPump(String name, OutputStream target, Consumer<IOException> onBroken) {
    this.target = target;
    this.onBroken = onBroken;
    thread = Thread.ofPlatform().daemon().name("output " + name).unstarted(this::carry);
  }

  /** Starts the pump; {@code beforeFirst} runs before the first byte goes out. */
  public void start(Runnable beforeFirst) {
    this.beforeFirst = beforeFirst;
    thread.start();
  }

  @Override
  public void write(int value) {
    if (queue.put(value)) {
      last = value & 0xff;
    }
  }

  /** The last byte that was taken, '\n' before any. */
  public int last() {
    return last;
  }

  /** From now on nobody waits for room: the machine is being stopped. */
  public void release() {
    queue.close();
  }

  /**
   * Takes no more, and waits at most {@code millis} until all is written; answers whether it is.
   */
  public boolean finish(long millis) {
    queue.close();
    return queue.awaitEmpty(millis);
  }

  private void carry() {
    byte[] chunk = new byte[8192];
    try {
      for (int count = queue.peek(chunk); count >= 0; count = queue.peek(chunk)) {
        Runnable first = beforeFirst;
        if (first != null) {
          beforeFirst = null;
          first.run();
        }
        target.write(chunk, 0, count);
        queue.drop(count);
      }
    } catch (IOException e) {
      queue.abandon();
      onBroken.accept(e);
    }
  }
}
