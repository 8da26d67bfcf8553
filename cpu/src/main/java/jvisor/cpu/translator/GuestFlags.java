package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.RAX;
import static jvisor.cpu.translator.Registers.STATE;
import static jvisor.cpu.translator.Registers.TAG;

import org.jspecify.annotations.Nullable;

/**
 * Where the guest's arithmetic flags are at this place of a translation: in the host's flags, in
 * the slot of the struct, or in both; or they can be had again from a {@link FlagSource}. Wherever
 * control may leave they are in the slot.
 */
final class GuestFlags {
  private final Emitter e;
  private boolean held;
  private boolean slotStale;
  private @Nullable FlagSource source;
  private int moves;

  /**
   * Where they are at one place.
   *
   * @param held whether the host's flags have them
   * @param slotStale whether the slot has not
   * @param source how they can be had again, or null if only from where they are
   */
  record Whereabouts(boolean held, boolean slotStale, @Nullable FlagSource source) {
    /** Of the slot alone. */
    static final Whereabouts IN_SLOT = new Whereabouts(false, false, null);

    /** How to have them again where the slot has not got them. */
    @Nullable FlagSource lost() {
      return slotStale ? source : null;
    }
  }

  GuestFlags(Emitter e) {
    this.e = e;
  }

  /** Where they are. */
  Whereabouts here() {
    return new Whereabouts(held, slotStale, source);
  }

  /** The following is reached from where they are {@code there}. */
  void goOnFrom(Whereabouts there) {
    held = there.held;
    slotStale = there.slotStale;
    source = there.source;
  }

  /** They are in the slot, or can be had from {@code again}. */
  void begin(@Nullable FlagSource again) {
    held = false;
    slotStale = again != null;
    source = again;
  }

  /** Whether the slot has them. */
  boolean isSettled() {
    return !slotStale;
  }

  /** How they can be had again at this place, or null if only from where they are. */
  @Nullable FlagSource source() {
    return source;
  }

  /** How often they have been moved, by code that uses scratch registers. */
  int moves() {
    return moves;
  }

  /** The slot gets those that {@code again} tells, if there is such. Spoils the host's. */
  void keep(@Nullable FlagSource again) {
    if (again != null) {
      restore(again);
      save();
    }
  }

  /** The slot gets them; if the host's flags hold them, they stay as they are. */
  void settle() {
    if (slotStale) {
      hold();
      save();
      slotStale = false;
    }
  }

  /** What follows spoils the host's flags, and may leave. */
  void spoil() {
    secure();
    held = false;
  }

  /** They can be had without the host's flags: the slot gets them if nothing else tells. */
  void secure() {
    if (source == null) {
      settle();
    }
  }

  /** What follows spoils the host's flags, and nothing but the struct tells what they were. */
  void settleAndSpoil() {
    settle();
    held = false;
  }

  /** They are in the slot and nowhere else. */
  void keepInSlot() {
    settleAndSpoil();
    source = null;
  }

  /** The host's flags get them. */
  void hold() {
    if (!held) {
      restore(here().lost());
      held = true;
    }
  }

  /** What follows writes these registers, as {@link Roles#written} has them. */
  void willWrite(int registers) {
    if (source != null && source.needs(registers)) {
      if (!held) {
        settle();
      }
      source = null;
    }
  }

  /** These have been written, and nothing needs the flags any more. */
  void hasWritten(int registers) {
    if (source != null && source.needs(registers)) {
      forget();
    }
  }

  /**
   * The instruction just emitted has set them in the host's flags.
   *
   * @param again how to have them again, if there is a way
   */
  void set(@Nullable FlagSource again) {
    held = true;
    slotStale = true;
    source = again;
  }

  /** The host's flags hold nothing of them; where else they are has not changed. */
  void spoiled() {
    held = false;
  }

  /** The host's flags hold nothing of them, and what they had need not be kept. */
  void forget() {
    goOnFrom(Whereabouts.IN_SLOT);
  }

  /** The host's flags get what the slot has. */
  void load() {
    restore(null);
  }

  private void save() {
    moves++;
    e.move(TAG, RAX);
    e.flagsToAx();
    e.store16(STATE, Words.FLAGS, RAX);
    e.move(RAX, TAG);
  }

  private void restore(@Nullable FlagSource from) {
    moves++;
    if (from != null) {
      e.put(from.code(), from.code().length);
      return;
    }
    e.move(TAG, RAX);
    e.load16(RAX, STATE, Words.FLAGS);
    e.flagsFromAx();
    e.move(RAX, TAG);
  }
}
