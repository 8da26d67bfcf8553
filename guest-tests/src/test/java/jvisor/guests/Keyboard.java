package jvisor.guests;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentLinkedQueue;
import jvisor.machine.SerialEnd;

/** The host's end of a serial line: a transcript of what comes, a queue of what goes. */
final class Keyboard implements SerialEnd {
  private final Transcript transcript;
  private final ConcurrentLinkedQueue<Byte> typed = new ConcurrentLinkedQueue<>();
  private volatile Runnable notice = () -> {};

  Keyboard(Transcript transcript) {
    this.transcript = transcript;
  }

  /** Sends {@code text} to the guest as it is; any thread. */
  void type(String text) {
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      typed.add(b);
    }
    notice.run();
  }

  @Override
  public int read() {
    Byte next = typed.poll();
    return next == null ? -1 : next & 0xff;
  }

  @Override
  public void onReadable(Runnable call) {
    notice = call;
  }

  @Override
  public void write(int value) {
    transcript.write(value);
  }
}
