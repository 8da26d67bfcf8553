package jvisor.cpu.vcpu;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import jvisor.cpu.mmu.AccessMode;
import jvisor.cpu.mmu.Mmu;
import jvisor.cpu.model.CpuFeature;
import jvisor.cpu.model.CpuModel;
import jvisor.cpu.softfloat.FpEnv;
import jvisor.cpu.state.Attention;
import jvisor.cpu.state.Control;
import jvisor.cpu.state.Flags;
import jvisor.cpu.state.GuestFault;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.state.Vector;
import jvisor.isa.CodeMode;
import jvisor.isa.Insn;
import jvisor.isa.Operand;
import jvisor.platform.GuestMemory;
import jvisor.platform.PortBus;
import jvisor.platform.VmClock;
import org.jspecify.annotations.Nullable;

/**
 * One virtual processor: its state, its memory unit and the surroundings that instructions reach,
 * plus what nearly every instruction does – read and write operands, form addresses, push, pop,
 * fault.
 *
 * <p>Only the thread that runs it may call it. See the package for the contract of semantics.
 */
public final class Vcpu implements AutoCloseable {
  /** DR7: any breakpoint. */
  private static final long ARMED = 0xff;

  /** The registers. */
  public final VcpuState state = new VcpuState();

  /** Raised by whoever wants this processor to look up from its work. */
  public final Attention attention = new Attention(state);

  /** The one exception of this processor. */
  public final GuestFault fault = new GuestFault();

  /** Loads and stores at linear addresses. */
  public final Mmu mmu;

  /** The I/O ports. */
  public final PortBus ports;

  /** Virtual time. */
  public final VmClock clock;

  /** The context of floating-point operations; nothing in it outlives an instruction. */
  public final FpEnv fp = new FpEnv();

  /** How locked instructions run where there are several threads. */
  public final LockedAccess locked = new LockedAccess();

  /** What CPUID says. */
  public final CpuModel model;

  /** Number of this processor in its machine, from 0; also its initial APIC id. */
  public final int number;

  private @Nullable LongSupplier random;
  private @Nullable Observer observer;
  private BooleanSupplier company = () -> false;

  private ApicPort apic = ApicPort.ABSENT;
  private ParavirtPort paravirt = ParavirtPort.ABSENT;
  private int cpl;
  private CodeMode codeMode = CodeMode.BITS16;
  private boolean protectedMode;
  private boolean virtual8086;
  private boolean longMode;
  private int stackSize = 2;
  private boolean halted;
  private boolean shutdown;
  private boolean nmiBlocked;
  private volatile boolean requested;
  private boolean relaxed;
  private int processors = 1;
  private boolean interruptShadow;
  private long pendingDebug;
  private long writeBackAddress;
  private long retired;

  /** Creates a processor with all registers zero; see {@code jvisor.cpu.system.Reset}. */
  public Vcpu(int number, CpuModel model, GuestMemory memory, PortBus ports, VmClock clock) {
    this.number = number;
    this.model = model;
    this.ports = ports;
    this.clock = clock;
    boolean gigabytePages = model.has(CpuFeature.PDPE1GB);
    this.mmu = new Mmu(state, memory, fault, model.physicalBits(), gigabytePages);
  }

  // ---------------------------------------------------------------- mode

  /** Processors of the machine, this one among them. */
  public int processors() {
    return processors;
  }

  /** Sets of how many processors, 1–255, this is one; of itself only if that is never called. */
  public void setProcessors(int count) {
    processors = count;
  }

  /** Current privilege level, 0–3. */
  public int cpl() {
    return cpl;
  }

  /** Operand and address width of the running code segment. */
  public CodeMode codeMode() {
    return codeMode;
  }

  /** Whether 64-bit code runs. */
  public boolean is64Bit() {
    return codeMode == CodeMode.BITS64;
  }

  /** Whether EFER.LMA is set: 64-bit or compatibility mode. */
  public boolean isLongMode() {
    return longMode;
  }

  /** Whether CR0.PE is set and EFLAGS.VM is not. */
  public boolean isProtected() {
    return protectedMode;
  }

  /** Whether CR0.PE and EFLAGS.VM are set. */
  public boolean isVirtual8086() {
    return virtual8086;
  }

  /** Real-address or virtual-8086 mode: segments are paragraphs. */
  public boolean isRealOrVirtual8086() {
    return !protectedMode;
  }

  /** Bytes in a stack pointer: 2, 4 or 8. */
  public int stackSize() {
    return stackSize;
  }

