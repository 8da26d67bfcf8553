package jvisor.cpu.mmu;

/**
 * The entries of the software TLB, as emitted code probes them: {@code {read tag, write tag,
 * unused, addend}}, eight bytes each.
 *
 * <p>A tag is the linear page address with the generation in its low 12 bits; {@code la + addend}
 * is the hva. One compare of {@code ((la + size - 1) & -4096) | generation} with the tag of the
 * entry for {@code la} proves that the page is cached, that the entry belongs to this address space
 * and privilege, and that the access does not leave the page. A write tag is there only if the read
 * tag is, so that it alone admits an access that reads and writes. The running table and generation
 * are in the struct ({@link jvisor.cpu.state.VcpuState#TLB_TABLE}).
 */
public final class TlbLayout {
  /** Entries in a table. */
  public static final int ENTRIES = 4096;

  /** Bytes in an entry. */
  public static final int ENTRY_SIZE = 32;

  /** Offset of the tag that admits loads. */
  public static final int READ_TAG = 0;

  /** Offset of the tag that admits stores. */
  public static final int WRITE_TAG = 8;

  /** Offset of what turns a linear address into an hva. */
  public static final int ADDEND = 24;

  /** How far a linear address is shifted right before {@link #OFFSET_MASK} applies. */
  public static final int INDEX_SHIFT = 7;

  /** Turns {@code la >>> INDEX_SHIFT} into the byte offset of its entry. */
  public static final long OFFSET_MASK = (ENTRIES - 1L) * ENTRY_SIZE;

  private TlbLayout() {}
}
