package jvisor.cpu.translator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jvisor.cpu.interpreter.Block;
import jvisor.cpu.interpreter.HotTier;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.CodeMemory;
import jvisor.host.HostFault;
import jvisor.host.HostFaults;
import jvisor.host.HostMemory;
import jvisor.isa.CodeMode;
import jvisor.isa.Decoder;
import jvisor.isa.Disassembler;
import jvisor.isa.Feature;
import jvisor.isa.Insn;
import jvisor.platform.GuestMemory;
import org.jspecify.annotations.Nullable;

/**
 * The translations of a machine: code memory, what lies where in it, and the links between blocks.
 * Used by the thread that runs the processors.
 */
public final class Translator implements HotTier {

  /** More than any block needs. */
  static final int ROOM = 1 << 16;

  private static final int ENTRY_ALIGNMENT = 16;

  /** Instructions that have to pay for one that leaves. */
  private static final int WORTH = 8;

  private final TranslatorOptions options;
  private final Switches switches;
  private final TranslationListener listener;
  private final CodeMemory memory;
  private final CodeMemory.Function enter;
  private final Emitter e = new Emitter();
  private final Stubs stubs;
  private final BlockTranslator translator;
  private final @Nullable Verifier verifier;
  private final List<NativeRunner> runners = new ArrayList<>();
  private final Map<Long, Place> places = new HashMap<>();
  private final HostFaults faults;
  private final long first;
  private long used;
  private int count;
  private Block[] blocks = new Block[1024];
  private long[] entries = new long[1024];
  private int[][] resumes = new int[1024][];

