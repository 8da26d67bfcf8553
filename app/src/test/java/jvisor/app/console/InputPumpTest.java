package jvisor.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InputPumpTest {
  /** As many reads fill the queue. */
  private static final int CHUNKS = 64;

  private final Pipe pipe = Pipe.open();
  private final Semaphore readable = new Semaphore(0);

  InputPumpTest() throws IOException {}

  @AfterEach
  void close() throws IOException {
    pipe.sink().close();
    pipe.source().close();
  }

  private InputPump start(InputStream from, @Nullable Runnable onEscape) {
    InputPump pump = new InputPump(from, onEscape);
    pump.onReadable(readable::release);
    pump.start();
    return pump;
  }

  @Test
  void carriesWhatComesAndStopsWhereNothingComes() throws IOException, InterruptedException {
    InputPump pump = start(Channels.newInputStream(pipe.source()), null);
    pipe.sink().write(ByteBuffer.wrap(new byte[] {'a', InputPump.ESCAPE, (byte) 0xff}));
    readable.acquire();
    assertThat(new int[] {pump.read(), pump.read(), pump.read(), pump.read()})
        .containsExactly('a', InputPump.ESCAPE, 0xff, -1);
    assertThat(pump.stop()).isTrue();
    assertThat(pipe.source().isOpen()).isFalse();
  }

  @Test
  void stopsWhereTheQueueIsFull() throws IOException, InterruptedException {
    InputPump pump = start(Channels.newInputStream(pipe.source()), null);
    Thread writer =
        Thread.startVirtualThread(() -> {
          ByteBuffer much = ByteBuffer.allocate(1 << 20);
          try {
            while (much.hasRemaining()) {
              pipe.sink().write(much);
            }
          } catch (IOException e) {
            // The other end has closed.
          }
        });
    readable.acquire(CHUNKS + 1);
    assertThat(pump.stop()).isTrue();
    writer.join();
  }

  @Test
  void onlyAPersonCanEscape() throws IOException, InterruptedException {
    Semaphore escaped = new Semaphore(0);
    InputPump pump = start(Channels.newInputStream(pipe.source()), escaped::release);
    pipe.sink().write(ByteBuffer.wrap(new byte[] {'a', InputPump.ESCAPE}));
    escaped.acquire();
    assertThat(pump.read()).isEqualTo('a');
    assertThat(pump.read()).isEqualTo(-1);
    assertThat(pump.stop()).isTrue();
  }

  @Test
  void looksAgainAtAStreamThatDoesNotWait() throws InterruptedException {
    int[] counts = {0, 0, 1, 0, 2, -1};
    InputStream impatient =
        new InputStream() {
          private int next;

          @Override
          public int read() {
            throw new UnsupportedOperationException("one byte at a time");
          }

          @Override
          public int read(byte[] target, int offset, int length) {
            int count = counts[next++];
            Arrays.fill(target, offset, offset + Math.max(count, 0), (byte) next);
            return count;
          }
        };
    InputPump pump = start(impatient, null);
    readable.acquire(2);
    assertThat(new int[] {pump.read(), pump.read(), pump.read(), pump.read()})
        .containsExactly(3, 5, 5, -1);
    assertThat(pump.stop()).isTrue();
  }

  @Test
  void whatHasNotStartedHasStopped() {
    assertThat(new InputPump(InputStream.nullInputStream(), null).stop()).isTrue();
  }
}
