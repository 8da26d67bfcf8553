package jvisor.cpu.model;

import java.nio.charset.StandardCharsets;

/**
 * The leaves of CPUID for a model (SDM vol. 2, CPUID; AMD APM vol. 3, appendix E; KVM's interface,
 * Linux Documentation/virt/kvm/x86/cpuid.rst). What depends on the running processor is passed in.
 *
 * @param eax EAX
 * @param ebx EBX
 * @param ecx ECX
 * @param edx EDX
 */
public record Cpuid(int eax, int ebx, int ecx, int edx) {
  private static final int MAX_HYPERVISOR = 0x4000_0010;
  private static final int HYPERVISOR = 0x4000_0000;
  private static final int EXTENDED = 0x8000_0000;
  private static final int CR4_OSXSAVE = 1 << 18;
  private static final int APIC_ENABLE = 1 << 11;
  private static final int CLFLUSH_LINE = 8 << 8;

  /** Clock sources 1 and 2, no delay for port accesses, stable clock. */
  private static final int KVM_FEATURES = 1 | 1 << 1 | 1 << 3 | 1 << 24;

  /** All zero. */
  private static final Cpuid NOTHING = new Cpuid(0, 0, 0, 0);

  /** What of the running processor CPUID mirrors. */
  public interface Processor {
    /** The x2APIC id. */
    int apicId();

    /** Processors of the machine, 1–255. */
    int processors();

    /** CR4. */
    long cr4();

    /** XCR0. */
    long xcr0();

    /** IA32_XSS. */
    long xss();

    /** IA32_APIC_BASE. */
    long apicBase();
  }

  /** The answer for EAX = {@code leaf} and ECX = {@code subleaf}. */
  public static Cpuid of(CpuModel model, int leaf, int subleaf, Processor p) {
    if (Integer.compareUnsigned(leaf, EXTENDED) >= 0) {
      return Integer.compareUnsigned(leaf, model.lastExtendedLeaf()) <= 0
          ? extended(model, leaf, subleaf, p)
          : beyond(model, subleaf, p);
    }
    if (leaf >= HYPERVISOR && leaf <= HYPERVISOR + 0xff && model.hypervisorKvm()) {
      return hypervisor(leaf);
    }
    return leaf >= 0 && leaf <= model.lastLeaf()
        ? basic(model, leaf, subleaf, p)
        : beyond(model, subleaf, p);
  }

  /** Leaves out of range: zero on AMD's, the highest basic leaf on Intel's. */
  private static Cpuid beyond(CpuModel model, int subleaf, Processor p) {
    return model.isAmd() ? NOTHING : basic(model, model.lastLeaf(), subleaf, p);
  }

  private static Cpuid basic(CpuModel model, int leaf, int subleaf, Processor p) {
    return switch (leaf) {
      case 0 -> vendor(model, model.lastLeaf());
      case 1 -> versionAndFeatures(model, p);
      case 2 -> model.isAmd() ? NOTHING : new Cpuid(0x00ff_ff01, 0, 0, 0);
      case 4 -> model.isAmd() ? NOTHING : topology(p).cacheOfCores(subleaf);
      case 5, 6 -> announced(model, leaf, 0);
      case 7 -> subleaf == 0 ? announced(model, 7, 0) : NOTHING;
      case 0xb, 0x1f -> topology(p).levels(subleaf, p.apicId());
      case 0xd -> xsave(model, subleaf, p);
      case 0x15 -> new Cpuid(1, 1, CpuModel.TSC_HZ, 0);
      case 0x16 -> new Cpuid(CpuModel.TSC_HZ / 1_000_000, CpuModel.TSC_HZ / 1_000_000, 100, 0);
      default -> NOTHING;
    };
  }

  private static Cpuid vendor(CpuModel model, int maximum) {
    byte[] v = model.vendor().getBytes(StandardCharsets.US_ASCII);
    return new Cpuid(maximum, word(v, 0), word(v, 8), word(v, 4));
  }

  private static Cpuid versionAndFeatures(CpuModel model, Processor p) {
    Cpuid bits = announced(model, 1, 0);
    int ecx = bits.ecx;
    int edx = bits.edx | topology(p).multiThreading();
    if (model.has(CpuFeature.XSAVE) && (p.cr4() & CR4_OSXSAVE) != 0) {
      ecx |= 1 << 27;
    }
    if ((p.apicBase() & APIC_ENABLE) == 0) {
      edx &= ~(1 << 9);
    }
    int ebx = (p.apicId() & 0xff) << 24 | topology(p).addressable() << 16 | CLFLUSH_LINE;
    return new Cpuid(model.signature(), ebx, ecx, edx);
  }

