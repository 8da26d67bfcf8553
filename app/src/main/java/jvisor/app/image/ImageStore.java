package jvisor.app.image;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.stream.Stream;
import jvisor.app.user.Folders;
import jvisor.app.user.Notes;
import jvisor.app.user.Progress;
import jvisor.app.user.UserError;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The images under the cache folder, a folder each. An image is written beside its place and
 * renamed into it, so that nobody sees half of one; whoever builds holds a lock on the whole store.
 */
public final class ImageStore {
  /** The image that runs when nobody names a kernel. */
  public static final String MINI = "mini";

  /** Bytes for APT's lists and caches, the packages and the image, with something to spare. */
  private static final long NEEDED = 128L << 20;

  private static final String WORK_PREFIX = ".new-";

  private final Path images;
  private final Notes notes;
  private final Recipe recipe;

  /** The store under {@code folders}' cache folder; {@code verbose} shows what APT says. */
  public ImageStore(Folders folders, Notes notes, boolean verbose) {
    this(folders.cache().resolve("images"), notes, new MiniRecipe(notes, verbose));
  }

  ImageStore(Path images, Notes notes, Recipe recipe) {
    this.images = images;
    this.notes = notes;
    this.recipe = recipe;
  }

  /** The folder of the image with this name, whether or not it exists. */
  public Path folder(String name) {
    return images.resolve(name);
  }

  /** The image, if it has been made; it may be out of date. */
  public Optional<Image> find(String name) {
    Path folder = folder(name);
    Path file = folder.resolve(Image.INFO);
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    try {
      Image image = Image.in(folder, ImageInfo.read(file));
      return Files.isReadable(image.kernel()) && Files.isReadable(image.initrd())
          ? Optional.of(image)
          : Optional.empty();
    } catch (JacksonException e) {
      // Damaged by someone else; made anew like a missing one.
      return Optional.empty();
    }
  }

  /** Whether {@code image} was made the way that this version makes it. */
  public boolean current(Image image) {
    return recipe.id().equals(image.info().recipe());
  }

  /** The default image, made first if it is missing or out of date. */
  public Image mini() throws UserError {
    Optional<Image> found = find(MINI);
    if (found.isPresent() && current(found.get())) {
      return found.get();
    }
    try {
      return make(false);
    } catch (UserError e) {
      if (found.isEmpty()) {
        throw e;
      }
      notes.note("image mini is out of date and stays so: " + e.getMessage());
      return found.get();
    }
  }

  /** Makes the default image anew. */
  public Image build() throws UserError {
    return make(true);
  }

  private Image make(boolean anew) throws UserError {
    try {
      Files.createDirectories(images);
      try (FileChannel channel =
              FileChannel.open(
                  images.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock _ = lock(channel)) {
        Optional<Image> meanwhile = find(MINI);
        if (!anew && meanwhile.isPresent() && current(meanwhile.get())) {
          return meanwhile.get();
        }
        sweep();
        long free = Files.getFileStore(images).getUsableSpace();
        if (free < NEEDED) {
          throw new UserError(
              "making an image takes %d MiB, and %s has %d free; XDG_CACHE_HOME names another place"
                  .formatted(NEEDED >> 20, images, free >> 20));
        }
        return makeLocked();
      }
    } catch (IOException e) {
      throw new UserError(
          "cannot write the image folder %s: %s; XDG_CACHE_HOME names another place"
              .formatted(images, UserError.reason(e)));
    }
  }

  /** Removes an image; answers false if there was none. */
  public boolean remove(String name) throws UserError {
    Path folder = folder(name);
    if (!Files.exists(folder)) {
      return false;
    }
    try {
      Path doomed = images.resolve(WORK_PREFIX + "doomed-" + ProcessHandle.current().pid());
      Files.move(folder, doomed, StandardCopyOption.ATOMIC_MOVE);
      delete(doomed);
      return true;
    } catch (IOException e) {
      throw UserError.of("cannot remove " + folder, e);
    }
  }

  private Image makeLocked() throws UserError, IOException {
    Path work = Files.createTempDirectory(images, WORK_PREFIX);
    try {
      Path fresh = Files.createDirectory(work.resolve(MINI));
      Recipe.Versions versions = recipe.make(work, fresh);
      ImageInfo info =
          new ImageInfo(
              MINI,
              recipe.id(),
              versions.kernel(),
              versions.busybox(),
              Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
      Files.write(fresh.resolve(Image.INFO), json().writeValueAsBytes(info));
      for (String name : new String[] {Image.KERNEL, Image.INITRD, Image.INFO}) {
        try (FileChannel file = FileChannel.open(fresh.resolve(name), StandardOpenOption.WRITE)) {
          file.force(true);
        }
      }
      Path place = folder(MINI);
      if (Files.exists(place)) {
        Files.move(place, work.resolve("old"), StandardCopyOption.ATOMIC_MOVE);
      }
      Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
      return Image.in(place, info);
    } finally {
      delete(work);
    }
  }

  /** Deletes what a killed build has left; the lock is held, so no other build lives. */
  private void sweep() throws IOException {
    try (Stream<Path> entries = Files.list(images)) {
      for (Path entry : entries.toList()) {
        if (entry.getFileName().toString().startsWith(WORK_PREFIX)) {
          delete(entry);
        }
      }
    }
  }

  private FileLock lock(FileChannel channel) throws IOException {
    FileLock lock = tryLock(channel);
    if (lock != null) {
      return lock;
    }
    if (!notes.terminal()) {
      notes.note("waiting for another jvisor that makes the image");
    }
    try (Progress progress = new Progress(notes, "another build")) {
      while (lock == null) {
        progress.alive();
        Thread.sleep(100);
        lock = tryLock(channel);
      }
      return lock;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Held by another thread of this process.
      return null;
    }
  }

  private static JsonMapper json() {
    return JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  }

  private static void delete(Path tree) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
              throws IOException {
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
