package jvisor.cpu.paravirt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import jvisor.cpu.model.CpuModels;
import jvisor.cpu.model.Cpuid;
import jvisor.platform.GuestMemory;
import jvisor.platform.MmioBus;
import jvisor.platform.VmClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Linux Documentation/virt/kvm/x86/msr.rst, read as a guest reads it. */
class KvmClockTest {
  private static final int WALL_CLOCK = 0x4b56_4d00;
  private static final int SYSTEM_TIME = 0x4b56_4d01;

  private final GuestMemory memory = new GuestMemory(1 << 20, 1L << 31, new MmioBus());
  private long now = 5_000_000_000L;
  private long tscOffset;
  private final KvmClock kvmClock = new KvmClock(memory, new Clock(), () -> tscOffset);

  private final class Clock implements VmClock {
    @Override
    public long now() {
      return now;
    }

    @Override
    public Timer timer(Runnable expiry) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long epochSeconds() {
      return 1_767_225_600L;
    }
  }

  @AfterEach
  void close() {
    memory.close();
  }

  /** The time that a guest computes from the record at {@code gpa} and its TSC. */
  private long guestTime(long gpa) {
    long delta = now + tscOffset - memory.read(gpa + 8, 8);
    int shift = (byte) memory.read(gpa + 28, 1);
    delta = shift < 0 ? delta >>> -shift : delta << shift;
    long mul = memory.read(gpa + 24, 4);
    return memory.read(gpa + 16, 8)
        + (Math.unsignedMultiplyHigh(delta, mul) << 32 | delta * mul >>> 32);
  }

  @Test
  void theRecordGivesTheMachinesTimeToTheNanosecond() {
    tscOffset = 77;
    assertThat(kvmClock.write(SYSTEM_TIME, 0x2001)).isTrue();
    for (long step : new long[] {0, 1, 2, 999_999_999, 1L << 40, 86_400_000_000_000L * 365}) {
      now += step;
      assertThat(guestTime(0x2000)).isEqualTo(now);
    }
    assertThat(memory.read(0x2000 + 29, 1)).as("flags: TSC stable").isEqualTo(1);
  }

  @Test
  void theVersionIsEvenAndMovesWithEachUpdate() {
    kvmClock.write(SYSTEM_TIME, 0x2001);
    long first = memory.read(0x2000, 4);
    kvmClock.tscChanged();
    long second = memory.read(0x2000, 4);
    assertThat(first % 2).isZero();
    assertThat(second % 2).isZero();
    assertThat(second).isNotEqualTo(first);
  }

  @Test
  void aMovedTscMovesTheRecord() {
    kvmClock.write(SYSTEM_TIME, 0x2001);
    now += 1000;
    tscOffset = -now;
    kvmClock.tscChanged();
    now += 123;
    assertThat(guestTime(0x2000)).isEqualTo(now);
  }

  @Test
  void withoutTheEnableBitNothingIsWritten() {
    kvmClock.write(SYSTEM_TIME, 0x2000);
    assertThat(memory.read(0x2000, 4)).isZero();
    kvmClock.write(SYSTEM_TIME, 0x2001);
    kvmClock.write(SYSTEM_TIME, 0);
    memory.write(0x2000, 4, 0x1234);
    kvmClock.tscChanged();
    assertThat(memory.read(0x2000, 4)).isEqualTo(0x1234);
  }

  @Test
  void resetForgetsTheAddress() {
    kvmClock.write(SYSTEM_TIME, 0x2001);
    kvmClock.reset();
    memory.write(0x2000, 4, 0x1234);
    kvmClock.tscChanged();
    assertThat(memory.read(0x2000, 4)).isEqualTo(0x1234);
    assertThat(kvmClock.read(SYSTEM_TIME)).isZero();
  }

  @Test
  void theWallClockIsThatOfTheMachinesStart() {
    memory.write(0x3000, 4, 7);
    kvmClock.write(WALL_CLOCK, 0x3000);
    assertThat(memory.read(0x3000, 4)).isEqualTo(8);
    assertThat(memory.read(0x3004, 4)).isEqualTo(1_767_225_600L);
    assertThat(memory.read(0x3008, 4)).isZero();
  }

  @Test
  void oldAndNewNumbersAreTheSameRegisters() {
    kvmClock.write(0x12, 0x2001);
    kvmClock.write(0x11, 0x3000);
    assertThat(kvmClock.read(SYSTEM_TIME)).isEqualTo(0x2001);
    assertThat(kvmClock.read(WALL_CLOCK)).isEqualTo(0x3000);
    for (int other : new int[] {0x10, 0x13, 0x4b56_4d02, 0x4b56_4d05}) {
      assertThat(kvmClock.has(other)).isFalse();
    }
  }

  @Test
  void addressesOutsideMemoryAreHarmless() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      long value = random.nextLong() >>> random.nextInt(64);
      assertThat(kvmClock.write(SYSTEM_TIME, value | 1)).isTrue();
      assertThat(kvmClock.write(WALL_CLOCK, value)).isTrue();
    }
    for (long value : new long[] {-1, -2, (1 << 20) - 3, Long.MIN_VALUE, 0xfee0_0001L}) {
      assertThat(kvmClock.write(SYSTEM_TIME, value | 1)).isTrue();
      assertThat(kvmClock.write(WALL_CLOCK, value)).isTrue();
    }
  }

  @Test
  void cpuidAnnouncesTheClockAndNothingElse() {
    Cpuid features = Cpuid.of(CpuModels.standard(true), 0x4000_0001, 0, PROCESSOR);
    assertThat(features).isEqualTo(new Cpuid(1 << 0 | 1 << 1 | 1 << 3 | 1 << 24, 0, 0, 0));
    Cpuid timing = Cpuid.of(CpuModels.standard(true), 0x4000_0010, 0, PROCESSOR);
    assertThat(timing).isEqualTo(new Cpuid(1_000_000, 1_000_000, 0, 0));
  }

  private static final Cpuid.Processor PROCESSOR =
      new Cpuid.Processor() {
        @Override
        public int apicId() {
          return 0;
        }

        @Override
        public int processors() {
          return 1;
        }

        @Override
        public long cr4() {
          return 0;
        }

        @Override
        public long xcr0() {
          return 1;
        }

        @Override
        public long xss() {
          return 0;
        }

        @Override
        public long apicBase() {
          return 0;
        }
      };
}
