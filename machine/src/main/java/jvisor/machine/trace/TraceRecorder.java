package jvisor.machine.trace;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import jvisor.cpu.state.Vector;
import jvisor.cpu.vcpu.Observer;
import jvisor.cpu.vcpu.Step;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.machine.trace.TraceRecord.Access;
import jvisor.machine.trace.TraceRecord.Change;
import jvisor.machine.trace.TraceRecord.Effects;
import jvisor.machine.trace.TraceRecord.Place;
import org.jspecify.annotations.Nullable;

/**
 * Looks on while a machine runs and writes its trace. One for all processors of a machine, which
 * run by turns.
 */
public final class TraceRecorder implements Observer, AutoCloseable {
  private static final int ALL = -1;

  private final OutputStream out;
  private final TraceHeader header;
  private final long from;
  private final Consumer<IOException> trouble;
  private final List<Registers> registers = new ArrayList<>();
  private final List<Access> accesses = new ArrayList<>();
  private @Nullable TraceWriter writer;
  private long completed;
  private long left;
  private boolean recording;
  private boolean done;
  private @Nullable Place running;
  private @Nullable Step step;
  private TraceRecord.@Nullable Event event;

  /**
   * Creates a recorder.
   *
   * @param out where the trace goes; closed as soon as the trace is complete
   * @param from how many instructions the machine completes before the trace begins
   * @param count how many instructions are traced at most, at least 1
   * @param trouble told if {@code out} fails; the trace ends there, the machine goes on
   */
  public TraceRecorder(
      OutputStream out, TraceHeader header, long from, long count, Consumer<IOException> trouble) {
    this.out = out;
    this.header = header;
    this.from = from;
    this.left = count;
    this.trouble = trouble;
  }

  @Override
  public boolean wants(Insn insn) {
    return true;
  }

  @Override
  public void begins(Vcpu c, Step next) {
    if (done || completed < from) {
      return;
    }
    recording = true;
    Place here = new Place(completed, c.number, next.rip(c), c.codeMode(), c.cpl());
    Registers own = registers(c);
    if (!c.mmu.watchesAccesses()) {
      c.mmu.watchAccesses(this);
    }
    List<Change> fresh = own.changes(c, ALL);
    if (!fresh.isEmpty()) {
      write(new TraceRecord.State(here, new Effects(fresh, List.of())));
    }
    running = here;
    step = next;
    accesses.clear();
  }

  @Override
  public void completed(Vcpu c, Step last) {
    if (recording && running != null) {
      write(new TraceRecord.Instruction(running, last.bytes(), true, effects(c, ALL)));
      running = null;
      if (--left == 0) {
        finish();
      }
    }
    completed++;
    if (done && c.mmu.watchesAccesses()) {
      c.mmu.watchAccesses(null);
    }
  }

  @Override
  public void memory(long la, int size, boolean write, long value, boolean system) {
    Access.Kind kind = system ? Access.Kind.SYSTEM : Access.Kind.MEMORY;
    accesses.add(new Access(kind, write, size, la, value));
  }

  @Override
  public void device(long gpa, int size, boolean write, long value) {
    if (recording) {
      accesses.add(new Access(Access.Kind.DEVICE, write, size, gpa, value));
    }
  }

  @Override
  public void port(Vcpu c, int port, int size, boolean write, int value) {
    if (recording) {
      long bits = value & Vcpu.mask(size);
      accesses.add(new Access(Access.Kind.PORT, write, size, port, bits));
    }
  }

  @Override
  public void delivering(Vcpu c, Event kind, int vector, int errorCode) {
    if (!recording || !c.mmu.watchesAccesses()) {
      return;
    }
    if (running != null && step != null) {
      // CR2 is the event's.
      Effects effects = effects(c, TraceRegister.CR2);
      write(new TraceRecord.Instruction(running, step.bytes(), false, effects));
      running = null;
    }
    leaveEvent();
    accesses.clear();
    long address = kind == Event.EXCEPTION && vector == Vector.PF ? c.state.cr(2) : 0;
    event = new TraceRecord.Event(place(c), kind(kind), vector, errorCode, address, Effects.NONE);
  }

  @Override
  public void delivered(Vcpu c) {
    TraceRecord.Event entered = event;
    if (entered == null) {
      return;
    }
    event = null;
    Effects effects = effects(c, ALL);
    List<Change> changes = new ArrayList<>(effects.changes());
    changes.addFirst(new Change(TraceRegister.RIP, c.state.rip()));
    write(
        new TraceRecord.Event(
            entered.place(),
            entered.kind(),
            entered.vector(),
            entered.errorCode(),
            entered.address(),
            new Effects(changes, effects.accesses())));
  }

  @Override
  public void shutDown(Vcpu c) {
    if (recording) {
      leaveEvent();
      write(
          new TraceRecord.Event(
              place(c), TraceRecord.Event.Kind.SHUTDOWN, Vector.DF, -1, 0, Effects.NONE));
    }
  }

  /** An event whose handler could not be entered: another one takes its place. */
  private void leaveEvent() {
    if (event != null) {
      write(event);
      event = null;
    }
  }

  private Place place(Vcpu c) {
    return new Place(completed, c.number, c.state.rip(), c.codeMode(), c.cpl());
  }

  private Effects effects(Vcpu c, int but) {
    List<Change> changes = registers(c).changes(c, but);
    if (changes.isEmpty() && accesses.isEmpty()) {
      return Effects.NONE;
    }
    return new Effects(changes, List.copyOf(accesses));
  }

  private Registers registers(Vcpu c) {
    while (registers.size() <= c.number) {
      registers.add(new Registers());
    }
    return registers.get(c.number);
  }

  private static TraceRecord.Event.Kind kind(Event kind) {
    return switch (kind) {
      case EXCEPTION -> TraceRecord.Event.Kind.EXCEPTION;
      case INTERRUPT -> TraceRecord.Event.Kind.INTERRUPT;
      case NMI -> TraceRecord.Event.Kind.NMI;
    };
  }

  private void write(TraceRecord record) {
    if (done) {
      return;
    }
    try {
      writer().write(record);
    } catch (IOException e) {
      fail(e);
    }
  }

  private TraceWriter writer() throws IOException {
    TraceWriter existing = writer;
    if (existing == null) {
      existing = new TraceWriter(out, header);
      writer = existing;
    }
    return existing;
  }

  private void finish() {
    if (!done) {
      leaveEvent();
    }
    if (done) {
      return;
    }
    try (out;
        TraceWriter last = writer()) {
      done = true;
      recording = false;
      last.finish();
    } catch (IOException e) {
      fail(e);
    }
  }

  private void fail(IOException e) {
    done = true;
    recording = false;
    trouble.accept(e);
  }

  /** Ends the trace. */
  @Override
  public void close() {
    finish();
  }
}
