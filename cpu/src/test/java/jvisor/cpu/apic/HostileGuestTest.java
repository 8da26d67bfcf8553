package jvisor.cpu.apic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever a guest writes, nothing throws, hangs, or breaks what always holds. */
class HostileGuestTest {
  private static final int STEPS = 300_000;

  @Test
  void randomAccessesInEveryModeLeaveTheApicConsistent() {
    int taken = 0;
    int switches = 0;
    for (int seed = 0; seed < 4; seed++) {
      Random random = new Random(seed);
      try (Rig rig = Rig.enabled(3)) {
        for (int step = 0; step < STEPS; step++) {
          LocalApic apic = rig.all[random.nextInt(3)];
          ApicMode before = apic.mode();
          act(rig, apic, random);
          switches += apic.mode() == before ? 0 : 1;
          check(apic);
          if (apic.hasInterrupt() && random.nextInt(3) == 0) {
            assertThat(apic.acknowledge()).isBetween(0, 255);
            taken++;
          }
          if (apic.hasNmi()) {
            apic.takeNmi();
          }
        }
      }
    }
    assertThat(taken).isGreaterThan(1000);
    assertThat(switches).isGreaterThan(1000);
  }

  private static void act(Rig rig, LocalApic apic, Random random) {
    int register = random.nextInt(4) == 0 ? random.nextInt(256) : random.nextInt(0x40);
    long value = value(random);
    switch (random.nextInt(12)) {
      case 0, 1 -> apic.read((long) random.nextInt(0x1000), 1 << random.nextInt(4));
      case 2, 3 -> apic.write(register << 4, 4, value & 0xffff_ffffL);
      case 4 -> apic.write(random.nextInt(0x1000), 1 << random.nextInt(4), value);
      case 5, 6 -> {
        if (apic.isReadable(register)) {
          apic.read(register);
        }
        apic.write(register, value);
      }
      case 7 -> rig.bus.send(0xfee0_0000L | random.nextInt(1 << 20), (int) value);
      case 8 -> rig.clock.advance(random.nextInt(100_000));
      case 9 -> {
        apic.setDeadline(value, value(random));
        apic.deadline();
        rig.clock.jump(random.nextInt(1_000_000));
      }
      case 10 -> {
        apic.lint0(random.nextBoolean());
        apic.lint1(random.nextBoolean());
        apic.setTaskPriority(random.nextInt(16));
      }
      default -> base(apic, random);
    }
  }

  private static void base(LocalApic apic, Random random) {
    if (random.nextInt(4) == 0) {
      apic.setBase(random.nextLong());
    } else {
      apic.setBase(0xfee0_0000L | (long) random.nextInt(16) << 8);
    }
    if (apic.mode() == ApicMode.X2APIC) {
      apic.write(ApicRegister.SVR, 0x1ff);
    } else {
      apic.write(0xf0, 4, 0x1ff);
    }
  }

  /** Half the values are small or have few bits. */
  private static long value(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextLong();
      case 1 -> random.nextInt(256);
      case 2 -> random.nextInt(1 << 20);
      default -> 1L << random.nextInt(64);
    };
  }

  private static void check(LocalApic apic) {
    for (int register : new int[] {ApicRegister.ISR, ApicRegister.IRR}) {
      assertThat(apic.read(register) & 0xffff).isZero();
    }
    long count = apic.read(ApicRegister.CURRENT_COUNT);
    assertThat(count).isBetween(0L, apic.read(ApicRegister.INITIAL_COUNT));
    assertThat(apic.read(ApicRegister.PPR) >>> 4).isGreaterThanOrEqualTo(apic.taskPriority());
  }
}
