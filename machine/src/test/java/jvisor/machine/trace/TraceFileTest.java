package jvisor.machine.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import jvisor.isa.CodeMode;
import jvisor.isa.Feature;
import jvisor.machine.trace.TraceRecord.Access;
import jvisor.machine.trace.TraceRecord.Change;
import jvisor.machine.trace.TraceRecord.Effects;
import jvisor.machine.trace.TraceRecord.Event;
import jvisor.machine.trace.TraceRecord.Place;
import org.junit.jupiter.api.Test;

/** The file: what is written is read again, and no file does harm. */
class TraceFileTest {
  private static final Set<Feature> FEATURES = EnumSet.of(Feature.BASE, Feature.SSE2);

  /** Records of all kinds with values of all sizes, in an order that a machine could have. */
  static List<TraceRecord> records(long seed, long first, int count) {
    Random random = new Random(seed);
    List<TraceRecord> records = new ArrayList<>();
    long completed = first;
    long rip = 0xfff0;
    for (int n = 0; n < count; n++) {
      if (random.nextInt(4) == 0) {
        rip = value(random);
      }
      CodeMode mode = CodeMode.values()[random.nextInt(3)];
      Place place = new Place(completed, random.nextInt(3), rip, mode, random.nextInt(4));
      Effects effects = random.nextBoolean() ? Effects.NONE : effects(random);
      switch (random.nextInt(8)) {
        case 0 -> {
          Event.Kind kind = Event.Kind.values()[random.nextInt(4)];
          int vector = random.nextBoolean() ? 14 : random.nextInt(256);
          boolean page = kind == Event.Kind.EXCEPTION && vector == 14;
          int code = random.nextInt(100) - 1;
          long address = page ? value(random) : 0;
          records.add(new Event(place, kind, vector, Math.max(-1, code), address, effects));
        }
        case 1 -> records.add(new TraceRecord.State(place, effects));
        default -> {
          byte[] bytes = new byte[1 + random.nextInt(15)];
          random.nextBytes(bytes);
          boolean done = random.nextInt(5) != 0;
          records.add(new TraceRecord.Instruction(place, bytes, done, effects));
          completed += done ? 1 : 0;
          rip += bytes.length;
        }
      }
    }
    return records;
  }

  private static Effects effects(Random random) {
    List<Change> changes = new ArrayList<>();
    for (int n = random.nextInt(4); n > 0; n--) {
      changes.add(new Change(random.nextInt(TraceRegister.ALL.size()), value(random)));
    }
    List<Access> accesses = new ArrayList<>();
    for (int n = random.nextInt(4); n > 0; n--) {
      Access.Kind kind = Access.Kind.values()[random.nextInt(4)];
      int bytes = 1 << random.nextInt(4);
      accesses.add(new Access(kind, random.nextBoolean(), bytes, value(random), value(random)));
    }
    return changes.isEmpty() && accesses.isEmpty() ? Effects.NONE : new Effects(changes, accesses);
  }

  private static long value(Random random) {
    return random.nextLong() >> random.nextInt(64);
  }

