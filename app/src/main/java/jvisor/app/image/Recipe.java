package jvisor.app.image;

import java.io.IOException;
import java.nio.file.Path;
import jvisor.app.user.UserError;

/** How an image is made. */
interface Recipe {
  /** Changes with everything of ours that goes into the image. */
  String id();

  /**
   * Makes an image's kernel and initial file system.
   *
   * @param work an existing folder for what is needed meanwhile; the store deletes it
   * @param target the folder that becomes the image
   * @throws UserError if the host lacks something, told in one line
   * @throws IOException if a folder cannot be written
   */
  Versions make(Path work, Path target) throws UserError, IOException;

  /** Packages that went in, as "name version". */
  record Versions(String kernel, String busybox) {}
}
