package jvisor.cpu.translator;

import java.util.EnumSet;
import jvisor.cpu.interpreter.Block;
import jvisor.host.CodeMemory;
import jvisor.host.HostFault;
import jvisor.host.HostMemory;
import jvisor.isa.CodeMode;
import jvisor.isa.Decoder;
import jvisor.isa.Disassembler;
import jvisor.isa.Feature;
import jvisor.isa.Insn;
import jvisor.platform.GuestMemory;
import org.jspecify.annotations.Nullable;

/** What to say of a fault in emitted code. */
final class FaultReport {
  private static final int BEHIND = 16;

  private FaultReport() {}

  /**
   * @param memory where the code is
   * @param in the translation in which the fault was, or null if in none
   * @param la where the block ran, or one that led to it
   */
  static EmittedCodeFault of(
      HostFault fault, CodeMemory memory, @Nullable Placed in, long la, GuestMemory guest) {
    long offset = fault.rip() - memory.executable();
    if (in == null) {
      return new EmittedCodeFault(fault, "in a stub, at offset 0x%x".formatted(offset), la);
    }
    byte[] code = new byte[(int) Math.min(offset - in.offset + BEHIND, CodeWriter.ROOM)];
    HostMemory.copyOut(memory.writable() + in.offset, code, 0, code.length);
    return new EmittedCodeFault(
        fault, text(in.block, code, memory.executable() + in.offset, guest), la);
  }

  private static String text(Block block, byte[] code, long hva, GuestMemory guest) {
    byte[] own = new byte[Math.min(block.length(), 4096 - block.pageOffset())];
    guest.read(block.gpa(), own, 0, own.length);
    StringBuilder text = new StringBuilder("in the translation of gpa 0x%x".formatted(block.gpa()));
    CodeMode mode = block.isNarrow() ? CodeMode.BITS32 : CodeMode.BITS64;
    list(text, "guest", own, mode, block.gpa());
    list(text, "host", code, CodeMode.BITS64, hva);
    return text.toString();
  }

  private static void list(
      StringBuilder text, String whose, byte[] code, CodeMode mode, long address) {
    Decoder decoder = new Decoder(EnumSet.allOf(Feature.class));
    for (int at = 0; at < code.length; ) {
      Insn insn = decoder.decode(code, at, code.length, mode);
      if (insn == Decoder.TRUNCATED || insn == Decoder.TOO_LONG) {
        return;
      }
      text.append(
          "\n  %s 0x%x %s".formatted(whose, address + at, Disassembler.text(insn, address + at)));
      at += insn.length;
    }
  }
}
