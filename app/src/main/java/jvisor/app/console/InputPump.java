package jvisor.app.console;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Carries a stream to the guest. The end of the stream is not the end of the machine: from then on
 * nothing more comes.
 */
public final class InputPump {
  /** Ctrl-], as telnet has it. */
  public static final int ESCAPE = 0x1d;

  private static final int CAPACITY = 1 << 18;

  /** How long a reader that has been interrupted may take to notice. */
  private static final long STOP_MILLIS = 100;

  /** Between two looks at a stream that does not wait. */
  private static final long LOOK_MILLIS = 10;

  private final ByteQueue queue = new ByteQueue(CAPACITY);
  private final InputStream source;
  private final @Nullable Runnable onEscape;
  private volatile Runnable onReadable = () -> {};
  private @Nullable Thread thread;

  /**
   * Will carry {@code source}.
   *
   * @param source one that closes when a thread that reads it is interrupted, as those of channels
   *     do, if {@link #stop} is to work
   * @param onEscape what the escape key does, on the pump's thread; null makes it a byte like any
   *     other
   */
  public InputPump(InputStream source, @Nullable Runnable onEscape) {
    this.source = source;
    this.onEscape = onEscape;
  }

  /** Starts reading. */
  public void start() {
    thread = Thread.ofPlatform().daemon().name("input").start(this::carry);
  }

  /**
   * Ends reading, also where nothing comes; answers whether it has ended. While a thread is in a
   * system call, {@link System#exit} waits for it for 0.3 s.
   */
  public boolean stop() {
    Thread reader = thread;
    if (reader == null) {
      return true;
    }
    reader.interrupt();
    try {
      return reader.join(Duration.ofMillis(STOP_MILLIS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The next byte (0–255), or -1 if there is none now. */
  public int read() {
    return queue.poll();
  }

  /** Sets what is called, by the pump's thread, when bytes have come. */
  public void onReadable(Runnable notice) {
    onReadable = notice;
  }

  private void carry() {
    byte[] chunk = new byte[4096];
    try {
      for (int count = source.read(chunk); count >= 0; count = source.read(chunk)) {
        if (count == 0) {
          // Who shares the terminal has set O_NONBLOCK; nobody tells when something comes then.
          Thread.sleep(LOOK_MILLIS);
          continue;
        }
        for (int i = 0; i < count; i++) {
          accept(chunk[i] & 0xff);
        }
        onReadable.run();
      }
    } catch (IOException | InterruptedException e) {
      // A terminal that has gone away reads as an error; like the end, it brings nothing more.
    }
  }

  private void accept(int value) {
    Runnable escape = onEscape;
    if (escape == null) {
      if (!queue.offer(value)) {
        onReadable.run();
        queue.put(value);
      }
    } else if (value == ESCAPE) {
      escape.run();
    } else {
      // A person must be able to leave a guest that reads nothing, so a full queue forgets.
      boolean taken = queue.offer(value);
      if (!taken) {
        onReadable.run();
      }
    }
  }
}