  /**
   * Derives the fields above, and the rights of memory accesses, from the registers. Whoever
   * changes CR0, EFER, CS, SS, EFLAGS.VM, EFLAGS.AC or CPL calls this afterwards.
   */
  public void modeChanged() {
    boolean pe = (state.cr(0) & Control.CR0_PE) != 0;
    virtual8086 = pe && (state.systemFlags() & Rflags.VM) != 0;
    protectedMode = pe && !virtual8086;
    longMode = (state.get(VcpuState.EFER) & Control.EFER_LMA) != 0;
    int cs = state.segmentAttributes(Segment.CS);
    int ss = state.segmentAttributes(Segment.SS);
    if (longMode && (cs & Segment.LONG) != 0 && protectedMode) {
      codeMode = CodeMode.BITS64;
      stackSize = 8;
    } else {
      codeMode = (cs & Segment.BIG) != 0 ? CodeMode.BITS32 : CodeMode.BITS16;
      stackSize = (ss & Segment.BIG) != 0 ? 4 : 2;
    }
    if (!pe) {
      cpl = 0;
    } else if (virtual8086) {
      cpl = 3;
    }
    mmu.setNarrow(codeMode != CodeMode.BITS64);
    updateAccessMode();
  }

  /** Sets the privilege level; the caller has loaded CS or SS and calls {@link #modeChanged}. */
  public void setCpl(int level) {
    cpl = level;
  }

  private void updateAccessMode() {
    boolean ac = (state.systemFlags() & Rflags.AC) != 0;
    if (cpl == 3) {
      boolean aligned = ac && (state.cr(0) & Control.CR0_AM) != 0;
      mmu.setMode(aligned ? AccessMode.USER_ALIGNED : AccessMode.USER);
    } else if (ac) {
      mmu.setMode(AccessMode.SUPERVISOR_AC);
    } else {
      mmu.setMode(AccessMode.SUPERVISOR);
    }
  }

  // ---------------------------------------------------------------- engine state

  /** Whether the processor waits in HLT. */
  public boolean isHalted() {
    return halted;
  }

  /** Enters or leaves the halt state. */
  public void setHalted(boolean halted) {
    this.halted = halted;
  }

  /** Whether a fault while delivering a double fault has shut the processor down. */
  public boolean isShutdown() {
    return shutdown;
  }

  /** Enters shutdown, or leaves it by a reset. */
  public void setShutdown(boolean shutdown) {
    this.shutdown = shutdown;
  }

  /** Whether NMIs wait because one is being handled (until IRET). */
  public boolean isNmiBlocked() {
    return nmiBlocked;
  }

  /** Blocks NMIs on delivery of one, unblocks on IRET. */
  public void setNmiBlocked(boolean blocked) {
    nmiBlocked = blocked;
    attention.raise();
  }

  /** Asks the engine to come back to the machine before the next block; any thread. */
  public void request() {
    requested = true;
    attention.raise();
  }

  /** Takes a pending {@link #request}; answers whether there was one. */
  public boolean takeRequest() {
    boolean taken = requested;
    requested = false;
    return taken;
  }

  /** Sets who knows whether another processor waits for the thread that runs this one. */
  public void setCompany(BooleanSupplier othersWait) {
    company = othersWait;
  }

  /** PAUSE: software waits for somebody. If another processor could run, the engine comes back. */
  public void relax() {
    if (company.getAsBoolean()) {
      relaxed = true;
      attention.raise();
    }
  }

  /** Takes a pending {@link #relax}; answers whether there was one. */
  public boolean takeRelax() {
    boolean taken = relaxed;
    relaxed = false;
    return taken;
  }

  /** The local APIC as instructions reach it. */
  public ApicPort apic() {
    return apic;
  }

  /** Connects the local APIC. */
  public void setApic(ApicPort port) {
    apic = port;
  }

  /** The hypervisor's own MSRs. */
  public ParavirtPort paravirt() {
    return paravirt;
  }

  /** Connects the hypervisor's own MSRs. */
  public void setParavirt(ParavirtPort port) {
    paravirt = port;
  }

  /** The time-stamp counter now: 1 GHz. */
  public long tsc() {
    return clock.now() + state.get(VcpuState.TSC_OFFSET);
  }

  /** Whether the instruction just before blocks interrupts for one instruction (STI, MOV SS). */
  public boolean hasInterruptShadow() {
    return interruptShadow;
  }

  /** STI and loads of SS: interrupts wait until the next instruction has completed. */
  public void setInterruptShadow(boolean shadow) {
    interruptShadow = shadow;
  }

