package jvisor.cpu.translator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import jvisor.cpu.interpreter.Block;
import jvisor.cpu.interpreter.HotTier;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.CodeMemory;
import jvisor.host.HostFaults;
import jvisor.isa.Insn;
import jvisor.platform.MachineLock;

/**
 * The translations of a machine: code memory, what lies where in it, and the links between blocks.
 *
 * <p>Processors that have threads run translations while others are added: new code is written
 * where none has been since the last flush, and nothing leads there before it is whole; jumps are
 * directed, and answers about translations given, in single steps. What would change code that may
 * run – a flush, an overwritten head – is for whoever is alone, and each processor serializes
 * before it enters code again (SDM volume 3, "Handling Self- and Cross-Modifying Code").
 */
public final class Translator implements HotTier {
  private static final int PAGE = 4096;

  /** Looks that meet a translation before it is extended. */
  private static final int ENTRIES = 16;

  /** Windows that are shut, before anybody looks whether that was in a short time. */
  private static final int SHUTS = 64;

  /** How often a window is met that is shut often, before there is a translation without it. */
  private static final int BLAMES = 4;

  /** Instructions that have to pay for one that leaves. */
  private static final int WORTH = 8;

  private final TranslatorOptions options;
  private final Switches switches;
  private final TranslationListener listener;
  private final CodeMemory memory;
  private final CodeMemory.Function enter;
  private final List<NativeRunner> runners = new ArrayList<>();
  private final Placements placed;
  private final CodeWriter writer;
  private final Links links;
  private final Extensions extensions = new Extensions();
  private final HostFaults faults;
  private MachineLock lock = MachineLock.NONE;

  /** Whether this host can run translations. */
  public static boolean isSupported() {
    return CodeMemory.isSupported();
  }

  /** Creates a tier without translations. */
  public Translator(TranslatorOptions options) {
    this(options, TranslationListener.NONE);
  }

  /** Creates a tier without translations; {@code listener} is told of each that there will be. */
  public Translator(TranslatorOptions options, TranslationListener listener) {
    this.options = options;
    switches = options.switches();
    this.listener = listener;
    memory = CodeMemory.reserve(options.codeSize());
    placed = new Placements(memory);
    writer = new CodeWriter(memory, placed, options, listener);
    Stubs stubs = writer.stubs();
    faults = HostFaults.guardByRegister(memory, stubs.fault(), Registers.STATE, Words.FAULT);
    enter = memory.at(stubs.enter());
    links = new Links(memory, listener);
  }

  @Override
  public int threshold() {
    return options.threshold();
  }

  @Override
  public Runner runner(Vcpu c) {
    lock = c.mmu.memory().lock();
    NativeRunner runner =
        new NativeRunner(
            c,
            placed,
            enter,
            memory.at(writer.stubs().serialize()),
            always() ? 2 : SHUTS,
            switches.isOn(Optimisation.PAGE_TARGETS) ? new PageTargets() : null,
            options.counting()
                ? new ExecutionCounts(options.codeSize() / CodeWriter.ALIGNMENT)
                : null);
    runners.add(runner);
    return runner;
  }

  @Override
  public int translate(Block block, Insn[] instructions, long la) {
    boolean narrow = block.isNarrow();
    if (narrow && !switches.isOn(Optimisation.CODE_32)) {
      return Block.UNFIT;
    }
    listener.begins(block);
    if (!writer.hasRoom()) {
      clear();
    }
    int number = placed.count();
    Part part = new Part(instructions, block.pageOffset());
    int leaving = writer.emit(part, narrow);
    boolean worth = block.isOfTheSystem() || leaving * WORTH <= instructions.length;
    if (options.threshold() != TranslatorOptions.ALWAYS && !worth) {
      listener.refused(block, List.of(instructions), leaving);
      return Block.UNFIT;
    }
    long entry = keep(List.of(part), List.of(block), la);
    links.place(block, entry);
    return number;
  }

  private long keep(List<Part> parts, List<Block> from, long la) {
    long entry = writer.keep(parts, from, la);
    links.add(from.getFirst(), entry, writer.links());
    return entry;
  }

  @Override
  public int entriesToExtend() {
    boolean on =
        switches.isOn(Optimisation.EXTENSIONS)
            && switches.isOn(Optimisation.LINKS)
            && switches.isOn(Optimisation.BRANCHES);
    return !on ? Integer.MAX_VALUE : always() ? 2 : ENTRIES;
  }

  @Override
  public void extend(Block block, VcpuState s, Function<Block, Insn[]> decoder) {
    Insn[] instructions = decoder.apply(block);
    if (!Loops.branchesToItself(instructions)) {
      extend(block, s.rip(), new Part(instructions, block.pageOffset()), s, decoder);
      return;
    }
    // A loop is met where what is around it would be: what follows it leads there.
    int behind = block.pageOffset() + block.length();
    Block next = behind < PAGE ? links.near(block, behind) : null;
    if (next != null && next.translation() >= 0) {
      Part root = new Part(decoder.apply(next), behind);
      extend(next, s.rip() + block.length(), root, s, decoder);
    }
  }

