package jvisor.devices.acpi;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;

/**
 * Terms of ACPI machine language (ACPI 6.3, chapter 20), each as its bytes. A term is built from
 * the terms inside it, so that reading the code is reading the ASL.
 */
final class Aml {
  /** The null target of an operator whose result is only a value. */
  static final byte[] NO_TARGET = {0};

  /** Local0. */
  static final byte[] LOCAL0 = {0x60};

  /** Arg0. */
  static final byte[] ARG0 = {0x68};

  /** Arg1. */
  static final byte[] ARG1 = {0x69};

  /** Arg3. */
  static final byte[] ARG3 = {0x6b};

  /** Address space PCI_Config of an operation region. */
  static final int PCI_CONFIG = 2;

  private static final int EXTENDED = 0x5b;

  private Aml() {}

  /** Several terms, one after the other. */
  static byte[] terms(byte[]... terms) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] term : terms) {
      out.writeBytes(term);
    }
    return out.toByteArray();
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static byte[] little(int size, long value) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (value >>> (8 * i));
    }
    return bytes;
  }

  /** An integer in its shortest form; negative values count as 64-bit ones. */
  static byte[] integer(long value) {
    if (value == 0 || value == 1) {
      return bytes((int) value);
    }
    if (value >>> 8 == 0) {
      return terms(bytes(0x0a), little(1, value));
    }
    if (value >>> 16 == 0) {
      return terms(bytes(0x0b), little(2, value));
    }
    if (value >>> 32 == 0) {
      return terms(bytes(0x0c), little(4, value));
    }
    return terms(bytes(0x0e), little(8, value));
  }

  /** A string of ASCII characters. */
  static byte[] string(String text) {
    return terms(bytes(0x0d), text.getBytes(US_ASCII), bytes(0));
  }

  /** A name: segments of up to four characters, parted by dots, perhaps behind a backslash. */
  static byte[] name(String path) {
    boolean root = path.startsWith("\\");
    String[] segments = path.substring(root ? 1 : 0).split("\\.", -1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (root) {
      out.write('\\');
    }
    if (segments.length == 2) {
      out.write(0x2e);
    } else if (segments.length > 2) {
      out.write(0x2f);
      out.write(segments.length);
    }
    for (String segment : segments) {
      if (segment.isEmpty() && root && segments.length == 1) {
        out.write(0);
      } else {
        out.writeBytes((segment + "____").substring(0, 4).getBytes(US_ASCII));
      }
    }
    return out.toByteArray();
  }

  /** A compressed EISA id such as PNP0A08. */
  static byte[] eisaId(String id) {
    int value = 0;
    for (int i = 0; i < 3; i++) {
      value = value << 5 | (id.charAt(i) - '@');
    }
    value = value << 16 | Integer.parseInt(id.substring(3), 16);
    return integer(Integer.toUnsignedLong(Integer.reverseBytes(value)));
  }

  /** A UUID as ToUUID makes it: a buffer whose first three groups are little-endian. */
  static byte[] uuid(String text) {
    String digits = text.replace("-", "");
    int[] order = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
    byte[] value = new byte[16];
    for (int i = 0; i < 16; i++) {
      int at = 2 * order[i];
      value[i] = (byte) Integer.parseInt(digits.substring(at, at + 2), 16);
    }
    return buffer(value);
  }

  /** PkgLength in front of {@code body}; it counts itself. */
  private static byte[] packaged(byte[] body) {
    int size = 1;
    while (body.length + size >= (size == 1 ? 1 << 6 : 1 << (8 * size - 4))) {
      size++;
    }
    return terms(length(size, body.length + size), body);
  }

  private static byte[] length(int size, int value) {
    if (size == 1) {
      return bytes(value);
    }
    byte[] encoded = new byte[size];
    encoded[0] = (byte) ((size - 1) << 6 | (value & 15));
    for (int i = 1; i < size; i++) {
      encoded[i] = (byte) (value >>> (8 * i - 4));
    }
    return encoded;
  }

  /** Name (path, value). */
  static byte[] define(String path, byte[] value) {
    return terms(bytes(0x08), name(path), value);
  }

  /** Scope (path) {body}. */
  static byte[] scope(String path, byte[]... body) {
    return terms(bytes(0x10), packaged(terms(name(path), terms(body))));
  }

  /** Device (path) {body}. */
  static byte[] device(String path, byte[]... body) {
    return terms(bytes(EXTENDED, 0x82), packaged(terms(name(path), terms(body))));
  }

  /** Method (path, arguments, NotSerialized) {body}, or Serialized if it creates names. */
  static byte[] method(String path, int arguments, boolean serialized, byte[]... body) {
    int flags = arguments | (serialized ? 8 : 0);
    return terms(bytes(0x14), packaged(terms(name(path), bytes(flags), terms(body))));
  }

  /** Buffer () {content}. */
  static byte[] buffer(byte[] content) {
    return terms(bytes(0x11), packaged(terms(integer(content.length), content)));
  }

  /** Package () {elements}; at most 255. */
  static byte[] list(byte[]... elements) {
    return terms(bytes(0x12), packaged(terms(bytes(elements.length), terms(elements))));
  }

  /** OperationRegion (path, space, offset, length). */
  static byte[] region(String path, int space, int offset, int length) {
    return terms(bytes(EXTENDED, 0x80), name(path), bytes(space), integer(offset), integer(length));
  }

  /** Field (path, ByteAcc, NoLock, Preserve) {fields}. */
  static byte[] field(String path, byte[]... fields) {
    return terms(bytes(EXTENDED, 0x81), packaged(terms(name(path), bytes(1), terms(fields))));
  }

  /** A named field of at most 63 bits. */
  static byte[] bits(String segment, int count) {
    return terms(name(segment), bytes(count));
  }

  /** At most 63 bits without a name. */
  static byte[] reserved(int count) {
    return bytes(0, count);
  }

  /** CreateDWordField (buffer, index, path). */
  static byte[] dwordField(byte[] buffer, int index, String path) {
    return terms(bytes(0x8a), buffer, integer(index), name(path));
  }

  /** Return (value). */
  static byte[] returns(byte[] value) {
    return terms(bytes(0xa4), value);
  }

  /** If (predicate) {body}. */
  static byte[] when(byte[] predicate, byte[]... body) {
    return terms(bytes(0xa0), packaged(terms(predicate, terms(body))));
  }

  /** Else {body}. */
  static byte[] otherwise(byte[]... body) {
    return terms(bytes(0xa1), packaged(terms(body)));
  }

  /** LEqual (a, b). */
  static byte[] equal(byte[] a, byte[] b) {
    return terms(bytes(0x93), a, b);
  }

  /** LNotEqual (a, b). */
  static byte[] notEqual(byte[] a, byte[] b) {
    return terms(bytes(0x92, 0x93), a, b);
  }

  /** Store (value, target). */
  static byte[] store(byte[] value, byte[] target) {
    return terms(bytes(0x70), value, target);
  }

  /** And (a, b, target). */
  static byte[] and(byte[] a, byte[] b, byte[] target) {
    return terms(bytes(0x7b), a, b, target);
  }

  /** Or (a, b, target). */
  static byte[] or(byte[] a, byte[] b, byte[] target) {
    return terms(bytes(0x7d), a, b, target);
  }
}
