package jvisor.cpu.oracle;

import jvisor.cpu.state.Rflags;
import jvisor.host.HostMemory;
import jvisor.isa.Feature;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;

/**
 * Bends a random state so that its instruction meets memory that is there, branches stay near,
 * strings end, and operands have the values that make a difference. Now and then it leaves things
 * as wild as they are.
 */
final class Settlement {
  private static final int RAX = 0;
  private static final int RCX = 1;
  private static final int RDX = 2;
  private static final int RBX = 3;
  private static final int RSP = 4;
  private static final int RBP = 5;
  private static final int RSI = 6;
  private static final int RDI = 7;
  private static final long ALIGNMENT_CHECK = 0x4_0000;
  private static final int LARGEST = 512;
  private static final long OFFSET = 0xffff_ffffL;

  private final CaseKind kind;
  private final CaseState s;
  private final Draw d;
  private final Insn i;
  private final int displacementAt;
  private final boolean is64;
  private long operandAddress = -1;

  /** {@code displacementAt} is where the displacement stands in the code. */
  Settlement(CaseKind kind, CaseState s, Draw d, Insn i, int displacementAt) {
    this.kind = kind;
    this.s = s;
    this.d = d;
    this.i = i;
    this.displacementAt = displacementAt;
    this.is64 = s.is64();
  }

  /** Bends the state; false if the case is of no use. */
  boolean settle() {
    boolean wild = d.chance(12) && mayBeWild();
    registers();
    if (i.a.kind() == Operand.Kind.RELATIVE) {
      relative();
    }
    if (i.hasMemory() && i.mnemonic() != Mnemonic.LEA && !wild) {
      memory();
    }
    values();
    if (Addresses.stackSize(s) == 2) {
      s.setGpr(RSP, s.gpr(RSP) & Layout.SMALL_STACK_POINTER);
    }
    if (isGather()) {
      // A step that is due after some elements goes before a fault of others; here it is lost.
      s.set(CaseState.FLAGS, s.get(CaseState.FLAGS) & ~Rflags.TF);
    }
    return harmless() && !Exemptions.isLeftOpen(s);
  }

  /** Whether the case means the same everywhere, and leaves the process alive that runs it. */
  private boolean harmless() {
    return switch (i.mnemonic()) {
      case CALL -> i.base != RSP;
      case INT -> (i.a.value() & 0xff) != 0x80;
      // AMD's processors ignore REX.W here. And a wild stack faults in another order.
      case LFS, LGS, LSS, JMP_FAR, CALL_FAR -> i.operandSize != 8 && i.base != RSP;
      // There is more state on the host than EDX:EAX may name here.
      case XSAVE, XSAVEC, XRSTOR ->
          (s.gpr(RAX) & -8) == 0 && s.gpr(RDX) == 0 && !reachesBeyondItsSegment();
      case FXSAVE, FXRSTOR -> !reachesBeyondItsSegment();
      // Intel's processors read two bytes, AMD's four.
      case MOVSXD -> i.operandSize != 2 || !i.hasMemory();
      // Repeat prefixes turn the condition round on AMD's processors.
      case LOOPE, LOOPNE -> i.length == 2 || !hasRepeatPrefix();
      // It may fault without storing anything.
      case MASKMOVQ, MASKMOVDQU, VMASKMOVDQU -> i.addressSize != 2;
      // Intel's processors want it aligned, AMD's do not.
      default -> i.row.feature() != Feature.SHA || !i.hasMemory() || isAligned();
    };
  }

  /** Of large areas processors look at parts, in an order of their own. */
  private boolean reachesBeyondItsSegment() {
    if (kind == CaseKind.FLAT) {
      return false;
    }
    Insn settled = CaseGenerator.decode(s);
    LocalSegment segment = LocalSegment.of(s.selector(settled.segment));
    long last = segment == null ? OFFSET : segment.end();
    long base = Addresses.segmentBase(settled.segment, s);
    long offset = Addresses.operand(settled, s) - base & OFFSET;
    return offset <= last && offset > last - 2L * LARGEST;
  }

