package jvisor.machine.profile;

/** Where the machine's thread can be. */
enum Place {
  EMITTED("emitted code"),
  INTERPRETER("interpreter"),
  TRANSLATOR("translator"),
  DEVICES("devices"),
  MACHINE("machine loop"),
  IDLE("idle, the guest halted"),
  PROFILE("counting for this profile");

  private final String text;

  Place(String text) {
    this.text = text;
  }

  /** For people. */
  String text() {
    return text;
  }

  /** The place that a stack tells, innermost frame first. */
  static Place of(StackTraceElement[] stack) {
    for (StackTraceElement frame : stack) {
      String type = frame.getClassName();
      if (type.startsWith("jvisor.devices.")
          || type.startsWith("jvisor.machine.board.")
          || type.startsWith("jvisor.cpu.apic.")
          || type.startsWith("jvisor.platform.PortBus")
          || type.startsWith("jvisor.platform.MmioBus")) {
        return DEVICES;
      }
      if (type.startsWith("jvisor.machine.clock.") && frame.getMethodName().equals("idle")) {
        return IDLE;
      }
      if (type.startsWith("jvisor.cpu.profile.")) {
        return PROFILE;
      }
      if (type.startsWith("jvisor.cpu.")) {
        return INTERPRETER;
      }
      if (type.startsWith("jvisor.machine.vm.")) {
        return MACHINE;
      }
    }
    return MACHINE;
  }
}
