package jvisor.cpu.translator;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What translations do to be fast and could do without, each to be switched off on its own: so that
 * a guest that goes wrong can be tried with and without it, and that it can be measured what it is
 * worth. With all of them off translations are slow and have the same results.
 */
public enum Optimisation {
  /**
   * A branch to the same page jumps to the translation there. Without, it is looked up like a
   * branch to any other page.
   */
  LINKS("links"),

  /**
   * Emitted code looks up the targets of returns, of indirect branches and of those to other pages.
   * Without, such a branch ends in the interpreter's loop.
   */
  TARGET_CACHE("target-cache"),

  /**
   * Calls are calls of the host's processor, and returns its {@link Returns}. Without, a return is
   * looked up like an indirect branch. Takes {@link #TARGET_CACHE}.
   */
  CALLS("calls"),

  /**
   * The first branch to a page in an address space enters into the target cache all that branches
   * to it have led to elsewhere ({@link PageTargets}). Without, each target is entered when it is
   * met.
   */
  PAGE_TARGETS("page-targets"),

  /** Branches are emitted. Without, each is the interpreter's. */
  BRANCHES("branches"),

  /**
   * A block that ends in a branch to itself is emitted once more as a loop, which keeps the pages
   * it accesses in {@link Frames slots} and its flags in the host's. Without, it is a block like
   * any other.
   */
  LOOPS("loops"),

  /**
   * A loop whose memory lies in {@link Streams} is probed for many rounds at once. Without, each
   * round probes what it accesses.
   */
  STREAMS("streams"),

  /**
   * A block that is met again and again is translated once more, together with those of its page
   * that follow it, so that between them nothing is counted and flags stay where they are. Without,
   * each translation is that of one block. Takes {@link #LINKS} and {@link #BRANCHES}.
   */
  EXTENSIONS("extensions"),

  /**
   * What several instructions of an extension access at fixed distances from the same registers is
   * probed once, at its head ({@link Windows}), also what PUSH, POP, CALL and RET do. Without, each
   * access is probed.
   */
  WINDOWS("windows"),

  /**
   * A block that branches to itself a few times is part of an extension as often as that. Without,
   * an extension ends there. Takes {@link #EXTENSIONS}.
   */
  TURNS("turns"),

  /** Memory operands are probed and accessed. Without, the interpreter does these instructions. */
  MEMORY("memory"),

  /** PUSH, POP and LEAVE are emitted. Without, they are the interpreter's. */
  STACK("stack"),

  /**
   * SYSCALL, SYSRET, SWAPGS, CLI, STI, CLAC, STAC, PUSHF, POPF and RDTSC are emitted. Without, they
   * are the interpreter's.
   */
  SYSTEM("system"),

  /** REP STOS and REP MOVS within pages are emitted. Without, they are the interpreter's. */
  STRINGS("strings"),

  /** DIV and IDIV are emitted. Without, they are the interpreter's. */
  DIVISION("division"),

  /**
   * Vector registers are the host's from the first instruction that needs them. Without, the
   * interpreter does all vector instructions.
   */
  VECTORS("vectors"),

  /**
   * The x87 and MMX state is the host's from the first instruction that needs it. Without, the
   * interpreter does all x87 and MMX instructions.
   */
  X87("x87"),

  /**
   * Flags stay in the host's as long as nothing spoils them, and are not kept if they are not
   * needed any more. Without, they are written behind each instruction and loaded before each that
   * reads them.
   */
  FLAGS("flags"),

  /**
   * Behind an instruction that the interpreter has done, emitted code goes on. Without, the
   * interpreter does the rest of the block.
   */
  RETURN("return"),

  /** 32-bit code is translated. Without, only 64-bit code is. */
  CODE_32("32-bit");

  /** Between names. */
  private static final String AND = "+";

  private final String label;

  Optimisation(String label) {
    this.label = label;
  }

  /** How people write it. */
  public String label() {
    return label;
  }

  /**
   * Reads names that a person has written, joined by {@code +}; {@code all} is all of them, and no
   * name none.
   *
   * @throws IllegalArgumentException with a message for that person
   */
  public static Set<Optimisation> read(String names) {
    Set<Optimisation> read = EnumSet.noneOf(Optimisation.class);
    if (names.equals("all")) {
      return EnumSet.allOf(Optimisation.class);
    }
    if (!names.isEmpty()) {
      for (String name : names.split("\\" + AND, -1)) {
        read.add(named(name));
      }
    }
    return read;
  }

  private static Optimisation named(String name) {
    for (Optimisation o : values()) {
      if (o.label.equals(name)) {
        return o;
      }
    }
    throw new IllegalArgumentException(
        "without=%s: all, or some of %s".formatted(name, labels(Arrays.asList(values()))));
  }

  /** As {@link #read} reads them. */
  public static String labels(Collection<Optimisation> some) {
    return some.stream().map(Optimisation::label).collect(Collectors.joining(AND));
  }
}
