package jvisor.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BusTest {
  /** Answers its offset and remembers the sizes it is asked for. */
  private static final class Echo implements MmioDevice, PortDevice {
    final List<Integer> sizes = new ArrayList<>();

    @Override
    public long read(long offset, int size) {
      sizes.add(size);
      return offset;
    }

    @Override
    public void write(long offset, int size, long value) {
      sizes.add(size);
    }

    @Override
    public int read(int offset, int size) {
      sizes.add(size);
      return offset;
    }

    @Override
    public void write(int offset, int size, int value) {
      sizes.add(size);
    }
  }

  @Test
  void memoryOutsideEveryWindowReadsAsOnes() {
    MmioBus bus = new MmioBus();
    bus.attach(0x1000, 0x10, new Echo());
    assertThat(bus.read(0xfff, 1)).isEqualTo(0xff);
    assertThat(bus.read(0x1010, 8)).isEqualTo(-1L);
    assertThat(bus.read(0x8000_0000_0000_1000L, 4)).isEqualTo(0xffff_ffffL);
  }

  @Test
  void anAccessThatLeavesItsWindowIsSplitIntoBytes() {
    MmioBus bus = new MmioBus();
    Echo echo = new Echo();
    bus.attach(0x1001, 0x10, echo);
    assertThat(bus.read(0x1000, 8)).isEqualTo(0x06_05_04_03_02_01_00_ffL);
    bus.write(0x100e, 8, -1);
    assertThat(echo.sizes).containsOnly(1);
  }

  @Test
  void windowsMayTouchButNotOverlapOrWrap() {
    MmioBus bus = new MmioBus();
    bus.attach(0x1000, 0x1000, new Echo());
    assertThat(bus.isFree(0x0, 0x1000)).isTrue();
    assertThat(bus.isFree(0x2000, 1)).isTrue();
    assertThat(bus.isFree(0xfff, 2)).isFalse();
    assertThat(bus.isFree(0x0, 0x4000)).isFalse();
    assertThat(bus.isFree(-16, 32)).isFalse();
    assertThat(bus.isFree(0x5000, 0)).isFalse();
    assertThatThrownBy(() -> bus.attach(0x1fff, 4, new Echo()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void portsOutsideTheSpaceAreNotFree() {
    PortBus bus = new PortBus();
    bus.attach(0x60, 4, new Echo());
    assertThat(bus.isFree(0x5c, 4)).isTrue();
    assertThat(bus.isFree(0x5d, 4)).isFalse();
    assertThat(bus.isFree(0xfffc, 4)).isTrue();
    assertThat(bus.isFree(0xfffd, 4)).isFalse();
    assertThat(bus.isFree(-4, 4)).isFalse();
  }

  @Test
  void aSharedLineIsHighWhileAnySourceIs() {
    List<Boolean> seen = new ArrayList<>();
    SharedLine shared = new SharedLine(seen::add);
    InterruptLine a = shared.input();
    InterruptLine b = shared.input();
    a.set(false);
    a.set(true);
    b.set(true);
    a.set(true);
    a.set(false);
    b.set(false);
    assertThat(seen).containsExactly(true, false);
  }
}
