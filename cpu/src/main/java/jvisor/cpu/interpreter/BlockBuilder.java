package jvisor.cpu.interpreter;

import java.util.Arrays;
import jvisor.cpu.mmu.Mmu;
import jvisor.cpu.vcpu.LockedAccess;
import jvisor.cpu.vcpu.Observer;
import jvisor.cpu.vcpu.Semantic;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Step;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Decoder;
import jvisor.isa.Flow;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;
import jvisor.isa.Row;

/** Decodes the bytes at RIP into a block. */
final class BlockBuilder {
  private static final int MAX_OPS = 48;
  private static final int MAX_BYTES = 15;
  private static final int PAGE = 4096;
  private static final int MAX_FETCH = MAX_OPS * MAX_BYTES;

  private final Vcpu c;
  private final Decoder decoder;
  private final SemanticTable semantics;
  private final FastForms fastForms;
  private final UnknownCode unknownCode;
  private final byte[] bytes = new byte[MAX_FETCH + MAX_BYTES];
  private final Op[] ops = new Op[MAX_OPS];
  private final int[] starts = new int[MAX_OPS];

  BlockBuilder(Vcpu c, SemanticTable semantics, FastForms fastForms, UnknownCode unknownCode) {
    this.c = c;
    this.decoder = new Decoder(c.model.features());
    this.semantics = semantics;
    this.fastForms = fastForms;
    this.unknownCode = unknownCode;
  }

  /**
   * Decodes the block at linear address {@code la}, gpa {@code gpa}.
   *
   * @param reach bytes that the code segment's limit leaves from there, at least 1
   * @throws jvisor.cpu.state.GuestFault if the first instruction cannot be fetched, or is too long
   */
  Block build(long la, long gpa, long reach, Ground ground) {
    int inPage = fetch(gpa, 0, MAX_FETCH);
    int available = (int) Math.min(inPage, reach);
    int count = 0;
    int at = 0;
    boolean branches = false;
    boolean system = false;
    while (count < MAX_OPS && at < available) {
      Insn insn = decoder.decode(bytes, at, available, ground.mode);
      if (insn == Decoder.TRUNCATED || insn == Decoder.TOO_LONG) {
        break;
      }
      Flow flow = insn.row.flow();
      if (flow == Flow.SYSTEM && count > 0) {
        break;
      }
      ops[count] = op(at, count, insn, ground);
      starts[count] = at;
      count++;
      at += insn.length;
      if (flow != Flow.NEXT) {
        branches = true;
        system = flow == Flow.SYSTEM;
        int loop = loopIn(insn, at, count);
        if (loop > 0) {
          count = loop;
          at = starts[loop];
          branches = false;
        }
        break;
      }
    }
    if (count > 0) {
      return new Block(
          Arrays.copyOf(ops, count), gpa, at, ground, branches, system, Block.ONE_PAGE);
    }
    return single(la, gpa, inPage, reach, ground);
  }

  /**
   * Which of the first {@code count} instructions the branch before {@code next} goes back to, 0 if
   * to none behind the first: there a loop begins, which is a block of its own from its first round
   * on.
   */
  private int loopIn(Insn branch, int next, int count) {
    if (branch.mnemonic() == Mnemonic.JCC && branch.a.kind() == Operand.Kind.RELATIVE) {
      for (int n = 1; n < count; n++) {
        if (starts[n] == next + branch.a.value()) {
          return n;
        }
      }
    }
    return 0;
  }

  /** The block of one instruction that ends in the next page, or none that can be fetched. */
  private Block single(long la, long gpa, int inPage, long reach, Ground ground) {
    int available = inPage;
    long secondGpa = Block.ONE_PAGE;
    if (inPage < MAX_BYTES
        && inPage < reach
        && decoder.decode(bytes, 0, inPage, ground.mode) == Decoder.TRUNCATED) {
      secondGpa = c.mmu.fetchAddress(la + inPage & ground.ripMask);
      available += fetch(secondGpa, inPage, MAX_BYTES);
    }
    Insn insn = decoder.decode(bytes, 0, (int) Math.min(available, reach), ground.mode);
    if (insn == Decoder.TRUNCATED || insn == Decoder.TOO_LONG) {
      throw c.gp(0);
    }
    Op[] one = {op(0, 0, insn, ground)};
    Flow flow = insn.row.flow();
    return new Block(
        one, gpa, insn.length, ground, flow != Flow.NEXT, flow == Flow.SYSTEM, secondGpa);
  }

  /** Whether a valid block, met at {@code la}, has there the second page that it was decoded of. */
  boolean isStillThere(Block block, long la) {
    return !block.straddles() || c.mmu.fetchAddress((la & -4096L) + 4096) == block.secondGpa;
  }

  /** The instructions of a valid block, from its bytes. */
  Insn[] decode(Block block) {
    int available = fetch(block.gpa, 0, block.length);
    if (block.straddles()) {
      available += fetch(block.secondGpa, available, block.length - available);
    }
    Insn[] insns = new Insn[block.ops.length];
    int at = 0;
    for (int i = 0; i < insns.length; i++) {
      insns[i] = decoder.decode(bytes, at, available, block.ground.mode);
      at += insns[i].length;
    }
    return insns;
  }

  private Op op(int offset, int ordinal, Insn insn, Ground ground) {
    Op op = op(offset, insn, ground);
    Observer observer = c.observer();
    if (observer == null || !observer.wants(insn)) {
      return op;
    }
    byte[] own = Arrays.copyOfRange(bytes, offset, offset + insn.length);
    return new ObservedOp(op, observer, new Step(insn, own, ground.mode, offset, ordinal));
  }

  private Op op(int offset, Insn insn, Ground ground) {
    if (insn.row == Row.INVALID || !semantics.isBound(insn.mnemonic())) {
      return new UndefinedOp(
          offset, insn, Arrays.copyOfRange(bytes, offset, offset + 15), unknownCode);
    }
    Semantic semantic = semantics.of(insn.mnemonic());
    if (c.mmu.memory().lock().isShared() && LockedAccess.isLocked(insn)) {
      Semantic locked = (vcpu, i) -> vcpu.locked.execute(vcpu, semantic, i);
      return new SemanticOp(offset, insn, locked, ground.ripMask);
    }
    Op fast = fastForms.of(offset, insn, ground);
    return fast != null ? fast : new SemanticOp(offset, insn, semantic, ground.ripMask);
  }

  /** Copies up to {@code length} code bytes of one page to {@code bytes[to…]}; answers how many. */
  private int fetch(long gpa, int to, int length) {
    Mmu mmu = c.mmu;
    int count = Math.min(length, PAGE - (int) (gpa & 0xfff));
    long frame = mmu.memory().readableFrame(gpa);
    if (frame == 0) {
      mmu.memory().read(gpa, bytes, to, count);
    } else {
      HostMemory.copyOut(frame + (gpa & 0xfff), bytes, to, count);
    }
    return count;
  }
}
