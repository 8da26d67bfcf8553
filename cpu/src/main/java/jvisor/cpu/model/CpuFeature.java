package jvisor.cpu.model;

import static jvisor.cpu.model.CpuidRegister.EAX;
import static jvisor.cpu.model.CpuidRegister.EBX;
import static jvisor.cpu.model.CpuidRegister.ECX;
import static jvisor.cpu.model.CpuidRegister.EDX;

import java.util.Locale;
import java.util.Optional;
import jvisor.isa.Feature;
import org.jspecify.annotations.Nullable;

/**
 * What CPUID can announce, each with its bit (SDM vol. 2, CPUID; AMD APM vol. 3, appendix E). Those
 * that bring instructions name the rows of the table that decode with them.
 */
public enum CpuFeature {
  FPU(1, EDX, 0, Feature.FPU),
  VME(1, EDX, 1),
  DE(1, EDX, 2),
  PSE(1, EDX, 3),
  TSC(1, EDX, 4),
  MSR(1, EDX, 5),
  PAE(1, EDX, 6),
  MCE(1, EDX, 7),
  CX8(1, EDX, 8, Feature.CX8),
  APIC(1, EDX, 9),
  SEP(1, EDX, 11, Feature.SYSENTER),
  MTRR(1, EDX, 12),
  PGE(1, EDX, 13),
  MCA(1, EDX, 14),
  CMOV(1, EDX, 15, Feature.CMOV),
  PAT(1, EDX, 16),
  PSE36(1, EDX, 17),
  CLFLUSH(1, EDX, 19, Feature.CLFLUSH),
  MMX(1, EDX, 23, Feature.MMX),
  FXSR(1, EDX, 24, Feature.FXSR),
  SSE(1, EDX, 25, Feature.SSE),
  SSE2(1, EDX, 26, Feature.SSE2),

  SSE3(1, ECX, 0, Feature.SSE3),
  PCLMULQDQ(1, ECX, 1, Feature.PCLMULQDQ),
  MONITOR(1, ECX, 3, Feature.MONITOR),
  SSSE3(1, ECX, 9, Feature.SSSE3),
  FMA(1, ECX, 12, Feature.FMA),
  CX16(1, ECX, 13, Feature.CX16),
  PCID(1, ECX, 17),
  SSE4_1(1, ECX, 19, Feature.SSE4_1),
  SSE4_2(1, ECX, 20, Feature.SSE4_2),
  X2APIC(1, ECX, 21),
  MOVBE(1, ECX, 22, Feature.MOVBE),
  POPCNT(1, ECX, 23, Feature.POPCNT),
  TSC_DEADLINE(1, ECX, 24),
  AES(1, ECX, 25, Feature.AES),
  XSAVE(1, ECX, 26, Feature.XSAVE),
  AVX(1, ECX, 28, Feature.AVX),
  F16C(1, ECX, 29, Feature.F16C),
  RDRAND(1, ECX, 30, Feature.RDRAND),
  HYPERVISOR(1, ECX, 31),

  /** The APIC timer runs in every sleep state. */
  ARAT(6, EAX, 2),

  FSGSBASE(7, EBX, 0, Feature.FSGSBASE),
  TSC_ADJUST(7, EBX, 1),
  BMI1(7, EBX, 3, Feature.BMI1),
  AVX2(7, EBX, 5, Feature.AVX2),
  SMEP(7, EBX, 7),
  BMI2(7, EBX, 8, Feature.BMI2),
  ERMS(7, EBX, 9),
  INVPCID(7, EBX, 10, Feature.INVPCID),
  RDSEED(7, EBX, 18, Feature.RDSEED),
  ADX(7, EBX, 19, Feature.ADX),
  SMAP(7, EBX, 20, Feature.SMAP),
  CLFLUSHOPT(7, EBX, 23, Feature.CLFLUSHOPT),
  CLWB(7, EBX, 24, Feature.CLWB),
  SHA(7, EBX, 29, Feature.SHA),
  UMIP(7, ECX, 2),
  VAES(7, ECX, 9, Feature.VAES),
  VPCLMULQDQ(7, ECX, 10, Feature.VPCLMULQDQ),
  RDPID(7, ECX, 22, Feature.RDPID),
  FSRM(7, EDX, 4),
  /** IBRS and IBPB: MSRs 0x48 and 0x49. */
  SPEC_CTRL(7, EDX, 26),
  ARCH_CAPABILITIES(7, EDX, 29),

