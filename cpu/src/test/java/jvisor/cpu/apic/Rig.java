package jvisor.cpu.apic;

import java.util.ArrayList;
import java.util.List;
import jvisor.cpu.model.CpuModels;
import jvisor.cpu.state.Attention;
import jvisor.cpu.state.VcpuState;
import jvisor.platform.ExternalInterrupts;

/** Local APICs with what is around them; number 0 is the one that most tests use. */
final class Rig implements AutoCloseable, ExternalInterrupts {
  static final long ENABLE = 1 << 11;
  static final long X2APIC = 1 << 10;
  static final int MASKED = 1 << 16;
  static final int LEVEL = 1 << 15;

  final ManualClock clock = new ManualClock();
  final ApicBus bus = new ApicBus();
  final List<Integer> ended = new ArrayList<>();
  final LocalApic apic;
  final LocalApic[] all;
  final Attention attention;

  /** The vector that the 8259 pair answers. */
  int picVector = 0x20;

  private final VcpuState[] states;

  Rig() {
    this(1);
  }

  /** Local APICs with ids 0 … count-1. */
  Rig(int count) {
    all = new LocalApic[count];
    states = new VcpuState[count];
    for (int id = 0; id < count; id++) {
      states[id] = new VcpuState();
      all[id] = create(id, "default", states[id]);
      bus.add(all[id]);
    }
    apic = all[0];
    attention = new Attention(states[0]);
    attention.clear();
  }

  LocalApic create(int id, String model, VcpuState state) {
    return new LocalApic(
        id, CpuModels.parse(model, false), clock, new Attention(state), this, ended::add);
  }

  /** With the APIC enabled by software. */
  static Rig enabled() {
    return enabled(1);
  }

  static Rig enabled(int count) {
    Rig rig = new Rig(count);
    for (LocalApic apic : rig.all) {
      apic.write(0xf0, 4, 0x1ff);
    }
    return rig;
  }

  /** In x2APIC mode, enabled by software. */
  static Rig x2apic(int count) {
    Rig rig = enabled(count);
    for (LocalApic apic : rig.all) {
      apic.setBase(apic.base() | X2APIC);
    }
    return rig;
  }

  int get(int offset) {
    return (int) apic.read((long) offset, 4);
  }

  void set(int offset, int value) {
    apic.write(offset, 4, value & 0xffff_ffffL);
  }

  /** Sends a fixed message with the edge or level trigger to APIC 0. */
  void message(int vector, boolean level) {
    bus.send(0xfee0_0000L, vector | (level ? LEVEL | 1 << 14 : 0));
  }

  void eoi() {
    set(0xb0, 0);
  }

  /** All vectors that the processor can take without ending one. */
  static List<Integer> takeAll(LocalApic apic) {
    List<Integer> taken = new ArrayList<>();
    while (apic.hasInterrupt()) {
      int vector = apic.acknowledge();
      taken.add(vector);
      end(apic);
    }
    return taken;
  }

  private static void end(LocalApic apic) {
    if (apic.mode() == ApicMode.X2APIC) {
      apic.write(ApicRegister.EOI, 0);
    } else {
      apic.write(0xb0, 4, 0);
    }
  }

  @Override
  public boolean pending() {
    return true;
  }

  @Override
  public int acknowledge() {
    apic.lint0(false);
    return picVector;
  }

  @Override
  public void close() {
    for (VcpuState state : states) {
      state.close();
    }
  }
}
