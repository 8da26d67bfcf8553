package jvisor.cpu.system;

import jvisor.cpu.state.GuestFault;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Vector;
import jvisor.cpu.vcpu.Observer;
import jvisor.cpu.vcpu.Observer.Event;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import org.jspecify.annotations.Nullable;

/**
 * Delivery of exceptions and interrupts (SDM vol. 3 ch. 6). The methods for engines never throw:
 * what goes wrong on the way becomes the next exception, a double fault, or shutdown ({@link
 * Vcpu#isShutdown}).
 *
 * <p>Every event ends HLT. RIP is what the handler is to find: the instruction itself for faults,
 * the next one otherwise.
 */
public final class Delivery {
  private Delivery() {}

  /** Binds the instructions of this chapter. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.INT, Delivery::softwareInterrupt)
        .bind(Mnemonic.INT3, (c, i) -> software(c, Vector.BP))
        .bind(Mnemonic.INTO, Delivery::into)
        .bind(Mnemonic.INT1, (c, i) -> Debug.icebp(c));
  }

  /** An exception of the fault class; the engine has put RIP back to the instruction. */
  public static void fault(Vcpu c, GuestFault f) {
    int vector = f.vector();
    if (vector == Vector.PF) {
      c.state.setCr(2, f.address());
    }
    deliver(c, Event.EXCEPTION, vector, f.errorCode(), c.rflags() | Rflags.RF);
  }

  /** An external interrupt; RIP is where execution goes on afterwards. */
  public static void interrupt(Vcpu c, int vector) {
    deliver(c, Event.INTERRUPT, vector, GuestFault.NO_ERROR_CODE, c.rflags());
  }

  /** A non-maskable interrupt; blocks others until IRET. */
  public static void nmi(Vcpu c) {
    c.setNmiBlocked(true);
    deliver(c, Event.NMI, Vector.NMI, GuestFault.NO_ERROR_CODE, c.rflags());
  }

  /** An exception without error code that is reported after its instruction: #DB. */
  public static void trap(Vcpu c, int vector) {
    deliver(c, Event.EXCEPTION, vector, GuestFault.NO_ERROR_CODE, c.rflags());
  }

  private static void deliver(
      Vcpu c, Event firstEvent, int firstVector, int firstCode, long firstImage) {
    Event event = firstEvent;
    int vector = firstVector;
    int code = firstCode;
    long image = firstImage;
    @Nullable Observer observer = c.observer();
    c.setInterruptShadow(false);
    c.setHalted(false);
    while (true) {
      if (observer != null) {
        observer.delivering(c, event, vector, code);
      }
      boolean exception = event == Event.EXCEPTION;
      if (vector == Vector.DB && exception) {
        c.state.setDr(7, c.state.dr(7) & ~Debug.DR7_GD);
      }
      try {
        InterruptEntry.enter(c, vector, code, false, image);
        if (observer != null) {
          observer.delivered(c);
        }
        return;
      } catch (GuestFault nested) {
        int next = nested.vector();
        if (next == Vector.PF) {
          c.state.setCr(2, nested.address());
        }
        if (exception && vector == Vector.DF) {
          c.setShutdown(true);
          c.attention.raise();
          if (observer != null) {
            observer.shutDown(c);
          }
          return;
        }
        if (exception && makesDouble(vector, next)) {
          vector = Vector.DF;
          code = 0;
        } else {
          vector = next;
          code = withExternal(next, nested.errorCode());
        }
        event = Event.EXCEPTION;
        image = c.rflags() | Rflags.RF;
      }
    }
  }

  /** SDM vol. 3, table 6-5. */
  private static boolean makesDouble(int first, int second) {
    return isContributory(second) && (isContributory(first) || first == Vector.PF)
        || first == Vector.PF && second == Vector.PF;
  }

  private static boolean isContributory(int vector) {
    return vector == Vector.DE || vector >= Vector.TS && vector <= Vector.GP;
  }

  private static int withExternal(int vector, int code) {
    return vector >= Vector.TS && vector <= Vector.GP ? code | 1 : code;
  }

  private static void softwareInterrupt(Vcpu c, Insn i) {
    int vector = (int) i.a.value() & 0xff;
    if (c.isVirtual8086()) {
      if (FlagControl.isRedirected(c, vector)) {
        InterruptEntry.virtual8086(c, vector);
        return;
      }
      if ((c.state.systemFlags() & Rflags.IOPL) != Rflags.IOPL) {
        throw c.gp(0);
      }
    }
    software(c, vector);
  }

  private static void into(Vcpu c, Insn i) {
    if ((c.rflags() & Rflags.OF) != 0) {
      software(c, Vector.OF);
    }
  }

  private static void software(Vcpu c, int vector) {
    InterruptEntry.enter(c, vector, GuestFault.NO_ERROR_CODE, true, c.rflags());
  }
}
