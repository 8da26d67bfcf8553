package jvisor.cpu.apic;

import java.util.ArrayList;
import java.util.List;
import jvisor.platform.MessageBus;
import org.jspecify.annotations.Nullable;

/**
 * The machine's local APICs as senders of interrupts reach them: messages of devices and I/O APICs
 * (SDM vol. 3, "Message Signalled Interrupts") and inter-processor interrupts.
 */
public final class ApicBus implements MessageBus {
  private static final long WINDOW = 0xfee;
  private static final int REDIRECTION_HINT = 1 << 3;
  private static final int LOGICAL = 1 << 2;
  private static final int LEVEL_TRIGGERED = 1 << 15;
  private static final int ASSERT = 1 << 14;

  private final List<LocalApic> apics = new ArrayList<>();
  private int favourite;

  /** Connects a local APIC, which sends its inter-processor interrupts here from now on. */
  public void add(LocalApic apic) {
    apics.add(apic);
    apic.connect(this);
  }

  @Override
  public void send(long address, int data) {
    if (address >>> 20 != WINDOW) {
      return;
    }
    boolean level = (data & LEVEL_TRIGGERED) != 0;
    if (level && (data & ASSERT) == 0) {
      return;
    }
    boolean logical = (address & LOGICAL) != 0;
    DeliveryMode mode = DeliveryMode.in(data);
    if (mode == DeliveryMode.FIXED && logical && (address & REDIRECTION_HINT) != 0) {
      mode = DeliveryMode.LOWEST_PRIORITY;
    }
    if (mode != DeliveryMode.START_UP) {
      int id = (int) (address >>> 12) & 0xff;
      deliver(Destination.narrow(id, logical), mode, data & 0xff, level);
    }
  }

  /**
   * Carries out the command {@code low} of {@code sender}; without shorthand it is for {@code to}.
   */
  void command(LocalApic sender, int low, Destination to) {
    DeliveryMode mode = DeliveryMode.in(low);
    int vector = low & 0xff;
    switch (CommandRegister.shorthand(low)) {
      case CommandRegister.SELF -> sender.accept(mode, vector, false);
      case CommandRegister.ALL -> deliverToAll(null, mode, vector);
      case CommandRegister.OTHERS -> deliverToAll(sender, mode, vector);
      default -> deliver(to, mode, vector, false);
    }
  }

  /** Delivers to whom {@code to} addresses, or to the one with the lowest priority of them. */
  private void deliver(Destination to, DeliveryMode mode, int vector, boolean level) {
    if (mode == DeliveryMode.LOWEST_PRIORITY) {
      LocalApic chosen = lowest(to);
      if (chosen != null) {
        chosen.accept(mode, vector, level);
      }
      return;
    }
    for (LocalApic apic : apics) {
      if (apic.isAddressed(to)) {
        apic.accept(mode, vector, level);
      }
    }
  }

  private void deliverToAll(@Nullable LocalApic excluded, DeliveryMode mode, int vector) {
    for (LocalApic apic : apics) {
      if (apic != excluded && apic.mode() != ApicMode.DISABLED) {
        apic.accept(mode, vector, false);
      }
    }
  }

  /** Of equals, takes the one whose turn it is. */
  private @Nullable LocalApic lowest(Destination to) {
    LocalApic lowest = null;
    int count = apics.size();
    int at = favourite;
    for (int i = 0; i < count; i++) {
      int index = (favourite + i) % count;
      LocalApic apic = apics.get(index);
      if (apic.isAddressed(to)
          && apic.isEnabled()
          && (lowest == null || apic.arbitrationPriority() < lowest.arbitrationPriority())) {
        lowest = apic;
        at = index;
      }
    }
    if (lowest != null) {
      favourite = (at + 1) % count;
    }
    return lowest;
  }
}
