package jvisor.devices.reset;

import static org.assertj.core.api.Assertions.assertThat;

import jvisor.devices.RecordingMachine;
import jvisor.devices.Wire;
import org.junit.jupiter.api.Test;

class KeyboardControllerTest {
  private static final int OUTPUT_FULL = 0x01;
  private static final int MOUSE = 0x20;
  private static final int TIMEOUT = 0x40;

  private final RecordingMachine machine = new RecordingMachine();
  private final Wire line20 = new Wire();
  private final Wire irq1 = new Wire();
  private final Wire irq12 = new Wire();
  private final KeyboardController keyboard =
      new KeyboardController(machine, new A20Gate(line20), irq1, irq12);

  private int status() {
    return keyboard.command().read(0, 1);
  }

  private int data() {
    return keyboard.data().read(0, 1);
  }

  private void command(int value) {
    keyboard.command().write(0, 1, value);
  }

  private void send(int value) {
    keyboard.data().write(0, 1, value);
  }

  private int ask(int value) {
    command(value);
    assertThat(status() & OUTPUT_FULL).isOne();
    int answer = data();
    assertThat(status() & OUTPUT_FULL).isZero();
    return answer;
  }

  @Test
  void statusIsNeitherAllOnesNorBusy() {
    assertThat(status()).isNotEqualTo(0xff);
    assertThat(status() & 0x03).as("both buffers empty").isZero();
    command(0xad);
    assertThat(status() & 0x08).as("last write was a command").isEqualTo(0x08);
    send(0);
    assertThat(status() & 0x08).isZero();
  }

  @Test
  void selfTestsPass() {
    assertThat(ask(0xaa)).isEqualTo(0x55);
    assertThat(ask(0xab)).isZero();
    assertThat(ask(0xa9)).isZero();
  }

  @Test
  void commandByteAndMemoryReadAsWritten() {
    for (int i = 0; i < 32; i++) {
      command(0x60 + i);
      send(0x40 + i);
    }
    for (int i = 0; i < 32; i++) {
      assertThat(ask(0x20 + i)).isEqualTo(0x40 + i);
    }
  }

  @Test
  void portsAreEnabledAndDisabledInTheCommandByte() {
    command(0xa7);
    assertThat(ask(0x20) & 0x20).isEqualTo(0x20);
    command(0xa8);
    assertThat(ask(0x20) & 0x20).isZero();
    command(0xad);
    assertThat(ask(0x20) & 0x10).isEqualTo(0x10);
    command(0xae);
    assertThat(ask(0x20) & 0x10).isZero();
  }

  @Test
  void loopsBytesBackToTheMousePortWithItsInterrupt() {
    command(0x60);
    send(0x02);
    command(0xd3);
    send(0xa5);
    assertThat(irq12.level()).isTrue();
    assertThat(irq1.level()).isFalse();
    assertThat(status() & (OUTPUT_FULL | MOUSE)).isEqualTo(OUTPUT_FULL | MOUSE);
    assertThat(ask(0xd0) & 0x30).as("the output port shows the interrupt").isEqualTo(0x20);
    command(0xd3);
    send(0x5a);
    assertThat(data()).isEqualTo(0x5a);
    assertThat(irq12.level()).isFalse();
  }

  @Test
  void loopsBytesBackToTheKeyboardPort() {
    command(0x60);
    send(0x01);
    command(0xd2);
    send(0x1e);
    assertThat(irq1.level()).isTrue();
    assertThat(status() & (OUTPUT_FULL | MOUSE)).isEqualTo(OUTPUT_FULL);
    assertThat(data()).isEqualTo(0x1e);
    assertThat(irq1.level()).isFalse();
  }

  @Test
  void nothingIsAttachedAndTheAnswerComesAtOnce() {
    command(0x60);
    send(0x03);
    send(0xf2);
    assertThat(irq1.level()).isTrue();
    assertThat(status() & (OUTPUT_FULL | MOUSE | TIMEOUT)).isEqualTo(OUTPUT_FULL | TIMEOUT);
    assertThat(data()).isEqualTo(0xfe);
    command(0xd4);
    send(0xf2);
    assertThat(irq12.level()).isTrue();
    assertThat(status() & (OUTPUT_FULL | MOUSE | TIMEOUT)).isEqualTo(OUTPUT_FULL | MOUSE | TIMEOUT);
    assertThat(data()).isEqualTo(0xfe);
  }

  @Test
  void pulsingOutputBit0ResetsTheMachine() {
    command(0xff);
    assertThat(machine.requests()).isEmpty();
    command(0xfe);
    assertThat(machine.requests()).containsExactly("reset keyboard controller");
    command(0xd1);
    send(0x02);
    assertThat(machine.requests()).hasSize(2);
  }

  @Test
  void a20FollowsTheOutputPort() {
    assertThat(line20.level()).as("open at power-on").isTrue();
    command(0xd1);
    send(0xdd);
    assertThat(line20.level()).isFalse();
    assertThat(ask(0xd0) & 0x03).isEqualTo(0x01);
    command(0xd1);
    send(0xdf);
    assertThat(line20.level()).isTrue();
    command(0xdd);
    assertThat(line20.level()).isFalse();
    command(0xdf);
    assertThat(line20.level()).isTrue();
  }

  @Test
  void resetForgetsPendingBytes() {
    command(0x60);
    send(0x03);
    send(0xf2);
    command(0xd1);
    keyboard.reset();
    assertThat(status() & OUTPUT_FULL).isZero();
    assertThat(irq1.level()).isFalse();
    send(0x00);
    assertThat(machine.requests()).as("no longer the output port's byte").isEmpty();
  }
}
