package jvisor.cpu.system;

import jvisor.cpu.vcpu.Vcpu;

/** Whose manual decides where the vendors' processors differ. */
final class Vendor {
  private Vendor() {}

  /** Whether the model is AMD's. */
  static boolean isAmd(Vcpu c) {
    return c.model.vendor().equals("AuthenticAMD");
  }
}
