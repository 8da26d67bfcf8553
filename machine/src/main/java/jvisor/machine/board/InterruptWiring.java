package jvisor.machine.board;

import java.util.ArrayList;
import java.util.List;
import jvisor.devices.chipset.InterruptInputs;
import jvisor.devices.ioapic.IoApic;
import jvisor.devices.pic.LegacyPics;
import jvisor.platform.InterruptLine;
import jvisor.platform.SharedLine;

/**
 * Which wire goes where (ICH9, 5.8 and 5.9): ISA interrupt n to input n of the 8259 pair and pin n
 * of the I/O APIC, but interrupt 0 to pin 2, and the 8259 pair's own output to pin 0.
 */
final class InterruptWiring implements InterruptInputs {
  /** The 8259 input that the second chip takes: no wire leads there. */
  private static final int CASCADE = LegacyPics.CASCADE;

  private static final int TIMER_PIN = 2;
  private static final int IRQS = 16;
  private static final InterruptLine NOWHERE = level -> {};

  private final SharedLine[] pic = new SharedLine[IRQS];
  private final SharedLine[] ioApic = new SharedLine[IoApic.INPUTS];

  InterruptWiring(LegacyPics pics, IoApic apic) {
    for (int irq = 0; irq < IRQS; irq++) {
      pic[irq] = new SharedLine(irq == CASCADE ? NOWHERE : pics.input(irq));
    }
    for (int pin = 0; pin < IoApic.INPUTS; pin++) {
      ioApic[pin] = new SharedLine(apic.input(pin));
    }
  }

  @Override
  public InterruptLine pic(int irq) {
    return pic[irq].input();
  }

  @Override
  public InterruptLine ioApic(int pin) {
    return ioApic[pin].input();
  }

  @Override
  public InterruptLine isa(int irq) {
    InterruptLine legacy = pic(irq);
    InterruptLine pin = ioApic(irq == 0 ? TIMER_PIN : irq);
    return level -> {
      legacy.set(level);
      pin.set(level);
    };
  }

  /** The lines that software can drive through the unit-test device: one for each I/O APIC pin. */
  List<InterruptLine> testLines() {
    List<InterruptLine> lines = new ArrayList<>();
    for (int pin = 0; pin < IoApic.INPUTS; pin++) {
      lines.add(pin < IRQS && pin != CASCADE ? isa(pin) : ioApic(pin));
    }
    return lines;
  }
}
