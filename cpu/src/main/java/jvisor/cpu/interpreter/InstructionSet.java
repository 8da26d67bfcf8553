package jvisor.cpu.interpreter;

import jvisor.cpu.avx.Avx;
import jvisor.cpu.integer.BinaryArithmetic;
import jvisor.cpu.integer.BitByte;
import jvisor.cpu.integer.BitManipulation;
import jvisor.cpu.integer.ControlTransfer;
import jvisor.cpu.integer.DataTransfer;
import jvisor.cpu.integer.DecimalArithmetic;
import jvisor.cpu.integer.Miscellaneous;
import jvisor.cpu.integer.MultiplyDivide;
import jvisor.cpu.integer.ShiftRotate;
import jvisor.cpu.integer.Stack;
import jvisor.cpu.integer.Strings;
import jvisor.cpu.mmx.Mmx;
import jvisor.cpu.sse.Sse;
import jvisor.cpu.system.SystemInstructions;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.x87.X87;

/** The chapters of semantics that make up the processor: a new one is named here. */
public final class InstructionSet {
  private InstructionSet() {}

  /** A table with every semantic that exists. */
  public static SemanticTable semantics() {
    SemanticTable table = new SemanticTable();
    BinaryArithmetic.bind(table);
    BitByte.bind(table);
    BitManipulation.bind(table);
    ControlTransfer.bind(table);
    DataTransfer.bind(table);
    DecimalArithmetic.bind(table);
    jvisor.cpu.integer.FlagControl.bind(table);
    Miscellaneous.bind(table);
    MultiplyDivide.bind(table);
    ShiftRotate.bind(table);
    Stack.bind(table);
    Strings.bind(table);

    SystemInstructions.bind(table);
    X87.bind(table);
    Sse.bind(table);
    Avx.bind(table);
    Mmx.bind(table);
    return table;
  }
}
