package jvisor.machine.boot;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import jvisor.machine.boot.ElfFile.Note;

/**
 * What the Xen notes of an ELF file say about starting it.
 *
 * @param entry gpa of the 32-bit entry
 * @param guestOs the name of the system, or nothing
 */
record PvhNotes(long entry, String guestOs) {
  private static final String OWNER = "Xen";
  private static final int GUEST_OS = 6;
  private static final int PHYS32_ENTRY = 18;

  /** Looks for the entry. */
  static Optional<PvhNotes> find(ElfFile elf) {
    long entry = -1;
    String guestOs = "";
    for (Note note : elf.notes()) {
      if (note.owner().equals(OWNER)) {
        ByteBuffer value = elf.descriptor(note);
        if (note.type() == PHYS32_ENTRY && note.length() >= 4) {
          entry = value.getInt(0) & 0xffff_ffffL;
        } else if (note.type() == GUEST_OS) {
          byte[] text = new byte[note.length()];
          value.get(0, text);
          guestOs = new String(text, StandardCharsets.UTF_8).replace("\0", "");
        }
      }
    }
    return entry < 0 ? Optional.empty() : Optional.of(new PvhNotes(entry, guestOs));
  }

  boolean isLinux() {
    return guestOs.equals("linux");
  }
}