  private boolean mayBeWild() {
    return memorySize() < LARGEST;
  }

  private boolean hasRepeatPrefix() {
    byte[] code = s.code();
    for (int n = 0; n < i.length - 2; n++) {
      if ((code[n] & 0xfe) == 0xf2) {
        return true;
      }
    }
    return false;
  }

  private boolean isAligned() {
    Insn settled = CaseGenerator.decode(s);
    return (Addresses.operand(settled, s) & 15) == 0;
  }

  // ---------------------------------------------------------------- places

  private int memorySize() {
    int size = Math.max(i.a.isMemory() ? i.a.size() : 0, i.b.isMemory() ? i.b.size() : 0);
    size = i.c.isMemory() ? i.c.size() : size;
    return size == 0 ? LARGEST : size;
  }

  /** A linear address with memory around. */
  private long place(int size) {
    if (size == LARGEST) {
      return Layout.WINDOW + 256 + 64 * d.below(8) + (d.chance(12) ? d.below(64) : 0);
    }
    long address =
        switch (d.below(32)) {
          case 0 -> Layout.EDGE + Layout.EDGE_SIZE - size - 8 + d.below(size + 16);
          case 1 -> Layout.CONSTANTS + d.below(Layout.PAGE - size);
          case 2, 3, 4 -> Layout.WINDOW + Layout.WINDOW_SIZE / 2 - d.below(size + 1);
          default -> Layout.WINDOW + 256 + d.below(Layout.WINDOW_SIZE - 512 - size);
        };
    if (i.row.feature() == Feature.SHA) {
      return address & -16;
    }
    return i.row.aligned() && !d.chance(12) || d.chance(3) ? address & -16 : address;
  }

  private long stack() {
    return place(128) + 64;
  }

  /** A place for a jump, as an offset in this code segment. */
  private long target() {
    return target((int) s.get(CaseState.CS));
  }

  private long target(int selector) {
    return Layout.CODE + 0x40 + d.below(0x700) - LocalSegment.base(selector);
  }

  private void address(int register, int size, long value) {
    if (size == 8) {
      s.setGpr(register, value);
    } else {
      long keep = -1L << 8 * size;
      long upper = is64 ? s.gpr(register) : s.gpr(register) & 0xffff_ffffL;
      s.setGpr(register, upper & keep | value & ~keep);
    }
  }

  /** A register that points to the stack. */
  private void pointer(int register, long value) {
    int size = Addresses.stackSize(s);
    address(register, size, value - Addresses.segmentBase(Insn.SS, s));
  }

  /** An index register of strings, in a segment that may have a base. */
  private void pointer(int register, int segment, long value) {
    address(register, i.addressSize, value - Addresses.segmentBase(segment, s));
  }

  private void patch(int at, int size, long value) {
    for (int n = 0; n < size; n++) {
      HostMemory.putByte(s.at() + CaseState.CODE + at + n, (int) (value >>> 8 * n));
    }
  }

  // ---------------------------------------------------------------- registers