  XSAVEOPT(0xd, 1, EAX, 0, Feature.XSAVEOPT),
  XSAVEC(0xd, 1, EAX, 1, Feature.XSAVEC),
  XGETBV1(0xd, 1, EAX, 2),
  XSAVES(0xd, 1, EAX, 3, Feature.XSAVES),

  LAHF_LM(0x8000_0001, ECX, 0, Feature.LAHF64),
  /** LZCNT. */
  ABM(0x8000_0001, ECX, 5, Feature.LZCNT),
  PREFETCHW(0x8000_0001, ECX, 8, Feature.PREFETCHW),
  TOPOEXT(0x8000_0001, ECX, 22),
  SYSCALL(0x8000_0001, EDX, 11, Feature.SYSCALL),
  NX(0x8000_0001, EDX, 20),
  MMXEXT(0x8000_0001, EDX, 22),
  PDPE1GB(0x8000_0001, EDX, 26),
  RDTSCP(0x8000_0001, EDX, 27, Feature.RDTSCP),
  LM(0x8000_0001, EDX, 29, Feature.LONG_MODE),

  INVARIANT_TSC(0x8000_0007, EDX, 8),
  /** FXSAVE and FXRSTOR always take the error pointers along. */
  XSAVEERPTR(0x8000_0008, EBX, 2),
  SSB_NO(0x8000_0008, EBX, 26),
  /** LFENCE waits for all that is before it, without a switch. */
  LFENCE_RDTSC(0x8000_0021, EAX, 2),
  NULL_SEL_CLR_BASE(0x8000_0021, EAX, 6),
  AUTOIBRS(0x8000_0021, EAX, 8),
  SRSO_NO(0x8000_0021, EAX, 29),
  TSA_SQ_NO(0x8000_0021, ECX, 1),
  TSA_L1_NO(0x8000_0021, ECX, 2);

  private final int leaf;
  private final int subleaf;
  private final CpuidRegister register;
  private final int bit;
  private final @Nullable Feature rows;

  CpuFeature(int leaf, CpuidRegister register, int bit) {
    this(leaf, 0, register, bit, null);
  }

  CpuFeature(int leaf, CpuidRegister register, int bit, Feature rows) {
    this(leaf, 0, register, bit, rows);
  }

  CpuFeature(int leaf, int subleaf, CpuidRegister register, int bit) {
    this(leaf, subleaf, register, bit, null);
  }

  CpuFeature(int leaf, int subleaf, CpuidRegister register, int bit, @Nullable Feature rows) {
    this.leaf = leaf;
    this.subleaf = subleaf;
    this.register = register;
    this.bit = bit;
    this.rows = rows;
  }

  /** The name in {@code --cpu}: lower case, underscores. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The feature with this name, in any case and with {@code -} or {@code .} for underscores. */
  public static Optional<CpuFeature> named(String name) {
    String wanted = name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    for (CpuFeature feature : values()) {
      if (feature.name().equals(wanted)) {
        return Optional.of(feature);
      }
    }
    return Optional.empty();
  }

  /** The rows that decode with it, or null if it brings none. */
  public @Nullable Feature rows() {
    return rows;
  }

  /** The leaf that announces it. */
  int leaf() {
    return leaf;
  }

  /** Its bit if it is announced in this register of this leaf, else 0. */
  int bitIn(int inLeaf, int inSubleaf, CpuidRegister in) {
    return leaf == inLeaf && subleaf == inSubleaf && register == in ? 1 << bit : 0;
  }
}