  /** A place in guest memory to which translations jump, and where its code is now. */
  private static final class Place {
    long entry;
    final List<Long> jumps = new ArrayList<>();
  }

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
    Set<Feature> features = HostFeatures.read();
    memory = CodeMemory.reserve(options.codeSize());
    stubs = new Stubs(e, memory.executable());
    memory.write(0, e.code(), 0, e.length());
    faults = HostFaults.guardByRegister(memory, stubs.fault(), Registers.STATE, Words.FAULT);
    first = e.length();
    used = first;
    enter = memory.at(stubs.enter());
    translator = new BlockTranslator(e, stubs, features, options);
    verifier = options.verify() ? new Verifier(features, stubs) : null;
  }

  @Override
  public int threshold() {
    return options.threshold();
  }

  @Override
  public Runner runner(Vcpu c) {
    NativeRunner runner =
        new NativeRunner(
            c,
            this,
            enter,
            options.counting() ? new ExecutionCounts(options.codeSize() / ENTRY_ALIGNMENT) : null);
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
    if (used + ROOM > memory.size()) {
      clear();
    }
    int number = count;
    if (number == blocks.length) {
      blocks = Arrays.copyOf(blocks, 2 * number);
      entries = Arrays.copyOf(entries, 2 * number);
      resumes = Arrays.copyOf(resumes, 2 * number);
    }
    used = used + ENTRY_ALIGNMENT - 1 & -ENTRY_ALIGNMENT;
    e.begin(memory.executable() + used);
    resumes[number] = translator.emit(number, instructions, block.pageOffset(), narrow);
    int leaving = translator.leaving();
    boolean worth = block.isOfTheSystem() || leaving * WORTH <= instructions.length;
    if (options.threshold() != TranslatorOptions.ALWAYS && !worth) {
      listener.refused(block, List.of(instructions), leaving);
      return Block.UNFIT;
    }
    count++;
    if (e.length() > ROOM) {
      throw new IllegalStateException("a translation of " + e.length() + " bytes");
    }
    if (verifier != null) {
      long at = memory.executable() + used;
      verifier.check(e.code(), e.length(), at, number, resumes[number], translator.links());
    }
    memory.write(used, e.code(), 0, e.length());
    blocks[number] = block;
    entries[number] = used;
    tell(number, block, instructions, la);
    link(block, used);
    used += e.length();
    return number;
  }

  private void tell(int number, Block block, Insn[] instructions, long la) {
    if (listener != TranslationListener.NONE) {
      byte[] code = Arrays.copyOf(e.code(), e.length());
      listener.translated(
          new Translation(
              number, block, la, instructions, entry(number), code, translator.starts(), stubs));
    }
  }

  /** Directs the block's jumps to what is there, and to the block those that wait for it. */
  private void link(Block block, long entry) {
    for (Branches.Link link : translator.links()) {
      Place place = place(block, link.target());
      place.jumps.add(entry + link.at());
      if (place.entry != 0) {
        direct(entry + link.at(), place.entry);
      }
    }
    if (block.straddles()) {
      return;
    }
    Place own = place(block, block.pageOffset());
    own.entry = entry;
    for (long jump : own.jumps) {
      direct(jump, entry);
    }
  }

  private Place place(Block block, int pageOffset) {
    long gpa = block.gpa() & -4096L | pageOffset;
    return places.computeIfAbsent(gpa << 1 | (block.isNarrow() ? 1 : 0), key -> new Place());
  }

  /** Sets the distance at offset {@code at} so that the jump leads to offset {@code to}. */
  private void direct(long at, long to) {
    memory.write(at, number((int) (to - (at + 4))), 0, 4);
    listener.linked(memory.executable() + at, memory.executable() + to);
  }

  private static byte[] number(int value) {
    return new byte[] {
      (byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24)
    };
  }

  @Override
  public void forget(Block block) {
    listener.invalidated(block.translation());
    long entry = entries[block.translation()];
    e.begin(memory.executable() + entry);
    e.constant32(Registers.ADDRESS, Stubs.BOUNDARY | block.pageOffset());
    e.jump(stubs.leave());
    memory.write(entry, e.code(), 0, e.length());
    Place own = place(block, block.pageOffset());
    if (own.entry == entry) {
      own.entry = 0;
    }
  }

  /** Forgets every translation. */
  private void clear() {
    listener.flushed(count, used);
    for (int number = 0; number < count; number++) {
      blocks[number].untranslated();
    }
    Arrays.fill(blocks, 0, count, null);
    Arrays.fill(resumes, 0, count, null);
    count = 0;
    used = first;
    places.clear();
    runners.forEach(NativeRunner::clear);
  }

  @Override
  public Block block(int exit) {
    return blocks[exit >>> NUMBER_SHIFT];
  }

  /** hva of the code of translation {@code number}. */
  long entry(int number) {
    return memory.executable() + entries[number];
  }

  /**
   * hva at which translation {@code number} goes on behind an op, or that of its entry if nowhere.
   */
  long behind(int number, int op) {
    return memory.executable() + entries[number] + resumes[number][op];
  }

  /** Whether translation {@code number} can be entered behind an op. */
  boolean resumesBehind(int number, int op) {
    return resumes[number][op] != 0 && switches.isOn(Optimisation.RETURN);
  }

  /**
   * How often translation {@code number} has been entered on all processors, if {@linkplain
   * TranslatorOptions#counting counted}; since the last flush.
   */
  public long executions(int number) {
    return runners.stream().mapToLong(runner -> runner.executions(number)).sum();
  }

  /** What to say of a fault in emitted code while the block at {@code la} ran, or one it led to. */
  EmittedCodeFault report(HostFault fault, long la, GuestMemory guest) {
    long offset = fault.rip() - memory.executable();
    int number = -1;
    for (int n = 0; n < count; n++) {
      if (entries[n] <= offset && (number < 0 || entries[n] > entries[number])) {
        number = n;
      }
    }
    if (number < 0) {
      return new EmittedCodeFault(fault, "in a stub, at offset 0x%x".formatted(offset), la);
    }
    byte[] code = new byte[(int) Math.min(offset - entries[number] + 16, ROOM)];
    HostMemory.copyOut(memory.writable() + entries[number], code, 0, code.length);
    return new EmittedCodeFault(fault, text(number, code, guest), la);
  }

  private String text(int number, byte[] code, GuestMemory guest) {
    Block block = blocks[number];
    byte[] own = new byte[Math.min(block.length(), 4096 - block.pageOffset())];
    guest.read(block.gpa(), own, 0, own.length);
    StringBuilder text = new StringBuilder("in the translation of gpa 0x%x".formatted(block.gpa()));
    CodeMode mode = block.isNarrow() ? CodeMode.BITS32 : CodeMode.BITS64;
    list(text, "guest", own, mode, block.gpa());
    list(text, "host", code, CodeMode.BITS64, entry(number));
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
    e.begin(memory.executable() + used);
    translator.emit(count, new Insn[] {instruction}, 0, narrow);
    return translator.leaving() == 0;
  }

  @Override
  public void close() {
    runners.forEach(NativeRunner::close);
    faults.close();
    memory.close();
  }
}