  private void registers() {
    switch (i.mnemonic()) {
      case PUSH, POP, RET, PUSHF, POPF, PUSH_SREG, POP_SREG -> pointer(RSP, stack());
      // Stack and target may both be at fault.
      case CALL, CALL_FAR, RET_FAR -> {
        clearAlignmentCheck();
        boolean any = i.mnemonic() == Mnemonic.CALL && d.chance(12);
        pointer(RSP, any ? stack() : Layout.WINDOW + 512 + d.below(256));
        if (i.mnemonic() == Mnemonic.RET_FAR && i.a.kind() == Operand.Kind.IMMEDIATE) {
          patch(i.length - 2, 2, 8 * d.below(8));
        }
      }
      case ENTER -> {
        pointer(RSP, stack());
        pointer(RBP, stack());
        int at = i.length - 3;
        patch(at, 1, d.below(64));
        patch(at + 1, 1, 0);
        patch(at + 2, 1, d.below(6) | d.below(8) << 5);
      }
      // What they align to is not the same everywhere.
      case FNSAVE, FRSTOR -> clearAlignmentCheck();
      case LEAVE -> {
        pointer(RSP, stack());
        pointer(RBP, stack());
      }
      // These may fault half-way.
      case PUSHA, POPA, IRET -> pointer(RSP, Layout.WINDOW + 512 + d.below(256));
      case MOVS, CMPS, STOS, LODS, SCAS, INS, OUTS -> strings();
      case XLAT -> pointer(RBX, i.segment, place(1) - (s.gpr(RAX) & 0xff));
      // Whether bytes that are not stored can fault is left open.
      case MASKMOVQ, MASKMOVDQU, VMASKMOVDQU ->
          pointer(RDI, i.segment, Layout.WINDOW + 256 + d.below(256));
      case LOOP, LOOPE, LOOPNE, JCXZ -> {
        if (d.chance(2)) {
          address(RCX, i.addressSize, d.below(3));
        }
      }
      case DIV, IDIV -> {
        if (!d.chance(4)) {
          s.setGpr(RDX, i.mnemonic() == Mnemonic.DIV ? d.below(3) : s.gpr(RAX) >> 63);
          clip(RDX);
          if (i.operandSize <= 2 && d.chance(2)) {
            s.setGpr(RAX, d.below(0x4000));
          }
        }
      }
      case XSAVE, XSAVEC, XSAVEOPT, XRSTOR, XSAVES, XRSTORS -> {
        s.setGpr(RAX, d.below(8));
        s.setGpr(RDX, 0);
      }
      case PCMPESTRI, PCMPESTRM -> {
        s.setGpr(RAX, d.below(40) - 20);
        s.setGpr(RDX, d.below(40) - 20);
        clip(RAX);
        clip(RDX);
      }
      case BT, BTS, BTR, BTC -> {
        if (i.a.isMemory() && i.b.kind() == Operand.Kind.GPR) {
          address(i.b.index(), i.b.size(), d.below(800) - 400);
        }
      }
      case MOV_SREG, VERR, VERW, LAR, LSL, ARPL -> {
        Operand source = i.mnemonic() == Mnemonic.MOV_SREG ? i.b : i.a;
        if (i.mnemonic() == Mnemonic.LAR || i.mnemonic() == Mnemonic.LSL) {
          source = i.b;
        }
        if (source.kind() == Operand.Kind.GPR) {
          address(source.index(), 2, selector());
        }
      }
      default -> {}
    }
  }

  private void clip(int register) {
    if (!is64) {
      s.setGpr(register, s.gpr(register) & 0xffff_ffffL);
    }
  }

  private int selector() {
    if (kind == CaseKind.SEGMENTED && d.chance(2)) {
      LocalSegment[] all = LocalSegment.values();
      return all[d.below(all.length)].selector() & (d.chance(6) ? d.bits(0xffff) : 0xffff);
    }
    return d.chance(3)
        ? d.pick(Layout.CODE32, Layout.DATA, Layout.CODE64)
        : d.chance(8) ? d.bits(0xffff) | 0x80 : d.below(15) << 3 | d.below(8);
  }

  private void clearAlignmentCheck() {
    s.set(CaseState.FLAGS, s.get(CaseState.FLAGS) & ~ALIGNMENT_CHECK);
  }

  private void strings() {
    if (Exemptions.readsInOtherOrder(i)) {
      clearAlignmentCheck();
    }
    pointer(RSI, i.segment, place(32));
    pointer(RDI, Insn.ES, place(32));
    if (i.repeat != 0) {
      address(RCX, i.addressSize, d.below(1 + 100 / i.operandSize));
    }
    if (d.chance(2)) {
      HostMemory.fill(s.at() + CaseState.MEMORY, Layout.WINDOW_SIZE, (int) s.gpr(RAX));
      long at = Addresses.pointed(i.segment, RSI, i.addressSize, s);
      s.poke(at + d.below(64) - 32, 1, d.next());
    }
  }

