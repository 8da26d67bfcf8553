package jvisor.machine.trace;

import java.util.ArrayList;
import java.util.List;
import jvisor.isa.CodeMode;
import jvisor.machine.trace.TraceRecord.Access;
import jvisor.machine.trace.TraceRecord.Change;
import jvisor.machine.trace.TraceRecord.Effects;
import jvisor.machine.trace.TraceRecord.Event;
import jvisor.machine.trace.TraceRecord.Place;

/**
 * Records as bytes and back. What a record leaves out, because it is as in the one before, is
 * remembered here; one codec per direction, {@link #restart}ed at each chunk.
 */
final class RecordCodec {
  private static final int INSTRUCTION = 1;
  private static final int EVENT = 2;
  private static final int STATE = 3;
  private static final int KIND = 7;
  private static final int CPU = 1 << 3;
  private static final int MODE = 1 << 4;
  private static final int JUMP = 1 << 5;
  private static final int EFFECTS = 1 << 6;
  private static final int FLAG = 1 << 7;
  private static final int MAX_INSTRUCTION = 15;
  private static final int MAX_CPU = 1 << 16;
  private static final int PAGE_FAULT = 14;

  private static final int WRITE = 1;
  private static final int PORT = 2;
  private static final int SYSTEM = 4;
  private static final int DEVICE = 8;
  private static final int SIZE_SHIFT = 4;

  private static final CodeMode[] MODES = CodeMode.values();
  private static final Event.Kind[] KINDS = Event.Kind.values();

  private long completed;
  private int cpu;
  private int mode;
  private long expected;
  private long lastAddress;

  /** Forgets the record before. */
  void restart(long completedBefore) {
    completed = completedBefore;
    cpu = 0;
    mode = -1;
    expected = 0;
    lastAddress = 0;
  }

  /** Instructions completed by the end of the last record. */
  long completed() {
    return completed;
  }

  void write(TraceRecord record, Packer to) {
    switch (record) {
      case TraceRecord.Instruction i -> {
        begin(record, INSTRUCTION | (i.completed() ? FLAG : 0), to);
        to.putByte(i.bytes().length);
        to.put(i.bytes());
        expected = i.place().rip() + i.bytes().length;
        completed += i.completed() ? 1 : 0;
      }
      case Event e -> {
        begin(record, EVENT | (e.errorCode() >= 0 ? FLAG : 0), to);
        to.putByte(e.kind().ordinal());
        to.putByte(e.vector());
        if (e.errorCode() >= 0) {
          to.putVarint(e.errorCode());
        }
        if (hasAddress(e.kind(), e.vector())) {
          to.putSigned(e.address());
        }
        expected = e.place().rip();
      }
      case TraceRecord.State s -> {
        begin(record, STATE, to);
        expected = s.place().rip();
      }
    }
    if (!record.effects().isEmpty()) {
      write(record.effects(), to);
    }
  }

  private void begin(TraceRecord record, int tag, Packer to) {
    Place place = record.place();
    int width = place.mode().ordinal() | place.cpl() << 2;
    boolean other = place.cpu() != cpu;
    boolean switches = width != mode;
    boolean jumps = place.rip() != expected;
    boolean effects = !record.effects().isEmpty();
    to.putByte(
        tag
            | (other ? CPU : 0)
            | (switches ? MODE : 0)
            | (jumps ? JUMP : 0)
            | (effects ? EFFECTS : 0));
    if (other) {
      to.putVarint(place.cpu());
    }
    if (switches) {
      to.putByte(width);
    }
    if (jumps) {
      to.putSigned(place.rip() - expected);
    }
    completed = place.completed();
    cpu = place.cpu();
    mode = width;
  }