  /** DR6 bits of debug traps that the running instruction has met; see {@code system.Debug}. */
  public long pendingDebug() {
    return pendingDebug;
  }

  /** Replaces the debug traps that wait for the end of the instruction. */
  public void setPendingDebug(long bits) {
    pendingDebug = bits;
    if (bits != 0) {
      attention.raise();
    }
  }

  /** Instructions completed since creation; exact whenever a SYSTEM row executes. */
  public long retired() {
    return retired;
  }

  /** The engine counts {@code count} more completed instructions. */
  public void retire(long count) {
    retired += count;
  }

  /** Where RDRAND and RDSEED get their numbers, or null if there is no such place. */
  public @Nullable LongSupplier random() {
    return random;
  }

  /** Sets where RDRAND and RDSEED get their numbers; without it they report that none is ready. */
  public void setRandom(LongSupplier source) {
    random = source;
  }

  /** Who looks on, or null. */
  public @Nullable Observer observer() {
    return observer;
  }

  /** Has {@code onlooker} look on; before the processor has decoded anything. */
  public void observe(Observer onlooker) {
    observer = onlooker;
    mmu.watchDevices(onlooker);
  }

  // ---------------------------------------------------------------- faults: throw what these
  // answer

  /** #UD. */
  public GuestFault ud() {
    return fault.of(Vector.UD, GuestFault.NO_ERROR_CODE);
  }

  /** #GP(code). */
  public GuestFault gp(int code) {
    return fault.of(Vector.GP, code);
  }

  /** #SS(code). */
  public GuestFault ss(int code) {
    return fault.of(Vector.SS, code);
  }

  /** #NP(code). */
  public GuestFault np(int code) {
    return fault.of(Vector.NP, code);
  }

  /** #TS(code). */
  public GuestFault ts(int code) {
    return fault.of(Vector.TS, code);
  }

  /** #NM. */
  public GuestFault nm() {
    return fault.of(Vector.NM, GuestFault.NO_ERROR_CODE);
  }

  /** An exception without error code, such as {@link Vector#DE}. */
  public GuestFault exception(int vector) {
    return fault.of(vector, GuestFault.NO_ERROR_CODE);
  }

  /** #GP(0) unless the privilege level is 0. */
  public void requireCpl0() {
    if (cpl != 0) {
      throw gp(0);
    }
  }

  // ---------------------------------------------------------------- RIP

  /** The address (offset in CS) of the running instruction. */
  public long insnRip(Insn i) {
    return truncateRip(state.rip() - i.length);
  }

  /** Cuts an instruction pointer to what the code segment's mode can hold. */
  public long truncateRip(long rip) {
    return switch (codeMode) {
      case BITS64 -> rip;
      case BITS32, BITS16 -> rip & 0xffff_ffffL;
    };
  }

  /**
   * Has a repeated string instruction go on where it is, with its registers showing what is done.
   * While breakpoints are armed RF is set, so that the one on the instruction itself is not met
   * again (SDM vol. 3, 17.3.1.1).
   */
  public void repeat(Insn i) {
    state.setRip(insnRip(i));
    if ((state.dr(7) & ARMED) != 0) {
      state.setSystemFlags(state.systemFlags() | Rflags.RF);
    }
  }

  /**
   * A near transfer to {@code target} (offset in CS), cut to {@code operandSize} bytes: faults with
   * #GP(0) outside the code segment's limit or canonical space, else writes RIP.
   */
  public void branch(long target, int operandSize) {
    long rip =
        operandSize == 2 ? target & 0xffff : operandSize == 4 ? target & 0xffff_ffffL : target;
    if (!isBranchTarget(rip)) {
      throw gp(0);
    }
    state.setRip(rip);
  }

  /** Whether RIP may become {@code rip}. */
  public boolean isBranchTarget(long rip) {
    return codeMode == CodeMode.BITS64
        ? rip << 16 >> 16 == rip
        : Long.compareUnsigned(rip, state.segmentLimit(Segment.CS)) <= 0;
  }

  // ---------------------------------------------------------------- addresses

  /**
   * The effective address (offset in its segment) of the memory operand, cut to the address size.
   */
  public long offset(Insn i) {
    long offset = i.displacement;
    if (i.base == Insn.RIP) {
      offset += state.rip();
    } else if (i.base >= 0) {
      offset += state.reg(i.base);
    }
    if (i.index >= 0) {
      offset += state.reg(i.index) << i.scale;
    }
    return i.addressSize == 8
        ? offset
        : i.addressSize == 4 ? offset & 0xffff_ffffL : offset & 0xffff;
  }

