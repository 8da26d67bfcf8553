package jvisor.app.image;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveOutputStream;
import org.apache.commons.compress.archivers.cpio.CpioConstants;

/**
 * Writes an initial file system as an uncompressed cpio archive, which a kernel on a slow processor
 * unpacks fastest. Everything belongs to root; two runs write the same bytes.
 */
public final class InitramfsWriter implements AutoCloseable {
  private final CpioArchiveOutputStream out;
  private int inode;

  /** Writes to {@code target}, which {@link #close} closes. */
  public InitramfsWriter(OutputStream target) {
    out = new CpioArchiveOutputStream(target, CpioConstants.FORMAT_NEW);
  }

  /** A folder; those above it come first. */
  public void folder(String path, int mode) throws IOException {
    put(entry(path, CpioConstants.C_ISDIR | mode, 0), new byte[0]);
  }

  /** A regular file. */
  public void file(String path, int mode, byte[] content) throws IOException {
    put(entry(path, CpioConstants.C_ISREG | mode, content.length), content);
  }

  /** A symbolic link to {@code target}. */
  public void link(String path, String target) throws IOException {
    byte[] content = target.getBytes(StandardCharsets.UTF_8);
    put(entry(path, CpioConstants.C_ISLNK | 0777, content.length), content);
  }

  /** A character device. */
  public void device(String path, int mode, int major, int minor) throws IOException {
    CpioArchiveEntry entry = entry(path, CpioConstants.C_ISCHR | mode, 0);
    entry.setRemoteDeviceMaj(major);
    entry.setRemoteDeviceMin(minor);
    put(entry, new byte[0]);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  private CpioArchiveEntry entry(String path, long mode, long size) {
    CpioArchiveEntry entry = new CpioArchiveEntry(CpioConstants.FORMAT_NEW, path);
    entry.setMode(mode);
    entry.setSize(size);
    entry.setInode(++inode);
    entry.setNumberOfLinks(1);
    return entry;
  }

  private void put(CpioArchiveEntry entry, byte[] content) throws IOException {
    out.putArchiveEntry(entry);
    out.write(content);
    out.closeArchiveEntry();
  }
}
