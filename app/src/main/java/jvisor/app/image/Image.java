package jvisor.app.image;

import java.nio.file.Path;

/**
 * A guest image on disk.
 *
 * @param folder the folder that holds it
 * @param kernel the kernel
 * @param initrd the initial file system
 * @param info what it was made of
 */
public record Image(Path folder, Path kernel, Path initrd, ImageInfo info) {
  static final String KERNEL = "vmlinuz";
  static final String INITRD = "initrd";
  static final String INFO = "image.json";

  static Image in(Path folder, ImageInfo info) {
    return new Image(folder, folder.resolve(KERNEL), folder.resolve(INITRD), info);
  }
}