  /**
   * The linear address of the memory operand, checked for {@code size} bytes of reading or writing.
   */
  public long address(Insn i, int size, boolean write) {
    return linear(i.segment, offset(i), size, write);
  }

  /** The linear address of an offset, whatever its segment has to say about it. */
  public long unchecked(int segment, long offset) {
    return segment < Segment.FS && is64Bit() ? offset : offset + state.segmentBase(segment);
  }

  /**
   * The linear address of {@code size} bytes that begin {@code distance} bytes behind the memory
   * operand's address, for operands that processors reach in parts: it wraps at the address size,
   * and is checked without the parts before it.
   */
  public long partAddress(Insn i, int distance, int size, boolean write) {
    return linear(i.segment, offset(i) + distance & mask(i.addressSize), size, write);
  }

  /**
   * The linear address of {@code size} bytes at {@code offset} in {@code segment}: #GP(0) or #SS(0)
   * outside the limit, against the type, or not canonical.
   */
  public long linear(int segment, long offset, int size, boolean write) {
    if (codeMode == CodeMode.BITS64) {
      long la = segment >= Segment.FS ? offset + state.segmentBase(segment) : offset;
      if (la << 16 >> 16 != la || size > 1 && canonicalGap(la, size)) {
        throw segmentFault(segment);
      }
      return la;
    }
    int attributes = state.segmentAttributes(segment);
    checkLimit(segment, attributes, offset, size);
    if (protectedMode) {
      checkType(segment, attributes, write);
    }
    return state.segmentBase(segment) + offset & 0xffff_ffffL;
  }

  private static boolean canonicalGap(long la, int size) {
    long last = la + size - 1;
    return last << 16 >> 16 != last;
  }

  private void checkLimit(int segment, int attributes, long offset, int size) {
    long limit = state.segmentLimit(segment);
    long last = offset + size - 1;
    boolean data = (attributes & Segment.CODE) == 0;
    if (data && (attributes & Segment.EXPAND_DOWN) != 0 && protectedMode) {
      long top = (attributes & Segment.BIG) != 0 ? 0xffff_ffffL : 0xffff;
      if (offset <= limit || last > top) {
        throw segmentFault(segment);
      }
    } else if (last > limit) {
      throw segmentFault(segment);
    }
  }

  private void checkType(int segment, int attributes, boolean write) {
    if ((attributes & Segment.UNUSABLE) != 0) {
      throw segmentFault(segment);
    }
    boolean isCode = (attributes & Segment.CODE) != 0;
    boolean bit = (attributes & Segment.WRITABLE) != 0;
    if (write ? isCode || !bit : isCode && !bit) {
      throw gp(0);
    }
  }

  private GuestFault segmentFault(int segment) {
    return segment == Segment.SS ? ss(0) : gp(0);
  }

  // ---------------------------------------------------------------- operands

  /**
   * The value of an operand, zero-extended from its size (at most 8 bytes); an immediate as the
   * instruction extends it to 64 bits.
   */
  public long read(Insn i, Operand o) {
    return switch (o.kind()) {
      case GPR -> state.reg(o.index(), o.size());
      case HIGH8 -> state.high8(o.index());
      case MEM -> load(address(i, o.size(), false), o.size());
      case IMMEDIATE -> o.value();
      case SEGMENT -> state.selector(o.index());
      default -> throw new IllegalArgumentException("not a general operand: " + o);
    };
  }

  /** Writes the low bytes of {@code value} to a register or memory operand; may fault. */
  public void write(Insn i, Operand o, long value) {
    switch (o.kind()) {
      case GPR -> state.setReg(o.index(), o.size(), value);
      case HIGH8 -> state.setHigh8(o.index(), value);
      case MEM -> store(address(i, o.size(), true), o.size(), value);
      default -> throw new IllegalArgumentException("not a destination: " + o);
    }
  }

  /** Reads an operand that {@link #writeBack} will write: faults here or not at all. */
  public long readForWrite(Insn i, Operand o) {
    return o.isMemory() ? loadForStore(address(i, o.size(), true), o.size()) : read(i, o);
  }

  /**
   * Loads 1, 2, 4 or 8 bytes at a linear address that {@link #storeBack} will replace: faults here
   * or not at all.
   */
  public long loadForStore(long la, int size) {
    if ((state.cr(0) & Control.CR0_AM) != 0) {
      checkAlignment(la, size);
    }
    writeBackAddress = la;
    long value = mmu.loadForStore(la, size);
    locked.loaded(value);
    return value;
  }

