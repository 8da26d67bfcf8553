package jvisor.app.image;

import io.airlift.compress.v3.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** Reads files out of a Debian package. */
public final class DebPackage {
  private static final int LARGEST_FILE = 256 << 20;

  private DebPackage() {}

  /**
   * The content of the first regular file whose path starts with one of {@code prefixes}, which
   * have no leading slash. Reads no further than that file.
   */
  public static byte[] read(Path deb, String... prefixes) throws IOException {
    try (ArArchiveInputStream members =
        new ArArchiveInputStream(new BufferedInputStream(Files.newInputStream(deb)))) {
      for (ArArchiveEntry member = members.getNextEntry();
          member != null;
          member = members.getNextEntry()) {
        if (member.getName().startsWith("data.tar")) {
          return find(deb, data(member.getName(), members), prefixes);
        }
      }
    }
    throw new IOException(deb.getFileName() + " holds no data archive");
  }

  private static byte[] find(Path deb, InputStream data, String... prefixes) throws IOException {
    try (TarArchiveInputStream files = new TarArchiveInputStream(data)) {
      for (TarArchiveEntry file = files.getNextEntry(); file != null; file = files.getNextEntry()) {
        if (file.isFile() && matches(file.getName(), prefixes)) {
          if (file.getSize() > LARGEST_FILE) {
            throw new IOException(file.getName() + " is too large");
          }
          return files.readAllBytes();
        }
      }
    }
    throw new IOException(deb.getFileName() + " holds no " + prefixes[0]);
  }

  private static boolean matches(String name, String... prefixes) {
    String path = name.startsWith("./") ? name.substring(2) : name;
    for (String prefix : prefixes) {
      if (path.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  private static InputStream data(String name, InputStream packed) throws IOException {
    return switch (name) {
      case "data.tar" -> packed;
      case "data.tar.gz" -> new GZIPInputStream(packed);
      case "data.tar.xz" -> new XZInputStream(packed);
      case "data.tar.zst" -> new ZstdInputStream(packed);
      default -> throw new IOException("unknown compression of " + name);
    };
  }
}