  // ---------------------------------------------------------------- branches

  /** Sends branches neither far away nor back into their own bytes. */
  private void relative() {
    int size = i.a.size();
    int reach = size == 1 ? 128 : 0x700;
    int distance;
    do {
      distance = d.below(2 * reach) - reach;
    } while (distance < 0 && distance > -48);
    if (size > 1 && d.chance(40)) {
      return;
    }
    patch(i.length - size, size, distance);
  }

  // ---------------------------------------------------------------- memory

  private void memory() {
    long address = place(memorySize());
    long offset = address - Addresses.segmentBase(i.segment, s);
    if (i.base == Insn.RIP) {
      patch(displacementAt, 4, offset - s.get(CaseState.RIP) - i.length);
    } else if (i.base < 0 && i.index < 0) {
      boolean modRm = i.row.encoding().modRm();
      patch(displacementAt, modRm ? i.addressSize == 2 ? 2 : 4 : i.addressSize, offset);
    } else if (i.index >= 0 && isGather()) {
      gather(offset);
    } else if (i.base < 0) {
      address(i.index, i.addressSize, d.below(64) - 32);
      patch(displacementAt, 4, offset - ((long) (int) s.gpr(i.index) << i.scale));
    } else if (i.index < 0) {
      address(i.base, i.addressSize, offset - i.displacement);
    } else if (i.base != i.index) {
      address(i.base, i.addressSize, offset - i.displacement - (s.gpr(i.index) << i.scale));
    } else {
      int factor = 1 + (1 << i.scale);
      long value = (offset - i.displacement) / factor;
      address(i.base, i.addressSize, value);
      address -= (offset - i.displacement) % factor;
    }
    operandAddress = address;
    if (d.chance(2)) {
      typedOperand(address);
    }
  }

  private boolean isGather() {
    return i.mnemonic().name().contains("GATHER");
  }

  /** Gathers near a place: small indices in all lanes, be they of four or of eight bytes. */
  private void gather(long offset) {
    for (int lane = 0; lane < 4; lane++) {
      s.setVector(i.index, lane, d.below(40) | (d.chance(2) ? 0 : (long) d.below(40) << 32));
    }
    if (i.base >= 0) {
      address(i.base, i.addressSize, offset - i.displacement);
    } else {
      patch(displacementAt, 4, offset);
    }
  }

  /** Puts a number of the operand's type in its place. */
  private void typedOperand(long at) {
    String form = memoryForm();
    switch (form) {
      case "m32fp" -> s.poke(at, 4, d.single());
      case "m64fp" -> s.poke(at, 8, d.twice());
      case "m80fp" -> {
        int signExponent = d.signExponent();
        s.poke(at, 8, d.significand(signExponent));
        s.poke(at + 8, 2, signExponent);
      }
      case "m80bcd" -> {
        for (int n = 0; n < 9; n++) {
          s.poke(at + n, 1, d.below(10) << 4 | d.below(10));
        }
        s.poke(at + 9, 1, d.bits(0x80));
      }
      default -> {
        char kind = StateDraw.kind(i.row.name());
        for (int n = 0; n < Math.min(64, memorySize()); n += 8) {
          s.poke(at + n, Math.min(8, memorySize() - n), d.lanes(kind));
        }
      }
    }
  }

  private String memoryForm() {
    for (var form : i.row.operands()) {
      if (form.allowsMemory()) {
        return form.text();
      }
    }
    return "";
  }

  // ---------------------------------------------------------------- values