  /** Replaces what the last {@link #loadForStore} has loaded; cannot fault. */
  public void storeBack(int size, long value) {
    if (locked.isRunning()) {
      locked.replace(mmu, writeBackAddress, size, value);
    } else {
      mmu.store(writeBackAddress, size, value);
    }
  }

  /** Writes the operand of the last {@link #readForWrite}; cannot fault. */
  public void writeBack(Insn i, Operand o, long value) {
    if (o.isMemory()) {
      storeBack(o.size(), value);
    } else {
      write(i, o, value);
    }
  }

  /** Loads 1, 2, 4 or 8 bytes at a linear address, with the alignment check if it is on. */
  public long load(long la, int size) {
    if ((state.cr(0) & Control.CR0_AM) != 0) {
      checkAlignment(la, size);
    }
    return mmu.load(la, size);
  }

  /** Stores 1, 2, 4 or 8 bytes at a linear address, with the alignment check if it is on. */
  public void store(long la, int size, long value) {
    if ((state.cr(0) & Control.CR0_AM) != 0) {
      checkAlignment(la, size);
    }
    mmu.store(la, size, value);
  }

  /** #AC(0) if alignment checking is on for user code and {@code la} is not a multiple of size. */
  public void checkAlignment(long la, int size) {
    if ((la & size - 1) != 0
        && cpl == 3
        && (state.cr(0) & Control.CR0_AM) != 0
        && (state.systemFlags() & Rflags.AC) != 0) {
      throw fault.of(Vector.AC, 0);
    }
  }

  /** The largest value of {@code size} (1–7) bytes; all ones for 8. */
  public static long mask(int size) {
    return size == 8 ? -1L : (1L << (8 * size)) - 1;
  }

  // ---------------------------------------------------------------- stack

  /** The stack pointer, cut to the stack's size. */
  public long stackPointer() {
    return state.reg(4, stackSize);
  }

  /** Writes the stack pointer; a 16-bit stack leaves the upper bits of RSP alone. */
  public void setStackPointer(long value) {
    state.setReg(4, stackSize, value);
  }

  /** Pushes {@code size} (2, 4, 8) bytes: stores, then moves the pointer. */
  public void push(int size, long value) {
    long sp = stackPointer() - size & mask(stackSize);
    store(linear(Segment.SS, sp, size, true), size, value);
    setStackPointer(sp);
  }

  /** Faults as {@link #push} of {@code size} bytes would. */
  public void checkPush(int size) {
    long la = linear(Segment.SS, stackPointer() - size & mask(stackSize), size, true);
    checkAlignment(la, size);
    mmu.probeWrite(la, size);
  }

  /**
   * Loads {@code size} bytes {@code displacement} bytes above the stack pointer, moving nothing.
   */
  public long peek(int size, long displacement) {
    long at = stackPointer() + displacement & mask(stackSize);
    return load(linear(Segment.SS, at, size, false), size);
  }

  /** Pops {@code size} (2, 4, 8) bytes. */
  public long pop(int size) {
    long value = peek(size, 0);
    setStackPointer(stackPointer() + size);
    return value;
  }

  // ---------------------------------------------------------------- flags

  /** All of RFLAGS. */
  public long rflags() {
    return Flags.rflags(state);
  }

  /**
   * Writes the RFLAGS bits in {@code mask} from {@code value}, with their effects on mode and
   * attention; checks nothing.
   */
  public void setRflags(long value, long mask) {
    if ((mask & Rflags.ARITHMETIC) == Rflags.ARITHMETIC) {
      Flags.setArithmetic(state, value);
    } else if ((mask & Rflags.ARITHMETIC) != 0) {
      Flags.setArithmetic(
          state, Flags.arithmetic(state) & ~mask | value & mask & Rflags.ARITHMETIC);
    }
    long system = mask & Rflags.ALL & ~Rflags.ARITHMETIC & ~Rflags.FIXED;
    long before = state.systemFlags();
    long after = before & ~system | value & system;
    if (after != before) {
      state.setSystemFlags(after);
      if (((before ^ after) & (Rflags.VM | Rflags.AC)) != 0) {
        modeChanged();
      }
      boolean interruptsOn = (after & ~before & Rflags.IF) != 0;
      if (interruptsOn || ((before ^ after) & (Rflags.TF | Rflags.RF)) != 0) {
        attention.raise();
      }
    }
  }

  @Override
  public void close() {
    mmu.close();
    state.close();
  }
}
