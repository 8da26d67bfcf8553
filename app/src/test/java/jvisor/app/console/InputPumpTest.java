package jvisor.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InputPumpTest {
  /** As many reads fill the queue. */
  private static final int CHUNKS = 64;

  @Test
  void carriesWhatComesAndStopsWhereNothingComes() throws IOException, InterruptedException {
    Pipe pipe = Pipe.open();
    InputPump pump = new InputPump(Channels.newInputStream(pipe.source()), null);
    Semaphore readable = new Semaphore(0);
    pump.onReadable(readable::release);
    pump.start();
    pipe.sink().write(ByteBuffer.wrap(new byte[] {'a', InputPump.ESCAPE, (byte) 0xff}));
    readable.acquire();
    assertThat(new int[] {pump.read(), pump.read(), pump.read(), pump.read()})
        .containsExactly('a', InputPump.ESCAPE, 0xff, -1);
    assertThat(pump.stop()).isTrue();
    assertThat(pipe.source().isOpen()).isFalse();
    pipe.sink().close();
  }

  @Test
  void stopsWhereTheQueueIsFull() throws IOException, InterruptedException {
    Pipe pipe = Pipe.open();
    InputPump pump = new InputPump(Channels.newInputStream(pipe.source()), null);
    Semaphore readable = new Semaphore(0);
    pump.onReadable(readable::release);
    pump.start();
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
    pipe.sink().close();
  }

  @Test
  void onlyAPersonCanEscape() throws IOException, InterruptedException {
    Pipe pipe = Pipe.open();
    Semaphore escaped = new Semaphore(0);
    InputPump pump = new InputPump(Channels.newInputStream(pipe.source()), escaped::release);
    pump.start();
    pipe.sink().write(ByteBuffer.wrap(new byte[] {'a', InputPump.ESCAPE}));
    escaped.acquire();
    assertThat(pump.read()).isEqualTo('a');
    assertThat(pump.read()).isEqualTo(-1);
    assertThat(pump.stop()).isTrue();
    pipe.sink().close();
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
    InputPump pump = new InputPump(impatient, null);
    Semaphore readable = new Semaphore(0);
    pump.onReadable(readable::release);
    pump.start();
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