  private void write(Effects effects, Packer to) {
    to.putVarint(effects.changes().size());
    for (Change change : effects.changes()) {
      to.putVarint(change.register());
      to.putSigned(change.value());
    }
    to.putVarint(effects.accesses().size());
    for (Access access : effects.accesses()) {
      int kind =
          switch (access.kind()) {
            case MEMORY -> 0;
            case SYSTEM -> SYSTEM;
            case PORT -> PORT;
            case DEVICE -> DEVICE;
          };
      int size = Integer.numberOfTrailingZeros(access.bytes()) << SIZE_SHIFT;
      to.putByte(kind | size | (access.write() ? WRITE : 0));
      to.putSigned(access.address() - lastAddress);
      to.putSigned(access.value());
      lastAddress = access.address();
    }
  }

  TraceRecord read(Unpacker from) throws TraceException {
    int tag = from.getByte();
    if ((tag & CPU) != 0) {
      long number = from.getVarint();
      if (number < 0 || number >= MAX_CPU) {
        throw Unpacker.damaged();
      }
      cpu = (int) number;
    }
    if ((tag & MODE) != 0) {
      mode = from.getByte();
    }
    if (mode < 0 || mode > 15 || (mode & 3) >= MODES.length) {
      throw Unpacker.damaged();
    }
    long rip = expected + ((tag & JUMP) != 0 ? from.getSigned() : 0);
    Place place = new Place(completed, cpu, rip, MODES[mode & 3], mode >> 2);
    boolean flag = (tag & FLAG) != 0;
    return switch (tag & KIND) {
      case INSTRUCTION -> {
        int length = from.getByte();
        if (length < 1 || length > MAX_INSTRUCTION) {
          throw Unpacker.damaged();
        }
        byte[] bytes = from.get(length);
        expected = rip + length;
        completed += flag ? 1 : 0;
        yield new TraceRecord.Instruction(place, bytes, flag, effects(tag, from));
      }
      case EVENT -> event(tag, place, from);
      case STATE -> {
        expected = rip;
        yield new TraceRecord.State(place, effects(tag, from));
      }
      default -> throw Unpacker.damaged();
    };
  }

  private Event event(int tag, Place place, Unpacker from) throws TraceException {
    int number = from.getByte();
    if (number >= KINDS.length) {
      throw Unpacker.damaged();
    }
    Event.Kind kind = KINDS[number];
    int vector = from.getByte();
    long code = (tag & FLAG) != 0 ? from.getVarint() : -1;
    if (code < -1 || code > Integer.MAX_VALUE) {
      throw Unpacker.damaged();
    }
    long address = hasAddress(kind, vector) ? from.getSigned() : 0;
    expected = place.rip();
    return new Event(place, kind, vector, (int) code, address, effects(tag, from));
  }

  private static boolean hasAddress(Event.Kind kind, int vector) {
    return kind == Event.Kind.EXCEPTION && vector == PAGE_FAULT;
  }

  private Effects effects(int tag, Unpacker from) throws TraceException {
    if ((tag & EFFECTS) == 0) {
      return Effects.NONE;
    }
    int changed = from.getCount(2);
    List<Change> changes = new ArrayList<>(changed);
    for (int n = 0; n < changed; n++) {
      long register = from.getVarint();
      if (register < 0 || register >= TraceRegister.ALL.size()) {
        throw Unpacker.damaged();
      }
      changes.add(new Change((int) register, from.getSigned()));
    }
    int count = from.getCount(3);
    List<Access> accesses = new ArrayList<>(count);
    for (int n = 0; n < count; n++) {
      int kind = from.getByte();
      lastAddress += from.getSigned();
      accesses.add(access(kind, lastAddress, from.getSigned()));
    }
    return new Effects(List.copyOf(changes), List.copyOf(accesses));
  }

  private static Access access(int bits, long address, long value) throws TraceException {
    Access.Kind kind =
        switch (bits & (SYSTEM | PORT | DEVICE)) {
          case 0 -> Access.Kind.MEMORY;
          case SYSTEM -> Access.Kind.SYSTEM;
          case PORT -> Access.Kind.PORT;
          case DEVICE -> Access.Kind.DEVICE;
          default -> throw Unpacker.damaged();
        };
    return new Access(kind, (bits & WRITE) != 0, 1 << (bits >> SIZE_SHIFT & 3), address, value);
  }
}
