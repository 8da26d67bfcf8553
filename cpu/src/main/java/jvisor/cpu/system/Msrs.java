package jvisor.cpu.system;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import jvisor.cpu.model.CpuFeature;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/**
 * RDMSR, WRMSR and the registers they reach (SDM vol. 4; AMD APM vol. 2, appendix A). What is in no
 * table here, is not the local APIC's and not the hypervisor's raises #GP(0).
 */
public final class Msrs {
  private static final int X2APIC = 0x800;
  private static final int KVM = 0x4b56_4d00;
  private static final int KVM_WALL_CLOCK = 0x11;
  private static final int KVM_SYSTEM_TIME = 0x12;

  private static final Msr[] TABLE = table();

  private Msrs() {}

  /** Binds the instructions. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.RDMSR, Msrs::rdmsr).bind(Mnemonic.WRMSR, Msrs::wrmsr);
  }

  /** Gives the registers their values after reset; all others are zero. */
  static void powerOn(Vcpu c) {
    VcpuState s = c.state;
    s.set(VcpuState.PAT, 0x0007_0406_0007_0406L);
    s.set(VcpuState.MISC_ENABLE, 1);
    s.set(VcpuState.MTRR_DEFAULT, 0);
    VendorMsrs.powerOn(c);
  }

  private static Msr[] table() {
    List<Msr> all = new ArrayList<>();
    addArchitectural(all);
    MemoryTypes.add(all);
    VendorMsrs.add(all);
    all.sort(Comparator.comparing(Msr::index, Integer::compareUnsigned));
    return all.toArray(Msr[]::new);
  }

  private static void addArchitectural(List<Msr> all) {
    all.add(Msr.constant(0x00, "IA32_P5_MC_ADDR", Msr.INTEL, 0));
    all.add(Msr.constant(0x01, "IA32_P5_MC_TYPE", Msr.INTEL, 0));
    all.add(new Msr(0x10, "IA32_TIME_STAMP_COUNTER", Msr.ALWAYS, Vcpu::tsc, Timestamp::writeTsc));
    all.add(
        new Msr(
            0x1b,
            "IA32_APIC_BASE",
            model -> model.has(CpuFeature.APIC),
            c -> c.apic().base(),
            (c, value) -> {
              if (!c.apic().setBase(value)) {
                throw c.gp(0);
              }
            }));
    all.add(
        new Msr(
            0x3b,
            "IA32_TSC_ADJUST",
            model -> model.has(CpuFeature.TSC_ADJUST),
            Timestamp::adjust,
            Timestamp::writeAdjust));
    all.add(Msr.stored(0x174, "IA32_SYSENTER_CS", Msr.ALWAYS, VcpuState.SYSENTER_CS, -1L));
    all.add(Msr.address(0x175, "IA32_SYSENTER_ESP", VcpuState.SYSENTER_ESP));
    all.add(Msr.address(0x176, "IA32_SYSENTER_EIP", VcpuState.SYSENTER_EIP));
    all.add(new Msr(0x179, "IA32_MCG_CAP", Msr.ALWAYS, c -> 0, Msr.READ_ONLY));
    all.add(new Msr(0x17a, "IA32_MCG_STATUS", Msr.ALWAYS, c -> 0, Msrs::zeroOnly));
    all.add(
        new Msr(
            0x6e0,
            "IA32_TSC_DEADLINE",
            model -> model.has(CpuFeature.TSC_DEADLINE),
            c -> c.apic().deadline(),
            (c, value) -> c.apic().setDeadline(value, c.state.get(VcpuState.TSC_OFFSET))));
    all.add(Msr.stored(0xda0, "IA32_XSS", model -> model.has(CpuFeature.XSAVES), VcpuState.XSS, 0));
    all.add(
        new Msr(
            0xc000_0080,
            "IA32_EFER",
            model -> model.has(CpuFeature.LM) || model.has(CpuFeature.NX),
            c -> c.state.get(VcpuState.EFER),
            ControlRegisters::writeEfer));
    all.add(Msr.stored(0xc000_0081, "IA32_STAR", Msr.ALWAYS, VcpuState.STAR, -1L));
    all.add(Msr.address(0xc000_0082, "IA32_LSTAR", VcpuState.LSTAR));
    all.add(Msr.address(0xc000_0083, "IA32_CSTAR", VcpuState.CSTAR));
    all.add(Msr.stored(0xc000_0084, "IA32_FMASK", Msr.ALWAYS, VcpuState.FMASK, 0xffff_ffffL));
    all.add(segmentBase(0xc000_0100, "IA32_FS_BASE", Segment.FS));
    all.add(segmentBase(0xc000_0101, "IA32_GS_BASE", Segment.GS));
    all.add(Msr.address(0xc000_0102, "IA32_KERNEL_GS_BASE", VcpuState.KERNEL_GS_BASE));
    all.add(
        Msr.stored(
            0xc000_0103,
            "IA32_TSC_AUX",
            model -> model.has(CpuFeature.RDTSCP) || model.has(CpuFeature.RDPID),
            VcpuState.TSC_AUX,
            0xffff_ffffL));
  }

  private static void zeroOnly(Vcpu c, long value) {
    if (value != 0) {
      throw c.gp(0);
    }
  }

  private static Msr segmentBase(int index, String name, int segment) {
    return new Msr(
        index,
        name,
        model -> model.has(CpuFeature.LM),
        c -> c.state.segmentBase(segment),
        (c, value) -> {
          if (value << 16 >> 16 != value) {
            throw c.gp(0);
          }
          c.state.setSegmentBase(segment, value);
        });
  }

  private static Msr find(Vcpu c, int index) {
    int low = 0;
    int high = TABLE.length - 1;
    while (low <= high) {
      int middle = low + high >>> 1;
      Msr msr = TABLE[middle];
      int order = Integer.compareUnsigned(msr.index(), index);
      if (order == 0) {
        if (msr.presence().in(c.model)) {
          return msr;
        }
        break;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    throw c.gp(0);
  }

  private static boolean isX2apic(int index) {
    return (index & ~0xff) == X2APIC;
  }

  private static boolean isParavirt(Vcpu c, int index) {
    boolean range = (index & ~0xff) == KVM || index == KVM_WALL_CLOCK || index == KVM_SYSTEM_TIME;
    return range && c.paravirt().has(index);
  }

  /** What RDMSR answers, or #GP(0). */
  static long read(Vcpu c, int index) {
    if (isX2apic(index)) {
      if (!c.apic().isReadable(index & 0xff)) {
        throw c.gp(0);
      }
      return c.apic().read(index & 0xff);
    }
    if (isParavirt(c, index)) {
      return c.paravirt().read(index);
    }
    return find(c, index).reader().read(c);
  }

  /** What WRMSR does, or #GP(0). */
  static void write(Vcpu c, int index, long value) {
    if (isX2apic(index)) {
      if (!c.apic().write(index & 0xff, value)) {
        throw c.gp(0);
      }
    } else if (isParavirt(c, index)) {
      if (!c.paravirt().write(index, value)) {
        throw c.gp(0);
      }
    } else {
      find(c, index).writer().write(c, value);
    }
  }

  private static void rdmsr(Vcpu c, Insn i) {
    c.requireCpl0();
    long value = read(c, (int) c.state.reg(1));
    c.state.setReg(0, 4, value);
    c.state.setReg(2, 4, value >>> 32);
  }

  private static void wrmsr(Vcpu c, Insn i) {
    c.requireCpl0();
    write(c, (int) c.state.reg(1), c.state.reg(2, 4) << 32 | c.state.reg(0, 4));
  }
}