  private void values() {
    switch (i.mnemonic()) {
      case CMPXCHG -> {
        if (d.chance(2) && operandAddress >= 0) {
          s.poke(operandAddress, i.operandSize, s.gpr(RAX));
        }
      }
      case CMPXCHG8B, CMPXCHG16B -> {
        if (d.chance(2) && operandAddress >= 0) {
          int half = i.mnemonic() == Mnemonic.CMPXCHG8B ? 4 : 8;
          s.poke(operandAddress, half, s.gpr(RAX));
          s.poke(operandAddress + half, half, s.gpr(RDX));
        }
      }
      case JMP, CALL -> {
        boolean far = i.mnemonic() == Mnemonic.JMP && d.chance(20);
        if (i.a.kind() == Operand.Kind.GPR && !far) {
          address(i.a.index(), is64 ? 8 : i.operandSize, target());
        } else if (i.a.isMemory()) {
          s.poke(operandAddress, i.operandSize, target());
        }
      }
      case RET -> s.poke(Addresses.stack(s), i.operandSize, target());
      case RET_FAR -> farFrame(Addresses.stack(s));
      case JMP_FAR, CALL_FAR -> far();
      case LDS, LES, LFS, LGS, LSS -> s.poke(operandAddress + i.operandSize, 2, selector());
      case IRET -> {
        long at = Addresses.stack(s);
        farFrame(at);
        s.poke(
            at + 2L * i.operandSize,
            i.operandSize,
            0x202 | d.bits(d.chance(4) ? 0x24_0dd5 : 0x24_0cd5));
        s.poke(at + 3L * i.operandSize, i.operandSize, place(16));
        s.poke(at + 4L * i.operandSize, i.operandSize, d.chance(4) ? selector() : Layout.DATA);
      }
      case POPF -> s.poke(Addresses.stack(s), i.operandSize, d.next());
      case MOV_SREG, VERR, VERW, LAR, LSL, ARPL -> s.poke(operandAddress, 2, selector());
      case POP_SREG -> s.poke(Addresses.stack(s), 2, selector());
      case BOUND -> {
        if (d.chance(2)) {
          s.poke(operandAddress, i.operandSize, s.gpr(i.a.index()) - d.below(3));
          s.poke(operandAddress + i.operandSize, i.operandSize, s.gpr(i.a.index()) + d.below(3));
        }
      }
      // AMD's processors have bit 17.
      case LDMXCSR, VLDMXCSR ->
          s.poke(operandAddress, 4, d.chance(12) ? d.next() & ~(1 << 17) : d.bits(0xffff));
      case FXRSTOR ->
          s.poke(operandAddress + 24, 4, d.chance(12) ? d.next() & ~(1 << 17) : d.bits(0xffff));
      case XRSTOR -> savedState();
      default -> {}
    }
  }

  private void farFrame(long at) {
    int chosen = d.chance(2) ? codeSelector() : selector();
    s.poke(at, i.operandSize, target(chosen));
    s.poke(at + i.operandSize, i.operandSize, chosen);
  }

  private int codeSelector() {
    if (kind == CaseKind.SEGMENTED && d.chance(2)) {
      return LocalSegment.CODE_16.selector();
    }
    return d.chance(2) ? Layout.CODE32 : Layout.CODE64;
  }

  private void far() {
    int chosen = d.chance(2) ? codeSelector() : selector();
    if (i.a.isMemory()) {
      s.poke(operandAddress, i.operandSize, target(chosen));
      s.poke(operandAddress + i.operandSize, 2, chosen);
    } else {
      int size = Math.min(4, i.operandSize);
      patch(i.length - 2 - size, size, target(chosen));
      patch(i.length - 2, 2, chosen);
    }
  }

  private void savedState() {
    long at = operandAddress;
    s.poke(at + 24, 4, d.chance(12) ? d.next() & ~(1 << 17) : d.bits(0xffff));
    s.poke(at + 512, 8, d.chance(12) ? d.next() : d.below(8));
    for (int n = 8; n < 64; n += 8) {
      s.poke(at + 512 + n, 8, d.chance(100) ? d.next() : 0);
    }
  }
}
