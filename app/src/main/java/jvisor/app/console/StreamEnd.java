package jvisor.app.console;

import jvisor.machine.ByteSink;
import jvisor.machine.SerialEnd;

/** A serial line whose other end is a sink and, for input, a pump. */
public record StreamEnd(ByteSink output, InputPump input) implements SerialEnd {
  @Override
  public void write(int value) {
    output.write(value);
  }

  @Override
  public int read() {
    return input.read();
  }

  @Override
  public void onReadable(Runnable notice) {
    input.onReadable(notice);
  }
}
