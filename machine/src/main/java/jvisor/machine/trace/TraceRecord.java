package jvisor.machine.trace;

import java.util.Arrays;
import java.util.List;
import jvisor.isa.CodeMode;

/** One thing that a processor did. */
public sealed interface TraceRecord {
  /** Which processor, from 0, where, and when. */
  Place place();

  /** What came of it. */
  Effects effects();

  /**
   * When and where.
   *
   * @param completed instructions that the machine has completed before
   * @param cpu the processor's number
   * @param rip the instruction pointer, an offset in CS
   * @param mode the code's width
   * @param cpl the privilege level, 0–3
   */
  record Place(long completed, int cpu, long rip, CodeMode mode, int cpl) {}

  /** An instruction; {@code completed} is false if it faulted. */
  @SuppressWarnings("ArrayRecordComponent") // Compared by content, below.
  record Instruction(Place place, byte[] bytes, boolean completed, Effects effects)
      implements TraceRecord {
    @Override
    public boolean equals(Object other) {
      return other instanceof Instruction that
          && place.equals(that.place)
          && Arrays.equals(bytes, that.bytes)
          && completed == that.completed
          && effects.equals(that.effects);
    }

    @Override
    public int hashCode() {
      return 31 * place.hashCode() + Arrays.hashCode(bytes);
    }
  }

  /**
   * An exception or interrupt on its way to the guest's handler, which is RIP among the changes if
   * it was entered.
   *
   * @param errorCode -1 if there is none
   * @param address of a page fault what CR2 says, else 0
   */
  record Event(
      Place place, Event.Kind kind, int vector, int errorCode, long address, Effects effects)
      implements TraceRecord {
    /** The kinds, in the order of their numbers in files. */
    public enum Kind {
      EXCEPTION,
      INTERRUPT,
      NMI,
      SHUTDOWN
    }
  }

  /**
   * What something other than an instruction or event has made of the registers: a reset, or that
   * the trace begins, before which all of them count as 0.
   */
  record State(Place place, Effects effects) implements TraceRecord {}

  /** Registers that have new values, and accesses to memory, ports and devices in their order. */
  record Effects(List<Change> changes, List<Access> accesses) {
    /** None at all. */
    public static final Effects NONE = new Effects(List.of(), List.of());

    /** Whether there are none. */
    public boolean isEmpty() {
      return changes.isEmpty() && accesses.isEmpty();
    }
  }

  /** A register by its {@link TraceRegister} number, and its new value. */
  record Change(int register, long value) {}

  /**
   * An access of 1, 2, 4 or 8 bytes.
   *
   * @param kind what was reached
   * @param address linear, or a port, or the gpa of a device's register
   */
  record Access(Access.Kind kind, boolean write, int bytes, long address, long value) {
    /** What can be reached. */
    public enum Kind {
      /** Memory, by an instruction. */
      MEMORY,
      /** Memory, by the processor itself: descriptor tables and the like. */
      SYSTEM,
      /** An I/O port. */
      PORT,
      /** A device's register in physical memory; the access to memory that reached it follows. */
      DEVICE
    }
  }
}
