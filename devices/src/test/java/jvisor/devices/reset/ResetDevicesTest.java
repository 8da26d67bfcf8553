package jvisor.devices.reset;

import static org.assertj.core.api.Assertions.assertThat;

import jvisor.devices.RecordingMachine;
import jvisor.devices.Wire;
import org.junit.jupiter.api.Test;

class ResetDevicesTest {
  private final RecordingMachine machine = new RecordingMachine();
  private final Wire line20 = new Wire();
  private final A20Gate a20 = new A20Gate(line20);

  @Test
  void resetControlActsWhenTheProcessorBitRises() {
    ResetControl control = new ResetControl(machine);
    control.write(0, 1, 0x02);
    assertThat(machine.requests()).isEmpty();
    assertThat(control.read(0, 1)).isEqualTo(0x02);
    control.write(0, 1, 0x06);
    assertThat(machine.requests()).containsExactly("reset 0xCF9");
    control.write(0, 1, 0x0e);
    assertThat(machine.requests()).as("no new rise").hasSize(1);
    control.write(0, 1, 0xfb);
    assertThat(control.read(0, 1)).isEqualTo(0x0a);
    control.write(0, 1, 0x04);
    assertThat(machine.requests()).hasSize(2);
    control.reset();
    assertThat(control.read(0, 1)).isZero();
  }

  @Test
  void port92ResetsWhenBit0RisesAndGatesA20() {
    KeyboardController keyboard = new KeyboardController(machine, a20, new Wire(), new Wire());
    SystemControlA port = new SystemControlA(machine, a20);
    port.write(0, 1, 0xfe);
    assertThat(port.read(0, 1)).isEqualTo(0x02);
    assertThat(line20.level()).isTrue();
    keyboard.command().write(0, 1, 0xdd);
    assertThat(line20.level()).as("either switch opens the gate").isTrue();
    port.write(0, 1, 0x00);
    assertThat(line20.level()).isFalse();
    assertThat(machine.requests()).isEmpty();
    port.write(0, 1, 0x01);
    port.write(0, 1, 0x01);
    assertThat(machine.requests()).containsExactly("reset port 0x92");
    port.reset();
    assertThat(port.read(0, 1)).isZero();
  }
}
