package jvisor.cpu.system;

import jvisor.cpu.vcpu.Vcpu;

/** Task switches (SDM vol. 3, 7.3). Not there yet: every one raises #GP. */
final class TaskSwitch {
  private TaskSwitch() {}

  static void interrupt(Vcpu c, int selector, int errorCode, long image) {
    throw c.gp(selector & 0xfffc);
  }

  static void far(Vcpu c, int selector, boolean call) {
    throw c.gp(selector & 0xfffc);
  }

  static void iret(Vcpu c) {
    throw c.gp(0);
  }
}