  /** The feature bits of a leaf. */
  private static Cpuid announced(CpuModel model, int leaf, int subleaf) {
    int eax = 0;
    int ebx = 0;
    int ecx = 0;
    int edx = 0;
    for (CpuFeature feature : model.announced()) {
      eax |= feature.bitIn(leaf, subleaf, CpuidRegister.EAX);
      ebx |= feature.bitIn(leaf, subleaf, CpuidRegister.EBX);
      ecx |= feature.bitIn(leaf, subleaf, CpuidRegister.ECX);
      edx |= feature.bitIn(leaf, subleaf, CpuidRegister.EDX);
    }
    return new Cpuid(eax, ebx, ecx, edx);
  }

  private static Topology topology(Processor p) {
    return new Topology(p.processors());
  }

  private static Cpuid xsave(CpuModel model, int subleaf, Processor p) {
    long components = model.xsaveComponents();
    if (components == 0) {
      return NOTHING;
    }
    return switch (subleaf) {
      case 0 -> new Cpuid((int) components, xsaveSize(p.xcr0()), xsaveSize(components), 0);
      case 1 -> {
        boolean compact = model.has(CpuFeature.XSAVEC) || model.has(CpuFeature.XSAVES);
        int size = compact ? xsaveSize(p.xcr0() | p.xss()) : 0;
        yield new Cpuid(announced(model, 0xd, 1).eax, size, 0, 0);
      }
      case 2 -> (components & 4) != 0 ? new Cpuid(256, 576, 0, 0) : NOTHING;
      default -> NOTHING;
    };
  }

  /** Bytes of an XSAVE area for these components; standard and compacted format agree here. */
  private static int xsaveSize(long components) {
    return (components & 4) != 0 ? 576 + 256 : 576;
  }

  private static Cpuid hypervisor(int leaf) {
    return switch (leaf) {
      case HYPERVISOR -> {
        byte[] signature = "KVMKVMKVM\0\0\0".getBytes(StandardCharsets.US_ASCII);
        yield new Cpuid(MAX_HYPERVISOR, word(signature, 0), word(signature, 4), word(signature, 8));
      }
      case HYPERVISOR + 1 -> new Cpuid(KVM_FEATURES, 0, 0, 0);
      // VMware's timing leaf, which KVM guests read as well: TSC and APIC bus in kHz.
      case HYPERVISOR + 0x10 -> new Cpuid(CpuModel.TSC_HZ / 1000, CpuModel.TSC_HZ / 1000, 0, 0);
      default -> NOTHING;
    };
  }

  private static Cpuid extended(CpuModel model, int leaf, int subleaf, Processor p) {
    return switch (leaf) {
      case EXTENDED ->
          model.isAmd()
              ? vendor(model, model.lastExtendedLeaf())
              : new Cpuid(model.lastExtendedLeaf(), 0, 0, 0);
      case EXTENDED + 1 -> extendedFeatures(model, p);
      case EXTENDED + 2, EXTENDED + 3, EXTENDED + 4 -> brand(model, leaf - EXTENDED - 2);
      case EXTENDED + 5 ->
          model.isAmd() ? new Cpuid(0xff40_ff40, 0xff40_ff40, 0x2008_0140, 0x2008_0140) : NOTHING;
      case EXTENDED + 6 ->
          model.isAmd()
              ? new Cpuid(0x5c00_2200, 0x6c00_4200, 0x0400_6140, 0x0080_9140)
              : new Cpuid(0, 0, 0x0400_6040, 0);
      case EXTENDED + 8 -> {
        Cpuid bits = announced(model, leaf, 0);
        int cores = model.isAmd() ? topology(p).coreCount() : 0;
        yield new Cpuid(model.physicalBits() | 48 << 8, bits.ebx, cores, 0);
      }
      case EXTENDED + 0x1d -> model.has(CpuFeature.TOPOEXT) ? topology(p).cache(subleaf) : NOTHING;
      case EXTENDED + 0x1e ->
          model.has(CpuFeature.TOPOEXT) ? topology(p).place(p.apicId()) : NOTHING;
      default -> announced(model, leaf, 0);
    };
  }

  /** AMD repeats leaf 1's EDX where both vendors have the bit. */
  private static Cpuid extendedFeatures(CpuModel model, Processor p) {
    Cpuid bits = announced(model, EXTENDED + 1, 0);
    if (!model.isAmd()) {
      return new Cpuid(0, 0, bits.ecx, bits.edx);
    }
    int shared = announced(model, 1, 0).edx & 0x0183_f3ff;
    int ecx = bits.ecx | topology(p).legacyCores();
    return new Cpuid(model.signature(), 0, ecx, bits.edx | shared);
  }

  private static Cpuid brand(CpuModel model, int part) {
    byte[] text = new byte[48];
    byte[] brand = model.brand().getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(brand, 0, text, 0, Math.min(brand.length, 47));
    int at = 16 * part;
    return new Cpuid(word(text, at), word(text, at + 4), word(text, at + 8), word(text, at + 12));
  }

  private static int word(byte[] bytes, int at) {
    return bytes[at] & 0xff
        | (bytes[at + 1] & 0xff) << 8
        | (bytes[at + 2] & 0xff) << 16
        | bytes[at + 3] << 24;
  }
}
