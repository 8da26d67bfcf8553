package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.ADDRESS;
import static jvisor.cpu.translator.Registers.ENTRY;
import static jvisor.cpu.translator.Registers.STATE;
import static jvisor.cpu.translator.Registers.TAG;

import jvisor.cpu.mmu.TlbLayout;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.isa.Insn;
import org.jspecify.annotations.Nullable;

/** Addresses of memory operands, and the probe that turns them into hvas. */
final class Accesses {
  private static final int PAGE = 4096;

  /** Bytes of an 80-bit number, and of the aligned piece of a page in which one lies by itself. */
  private static final int TBYTE = 10;

  private static final int TBYTE_CHUNK = 16;

  private final Unit unit;
  private final Emitter e;
  private final Frames frames = new Frames();
  private boolean inLoop;
  private @Nullable Streams streams;
  private int[] pins = {};
  private final long[] ahead = new long[16];
  private @Nullable Insn access;
  private int pageOffset;
  private boolean pointed;

  Accesses(Unit unit) {
    this.unit = unit;
    this.e = unit.e;
  }

  /** Begins a block {@code pageOffset} bytes into its page. */
  void begin(int pageOffset) {
    this.pageOffset = pageOffset;
    streams = null;
    inLoop = false;
  }

  /** What follows, up to the next block, is run again and again; pages are kept in slots. */
  void beginLoop() {
    frames.clear();
    inLoop = true;
  }

  /**
   * What follows accesses nothing but these streams, which have been probed.
   *
   * @param pins the registers of the first of them
   */
  void beginStreams(Streams accessed, int[] pins) {
    streams = accessed;
    this.pins = pins;
  }

  /** A register has not been stepped by so much yet where the stream's addresses are. */
  void stepLater(int register, long by) {
    ahead[register] += by;
  }

  /** The registers, a mask of bits, are stepped by what has been put off. */
  void stepNow(int registers) {
    for (int register = 0; register < ahead.length; register++) {
      if ((registers >> register & 1) != 0) {
        int host = Registers.host(register);
        e.lea(8, host, host, (int) ahead[register]);
        ahead[register] = 0;
      }
    }
  }

  /** What has to be added to a register shifted left for a stream's address. */
  long ahead(int register, int scale) {
    return register < 0 ? 0 : ahead[register] << scale;
  }

  /** What follows is no loop of streams any more. */
  void endStreams() {
    streams = null;
  }

  /** The stream of {@code i}'s memory operand, or null outside of such a loop. */
  @Nullable Stream stream(Insn i) {
    return streams == null ? null : streams.of(i);
  }

  /** The register with what {@link Streams#word} says of a stream; it may be loaded first. */
  int streamBase(Stream stream) {
    return stream.number < pins.length ? pins[stream.number] : ADDRESS;
  }

  /** Before an access to a stream: its base is in its register. */
  void bringStream(Stream stream) {
    if (stream.number >= pins.length) {
      e.load(ADDRESS, STATE, Streams.word(stream.number));
    }
  }

  /** Forms the address of a stream in {@code ADDRESS}; {@code first} is added to the registers. */
  void streamAddress(Insn i, long first) {
    effectiveAddress(i, ADDRESS, first);
    addSegment(i.segment);
  }

  /** Finds the entry of {@code span} bytes at {@code ADDRESS}, or leaves. */
  void lookUpStream(int span, boolean write, int alignment) {
    if (alignment > 1) {
      e.test8(ADDRESS, alignment - 1);
      unit.leaveIf(Emitter.NOT_EQUAL);
    }
    lookUp(span, write, false);
  }

  /** The slots that {@link #probe} has used since the loop began. */
  Iterable<Integer> framesUsed() {
    return frames.used();
  }

  /** Whether the address of {@code i}'s memory operand can be formed in emitted code. */
  static boolean suits(Insn i, boolean narrow) {
    if (narrow) {
      return i.addressSize == 4 && i.segment <= Insn.DS && i.segment != Insn.CS;
    }
    return i.addressSize >= 4;
  }

  /**
   * Forms the effective address of {@code i}'s memory operand, without its segment, in register
   * {@code to}. Keeps the flags.
   *
   * @param next offset of the next instruction in the block
   */
  void effectiveAddress(Insn i, int to, int next) {
    effectiveAddress(i, to, displacement(i, next));
  }

  /** What is added to the registers of {@code i}'s address; if RIP is one, to the block's start. */
  static long displacement(Insn i, int next) {
    return i.base == Insn.RIP ? i.displacement + next : i.displacement;
  }

  private void effectiveAddress(Insn i, int to, long distance) {
    if (i.base == Insn.RIP) {
      fromBlock(i.addressSize, to, distance);
    } else {
      form(i.addressSize, to, i.base, i.index, i.scale, (int) distance);
    }
  }

  /**
   * Forms in {@code to} the sum of two guest registers, the second shifted left, and a number; each
   * may be {@link Insn#NO_REGISTER}. Keeps the flags.
   */
  void form(int size, int to, int guestBase, int guestIndex, int scale, int displacement) {
    int base = register(guestBase, ADDRESS);
    int index = register(guestIndex, ENTRY);
    if (base >= 0 && index >= 0) {
      e.lea(size, to, base, index, scale, displacement);
    } else if (base >= 0) {
      if (displacement == 0 && size == 8) {
        if (base != to) {
          e.move(to, base);
        }
      } else {
        e.lea(size, to, base, displacement);
      }
    } else if (index >= 0) {
      e.leaScaled(size, to, index, scale, displacement);
    } else if (size == 8) {
      e.constant(to, displacement);
    } else {
      e.constant32(to, displacement);
    }
  }

