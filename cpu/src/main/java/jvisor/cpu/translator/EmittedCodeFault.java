package jvisor.cpu.translator;

import jvisor.host.HostFault;

/**
 * Emitted code has done what none may do: an error of the translator, never of the guest. What the
 * guest's processor holds is not to be relied on any more.
 */
public final class EmittedCodeFault extends IllegalStateException {
  private static final long serialVersionUID = 1;

  EmittedCodeFault(HostFault fault, String where, long la) {
    super(
        "emitted code faulted: signal %d (code %d), vector %d, address 0x%x, host RIP 0x%x,"
                .formatted(
                    fault.signal(), fault.code(), fault.vector(), fault.address(), fault.rip())
            + " guest block at 0x%x, %s".formatted(la, where));
  }
}
