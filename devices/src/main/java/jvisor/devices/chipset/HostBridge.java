package jvisor.devices.chipset;

import jvisor.devices.pci.AddressDecoder;
import jvisor.devices.pci.ConfigSpace;
import jvisor.devices.pci.EcamWindow;
import jvisor.devices.pci.PciBus;
import jvisor.devices.pci.PciFunction;
import jvisor.devices.pci.PciIdentity;
import jvisor.devices.pci.VendorCapability;
import jvisor.platform.GuestMemory;

/**
 * The host bridge of the 3 Series (Q35) memory controller hub, 8086:29C0 at 00:00.0 (datasheet
 * 316966, chapter 5): the ECAM window, shadowing of the area below 1 MiB, and the memory map for
 * those who read it here. System management mode does not exist: SMRAM is locked and closed.
 */
public final class HostBridge extends PciFunction {
  /** Where PCIEXBAR points at power-on (gpa), not enabled. */
  public static final long ECAM_BASE = 0xb000_0000L;

  /** Bytes of the ECAM window for all 256 buses. */
  public static final long ECAM_SIZE = 256L << 20;

  private static final int PCIEXBAR = 0x60;
  private static final int PAM0 = 0x90;
  private static final int PAM_REGISTERS = 7;
  private static final long VIDEO_BASE = 0xa_0000;
  private static final long VIDEO_END = 0xc_0000;

  /** A register for a base in 36-bit addresses: bits above {@code low}, and the enable bit. */
  private static long baseMask(int low) {
    return (1L << 36) - (1L << low) | 1;
  }

  private final ShadowMemory shadow;
  private final AddressDecoder.Window ecam;

  /**
   * Attaches the bridge at 00:00.0.
   *
   * @param bus the root bus
   * @param decoder where the ECAM window moves
   * @param memory all of it RAM; the bridge takes the holes below 1 MiB out
   */
  HostBridge(PciBus bus, AddressDecoder decoder, GuestMemory memory) {
    super(
        "host-bridge",
        new PciIdentity(0x8086, 0x29c0, 0x02, 0x060000, 0x1af4, 0x1100),
        ConfigSpace.CONVENTIONAL);
    bus.attach(0, 0, this);
    ecam = decoder.window(new EcamWindow(bus));
    for (long gpa = VIDEO_BASE; gpa < VIDEO_END; gpa += GuestMemory.PAGE) {
      memory.remap(gpa, 0, 0);
    }
    shadow = new ShadowMemory(memory);
    defineRegisters(config());
    defineMemoryMap(config(), memory);
    addCapability(0xe0, new VendorCapability((byte) 1, (byte) 0, (byte) 0, (byte) 0));
    reset();
  }

  private static void defineRegisters(ConfigSpace config) {
    config.define(0x04, 2, 0x0006, 0x0140);
    config.define(0x06, 2, 0x0080, 0);
    config.define(0x40, 8, 0, baseMask(12));
    config.define(0x48, 8, 0, baseMask(14));
    config.define(0x52, 2, 0x0002, 0);
    config.define(0x54, 4, 0x0000_0001, 0);
    config.define(PCIEXBAR, 8, ECAM_BASE, baseMask(26) | 6);
    config.define(0x68, 8, 0, baseMask(12));
    config.define(PAM0, 1, 0, 0x30);
    for (int i = 1; i < PAM_REGISTERS; i++) {
      config.define(PAM0 + i, 1, 0, 0x33);
    }
    config.define(0x98, 2, 0x03ff, 0);
    config.define(0x9d, 1, 0x12, 0);
    config.define(0x9e, 1, 0x38, 0);
    config.define(0xdc, 4, 0, 0xffff_ffffL);
  }

  /** TOM, TOUUD, stolen memory (none) and TOLUD. Firmware would find them out and set them. */
  private static void defineMemoryMap(ConfigSpace config, GuestMemory memory) {
    long low = memory.lowSize() >>> 20;
    long high = memory.ramSize() - memory.lowSize();
    config.define(0xa0, 2, (memory.ramSize() + (64 << 20) - 1) >>> 26, 0);
    config.define(0xa2, 2, high == 0 ? low : (GuestMemory.HIGH_BASE + high) >>> 20, 0);
    config.define(0xa4, 4, low << 20, 0);
    config.define(0xa8, 4, low << 20, 0);
    config.define(0xac, 4, low << 20, 0);
    config.define(0xb0, 2, low << 4, 0);
  }

  /**
   * Maps a firmware image at the top of 4 GiB and its last 128 KiB below 1 MiB.
   *
   * @param image a multiple of 4 KiB, at most 16 MiB
   */
  public void installFirmware(byte[] image) {
    shadow.install(image);
  }

  /**
   * Does what firmware would have done before an operating system starts: all below 1 MiB but the
   * video area is RAM, and the ECAM window is open where it is at power-on.
   */
  public void presetForDirectBoot() {
    for (int i = 0; i < PAM_REGISTERS; i++) {
      config().set(PAM0 + i, 1, i == 0 ? 0x30 : 0x33);
    }
    config().set(PCIEXBAR, 8, ECAM_BASE | 1);
    apply();
  }

  @Override
  public void reset() {
    super.reset();
    apply();
  }

  @Override
  protected void configWritten(int offset, int size) {
    boolean bar = offset < PCIEXBAR + 8 && offset + size > PCIEXBAR;
    boolean pam = offset < PAM0 + PAM_REGISTERS && offset + size > PAM0;
    if (bar || pam) {
      apply();
    }
  }

  private void apply() {
    for (int segment = 0; segment < ShadowMemory.SEGMENTS - 1; segment++) {
      long pam = config().get(PAM0 + 1 + segment / 2, 1);
      shadow.mode(segment, (int) (pam >>> (4 * (segment & 1))) & 3);
    }
    shadow.mode(ShadowMemory.SEGMENTS - 1, (int) (config().get(PAM0, 1) >>> 4) & 3);
    moveEcam(config().get(PCIEXBAR, 8));
  }

  /** Length field 0, 1 and 2 mean 256, 128 and 64 MiB; base bits below the length do not count. */
  private void moveEcam(long pciExBar) {
    int length = (int) (pciExBar >>> 1) & 3;
    if ((pciExBar & 1) == 0 || length == 3) {
      ecam.close();
      return;
    }
    long size = ECAM_SIZE >>> length;
    ecam.open(pciExBar & (1L << 36) - size, size);
  }
}
