package jvisor.devices.pci;

/** A vendor-specific capability (id 09h) whose content software only reads. */
public final class VendorCapability extends Capability {
  private final byte[] body;

  /**
   * @param body what follows the length byte
   */
  public VendorCapability(byte... body) {
    super(0x09, 3 + body.length);
    this.body = body.clone();
  }

  @Override
  protected void define(ConfigSpace config, int at) {
    config.define(at + 2, 1, length(), 0);
    for (int i = 0; i < body.length; i++) {
      config.define(at + 3 + i, 1, body[i], 0);
    }
  }
}
