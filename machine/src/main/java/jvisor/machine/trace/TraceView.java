package jvisor.machine.trace;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jvisor.isa.CodeMode;
import jvisor.isa.Decoder;
import jvisor.isa.Disassembler;
import jvisor.isa.Insn;
import jvisor.isa.Row;
import jvisor.machine.trace.TraceRecord.Access;
import jvisor.machine.trace.TraceRecord.Change;
import jvisor.machine.trace.TraceRecord.Place;

/** Records of one trace as people and scripts read them. */
public final class TraceView {
  private static final int LINE = 100;
  private static final String MARGIN = " ".repeat(21);

  private final Decoder decoder;

  /** A view of the trace with this header. */
  public TraceView(TraceHeader header) {
    decoder = new Decoder(header.features());
  }

  /** The instruction in Intel syntax, branch targets absolute; {@code (bad)} if it is none. */
  public String disassemble(TraceRecord.Instruction instruction) {
    byte[] bytes = instruction.bytes();
    Place place = instruction.place();
    Insn insn = decoder.decode(bytes, 0, bytes.length, place.mode());
    boolean bad = insn == Decoder.TRUNCATED || insn == Decoder.TOO_LONG || insn.row == Row.INVALID;
    return bad ? "(bad)" : Disassembler.text(insn, place.rip());
  }

  /**
   * One line for the record, then lines for what it changed and accessed. The first has, in
   * columns, the instructions completed before, the privilege level, the address, the bytes and the
   * instruction.
   */
  public List<String> lines(TraceRecord record) {
    List<String> lines = new ArrayList<>();
    Place place = record.place();
    String at = "%12d %d %s ".formatted(place.completed(), place.cpl(), address(place));
    String cpu = place.cpu() == 0 ? "" : "  (processor %d)".formatted(place.cpu());
    switch (record) {
      case TraceRecord.Instruction i -> {
        String bytes = HexFormat.of().formatHex(i.bytes());
        String fault = i.completed() ? "" : "  (faults)";
        lines.add(at + "%-20s  %s%s%s".formatted(bytes, disassemble(i), fault, cpu));
      }
      case TraceRecord.Event e -> lines.add(at + "-- " + describe(e) + cpu);
      case TraceRecord.State _ -> lines.add(at + "-- registers" + cpu);
    }
    changes(record.effects().changes(), lines);
    for (Access access : record.effects().accesses()) {
      lines.add(MARGIN + describe(access));
    }
    return lines;
  }

  /** What an event is, and where its handler is if that was entered. */
  public static String describe(TraceRecord.Event e) {
    StringBuilder text = new StringBuilder();
    switch (e.kind()) {
      case EXCEPTION -> {
        text.append("exception ").append(e.vector()).append(' ').append(Vectors.name(e.vector()));
        if (e.errorCode() >= 0) {
          text.append(" (").append(Vectors.cause(e.vector(), e.errorCode())).append(')');
        }
        if (e.address() != 0) {
          text.append(" at ").append(Long.toHexString(e.address()));
        }
      }
      case INTERRUPT -> text.append("interrupt ").append(e.vector());
      case NMI -> text.append("non-maskable interrupt");
      case SHUTDOWN -> text.append("triple fault: the processor shuts down");
    }
    e.effects().changes().stream()
        .filter(change -> change.register() == TraceRegister.RIP)
        .forEach(change -> text.append(" -> ").append(Long.toHexString(change.value())));
    return text.toString();
  }

  /** An access, as {@code store8 [7fff0] = 12}. */
  public static String describe(Access access) {
    String number = Integer.toString(access.bytes());
    String address = Long.toHexString(access.address());
    String value = Long.toHexString(access.value());
    return switch (access.kind()) {
      case MEMORY -> (access.write() ? "store" : "load") + number + " [" + address + "] = " + value;
      case SYSTEM ->
          "system "
              + (access.write() ? "store" : "load")
              + number
              + " ["
              + address
              + "] = "
              + value;
      case PORT -> (access.write() ? "out" : "in") + number + " port " + address + " = " + value;
      case DEVICE ->
          (access.write() ? "device store" : "device load")
              + number
              + " gpa "
              + address
              + " = "
              + value;
    };
  }

  /**
   * The record as names and plain values, for JSON. Addresses and values are hexadecimal strings;
   * what does not apply is left out.
   */
  public Map<String, Object> map(TraceRecord record) {
    Map<String, Object> map = new LinkedHashMap<>();
    Place place = record.place();
    map.put("completed", place.completed());
    map.put("cpu", place.cpu());
    map.put("cpl", place.cpl());
    map.put("bits", 16 << place.mode().ordinal());
    map.put("rip", Long.toHexString(place.rip()));
    switch (record) {
      case TraceRecord.Instruction i -> {
        map.put("kind", "instruction");
        map.put("bytes", HexFormat.of().formatHex(i.bytes()));
        map.put("text", disassemble(i));
        map.put("faults", !i.completed());
      }
      case TraceRecord.Event e -> {
        map.put("kind", word(e.kind()));
        map.put("vector", e.vector());
        if (e.errorCode() >= 0) {
          map.put("error_code", e.errorCode());
        }
        if (e.address() != 0) {
          map.put("address", Long.toHexString(e.address()));
        }
      }
      case TraceRecord.State _ -> map.put("kind", "state");
    }
    Map<String, String> registers = new LinkedHashMap<>();
    for (Change change : record.effects().changes()) {
      registers.put(TraceRegister.of(change.register()).name(), Long.toHexString(change.value()));
    }
    map.put("registers", registers);
    map.put("accesses", record.effects().accesses().stream().map(TraceView::map).toList());
    return map;
  }

  private static Map<String, Object> map(Access access) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("kind", word(access.kind()));
    map.put("write", access.write());
    map.put("bytes", access.bytes());
    map.put("address", Long.toHexString(access.address()));
    map.put("value", Long.toHexString(access.value()));
    return map;
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String address(Place place) {
    return place.mode() == CodeMode.BITS64
        ? "%016x".formatted(place.rip())
        : "%8s%08x".formatted("", place.rip());
  }

  private static void changes(List<Change> changes, List<String> lines) {
    StringBuilder line = new StringBuilder(MARGIN);
    for (Change change : changes) {
      String text = describe(change) + " ";
      if (line.length() + text.length() > LINE && line.length() > MARGIN.length()) {
        lines.add(line.toString().stripTrailing());
        line.setLength(MARGIN.length());
      }
      line.append(text);
    }
    if (line.length() > MARGIN.length()) {
      lines.add(line.toString().stripTrailing());
    }
  }

  /** A change, as {@code rax=1f}. */
  public static String describe(Change change) {
    return TraceRegister.of(change.register()).name() + "=" + Long.toHexString(change.value());
  }
}
