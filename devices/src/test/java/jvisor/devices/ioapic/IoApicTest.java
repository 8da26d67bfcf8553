package jvisor.devices.ioapic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IoApicTest {
  private static final int MASKED = 0x10000;
  private static final int LEVEL = 0x8000;
  private static final int REMOTE_IRR = 0x4000;

  private final List<String> sent = new ArrayList<>();
  private final IoApic chip =
      new IoApic((address, data) -> sent.add("%x:%x".formatted(address, data)));

  private long read(int register) {
    chip.write(0, 4, register);
    return chip.read(0x10, 4);
  }

  private void write(int register, long value) {
    chip.write(0, 4, register);
    chip.write(0x10, 4, value & 0xffff_ffffL);
  }

  private void program(int input, int low) {
    write(0x10 + 2 * input, low);
  }

  private void set(int input, boolean level) {
    chip.input(input).set(level);
  }

  private void pulse(int input) {
    set(input, true);
    set(input, false);
  }

  @Test
  void identifiesItself() {
    assertThat(read(1)).isEqualTo(0x0017_0020);
    write(0, 0xffff_ffffL);
    assertThat(read(0)).isEqualTo(0x0f00_0000);
    assertThat(read(2)).isEqualTo(0x0f00_0000);
    assertThat(chip.read(0, 4)).isEqualTo(2);
    write(1, 0);
    assertThat(read(1)).isEqualTo(0x0017_0020);
  }

  @Test
  void inputsAreMaskedAfterReset() {
    for (int input = 0; input < IoApic.INPUTS; input++) {
      assertThat(read(0x10 + 2 * input)).isEqualTo(MASKED);
      assertThat(read(0x11 + 2 * input)).isZero();
      pulse(input);
    }
    assertThat(sent).isEmpty();
    assertThat(read(0x40)).as("beyond the table").isZero();
  }

  @Test
  void keepsTheWritableBitsOfAnEntry() {
    write(0x12, 0xffff_ffffL);
    write(0x13, 0xffff_ffffL);
    assertThat(read(0x12)).isEqualTo(0x0001_afffL);
    assertThat(read(0x13)).isEqualTo(0xff00_0000L);
  }

  @Test
  void sendsAnEdgeOnceInTheLayoutOfAMessage() {
    write(0x10 + 9, 0x0300_0000);
    program(4, 0x31);
    set(4, true);
    set(4, true);
    assertThat(sent).containsExactly("fee03000:4031");
    set(4, false);
    assertThat(sent).hasSize(1);
    set(4, true);
    assertThat(sent).hasSize(2);
  }

  @Test
  void carriesDestinationModeAndDeliveryMode() {
    write(0x10 + 1, 0xff00_0000L);
    for (int mode = 0; mode < 8; mode++) {
      program(0, 0x0800 | mode << 8 | 0x40);
      pulse(0);
    }
    assertThat(sent)
        .containsExactly(
            "feeff004:4040",
            "feeff004:4140",
            "feeff004:4240",
            "feeff004:4340",
            "feeff004:4440",
            "feeff004:4540",
            "feeff004:4640",
            "feeff004:4740");
  }

  @Test
  void anEdgeAtAMaskedInputIsLost() {
    program(14, MASKED | 0x66);
    pulse(14);
    set(14, true);
    program(14, 0x66);
    assertThat(sent).isEmpty();
    set(14, false);
    set(14, true);
    assertThat(sent).hasSize(1);
  }

  @Test
  void aLevelIsSentAgainAfterEachEndOfInterruptWhileAsserted() {
    program(10, LEVEL | 0x77);
    set(10, true);
    assertThat(sent).containsExactly("fee00000:c077");
    assertThat(read(0x10 + 20)).isEqualTo(LEVEL | REMOTE_IRR | 0x77);
    pulse(10);
    assertThat(sent).hasSize(1);
    set(10, true);
    chip.eoi(0x78);
    assertThat(sent).hasSize(1);
    chip.eoi(0x77);
    assertThat(sent).hasSize(2);
    set(10, false);
    chip.eoi(0x77);
    assertThat(sent).hasSize(2);
    assertThat(read(0x10 + 20)).isEqualTo(LEVEL | 0x77);
  }

  @Test
  void aMaskedLevelIsSentWhenUnmasked() {
    program(10, MASKED | LEVEL | 0x77);
    set(10, true);
    assertThat(sent).isEmpty();
    program(10, LEVEL | 0x77);
    assertThat(sent).hasSize(1);
    program(10, MASKED | LEVEL | 0x77);
    chip.eoi(0x77);
    assertThat(sent).hasSize(1);
    assertThat(read(0x10 + 20) & REMOTE_IRR).isZero();
  }

  @Test
  void theEoiRegisterEndsEveryInputOfTheVector() {
    program(10, LEVEL | 0x77);
    program(11, LEVEL | 0x77);
    set(10, true);
    set(11, true);
    set(10, false);
    set(11, false);
    chip.write(0x40, 4, 0x77);
    assertThat(read(0x10 + 20) & REMOTE_IRR).isZero();
    assertThat(read(0x10 + 22) & REMOTE_IRR).isZero();
  }

  @Test
  void writingEdgeModeClearsRemoteIrr() {
    program(10, LEVEL | 0x77);
    set(10, true);
    program(10, MASKED | 0x77);
    assertThat(read(0x10 + 20)).isEqualTo(MASKED | 0x77);
    program(10, LEVEL | 0x77);
    assertThat(sent).hasSize(2);
  }

  @Test
  void polarityIsRememberedOnly() {
    program(10, 0x2000 | LEVEL | 0x77);
    assertThat(sent).isEmpty();
    set(10, true);
    assertThat(sent).hasSize(1);
  }

  @Test
  void anEoiFromWithinTheMessageDoesNotLoop() {
    int[] count = new int[1];
    IoApic[] loop = new IoApic[1];
    loop[0] =
        new IoApic((address, data) -> {
          if (++count[0] < 1000) {
            loop[0].input(3).set(false);
            loop[0].eoi(data & 0xff);
          }
        });
    loop[0].write(0, 4, 0x16);
    loop[0].write(0x10, 4, LEVEL | 0x50);
    loop[0].input(3).set(true);
    assertThat(count[0]).isOne();
  }

  @Test
  void resetMasksAndForgets() {
    program(10, LEVEL | 0x77);
    set(10, true);
    chip.reset();
    assertThat(read(0x10 + 20)).isEqualTo(MASKED);
    program(10, LEVEL | 0x77);
    assertThat(sent).as("its wire is still high").hasSize(2);
  }

  @Test
  void hasNoOtherInputs() {
    assertThatThrownBy(() -> chip.input(24)).isInstanceOf(IllegalArgumentException.class);
  }
}
