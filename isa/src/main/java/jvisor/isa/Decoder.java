package jvisor.isa;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns bytes into instructions. Immutable; any thread.
 *
 * <p>Where Intel and AMD differ, this decodes as Intel does: 66 does not shorten near branches in
 * 64-bit mode, REX.W widens the far pointers of LFS, LGS, LSS and of far CALL and JMP to 16:64,
 * LOCK MOV CR0 is no CR8, VPERMQ and VPERMPD need VEX.W, SYSENTER and SYSCALL are left to the
 * semantics in every mode. So is the #UD that every instruction with VEX raises in real-address and
 * virtual-8086 mode.
 */
public final class Decoder {
  /** Answer of {@link #decode} when the instruction goes on past the bytes given. */
  public static final Insn TRUNCATED = invalid(0);

  /** Answer of {@link #decode} for more than 15 bytes: #GP(0) (SDM vol. 2, 2.3.11). */
  public static final Insn TOO_LONG = invalid(15);

  private static final int MAPS = 8;

  private final @Nullable Slot[] slots = new Slot[MAPS << 8];

  /**
   * Creates a decoder for a processor that announces {@code features}; rows of others are invalid.
   */
  public Decoder(Set<Feature> features) {
    List<List<Row>> rows = new ArrayList<>(slots.length);
    for (int i = 0; i < slots.length; i++) {
      rows.add(new ArrayList<>(2));
    }
    for (Row row : Table.ROWS) {
      if (row != Row.INVALID && features.contains(row.feature())) {
        Encoding encoding = row.encoding();
        for (int i = 0; i < encoding.count(); i++) {
          rows.get(encoding.map() << 8 | encoding.opcode() + i).add(row);
        }
      }
    }
    for (int i = 0; i < slots.length; i++) {
      if (!rows.get(i).isEmpty()) {
        slots[i] = new Slot(rows.get(i));
      }
    }
  }

  /**
   * Decodes the instruction at {@code code[offset]}; bytes from {@code limit} on are not there.
   *
   * @return the instruction, {@link #TRUNCATED}, {@link #TOO_LONG}, or one whose row is {@link
   *     Row#INVALID} and whose length is that of the bytes that were looked at
   */
  public Insn decode(byte[] code, int offset, int limit, CodeMode mode) {
    return new Decoding(this, code, offset, limit, mode).decode();
  }

  /** What stands at an opcode, or {@code null} if nothing does. */
  @Nullable Slot slot(int map, int opcode) {
    return slots[map << 8 | opcode];
  }

  /** Bytes that are no instruction. */
  static Insn invalid(int length) {
    return new Insn(
        Row.INVALID,
        length,
        4,
        4,
        false,
        0,
        Insn.DS,
        -1,
        -1,
        0,
        0,
        0,
        Operand.NONE,
        Operand.NONE,
        Operand.NONE,
        Operand.NONE);
  }

  /**
   * The rows of one opcode, the more specific ones first, divided by ModRM.mod and reg if need be.
   */
  static final class Slot {
    private static final int REG_AND_REGISTER = 0x78;

    /** Whether ModRM follows the opcode; all rows of an opcode agree. */
    final boolean modRm;

    private final Row[][] groups;

    Slot(List<Row> rows) {
      rows.sort(Comparator.comparingInt((Row row) -> -row.encoding().specificity()));
      modRm = rows.getFirst().encoding().modRm();
      boolean divided = modRm && rows.size() > 2;
      groups = new Row[divided ? 16 : 1][];
      for (int i = 0; i < groups.length; i++) {
        List<Row> group = new ArrayList<>(rows.size());
        for (Row row : rows) {
          int care = row.encoding().mask() & REG_AND_REGISTER;
          if (!divided || (i << 3 & care) == (row.encoding().value() & care)) {
            group.add(row);
          }
        }
        groups[i] = group.toArray(new Row[0]);
      }
    }

    /** The row that {@code key} selects, or {@code null}. */
    @Nullable Row select(int key) {
      Row[] group = groups.length == 1 ? groups[0] : groups[(key & REG_AND_REGISTER) >> 3];
      for (Row row : group) {
        if (row.encoding().matches(key)) {
          return row;
        }
      }
      return null;
    }
  }
}
