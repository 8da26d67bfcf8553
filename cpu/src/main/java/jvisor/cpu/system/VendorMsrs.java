package jvisor.cpu.system;

import java.util.List;
import jvisor.cpu.model.CpuFeature;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Vcpu;

/**
 * The registers of one vendor's processors that operating systems read while they start (AMD: BIOS
 * and kernel developer's guides; Intel: SDM vol. 4). They hold what is written or a constant; none
 * has an effect.
 */
final class VendorMsrs {
  /** TSC counts at the P0 frequency. */
  private static final long HWCR_TSC_FREQ_SEL = 1 << 24;

  /** LFENCE serializes. */
  private static final long DE_CFG_LFENCE = 1 << 1;

  /** Microcode levels that know of every published flaw of the models' families. */
  private static final long AMD_PATCH_LEVEL = 0x0a10_1148;

  /** Performance counters that no CPUID bit announces; these never count. */
  private static final int AMD_COUNTERS = 4;

  private static final long INTEL_MICROCODE = 0x0d00_03e7L << 32;

  /**
   * RDCL_NO, IBRS_ALL, SKIP_L1DFL, SSB_NO, MDS_NO, PSCHANGE_MC_NO, TAA_NO, SBDR_SSDP_NO, FBSDP_NO,
   * PSDP_NO, BHI_NO, GDS_NO, RFDS_NO, ITS_NO.
   */
  private static final long ARCH_CAPABILITIES =
      1 | 1 << 1 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 8 | 7 << 13 | 1 << 20 | 1 << 26
          | 1 << 27 | 1L << 62;

  private VendorMsrs() {}

  static void powerOn(Vcpu c) {
    if (c.model.isAmd()) {
      c.state.set(VcpuState.HWCR, HWCR_TSC_FREQ_SEL);
      c.state.set(VcpuState.DE_CFG, DE_CFG_LFENCE);
    }
  }

  static void add(List<Msr> all) {
    addIntel(all);
    addAmd(all);
  }

  private static void addIntel(List<Msr> all) {
    all.add(Msr.constant(0x17, "IA32_PLATFORM_ID", Msr.INTEL, 0));
    all.add(Msr.constant(0x2a, "MSR_EBL_CR_POWERON", Msr.INTEL, 0));
    all.add(new Msr(0x3a, "IA32_FEATURE_CONTROL", Msr.INTEL, c -> 1, Msr.READ_ONLY));
    all.add(
        Msr.stored(
            0x48,
            "IA32_SPEC_CTRL",
            model -> model.has(CpuFeature.SPEC_CTRL),
            VcpuState.SPEC_CTRL,
            1));
    all.add(
        new Msr(
            0x49,
            "IA32_PRED_CMD",
            model -> model.has(CpuFeature.SPEC_CTRL),
            VendorMsrs::writeOnly,
            (c, value) -> {
              if ((value & ~1) != 0) {
                throw c.gp(0);
              }
            }));
    all.add(Msr.constant(0x79, "IA32_BIOS_UPDT_TRIG", Msr.INTEL, 0));
    all.add(
        new Msr(
            0x8b,
            "IA32_BIOS_SIGN_ID",
            Msr.ALWAYS,
            c -> c.model.isAmd() ? AMD_PATCH_LEVEL : INTEL_MICROCODE,
            Msr.IGNORED));
    all.add(Msr.constant(0xcd, "MSR_FSB_FREQ", Msr.INTEL, 3));
    all.add(new Msr(0xce, "MSR_PLATFORM_INFO", Msr.INTEL, c -> 10 << 8, Msr.READ_ONLY));
    all.add(
        new Msr(
            0x10a,
            "IA32_ARCH_CAPABILITIES",
            model -> model.has(CpuFeature.ARCH_CAPABILITIES),
            c -> ARCH_CAPABILITIES,
            Msr.READ_ONLY));
    all.add(Msr.constant(0x140, "MISC_FEATURE_ENABLES", Msr.INTEL, 0));
    all.add(Msr.stored(0x1a0, "IA32_MISC_ENABLE", Msr.INTEL, VcpuState.MISC_ENABLE, -1L));
    all.add(Msr.constant(0x1d9, "IA32_DEBUGCTL", Msr.ALWAYS, 0));
    all.add(new Msr(0x1db, "LastBranchFromIP", Msr.AMD, c -> 0, Msr.READ_ONLY));
    all.add(new Msr(0x1dc, "LastBranchToIP", Msr.AMD, c -> 0, Msr.READ_ONLY));
    all.add(new Msr(0x1dd, "LastIntFromIP", Msr.AMD, c -> 0, Msr.READ_ONLY));
    all.add(new Msr(0x1de, "LastIntToIP", Msr.AMD, c -> 0, Msr.READ_ONLY));
  }

  private static long writeOnly(Vcpu c) {
    throw c.gp(0);
  }

  private static void addAmd(List<Msr> all) {
    for (int counter = 0; counter < AMD_COUNTERS; counter++) {
      all.add(Msr.constant(0xc001_0000 + counter, "PERF_LEGACY_CTL" + counter, Msr.AMD, 0));
      all.add(Msr.constant(0xc001_0004 + counter, "PERF_LEGACY_CTR" + counter, Msr.AMD, 0));
    }
    all.add(Msr.stored(0xc001_0010, "SYS_CFG", Msr.AMD, VcpuState.SYS_CFG, -1L));
    all.add(Msr.stored(0xc001_0015, "HWCR", Msr.AMD, VcpuState.HWCR, -1L));
    all.add(Msr.stored(0xc001_001a, "TOP_MEM", Msr.AMD, VcpuState.TOP_MEM, -1L));
    all.add(Msr.stored(0xc001_001d, "TOP_MEM2", Msr.AMD, VcpuState.TOP_MEM2, -1L));
    all.add(Msr.constant(0xc001_001f, "NB_CFG1", Msr.AMD, 0));
    all.add(Msr.constant(0xc001_0020, "PATCH_LOADER", Msr.AMD, 0));
    all.add(Msr.constant(0xc001_0055, "INT_PENDING", Msr.AMD, 0));
    all.add(Msr.constant(0xc001_0058, "MMIO_CFG_BASE", Msr.AMD, 0));
    all.add(Msr.constant(0xc001_0111, "SMM_BASE", Msr.AMD, 0x3_0000));
    all.add(Msr.constant(0xc001_0112, "SMM_ADDR", Msr.AMD, 0));
    all.add(Msr.constant(0xc001_0113, "SMM_MASK", Msr.AMD, 0));
    all.add(Msr.constant(0xc001_0114, "VM_CR", Msr.AMD, 1 << 4));
    all.add(Msr.constant(0xc001_0131, "SEV_STATUS", Msr.AMD, 0));
    all.add(Msr.constant(0xc001_1020, "LS_CFG", Msr.AMD, 0));
    all.add(Msr.constant(0xc001_1021, "IC_CFG", Msr.AMD, 0));
    all.add(Msr.constant(0xc001_1022, "DC_CFG", Msr.AMD, 0));
    all.add(Msr.constant(0xc001_1028, "FP_CFG", Msr.AMD, 0));
    all.add(Msr.stored(0xc001_1029, "DE_CFG", Msr.AMD, VcpuState.DE_CFG, -1L));
    all.add(Msr.constant(0xc001_102a, "BU_CFG2", Msr.AMD, 0));
    all.add(Msr.stored(0xc001_102e, "BP_CFG", Msr.AMD, VcpuState.BP_CFG, -1L));
  }
}
