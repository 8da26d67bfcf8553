package jvisor.machine.vm;

import jvisor.cpu.vcpu.ParavirtPort;
import jvisor.platform.MachineLock;

/** The hypervisor's own MSRs, each access to which holds the machine's lock. */
record GuardedParavirt(ParavirtPort port, MachineLock lock) implements ParavirtPort {
  @Override
  public boolean has(int msr) {
    lock.enter();
    try {
      return port.has(msr);
    } finally {
      lock.exit();
    }
  }

  @Override
  public long read(int msr) {
    lock.enter();
    try {
      return port.read(msr);
    } finally {
      lock.exit();
    }
  }

  @Override
  public boolean write(int msr, long value) {
    lock.enter();
    try {
      return port.write(msr, value);
    } finally {
      lock.exit();
    }
  }

  @Override
  public void tscChanged() {
    lock.enter();
    try {
      port.tscChanged();
    } finally {
      lock.exit();
    }
  }
}
