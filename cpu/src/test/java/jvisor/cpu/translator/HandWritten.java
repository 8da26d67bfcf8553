package jvisor.cpu.translator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.regex.Pattern;
import jvisor.cpu.mmu.TlbLayout;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.translator.UnsafeCode.Rule;
import jvisor.isa.Assembler;
import jvisor.isa.CodeMode;
import jvisor.isa.Feature;
import jvisor.isa.Insn;

/**
 * Translations written by hand, for the {@link Verifier}: number 5, of three instructions, and if
 * they are of two blocks number 6, of two.
 *
 * <p>A statement of its own: {@code probe read [LAST], FAIL}, or {@code write}, looks for the TLB's
 * entry of the address in R11 and goes to FAIL unless that admits all up to LAST. It is written out
 * before anything in it is made bad.
 */
final class HandWritten {
  private static final long STUBS = 0x10000;
  private static final long PLACE = 0x20000;
  private static final int NUMBER = 5;
  private static final Pattern PROBE =
      Pattern.compile("(?m)^ *probe (read|write) (\\[.*\\]), (\\w+)\n");

  private final Stubs stubs = new Stubs(new Emitter(), STUBS);
  private final Verifier verifier = new Verifier(EnumSet.allOf(Feature.class), stubs);
  private final boolean extended;

  /** Of one block. */
  HandWritten() {
    this(false);
  }

  /** Of two blocks if {@code extended}; the first one's own is jumped to before {@code alone}. */
  HandWritten(boolean extended) {
    this.extended = extended;
  }

  /** Has it verified, with jumps that end at the labels {@code linked}. */
  void check(String text, String... linked) {
    Assembler assembler = new Assembler(CodeMode.BITS64, PLACE);
    assembler.emit(
        """
        LEAVE equ 0x%x
        LOAD_VECTORS equ 0x%x
        BUDGET equ 0x%x
        ATTENTION equ 0x%x
        TLB_TABLE equ 0x%x
        TLB_GENERATION equ 0x%x
        JUMPS equ 0x%x
        CONTEXT equ 0x%x
        FLAGS equ 0x%x
        PAGE_BASE equ 0x%x
        TARGET_CODE equ 0x%x
        ADDEND equ 0x%x
        TAG equ 0x%x
        REST equ 0x%x
        STREAM equ 0x%x
        COUNTS equ 0x%x
        COUNT equ 0x%x
        LOAD_X87 equ 0x%x
        X87_USABLE equ 0x%x
        X87_HELD equ 0x%x
        X87_CONTROL equ 0x%x
        HOST_STACK equ 0x%x
        HOST_STACK_END equ 0x%x
        """
            .formatted(
                stubs.leave(),
                stubs.loadVectors(),
                Words.BUDGET,
                VcpuState.ATTENTION,
                VcpuState.TLB_TABLE,
                VcpuState.TLB_GENERATION,
                Words.JUMPS,
                Words.CONTEXT,
                Words.FLAGS,
                Words.PAGE_BASE,
                Words.TARGET_CODE,
                TlbLayout.ADDEND,
                Frames.tag(2),
                Streams.REST,
                Streams.word(0),
                Words.COUNTS,
                NUMBER << ExecutionCounts.ENTRY_SHIFT,
                stubs.loadX87(),
                Words.X87_USABLE,
                Words.X87_HELD,
                Words.X87_CONTROL,
                Words.HOST_STACK,
                Words.HOST_STACK_END));
    assembler.emit(withProbes(text));
    byte[] code = assembler.assemble();
    Part part = new Part(new Insn[3], 0);
    part.number = NUMBER;
    part.resumes[0] = (int) (assembler.addressOf("resume_0") - PLACE);
    part.resumes[1] = (int) (assembler.addressOf("resume_1") - PLACE);
    if (extended) {
      part.next = new Part(new Insn[2], 3);
      part.next.number = NUMBER + 1;
    }
    List<Branches.Link> links = new ArrayList<>();
    for (String label : linked) {
      links.add(link(assembler, label));
    }
    verifier.check(
        code, code.length, PLACE, part, links, extended ? link(assembler, "alone") : null);
  }

  private static String withProbes(String text) {
    return PROBE
        .matcher(text)
        .replaceAll(probe ->
            """
            mov r12, r11
            shr r12, 7
            and r12d, 0x1ffe0
            add r12, qword ptr [r15+TLB_TABLE]
            lea r14, %s
            and r14, -4096
            or r14, qword ptr [r15+TLB_GENERATION]
            cmp r14, qword ptr [r12%s]
            jne %s
            """
                .formatted(
                    probe.group(2),
                    probe.group(1).equals("write") ? "+" + TlbLayout.WRITE_TAG : "",
                    probe.group(3)));
  }

  private static Branches.Link link(Assembler assembler, String label) {
    return new Branches.Link((int) (assembler.addressOf(label) - PLACE), 0);
  }

  /** {@code accepted} breaks a rule once {@code bad} stands there instead of {@code good}. */
  void rejects(String accepted, Rule rule, String good, String bad, String... linked) {
    String flat = withProbes(accepted).replaceAll("\n\\s*", "\n");
    String from = good.replaceAll("\n\\s*", "\n").strip();
    assertThat(flat).contains(from);
    String text =
        flat.replaceFirst(Pattern.quote(from) + "(?=\n)", bad.replace("PLACE", "" + PLACE));
    assertThat(text).isNotEqualTo(flat);
    assertThatThrownBy(() -> check(text, linked))
        .isInstanceOfSatisfying(
            UnsafeCode.class, e -> assertThat(e.rule()).as(e.getMessage()).isEqualTo(rule));
  }
}
