package jvisor.cpu.translator;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import jvisor.cpu.interpreter.Block;
import jvisor.host.CodeMemory;
import jvisor.isa.Feature;
import jvisor.isa.Insn;
import org.jspecify.annotations.Nullable;

/**
 * Writes translations to the code memory, one behind the other, each verified before if that is
 * wanted. A translation is emitted first, and its place kept if it is worth it.
 */
final class CodeWriter {
  /** More than any translation needs. */
  static final int ROOM = 1 << 17;

  /** Translations begin at multiples of so many bytes. */
  static final int ALIGNMENT = 16;

  private final CodeMemory memory;
  private final Placements placed;
  private final TranslationListener listener;
  private final boolean returns;
  private final Emitter e = new Emitter();
  private final Stubs stubs;
  private final BlockTranslator translator;
  private final @Nullable Verifier verifier;
  private final long first;
  private long used;

  /** Writes to {@code memory}, at whose beginning there are stubs from now on. */
  CodeWriter(
      CodeMemory memory,
      Placements placed,
      TranslatorOptions options,
      TranslationListener listener) {
    this.memory = memory;
    this.placed = placed;
    this.listener = listener;
    returns = options.switches().isOn(Optimisation.RETURN);
    Set<Feature> features = HostFeatures.read();
    stubs = new Stubs(e, memory.executable());
    memory.write(0, e.code(), 0, e.length());
    first = e.length();
    used = first;
    translator = new BlockTranslator(e, stubs, features, options);
    verifier = options.verify() ? new Verifier(features, stubs) : null;
  }

  Stubs stubs() {
    return stubs;
  }

  /** Bytes written since the last flush. */
  long used() {
    return used;
  }

  /** Whether there is room for another translation. */
  boolean hasRoom() {
    return used + ROOM <= memory.size();
  }

  /** The next translation begins where the first one did. */
  void clear() {
    used = first;
  }

  /**
   * Emits a translation of a block alone, the next in memory.
   *
   * @return how many instructions leave
   */
  int emit(Part part, boolean narrow) {
    begin(List.of(part));
    translator.emit(part, narrow);
    checkRoom();
    return translator.leaving();
  }

  /**
   * Emits a translation of {@code parts} besides that of the first one alone, with no window at the
   * places {@code shut}.
   */
  void emitTree(List<Part> parts, boolean narrow, List<Window.Place> shut) {
    begin(parts);
    translator.emitTree(parts.getFirst(), narrow, shut);
    checkRoom();
  }

  private void begin(List<Part> parts) {
    used = used + ALIGNMENT - 1 & -ALIGNMENT;
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).number = placed.count() + i;
    }
    e.begin(memory.executable() + used);
  }

  private void checkRoom() {
    if (e.length() > ROOM) {
      throw new IllegalStateException("a translation of " + e.length() + " bytes");
    }
  }

  /** Whether there is a form of {@code instruction} that does not leave. */
  boolean emits(Insn instruction, boolean narrow) {
    e.begin(memory.executable() + used);
    translator.emit(new Part(new Insn[] {instruction}, 0), narrow);
    return translator.leaving() == 0;
  }

  /** The jumps of the translation just emitted to other places in its page. */
  List<Branches.Link> links() {
    return translator.links();
  }

  /** Its jump to the translation of its first block alone, if it is of several. */
  Branches.Link fallback() {
    return Objects.requireNonNull(translator.fallback());
  }

  /** Where it has windows. */
  List<Window.Place> windows() {
    return translator.windows();
  }

  /** Whether it goes on with its first block behind some of the others. */
  boolean again() {
    return translator.again();
  }

  /**
   * The translation just emitted is from now on there, but nothing leads to it.
   *
   * @param la of its first block
   * @return its offset in the code memory
   */
  long keep(List<Part> parts, List<Block> from, long la) {
    if (verifier != null) {
      verifier.check(
          e.code(),
          e.length(),
          memory.executable() + used,
          parts.getFirst(),
          translator.links(),
          translator.fallback());
    }
    memory.write(used, e.code(), 0, e.length());
    Block first = from.getFirst();
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      placed.add(new Placed(from.get(i), used, returns ? part.resumes : Placed.NOWHERE));
      tell(part, from.get(i), la + part.pageOffset - first.pageOffset(), i == 0);
    }
    long entry = used;
    used += e.length();
    return entry;
  }

  private void tell(Part part, Block block, long la, boolean whole) {
    if (listener != TranslationListener.NONE) {
      int begin = whole ? 0 : part.starts[0];
      int end = whole ? e.length() : part.starts[part.size()];
      byte[] code = Arrays.copyOfRange(e.code(), begin, end);
      int[] starts = Arrays.stream(part.starts).map(start -> start - begin).toArray();
      listener.translated(
          new Translation(
              part.number,
              block,
              la,
              part.instructions,
              memory.executable() + used + begin,
              code,
              starts,
              stubs));
    }
  }

  /** Whoever enters translation {@code number}, of {@code block}, leaves at once. */
  void cut(int number, Block block) {
    long offset = placed.get(number).offset;
    e.begin(memory.executable() + offset);
    e.constant32(Registers.ADDRESS, Stubs.BOUNDARY | block.pageOffset());
    e.jump(stubs.leave());
    memory.write(offset, e.code(), 0, e.length());
  }
}
