package jvisor.platform;

/** Where message-signalled interrupts go: writes into the 0xFEExxxxx window (SDM vol. 3, 12.11). */
@FunctionalInterface
public interface MessageBus {
  /** Delivers one message; {@code address} and {@code data} have the layout of MSI. */
  void send(long address, int data);
}
