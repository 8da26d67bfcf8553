package jvisor.guests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import jvisor.isa.Assembler;
import jvisor.isa.CodeMode;
import jvisor.machine.Boot;

/** Firmware of a few instructions, which start at the reset vector's first jump in real mode. */
final class TinyGuest {
  private static final int SIZE = 4096;
  private static final int RESET_VECTOR = SIZE - 16;
  private static final int ORIGIN = 0xf000;

  private TinyGuest() {}

  /** Writes the firmware into {@code folder}; {@code code} is 16-bit, with CS covering it. */
  static Path file(Path folder, String code) {
    String start = "start:\n" + code + "\norg 0x" + Integer.toHexString(ORIGIN + RESET_VECTOR);
    byte[] image =
        Arrays.copyOf(
            new Assembler(CodeMode.BITS16, ORIGIN).emit(start + "\njmp start\n").assemble(), SIZE);
    try {
      return Files.write(folder.resolve("tiny.bin"), image);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The firmware as something to boot. */
  static Boot boot(Path folder, String code) {
    return new Boot.Firmware(file(folder, code));
  }
}
