package jvisor.guests;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jvisor.machine.ByteSink;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a guest has sent through one of its ports, and a place in it up to which someone
 * has read. The machine's thread writes, one other reads.
 */
final class Transcript implements ByteSink {
  /** A prompt has no line end that would wake the reader; it is seen after at most this long. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean ended;
  private int read;

  @Override
  public void write(int value) {
    lock.lock();
    try {
      bytes.write(value);
      if (value == '\n') {
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Nothing will come any more. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Reads until {@code wanted}, which lies within a line, has come.
   *
   * @param hopeless ends the wait as well
   * @return what it matched; null if the transcript has ended without it, {@code hopeless} has come
   *     or {@code nanos} are over
   */
  @Nullable Found await(Pattern wanted, Pattern hopeless, long nanos) {
    lock.lock();
    try {
      long deadline = System.nanoTime() + nanos;
      int from = read;
      while (true) {
        String text = text();
        Matcher matcher = wanted.matcher(text);
        if (matcher.find(from)) {
          Found found = new Found(text.substring(read, matcher.start()), matcher);
          read = matcher.end();
          return found;
        }
        if (ended || hopeless.matcher(text).find(from) || System.nanoTime() > deadline) {
          return null;
        }
        from = Math.max(read, text.lastIndexOf('\n') + 1);
        int size = bytes.size();
        do {
          changed.awaitNanos(LOOK_NANOS);
        } while (bytes.size() == size && !ended && System.nanoTime() < deadline);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    } finally {
      lock.unlock();
    }
  }

  /**
   * What a wait has found.
   *
   * @param before what was sent before it and after the last find
   * @param match the match
   */
  record Found(String before, Matcher match) {}

  /** All of it. */
  String text() {
    lock.lock();
    try {
      return bytes.toString(StandardCharsets.ISO_8859_1);
    } finally {
      lock.unlock();
    }
  }
}
