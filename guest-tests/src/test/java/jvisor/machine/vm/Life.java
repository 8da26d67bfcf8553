package jvisor.machine.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import jvisor.app.image.Image;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.guests.DebianFiles;
import jvisor.guests.Guest;
import jvisor.host.HostMemory;
import jvisor.machine.Boot;
import jvisor.machine.ClockSource;
import jvisor.machine.ExitReason;
import jvisor.machine.MachineConfig;

/**
 * What a guest has done from power-on to power-off, nobody typing, time counted in instructions.
 *
 * @param serial its serial output
 * @param states for each million instructions the retired count, RIP and a sum over all registers
 */
record Life(String serial, List<String> states) {
  /** Bytes of the guest's memory. */
  static final long MEMORY = 128 << 20;

  private static final int MIPS = 200;
  private static final long MILLION = 1_000_000 / MIPS * 1000;

  private static final String APPEND =
      "console=ttyS0 cryptomgr.notests rdinit=/bin/sh -- -c \"mount -t proc proc /proc; date; cat"
          + " /proc/interrupts /proc/sys/kernel/random/uuid; seq 1 500 | md5sum; sleep 3; cat"
          + " /proc/uptime; poweroff -f\"";

  /** Boots Linux to its end; {@code look} may do things behind its back between instructions. */
  static Life lived(long seed, Consumer<Pc> look) {
    Image mini = DebianFiles.mini();
    MachineConfig.Builder config =
        MachineConfig.of(new Boot.Kernel(mini.kernel(), mini.initrd(), APPEND))
            .memoryBytes(MEMORY)
            .clock(new ClockSource.Instructions(MIPS))
            .seed(seed);
    List<String> states = new ArrayList<>();
    Consumer<Pc> note =
        pc -> {
          states.add(state(pc.processors().getFirst().vcpu()));
          look.accept(pc);
        };
    try (Guest guest = Probe.start(config, MILLION, note)) {
      assertThat(guest.end()).isEqualTo(new ExitReason.PoweredOff());
      return new Life(guest.transcript(), states);
    }
  }

  private static String state(Vcpu vcpu) {
    byte[] bytes = new byte[VcpuState.SCRATCH];
    HostMemory.copyOut(vcpu.state.base, bytes, 0, bytes.length);
    CRC32 sum = new CRC32();
    sum.update(bytes);
    return vcpu.retired() + " " + Long.toHexString(vcpu.state.rip()) + " " + sum.getValue();
  }
}
