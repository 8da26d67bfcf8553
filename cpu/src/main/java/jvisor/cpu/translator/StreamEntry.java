package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.ADDRESS;
import static jvisor.cpu.translator.Registers.BUDGET;
import static jvisor.cpu.translator.Registers.ENTRY;
import static jvisor.cpu.translator.Registers.STATE;
import static jvisor.cpu.translator.Registers.TAG;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jvisor.cpu.mmu.TlbLayout;
import jvisor.isa.Insn;
import jvisor.isa.Operand;
import org.jspecify.annotations.Nullable;

/**
 * What comes before a {@link StreamLoop}: each stream is probed, and it is counted for how many
 * rounds all of them stay in their pages. That is the rounds' budget; the rest of the whole one
 * waits in the struct.
 */
final class StreamEntry {
  private static final int PAGE = 4096;

  /** The most rounds between two looks at whether anybody wants attention. */
  private static final int MOST_ROUNDS = 1024;

  private final Unit unit;
  private final Emitter e;
  private final Accesses accesses;

  StreamEntry(Unit unit, Accesses accesses) {
    this.unit = unit;
    this.e = unit.e;
    this.accesses = accesses;
  }

  /**
   * Emits it. The first round is already off the budget.
   *
   * @param count the block's instructions
   * @param vectors whether the loop needs the vector registers
   * @param counting whether rounds are to be counted
   * @param rounds how to know the number of rounds, or null if each looks whether it is the last
   * @param plain where in the code to go on if there is anything unusual
   */
  void emit(
      Streams streams,
      int count,
      boolean vectors,
      boolean counting,
      @Nullable Rounds rounds,
      int plain) {
    unit.beginLoop();
    unit.at(0);
    if (vectors) {
      unit.held.requireVectors();
    }
    int[] pins = pins(streams, counting);
    e.store(STATE, Streams.REST, BUDGET);
    boolean counted = mayBeMany(streams);
    if (counted) {
      e.constant32(BUDGET, MOST_ROUNDS * count);
    }
    List<Integer> unusual = new ArrayList<>();
    for (Stream stream : streams.all()) {
      probe(stream);
      unusual.addAll(unit.divert());
      if (stream.step != 0) {
        count(stream);
        e.multiply(TAG, count);
        lower(counted);
        counted = true;
      }
      base(stream);
      if (stream.number >= pins.length || pins[stream.number] != ADDRESS) {
        e.store(STATE, Streams.word(stream.number), ADDRESS);
      }
    }
    if (rounds != null) {
      count(rounds, count);
    }
    share();
    for (int number = 0; number < pins.length; number++) {
      if (pins[number] != ADDRESS) {
        e.load(pins[number], STATE, Streams.word(number));
      }
    }
    if (!unusual.isEmpty()) {
      aside(unusual, plain);
    }
    accesses.beginStreams(streams, pins);
  }

  /** Where something is unusual, the whole budget is the block's other form's. */
  private void aside(List<Integer> unusual, int plain) {
    unit.aside(() -> {
      unusual.forEach(e::bind);
      e.load(BUDGET, STATE, Streams.REST);
      e.jumpBack(plain);
    });
  }

  /**
   * The registers of streams, by number; those without share {@code ADDRESS}, which is otherwise
   * the last one's. The counting needs that too, and {@code TAG} the flags if they are to be kept.
   */
  private static int[] pins(Streams streams, boolean counting) {
    int count = streams.all().size();
    int[] free = streams.flagsComeAgain() ? new int[] {ENTRY, TAG} : new int[] {ENTRY};
    if (counting || count == 0 || count > free.length + 1) {
      return Arrays.copyOf(free, Math.min(count, free.length));
    }
    int[] pins = Arrays.copyOf(free, count);
    pins[count - 1] = ADDRESS;
    return pins;
  }

  /** Whether there may be more rounds in a page than may run without a look for attention. */
  private static boolean mayBeMany(Streams streams) {
    for (Stream stream : streams.all()) {
      if (stream.step != 0 && PAGE >> stream.stepShift() <= MOST_ROUNDS) {
        return false;
      }
    }
    return true;
  }

  private void probe(Stream stream) {
    accesses.streamAddress(stream.access, stream.first);
    accesses.lookUpStream(stream.span(), stream.written, stream.alignment);
  }

  /** {@code TAG} becomes the number of rounds more that stay in the page. */
  private void count(Stream stream) {
    if (stream.step > 0) {
      e.lea(8, TAG, ADDRESS, stream.span() - 1);
      e.invert(TAG);
    } else {
      e.move(TAG, ADDRESS);
    }
    e.and32(TAG, PAGE - 1);
    if (stream.stepShift() > 0) {
      e.shiftRight(TAG, stream.stepShift());
    }
  }

  /** {@code ADDRESS} becomes the stream's hva, without what moves. */
  private void base(Stream stream) {
    e.operate(Emitter.ADD, ADDRESS, ENTRY, TlbLayout.ADDEND);
    if (stream.moving != Insn.NO_REGISTER) {
      int moving = Registers.host(stream.moving);
      if (stream.scale == 0) {
        e.operate(Emitter.SUB, ADDRESS, moving);
      } else {
        e.move(TAG, moving);
        e.negate(TAG);
        e.lea(8, ADDRESS, ADDRESS, TAG, stream.scale, 0);
      }
    }
  }

  /** The budget is for no more rounds than until the register is equal to its limit. */
  private void count(Rounds rounds, int count) {
    way(rounds);
    if (rounds.down()) {
      e.negate(TAG);
    }
    if (rounds.shift() > 0) {
      e.shiftRight(TAG, rounds.shift());
    }
    e.test(TAG, -MOST_ROUNDS);
    int many = e.jumpAhead(Emitter.NOT_EQUAL);
    e.multiply(TAG, count);
    lower(true);
    e.bind(many);
  }

  /** {@code TAG} becomes what the register has to move before it is equal to its limit. */
  private void way(Rounds rounds) {
    int register = Registers.host(rounds.register());
    boolean constant = rounds.limit().kind() == Operand.Kind.IMMEDIATE;
    long limit = rounds.limit().value() - rounds.ahead();
    if (constant && limit == (int) limit) {
      e.constant(TAG, (int) limit);
      e.operate(Emitter.SUB, TAG, register);
      return;
    }
    if (constant) {
      e.constant(TAG, (int) rounds.limit().value());
    } else {
      e.move(TAG, Registers.host(rounds.limit().index()));
    }
    e.operate(Emitter.SUB, TAG, register);
    e.lea(8, TAG, TAG, (int) -rounds.ahead());
  }

  /** The rounds' budget becomes {@code TAG}; if it is one already, then only if that is lower. */
  private void lower(boolean counted) {
    if (!counted) {
      e.move(BUDGET, TAG);
      return;
    }
    e.operate(Emitter.CMP, TAG, BUDGET);
    e.moveIf(Emitter.BELOW, BUDGET, TAG);
  }

  /**
   * The rounds' budget is taken off the whole one, which nearly always suffices for it: by a
   * branch, so that the rounds do not wait for what those before have left.
   */
  private void share() {
    e.load(TAG, STATE, Streams.REST);
    e.operate(Emitter.CMP, TAG, BUDGET);
    int scarce = e.jumpAhead(Emitter.BELOW);
    int enough = e.length();
    e.operate(Emitter.SUB, TAG, BUDGET);
    e.store(STATE, Streams.REST, TAG);
    unit.aside(() -> {
      e.bind(scarce);
      e.moveIf(Emitter.BELOW, BUDGET, TAG);
      e.jumpBack(enough);
    });
  }
}
