package jvisor.cpu.oracle;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import jvisor.isa.CodeMode;

/**
 * Cases with the states that a real processor left, as a compressed file: for each case mode, code
 * and seed, what differs between the seed's state and the one before, and between that and the one
 * after.
 */
final class Corpus {
  /** A case and its result. */
  record Entry(MachineState before, MachineState after) {}

  private static final int END = 0xffff;

  private Corpus() {}

  static void write(OutputStream file, List<Entry> entries) throws IOException {
    try (DataOutputStream out = new DataOutputStream(new GZIPOutputStream(file))) {
      for (Entry e : entries) {
        MachineState before = e.before();
        out.writeByte(before.mode == CodeMode.BITS64 ? 64 : 32);
        out.writeByte(before.code.length);
        out.write(before.code);
        out.writeInt((int) before.seed);
        writeDifference(out, MachineState.random(before.mode, before.seed), before);
        out.writeByte(e.after().vector);
        out.writeShort((int) (e.after().rip - MachineState.CODE_BASE));
        writeDifference(out, before, e.after());
      }
    }
  }

  static List<Entry> read(InputStream file) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (DataInputStream in = new DataInputStream(new GZIPInputStream(file))) {
      while (true) {
        int mode = in.read();
        if (mode < 0) {
          return entries;
        }
        byte[] code = in.readNBytes(in.readByte());
        MachineState before =
            MachineState.random(mode == 64 ? CodeMode.BITS64 : CodeMode.BITS32, in.readInt());
        before.code = code;
        readDifference(in, before);
        MachineState after = before.copy();
        after.vector = in.readByte();
        after.rip = MachineState.CODE_BASE + in.readShort();
        readDifference(in, after);
        entries.add(new Entry(before, after));
      }
    } catch (EOFException e) {
      throw new IOException("corpus ends in the middle of a case", e);
    }
  }

  private static void writeDifference(DataOutputStream out, MachineState from, MachineState to)
      throws IOException {
    int changed = 0;
    for (int r = 0; r < 16; r++) {
      changed |= from.gpr[r] == to.gpr[r] ? 0 : 1 << r;
    }
    out.writeShort(changed);
    for (int r = 0; r < 16; r++) {
      if ((changed >> r & 1) != 0) {
        out.writeLong(to.gpr[r]);
      }
    }
    out.writeShort((int) to.flags);
    for (int at = 0; at < MachineState.MEMORY_SIZE; at++) {
      if (from.memory[at] != to.memory[at]) {
        int end = at;
        while (end < MachineState.MEMORY_SIZE && from.memory[end] != to.memory[end]) {
          end++;
        }
        out.writeShort(at);
        out.writeShort(end);
        out.write(to.memory, at, end - at);
        at = end;
      }
    }
    out.writeShort(END);
  }

  private static void readDifference(DataInputStream in, MachineState s) throws IOException {
    int changed = in.readUnsignedShort();
    for (int r = 0; r < 16; r++) {
      if ((changed >> r & 1) != 0) {
        s.gpr[r] = in.readLong();
      }
    }
    s.flags = in.readUnsignedShort();
    for (int at = in.readUnsignedShort(); at != END; at = in.readUnsignedShort()) {
      byte[] bytes = in.readNBytes(in.readUnsignedShort() - at);
      System.arraycopy(bytes, 0, s.memory, at, bytes.length);
    }
  }
}
