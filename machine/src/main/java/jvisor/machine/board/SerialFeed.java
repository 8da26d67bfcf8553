package jvisor.machine.board;

import jvisor.devices.serial.Uart16550;
import jvisor.machine.SerialEnd;
import jvisor.platform.Inbox;

/** Carries input from the host's end of a serial line to the chip, as fast as the chip takes it. */
public final class SerialFeed {
  private final Uart16550 uart;
  private final SerialEnd end;

  private SerialFeed(Uart16550 uart, SerialEnd end) {
    this.uart = uart;
    this.end = end;
  }

  /**
   * Connects {@code end} to {@code uart}. Notices of the end come through {@code inbox}, so that
   * bytes move on the machine's thread only.
   */
  public static void connect(Uart16550 uart, SerialEnd end, Inbox inbox) {
    SerialFeed feed = new SerialFeed(uart, end);
    uart.onRoom(feed::pump);
    end.onReadable(() -> inbox.post(feed::pump));
    inbox.post(feed::pump);
  }

  private void pump() {
    while (uart.roomForInput() > 0) {
      int value = end.read();
      if (value < 0) {
        return;
      }
      uart.receive((byte) value);
    }
  }
}
