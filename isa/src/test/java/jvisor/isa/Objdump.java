package jvisor.isa;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** GNU objdump as a second opinion on bytes. */
final class Objdump {
  /** One line: what objdump takes for an instruction at {@code offset}. */
  record Line(int offset, int length, List<String> prefixes, String name, String operands) {}

  private static final Set<String> PREFIXES =
      Set.of(
          "lock",
          "rep",
          "repz",
          "repnz",
          "data16",
          "data32",
          "addr16",
          "addr32",
          "es",
          "cs",
          "ss",
          "ds",
          "fs",
          "gs",
          "notrack",
          "bnd",
          "xacquire",
          "xrelease");

  private Objdump() {}

  /** Whether there is one here. */
  static boolean isPresent() {
    try {
      return new ProcessBuilder("objdump", "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Disassembles raw bytes from the first to the last. */
  static List<Line> disassemble(byte[] code, CodeMode mode) throws IOException {
    Path file = Files.createTempFile("jvisor-isa", ".bin");
    try {
      Files.write(file, code);
      String machine =
          switch (mode) {
            case BITS16 -> "i8086";
            case BITS32 -> "i386";
            case BITS64 -> "i386:x86-64";
          };
      Process process =
          new ProcessBuilder(
                  "objdump",
                  "-D",
                  "-w",
                  "-z",
                  "--insn-width=16",
                  "-b",
                  "binary",
                  "-m",
                  machine,
                  "-M",
                  "intel,intel64",
                  file.toString())
              .redirectErrorStream(true)
              .start();
      List<Line> lines = new ArrayList<>();
      try (BufferedReader reader = process.inputReader()) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          String[] columns = line.split("\t");
          if (columns.length >= 2 && columns[0].endsWith(":")) {
            lines.add(parse(columns));
          }
        }
      }
      return lines;
    } finally {
      Files.delete(file);
    }
  }

  private static Line parse(String[] columns) {
    int offset = Integer.parseInt(columns[0].strip().replace(":", ""), 16);
    int length = columns[1].strip().split(" ").length;
    String text = columns.length > 2 ? columns[2].strip() : "";
    List<String> prefixes = new ArrayList<>();
    while (true) {
      int space = text.indexOf(' ');
      String word = space < 0 ? text : text.substring(0, space);
      String rest = space < 0 ? "" : text.substring(space).strip();
      if (PREFIXES.contains(word) || word.startsWith("rex")) {
        prefixes.add(word);
        text = rest;
      } else {
        int comment = rest.indexOf('#');
        String operands = comment < 0 ? rest : rest.substring(0, comment);
        return new Line(offset, length, prefixes, word, operands.strip());
      }
    }
  }
}