  static byte[] file(List<TraceRecord> records) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TraceWriter writer = new TraceWriter(out, new TraceHeader("default", FEATURES))) {
      for (TraceRecord record : records) {
        writer.write(record);
      }
      writer.finish();
    }
    return out.toByteArray();
  }

  private static TraceReader reader(byte[] file) throws IOException {
    return new TraceReader(new ByteArrayInputStream(file));
  }

  private static List<TraceRecord> read(byte[] file) throws IOException {
    List<TraceRecord> records = new ArrayList<>();
    try (TraceReader reader = reader(file)) {
      for (TraceRecord r = reader.next(); r != null; r = reader.next()) {
        records.add(r);
      }
    }
    return records;
  }

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    List<TraceRecord> records = records(1, 12_345, 40_000);
    byte[] file = file(records);
    assertThat(file.length).isLessThan(40_000 * 30);
    assertThat(read(file)).isEqualTo(records);
    try (TraceReader reader = reader(file)) {
      assertThat(reader.header()).isEqualTo(new TraceHeader("default", FEATURES));
    }
  }

  @Test
  void aTraceMayBeEmpty() throws IOException {
    assertThat(read(file(List.of()))).isEmpty();
  }

  @Test
  void readingStartsAnywhere() throws IOException {
    List<TraceRecord> records = records(2, 0, 40_000);
    byte[] file = file(records);
    long last = records.getLast().place().completed();
    for (long from : new long[] {0, 1, last / 3, last / 2, last}) {
      TraceRecord expected =
          records.stream().filter(r -> r.place().completed() >= from).findFirst().orElseThrow();
      try (TraceReader reader = reader(file)) {
        assertThat(reader.skipTo(from)).isEqualTo(expected);
        int next = records.indexOf(expected) + 1;
        assertThat(reader.next()).isEqualTo(next < records.size() ? records.get(next) : null);
      }
    }
    try (TraceReader reader = reader(file)) {
      assertThat(reader.skipTo(last + 2)).isNull();
    }
  }

  @Test
  void aFileThatHasBeenCutShortSaysSo() throws IOException {
    byte[] file = file(records(3, 0, 300));
    for (int length = 10; length < file.length; length++) {
      byte[] part = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> read(part))
          .as("%d bytes", length)
          .isInstanceOf(TraceException.class)
          .hasMessage("it has been cut short");
    }
  }

  @Test
  void otherFilesAreNoTraces() throws IOException {
    for (byte[] other : new byte[][] {{}, {0}, new byte[4096], "#!/bin/sh\nexit 0\n".getBytes()}) {
      assertThatThrownBy(() -> read(other)).hasMessage("it is no trace");
    }
    byte[] newer = file(List.of());
    newer[8] = 2;
    assertThatThrownBy(() -> read(newer))
        .hasMessage("it has version 2 of the format; this program reads version 1");
  }

  @Test
  void everyDamagedByteIsNoticed() throws IOException {
    byte[] file = file(records(4, 0, 200));
    int header = 12 + (file[10] & 0xff | (file[11] & 0xff) << 8);
    for (int at = header; at < file.length; at++) {
      byte[] damaged = file.clone();
      damaged[at] ^= 0x10;
      assertThatThrownBy(() -> read(damaged)).as("byte %d", at).isInstanceOf(TraceException.class);
    }
  }

  @Test
  void aMissingChunkIsNoticed() throws IOException {
    byte[] file = file(records(5, 0, 20_000));
    int first = 12 + (file[10] & 0xff | (file[11] & 0xff) << 8);
    int second = first + TraceWriter.CHUNK_HEADER + (int) number(file, first);
    int third = second + TraceWriter.CHUNK_HEADER + (int) number(file, second);
    byte[] without = new byte[file.length - (third - second)];
    System.arraycopy(file, 0, without, 0, second);
    System.arraycopy(file, third, without, second, file.length - third);
    assertThatThrownBy(() -> read(without)).hasMessage("a part of it is missing");
  }

  private static long number(byte[] bytes, int at) {
    return bytes[at] & 0xff
        | (bytes[at + 1] & 0xff) << 8
        | (bytes[at + 2] & 0xff) << 16
        | (bytes[at + 3] & 0xffL) << 24;
  }

  @Test
  void recordsOfRandomBytesDoNoHarm() {
    Random random = new Random(6);
    int refused = 0;
    for (int n = 0; n < 20_000; n++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      if (bytes.length > 2) {
        bytes[0] |= 0x10;
        bytes[1] &= 0x0f;
      }
      Unpacker from = new Unpacker(bytes, bytes.length);
      RecordCodec codec = new RecordCodec();
      codec.restart(0);
      try {
        while (from.left() > 0) {
          assertThat(codec.read(from)).isNotNull();
        }
      } catch (TraceException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }
}
