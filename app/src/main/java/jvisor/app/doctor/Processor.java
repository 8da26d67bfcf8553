package jvisor.app.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * The host's processor, as Linux describes it.
 *
 * @param model its name, or a word that it is unknown
 * @param count logical processors
 * @param vtx Intel VT-x (flag vmx)
 * @param ept Intel's nested paging
 * @param amdv AMD-V, which is the SVM flag
 * @param npt AMD's nested paging
 * @param virtual whether the host itself runs under a hypervisor
 * @param known whether the flags could be read
 */
public record Processor(
    String model,
    int count,
    boolean vtx,
    boolean ept,
    boolean amdv,
    boolean npt,
    boolean virtual,
    boolean known) {

  /** Reads a file of the form of /proc/cpuinfo. */
  static Processor read(Path cpuinfo) {
    int count = Runtime.getRuntime().availableProcessors();
    List<String> lines;
    try {
      lines = Files.readAllLines(cpuinfo);
    } catch (IOException e) {
      return new Processor(
          System.getProperty("os.arch", "unknown"),
          count,
          false,
          false,
          false,
          false,
          false,
          false);
    }
    Set<String> flags = words(value(lines, "flags"));
    // Newer kernels tell of EPT in a line of its own.
    Set<String> vmx = words(value(lines, "vmx flags"));
    return new Processor(
        value(lines, "model name"),
        count,
        flags.contains("vmx"),
        flags.contains("ept") || vmx.contains("ept"),
        flags.contains("svm"),
        flags.contains("npt"),
        flags.contains("hypervisor"),
        !flags.isEmpty());
  }

  private static Set<String> words(String text) {
    return text.isEmpty() ? Set.of() : Set.copyOf(List.of(text.split(" +")));
  }

  private static String value(List<String> lines, String key) {
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon > 0 && line.substring(0, colon).strip().equals(key)) {
        return line.substring(colon + 1).strip();
      }
    }
    return "";
  }
}
