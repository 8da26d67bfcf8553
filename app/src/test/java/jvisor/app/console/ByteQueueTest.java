package jvisor.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ByteQueueTest {
  private final ByteQueue queue = new ByteQueue(4);

  @Test
  void bytesComeOutInOrderAndWrapAround() {
    for (int round = 0; round < 10; round++) {
      assertThat(queue.offer(round)).isTrue();
      assertThat(queue.offer(0xf0 | round)).isTrue();
      assertThat(queue.offer(7)).isTrue();
      assertThat(queue.poll()).isEqualTo(round);
      assertThat(queue.poll()).isEqualTo(0xf0 | round);
      assertThat(queue.poll()).isEqualTo(7);
      assertThat(queue.poll()).isEqualTo(-1);
    }
  }

  @Test
  void aFullQueueTakesNoMore() {
    for (int i = 0; i < 4; i++) {
      assertThat(queue.offer(i)).isTrue();
    }
    assertThat(queue.offer(4)).isFalse();
    assertThat(queue.poll()).isZero();
    assertThat(queue.offer(4)).isTrue();
  }

  @Test
  void peekShowsWhatDropTakes() {
    queue.offer(1);
    queue.offer(2);
    queue.poll();
    queue.offer(3);
    queue.offer(4);
    queue.offer(5);
    byte[] target = new byte[3];
    assertThat(queue.peek(target)).isEqualTo(3);
    assertThat(target).containsExactly(2, 3, 4);
    queue.drop(3);
    assertThat(queue.peek(target)).isEqualTo(1);
    assertThat(target[0]).isEqualTo((byte) 5);
  }

  @Test
  void twoThreadsPassEveryByteThroughASmallQueue() throws Exception {
    byte[] sent = new byte[100_000];
    new Random(1).nextBytes(sent);
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(() -> {
          for (byte b : sent) {
            queue.put(b);
          }
          queue.close();
        });
    byte[] received = new byte[sent.length];
    byte[] chunk = new byte[3];
    int length = 0;
    for (int count = queue.peek(chunk); count >= 0; count = queue.peek(chunk)) {
      System.arraycopy(chunk, 0, received, length, count);
      length += count;
      queue.drop(count);
    }
    writer.get(10, TimeUnit.SECONDS);
    assertThat(length).isEqualTo(sent.length);
    assertThat(received).isEqualTo(sent);
  }

  @Test
  void closingLetsNobodyWait() throws Exception {
    for (int i = 0; i < 4; i++) {
      queue.put(i);
    }
    CompletableFuture<Boolean> stuck = CompletableFuture.supplyAsync(() -> queue.put(9));
    queue.close();
    assertThat(stuck.get(10, TimeUnit.SECONDS)).isFalse();
    assertThat(queue.awaitEmpty(0)).isFalse();
    assertThat(queue.poll()).isZero();
    queue.abandon();
    assertThat(queue.awaitEmpty(0)).isTrue();
    assertThat(queue.peek(new byte[1])).isEqualTo(-1);
  }
}
