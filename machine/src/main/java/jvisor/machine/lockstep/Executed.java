package jvisor.machine.lockstep;

import java.util.Arrays;
import java.util.HexFormat;
import jvisor.isa.Decoder;
import jvisor.isa.Disassembler;
import jvisor.isa.Insn;
import jvisor.isa.Row;
import jvisor.machine.trace.TraceRecord.Place;

/**
 * An instruction that has been executed.
 *
 * @param place where and when
 * @param bytes its bytes and what follows, as far as they could be read
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
record Executed(Place place, byte[] bytes) {
  /** The instruction; its row is {@link Row#INVALID} if it could not be read. */
  Insn decode(Decoder decoder) {
    return decoder.decode(bytes, 0, bytes.length, place.mode());
  }

  /** A line for people. */
  String text(Decoder decoder) {
    Insn insn = decode(decoder);
    boolean known = insn.row != Row.INVALID;
    String hex = HexFormat.of().formatHex(known ? Arrays.copyOf(bytes, insn.length) : bytes);
    String cpu = place.cpu() == 0 ? "" : "  (processor %d)".formatted(place.cpu());
    return "%12d %d %s %-20s  %s%s"
        .formatted(
            place.completed(),
            place.cpl(),
            "%016x".formatted(place.rip()),
            hex,
            known ? Disassembler.text(insn, place.rip()) : "(not to be read)",
            cpu);
  }
}
