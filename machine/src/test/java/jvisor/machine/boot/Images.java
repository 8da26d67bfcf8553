package jvisor.machine.boot;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import jvisor.machine.boot.payload.Format;
import jvisor.machine.boot.payload.Packing;

/** Small files with the headers that kernels have. */
final class Images {
  static final int CODE_OFFSET = 5 * 512;

  private Images() {}

  static byte[] noise(int size) {
    byte[] noise = new byte[size];
    new SplittableRandom(size).nextBytes(noise);
    return noise;
  }

  static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** An ELF file of either class. */
  static final class Elf {
    private static final class Part {
      final int type;
      final long virtual;
      final long gpa;
      final byte[] content;
      final long memorySize;

      Part(int type, long virtual, long gpa, byte[] content, long memorySize) {
        this.type = type;
        this.virtual = virtual;
        this.gpa = gpa;
        this.content = content;
        this.memorySize = memorySize;
      }
    }

    private final boolean wide;
    private final int machine;
    private final long entry;
    private final List<Part> parts = new ArrayList<>();

    Elf(boolean wide, int machine, long entry) {
      this.wide = wide;
      this.machine = machine;
      this.entry = entry;
    }

    Elf load(long virtual, long gpa, byte[] content, long memorySize) {
      parts.add(new Part(1, virtual, gpa, content, memorySize));
      return this;
    }

    Elf note(String owner, int type, byte[] descriptor) {
      int nameSize = owner.length() + 4 & -4;
      byte[] content = new byte[12 + nameSize + (descriptor.length + 3 & -4)];
      ByteBuffer note = buffer(content);
      note.putInt(owner.length() + 1).putInt(descriptor.length).putInt(type);
      note.put(owner.getBytes(StandardCharsets.UTF_8)).put(12 + nameSize, descriptor);
      parts.add(new Part(4, 0, 0, content, content.length));
      return this;
    }

    byte[] build() {
      int header = wide ? 64 : 52;
      int entrySize = wide ? 56 : 32;
      int size = 0x1000 + parts.stream().mapToInt(part -> part.content.length + 3 & -4).sum();
      byte[] bytes = new byte[size];
      ByteBuffer file = buffer(bytes);
      file.putInt(0, 0x464c457f).put(4, (byte) (wide ? 2 : 1)).put(5, (byte) 1).put(6, (byte) 1);
      file.putShort(16, (short) 2).putShort(18, (short) machine).putInt(20, 1);
      if (wide) {
        file.putLong(24, entry).putLong(32, header);
      } else {
        file.putInt(24, (int) entry).putInt(28, header);
      }
      file.putShort(wide ? 54 : 42, (short) entrySize);
      file.putShort(wide ? 56 : 44, (short) parts.size());
      int at = header;
      int offset = 0x1000;
      for (Part part : parts) {
        writeHeader(file, at, offset, part);
        file.put(offset, part.content);
        at += entrySize;
        offset += part.content.length + 3 & -4;
      }
      return bytes;
    }

    private void writeHeader(ByteBuffer file, int at, int offset, Part part) {
      long[] fields = {offset, part.virtual, part.gpa, part.content.length, part.memorySize};
      file.putInt(at, part.type);
      for (int i = 0; i < fields.length; i++) {
        if (wide) {
          file.putLong(at + 8 + 8 * i, fields[i]);
        } else {
          file.putInt(at + 4 + 4 * i, (int) fields[i]);
        }
      }
      if (wide) {
        file.putLong(at + 48, 4);
      } else {
        file.putInt(at + 28, 4);
      }
    }
  }

  /** A bzImage; the fields are those of a recent kernel and may be changed before it is built. */
  static final class BzImage {
    int version = 0x20f;
    int xloadflags = 0x01;
    int initrdMax = 0x7fff_ffff;
    int alignment = 0x20_0000;
    int commandLine = 2047;
    int relocatable = 1;
    long preferred = 0x100_0000;
    int initSize = 0x40_0000;
    int loadflags = 0x01;
    byte[] head = noise(0x100);
    byte[] payload = {};

    static BzImage of(Format format, byte[] kernel) throws IOException {
      BzImage image = new BzImage();
      image.payload = Packing.pack(format, kernel);
      return image;
    }

    byte[] code() {
      ByteArrayOutputStream code = new ByteArrayOutputStream();
      code.writeBytes(head);
      code.writeBytes(payload);
      code.writeBytes(new byte[64]);
      return Arrays.copyOf(code.toByteArray(), code.size() + 15 & -16);
    }

    byte[] build() {
      byte[] code = code();
      byte[] bytes = new byte[CODE_OFFSET + code.length];
      ByteBuffer file = buffer(bytes);
      file.put(0x1f1, (byte) 4).putInt(0x1f4, code.length / 16);
      file.putShort(0x1fe, (short) 0xaa55);
      file.putShort(0x200, (short) 0x6aeb).putInt(0x202, 0x53726448);
      file.putShort(0x206, (short) version).put(0x211, (byte) loadflags);
      file.putInt(0x214, 0x10_0000).putInt(0x22c, initrdMax).putInt(0x230, alignment);
      file.put(0x234, (byte) relocatable).putShort(0x236, (short) xloadflags);
      file.putInt(0x238, commandLine);
      file.putInt(0x248, payload.length == 0 ? 0 : head.length).putInt(0x24c, payload.length);
      file.putLong(0x258, preferred).putInt(0x260, initSize);
      file.put(CODE_OFFSET, code);
      return bytes;
    }
  }
}
