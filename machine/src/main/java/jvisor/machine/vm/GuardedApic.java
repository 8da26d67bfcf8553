package jvisor.machine.vm;

import jvisor.cpu.apic.LocalApic;
import jvisor.cpu.vcpu.ApicPort;
import jvisor.cpu.vcpu.InterruptUnit;
import jvisor.platform.MachineLock;
import jvisor.platform.MmioDevice;

/**
 * A local APIC as its processor's thread reaches it: for the time of each access it holds the
 * machine's lock, under which other processors and devices send interrupts.
 */
final class GuardedApic implements InterruptUnit, ApicPort, MmioDevice {
  private final LocalApic apic;
  private final MachineLock lock;

  GuardedApic(LocalApic apic, MachineLock lock) {
    this.apic = apic;
    this.lock = lock;
  }

  @Override
  public boolean hasNmi() {
    lock.enter();
    try {
      return apic.hasNmi();
    } finally {
      lock.exit();
    }
  }

  @Override
  public void takeNmi() {
    lock.enter();
    try {
      apic.takeNmi();
    } finally {
      lock.exit();
    }
  }

  @Override
  public boolean hasInterrupt() {
    lock.enter();
    try {
      return apic.hasInterrupt();
    } finally {
      lock.exit();
    }
  }

  @Override
  public int acknowledge() {
    lock.enter();
    try {
      return apic.acknowledge();
    } finally {
      lock.exit();
    }
  }

  @Override
  public long base() {
    lock.enter();
    try {
      return apic.base();
    } finally {
      lock.exit();
    }
  }

  @Override
  public boolean setBase(long value) {
    lock.enter();
    try {
      return apic.setBase(value);
    } finally {
      lock.exit();
    }
  }

  @Override
  public int taskPriority() {
    lock.enter();
    try {
      return apic.taskPriority();
    } finally {
      lock.exit();
    }
  }

  @Override
  public void setTaskPriority(int priority) {
    lock.enter();
    try {
      apic.setTaskPriority(priority);
    } finally {
      lock.exit();
    }
  }

  @Override
  public boolean isReadable(int register) {
    lock.enter();
    try {
      return apic.isReadable(register);
    } finally {
      lock.exit();
    }
  }

  @Override
  public long read(int register) {
    lock.enter();
    try {
      return apic.read(register);
    } finally {
      lock.exit();
    }
  }

  @Override
  public boolean write(int register, long value) {
    lock.enter();
    try {
      return apic.write(register, value);
    } finally {
      lock.exit();
    }
  }

  @Override
  public long deadline() {
    lock.enter();
    try {
      return apic.deadline();
    } finally {
      lock.exit();
    }
  }

  @Override
  public void setDeadline(long tsc, long tscOffset) {
    lock.enter();
    try {
      apic.setDeadline(tsc, tscOffset);
    } finally {
      lock.exit();
    }
  }

  @Override
  public long read(long offset, int size) {
    lock.enter();
    try {
      return apic.read(offset, size);
    } finally {
      lock.exit();
    }
  }

  @Override
  public void write(long offset, int size, long value) {
    lock.enter();
    try {
      apic.write(offset, size, value);
    } finally {
      lock.exit();
    }
  }
}