  /**
   * Puts into {@code to} the address {@code distance} bytes from the block's start, cut to {@code
   * size} 4 or 8 bytes. Keeps the flags.
   */
  void fromBlock(int size, int to, long distance) {
    long inPage = pageOffset + distance;
    int first = Math.clamp(inPage, Integer.MIN_VALUE, Integer.MAX_VALUE);
    e.load(to, STATE, Words.PAGE_BASE);
    e.lea(size, to, to, first);
    if (first != inPage) {
      e.lea(size, to, to, (int) (inPage - first));
    }
  }

  private int register(int guest, int scratch) {
    if (guest == Insn.NO_REGISTER) {
      return -1;
    }
    if (Registers.isPinned(guest)) {
      return Registers.host(guest);
    }
    e.load(scratch, STATE, Registers.slot(guest));
    return scratch;
  }

  /**
   * Forms the linear address of {@code i}'s memory operand in {@code ADDRESS}. Spoils the flags.
   */
  void linearAddress(Insn i, int next) {
    unit.flags.spoil();
    access = i;
    effectiveAddress(i, ADDRESS, next);
    addSegment(i.segment);
  }

  /** Adds the base of a segment to {@code ADDRESS}; it is 0 but for FS and GS. */
  void addSegment(int named) {
    if (named == Insn.FS || named == Insn.GS) {
      int segment = named == Insn.FS ? Segment.FS : Segment.GS;
      e.operate(
          Emitter.ADD, ADDRESS, STATE, VcpuState.SEGMENTS + segment * VcpuState.SEGMENT_STRIDE);
    }
  }

  /** The next operand that is probed, which has no segment's base, becomes the FPU's last one. */
  void pointsTo() {
    pointed = true;
  }

  private void keepPointer() {
    if (pointed) {
      e.store(STATE, VcpuState.FDP, ADDRESS);
      pointed = false;
    }
  }

  /**
   * Turns the linear address in {@code ADDRESS} into an hva, or leaves. The host's flags must have
   * been spoiled.
   *
   * @param size bytes, 1–32
   * @param write whether the bytes are written, read or not
   * @param aligned whether an address that is no multiple of the size is for the interpreter
   */
  void probe(int size, boolean write, boolean aligned) {
    Insn i = access;
    access = null;
    int slot = inLoop && i != null && suitsFrame(i, size, aligned) ? frames.of(i, write) : -1;
    if (slot < 0) {
      lookUp(size, write, aligned);
      keepPointer();
      e.operate(Emitter.ADD, ADDRESS, ENTRY, TlbLayout.ADDEND);
      return;
    }
    int chunk = size == TBYTE ? TBYTE_CHUNK : size;
    e.move(TAG, ADDRESS);
    e.and(TAG, Frames.mask(chunk));
    e.operate(Emitter.CMP, TAG, STATE, Frames.tag(slot));
    int other = e.jumpAhead(Emitter.NOT_EQUAL);
    int back = e.length();
    keepPointer();
    e.operate(Emitter.ADD, ADDRESS, STATE, Frames.addend(slot));
    unit.aside(() -> {
      e.bind(other);
      lookUp(chunk, write, aligned);
      fill(slot);
      e.jumpBack(back);
    });
  }

  /**
   * The same for as many elements of {@code 1 << shift} bytes as register {@code count} says, which
   * are no more than a page holds and must lie in one.
   */
  void probeElements(int count, int shift, boolean write) {
    findEntry();
    e.lea(8, TAG, ADDRESS, count, shift, -1);
    admit(write);
    e.operate(Emitter.ADD, ADDRESS, ENTRY, TlbLayout.ADDEND);
  }

  /**
   * Vectors that need not be aligned often are not, and would always miss; so would numbers of ten
   * bytes in 32-bit code, which lie twelve bytes apart there, and sixteen in 64-bit code.
   */
  private static boolean suitsFrame(Insn i, int size, boolean aligned) {
    if (size == TBYTE) {
      return i.addressSize == Long.BYTES;
    }
    return Frames.suits(size) && (aligned || size <= Long.BYTES);
  }

  /** The slot gets the page of {@code ADDRESS} from {@code ENTRY}. */
  private void fill(int slot) {
    e.load(TAG, ENTRY, TlbLayout.ADDEND);
    e.store(STATE, Frames.addend(slot), TAG);
    e.move(TAG, ADDRESS);
    e.and(TAG, -PAGE);
    e.store(STATE, Frames.tag(slot), TAG);
  }

  /** Puts the TLB entry of {@code ADDRESS} into {@code ENTRY} if it admits the access. */
  private void lookUp(int size, boolean write, boolean aligned) {
    if (aligned) {
      e.test8(ADDRESS, size - 1);
      unit.leaveIf(Emitter.NOT_EQUAL);
    }
    findEntry();
    if (size == 1) {
      e.move(TAG, ADDRESS);
    } else {
      e.lea(8, TAG, ADDRESS, size - 1);
    }
    admit(write);
  }

  private void findEntry() {
    e.move(ENTRY, ADDRESS);
    e.shiftRight(ENTRY, TlbLayout.INDEX_SHIFT);
    e.and32(ENTRY, (int) TlbLayout.OFFSET_MASK);
    e.operate(Emitter.ADD, ENTRY, STATE, VcpuState.TLB_TABLE);
  }

  /** Leaves unless {@code ENTRY} is that of the address in {@code TAG}, and admits the access. */
  private void admit(boolean write) {
    e.and(TAG, -PAGE);
    e.operate(Emitter.OR, TAG, STATE, VcpuState.TLB_GENERATION);
    e.operate(Emitter.CMP, TAG, ENTRY, write ? TlbLayout.WRITE_TAG : TlbLayout.READ_TAG);
    unit.leaveIf(Emitter.NOT_EQUAL);
  }
}
