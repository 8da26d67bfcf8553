package jvisor.machine.boot;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import jvisor.machine.BootException;

/** A file of the host that a person named; every failure becomes a line about it. */
record HostFile(Path path) {
  private static final long LARGEST = Integer.MAX_VALUE - 64;

  static HostFile of(Path path) {
    return new HostFile(path);
  }

  /** The last part of its name. */
  String name() {
    Path last = path.getFileName();
    return last == null ? path.toString() : last.toString();
  }

  BootException error(String phrase) {
    return new BootException(path + ": " + phrase);
  }

  private BootException error(IOException e) {
    if (e instanceof NoSuchFileException) {
      return error("no such file");
    }
    if (e instanceof AccessDeniedException) {
      return error("may not be read; check its permissions");
    }
    return error("cannot be read: " + e.getMessage());
  }

  /** Its size in bytes; it is a file, not empty and smaller than 2 GiB. */
  long size() throws BootException {
    try {
      if (Files.isDirectory(path)) {
        throw error("is a directory");
      }
      long size = Files.size(path);
      if (!Files.isRegularFile(path)) {
        throw error("is no regular file");
      }
      if (size == 0) {
        throw error("is empty");
      }
      if (size > LARGEST) {
        throw error("is too large");
      }
      if (!Files.isReadable(path)) {
        throw error("may not be read; check its permissions");
      }
      return size;
    } catch (IOException e) {
      throw error(e);
    }
  }

  byte[] readAll() throws BootException {
    size();
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw error(e);
    }
  }

  /** Takes the file's bytes in pieces. */
  interface Piece {
    void take(long offset, byte[] bytes, int length);
  }

  /** Hands exactly {@code size} bytes to {@code piece}, in order. */
  void copy(long size, Piece piece) throws BootException {
    byte[] buffer = new byte[1 << 20];
    long done = 0;
    try (InputStream in = Files.newInputStream(path)) {
      while (done < size) {
        int length = in.readNBytes(buffer, 0, (int) Math.min(buffer.length, size - done));
        if (length == 0) {
          throw error("became shorter while it was read");
        }
        piece.take(done, buffer, length);
        done += length;
      }
    } catch (IOException e) {
      throw error(e);
    }
  }
}
