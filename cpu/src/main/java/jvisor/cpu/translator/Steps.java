package jvisor.cpu.translator;

import java.util.Set;
import jvisor.isa.Feature;
import jvisor.isa.Flow;
import jvisor.isa.Insn;

/**
 * What becomes of each instruction: the code that one of the kinds of emitters has, or a way out.
 */
final class Steps {
  private final Unit unit;
  private final OpenWindows windows;
  private final Switches switches;
  private final Instructions instructions;
  private final Branches branches;
  private final Stack stack;
  private final Division division;
  private final BitStrings bitStrings;
  private final Strings strings;
  private final Transitions transitions;
  private Roles.Staying staying = (part, instruction) -> false;
  private boolean narrow;
  private int leaving;

  Steps(
      Unit unit,
      Accesses accesses,
      OpenWindows windows,
      Stack stack,
      Branches branches,
      Set<Feature> hostFeatures,
      Switches switches) {
    this.unit = unit;
    this.windows = windows;
    this.branches = branches;
    this.switches = switches;
    instructions = new Instructions(unit, accesses, windows, hostFeatures);
    this.stack = stack;
    division = new Division(unit, accesses);
    bitStrings = new BitStrings(unit, accesses);
    strings = new Strings(unit, accesses);
    transitions = new Transitions(unit, accesses, branches);
  }

  /**
   * Begins a translation.
   *
   * @param narrow whether it is of 32-bit code
   * @param staying which instructions do not leave
   */
  void begin(boolean narrow, Roles.Staying staying) {
    this.narrow = narrow;
    this.staying = staying;
    leaving = 0;
  }

  /** How many instructions since then leave the emitted code each time. */
  int leaving() {
    return leaving;
  }

  /** Emitters of harmless instructions. */
  Instructions instructions() {
    return instructions;
  }

  /**
   * Emits an instruction, or that it leaves.
   *
   * @param goesOn whether what has left comes back behind it
   * @return whether it has been emitted
   */
  boolean one(Part part, int index, int next, boolean goesOn) {
    Insn i = part.instructions[index];
    int written = Roles.written(i);
    boolean dead = written != 0 && !Roles.flagsMatter(part, index + 1, staying);
    unit.at(index);
    boolean last = index == part.size() - 1;
    if (last) {
      unit.held.keepPointers();
    }
    if (!dead) {
      unit.flags.willWrite(written);
    }
    boolean emitted = emitted(i, next);
    if (!emitted) {
      leaving++;
      if (goesOn) {
        unit.leave();
      } else {
        unit.leaveForGood();
      }
    }
    if (dead) {
      unit.flags.hasWritten(written);
    }
    if (!switches.isOn(Optimisation.FLAGS)) {
      unit.flags.keepInSlot();
    }
    if (last) {
      unit.held.keepPointers();
    }
    unit.close(goesOn);
    return emitted;
  }

  /** Whether it is emitted, leaves only if what it accesses is unusual, and is not of the x87. */
  boolean emits(Insn i) {
    return !switches.forbid(i) && !X87.uses(i) && (hasOwnForm(i) || instructions.has(i, narrow));
  }

  /** Whether it is emitted as itself, with another memory operand. */
  boolean isItself(Insn i) {
    return !hasOwnForm(i) && !Renumbering.namesHighByte(i) && instructions.has(i, narrow);
  }

  private boolean hasOwnForm(Insn i) {
    return Branches.suits(i, narrow)
        || Stack.suits(i, narrow)
        || Division.suits(i, narrow)
        || BitStrings.suits(i, narrow);
  }

  private boolean emitted(Insn i, int next) {
    if (switches.forbid(i)) {
      return false;
    }
    if (Branches.suits(i, narrow)) {
      branches.emit(i, next);
    } else if (Stack.suits(i, narrow)) {
      stack.emit(i, next);
      return true;
    } else if (Division.suits(i, narrow)) {
      division.emit(i, next);
    } else if (BitStrings.suits(i, narrow)) {
      bitStrings.emit(i, next);
    } else if (Strings.suits(i, narrow)) {
      strings.emit(i);
    } else if (Transitions.suits(i, narrow)) {
      transitions.emit(i, next);
    } else {
      return instructions.emit(i, next, narrow);
    }
    windows.held.forget();
    return true;
  }

  /** Whether execution goes on behind {@code i}. */
  static boolean goesOn(Insn i) {
    return i.row.flow() == Flow.NEXT || i.row.flow() == Flow.SYSTEM && Transitions.resumes(i);
  }

  /** Whether execution goes on behind a block that ends in {@code last}. */
  static boolean fallsThrough(Insn last, boolean emitted) {
    return goesOn(last) || emitted && Transitions.fallsThrough(last);
  }
}
