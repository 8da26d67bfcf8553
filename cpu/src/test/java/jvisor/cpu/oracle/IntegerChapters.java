package jvisor.cpu.oracle;

import jvisor.cpu.integer.BinaryArithmetic;
import jvisor.cpu.integer.BitByte;
import jvisor.cpu.integer.BitManipulation;
import jvisor.cpu.integer.ControlTransfer;
import jvisor.cpu.integer.DataTransfer;
import jvisor.cpu.integer.DecimalArithmetic;
import jvisor.cpu.integer.FlagControl;
import jvisor.cpu.integer.Miscellaneous;
import jvisor.cpu.integer.MultiplyDivide;
import jvisor.cpu.integer.ShiftRotate;
import jvisor.cpu.integer.Stack;
import jvisor.cpu.integer.Strings;
import jvisor.cpu.vcpu.SemanticTable;

/** The semantics of {@code jvisor.cpu.integer} alone. */
final class IntegerChapters {
  private IntegerChapters() {}

  static SemanticTable table() {
    SemanticTable t = new SemanticTable();
    DataTransfer.bind(t);
    BinaryArithmetic.bind(t);
    MultiplyDivide.bind(t);
    DecimalArithmetic.bind(t);
    ShiftRotate.bind(t);
    BitByte.bind(t);
    BitManipulation.bind(t);
    ControlTransfer.bind(t);
    Strings.bind(t);
    FlagControl.bind(t);
    Stack.bind(t);
    Miscellaneous.bind(t);
    return t;
  }
}