  private void extend(
      Block block, long la, Part root, VcpuState s, Function<Block, Insn[]> decoder) {
    Extension first = placed.get(block.translation()).extension;
    Extension instead = first == null ? null : Extension.lacking(first);
    if (!writer.hasRoom() || first != null && instead == null) {
      return;
    }
    int alone = instead == null ? block.translation() : instead.alone;
    Map<Integer, Block> found = new HashMap<>();
    found.put(block.pageOffset(), block);
    List<Part> parts =
        Growth.grow(
            root,
            block.isNarrow(),
            forecast(s),
            switches.isOn(Optimisation.TURNS),
            offset -> {
              Block next = links.near(block, offset);
              if (next == null || next.translation() < 0 || isLoop(next)) {
                return null;
              }
              found.put(offset, next);
              return decoder.apply(next);
            });
    if (parts.size() == 1 && Loops.branchesToItself(root.instructions)) {
      return;
    }
    listener.begins(block);
    writer.emitTree(parts, block.isNarrow(), instead == null ? List.of() : instead.shut());
    if (parts.size() == 1 && writer.windows().isEmpty()) {
      return;
    }
    Branches.Link back = writer.fallback();
    List<Block> members = parts.stream().map(part -> found.get(part.pageOffset)).toList();
    int number = placed.count();
    long entry = keep(parts, members, la);
    Extension extension =
        new Extension(
            number, alone, members, entry + back.end(), writer.again(), writer.windows(), instead);
    links.direct(extension.fallback, placed.get(alone).offset);
    extensions.add(extension);
    placed.get(number).extension = extension;
    if (instead != null) {
      instead.otherwise = extension;
      links.direct(instead.fallback, entry);
      return;
    }
    links.place(block, entry);
    block.retranslated(number);
    for (NativeRunner runner : runners) {
      runner.moved(la, placed.entry(alone), placed.entry(number));
    }
  }

  /** Whether a block is extended and then gone on with again. */
  private boolean isLoop(Block block) {
    Extension extension = placed.get(block.translation()).extension;
    return extension != null && extension.again;
  }

  @Override
  public void reopen(VcpuState s) {
    int shut = (int) s.get(Words.SHUT);
    int number = shut >>> NUMBER_SHIFT;
    Extension extension = number < placed.count() ? placed.get(number).extension : null;
    int window = shut & OP_MASK;
    if (extension != null && extension.blame(window, always() ? 1 : BLAMES)) {
      listener.shut(number, extension.window(window).toString());
      extension.members.getFirst().hasBeenMet(entriesToExtend() - 1);
    }
  }

  private boolean always() {
    return options.threshold() == TranslatorOptions.ALWAYS;
  }

  private static Forecast forecast(VcpuState s) {
    long[] registers = new long[16];
    Arrays.setAll(registers, register -> s.get(VcpuState.gpr(register)));
    return new Forecast(registers);
  }

  /** A block of an extension has changed: its first block, if valid, is alone again. */
  private void drop(Extension extension, Block changed) {
    Block first = extension.members.getFirst();
    cut(extension.number, first);
    for (int i = 0; i < extension.members.size(); i++) {
      placed.get(extension.number + i).endsBehindOps();
    }
    extensions.remove(extension);
    if (extension.instead != null) {
      extension.instead.otherwise = null;
      links.direct(extension.instead.fallback, placed.get(extension.alone).offset);
    }
    if (first.translation() == extension.number) {
      first.retranslated(extension.alone);
      if (first != changed) {
        links.lead(first, placed.get(extension.alone).offset);
      }
    }
  }

  @Override
  public void forget(Block block) {
    extensions.leave(block).forEach(extension -> drop(extension, block));
    cut(block.translation(), block);
    links.remove(block);
  }

  /** Whoever enters this translation of {@code block} leaves at once. */
  private void cut(int number, Block block) {
    listener.invalidated(number);
    changed();
    writer.cut(number, block);
  }

  private void changed() {
    if (lock.isShared()) {
      runners.forEach(NativeRunner::changed);
    }
  }

  /** Forgets every translation. */
  private void clear() {
    lock.alone();
    listener.flushed(placed.count(), writer.used());
    changed();
    placed.clear();
    extensions.clear();
    writer.clear();
    links.clear();
    runners.forEach(NativeRunner::clear);
  }

  @Override
  public Block block(int exit) {
    return placed.get(exit >>> NUMBER_SHIFT).block;
  }

  /**
   * How often translation {@code number} has been entered on all processors, if {@linkplain
   * TranslatorOptions#counting counted}; since the last flush.
   */
  public long executions(int number) {
    return runners.stream().mapToLong(runner -> runner.executions(number)).sum();
  }

  @Override
  public boolean suits(Insn system, boolean narrow) {
    return options.switches().isOn(Optimisation.SYSTEM)
        && (Transitions.suits(system, narrow) || Transitions.resumes(system));
  }

  @Override
  public boolean unsettles(Insn system) {
    return Transitions.unsettles(system);
  }

  @Override
  public boolean emits(Insn instruction, boolean narrow) {
    return writer.emits(instruction, narrow);
  }

  @Override
  public void close() {
    runners.forEach(NativeRunner::close);
    faults.close();
    memory.close();
  }
}
