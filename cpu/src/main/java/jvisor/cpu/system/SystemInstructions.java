package jvisor.cpu.system;

import jvisor.cpu.vcpu.SemanticTable;

/** All chapters of this package. */
public final class SystemInstructions {
  private SystemInstructions() {}

  /** Binds every instruction of this package. */
  public static void bind(SemanticTable t) {
    SegmentLoader.bind(t);
    SegmentBases.bind(t);
    SelectorQueries.bind(t);
    TableRegisters.bind(t);
    FarTransfers.bind(t);
    Iret.bind(t);
    SystemCalls.bind(t);
    Delivery.bind(t);
    FlagControl.bind(t);
    ControlRegisters.bind(t);
    DebugRegisters.bind(t);
    Translations.bind(t);
    Msrs.bind(t);
    Timestamp.bind(t);
    Ports.bind(t);
    Halting.bind(t);
    Identification.bind(t);
    ExtendedState.bind(t);
  }
}
