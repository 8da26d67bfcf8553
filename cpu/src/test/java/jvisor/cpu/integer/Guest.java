package jvisor.cpu.integer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import jvisor.cpu.alone.NoTime;
import jvisor.cpu.mmu.CodeWatcher;
import jvisor.cpu.model.CpuModels;
import jvisor.cpu.state.Control;
import jvisor.cpu.state.GuestFault;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Decoder;
import jvisor.isa.Feature;
import jvisor.isa.Insn;
import jvisor.platform.GuestMemory;
import jvisor.platform.MmioBus;
import jvisor.platform.PortBus;

/**
 * A processor with two megabytes of memory that executes single instructions given as bytes. They
 * stand nowhere in memory but count as if at {@link #CODE}.
 */
final class Guest implements AutoCloseable {
  static final long CODE = 0x1000;
  static final int RAX = 0;
  static final int RCX = 1;
  static final int RDX = 2;
  static final int RBX = 3;
  static final int RSP = 4;
  static final int RBP = 5;
  static final int RSI = 6;
  static final int RDI = 7;
  static final int DATA = 0x9300;
  static final int SIZE = 2 << 20;

  private static final long TABLES = 0x10_0000;
  private static final long LAST_TABLE = TABLES + 0x3000;

  final MmioBus mmio = new MmioBus();
  final GuestMemory memory = new GuestMemory(SIZE, SIZE, mmio);
  final Vcpu c = new Vcpu(0, CpuModels.standard(false), memory, new PortBus(), new NoTime());
  final VcpuState s = c.state;
  private final SemanticTable table = new SemanticTable();
  private final Decoder decoder = new Decoder(EnumSet.allOf(Feature.class));

  private Guest() {
    DataTransfer.bind(table);
    BinaryArithmetic.bind(table);
    MultiplyDivide.bind(table);
    DecimalArithmetic.bind(table);
    ShiftRotate.bind(table);
    BitByte.bind(table);
    BitManipulation.bind(table);
    ControlTransfer.bind(table);
    Strings.bind(table);
    FlagControl.bind(table);
    Stack.bind(table);
    Miscellaneous.bind(table);
  }

  /** Real mode, all segments at 0. */
  static Guest real() {
    Guest g = new Guest();
    for (int segment = Segment.ES; segment <= Segment.GS; segment++) {
      g.s.setSegment(segment, 0, 0, 0xffff, DATA);
    }
    g.c.modeChanged();
    return g;
  }

  /** 32-bit protected mode, flat, no paging. */
  static Guest protectedMode() {
    Guest g = new Guest();
    g.s.setCr(0, Control.CR0_PE);
    for (int segment = Segment.ES; segment <= Segment.GS; segment++) {
      g.s.setSegment(segment, 0x10, 0, 0xffff_ffffL, DATA | Segment.BIG);
    }
    g.s.setSegment(Segment.CS, 8, 0, 0xffff_ffffL, DATA | Segment.CODE | Segment.BIG);
    g.c.modeChanged();
    return g;
  }

  /** 64-bit user mode, memory mapped to itself with pages of 4 KiB. */
  static Guest longMode() {
    Guest g = new Guest();
    for (int level = 0; level < 3; level++) {
      g.memory.write(TABLES + 0x1000 * level, 8, (TABLES + 0x1000 * (level + 1)) | 7);
    }
    for (int page = 0; page < 512; page++) {
      g.memory.write(LAST_TABLE + 8 * page, 8, page * 0x1000L | 7);
    }
    g.s.setCr(0, Control.CR0_PE | Control.CR0_PG | Control.CR0_WP);
    g.s.setCr(3, TABLES);
    g.s.setCr(4, Control.CR4_PAE);
    g.s.set(VcpuState.EFER, Control.EFER_LMA | Control.EFER_LME);
    for (int segment = Segment.ES; segment <= Segment.GS; segment++) {
      g.s.setSegment(segment, 0x2b, 0, 0xffff_ffffL, DATA | Segment.BIG);
    }
    g.s.setSegment(Segment.CS, 0x33, 0, 0xffff_ffffL, DATA | Segment.CODE | Segment.LONG);
    g.c.setCpl(3);
    g.c.modeChanged();
    g.c.mmu.flushAll();
    return g;
  }

  void unmap(long la) {
    pageEntry(la, 0);
  }

  void readOnly(long la) {
    pageEntry(la, (la & -4096) | 5);
  }

  private void pageEntry(long la, long entry) {
    memory.write(LAST_TABLE + (la >>> 12) * 8, 8, entry);
    c.mmu.flushAll();
  }

  /** Accessed (bit 5) and dirty (bit 6) of the page. */
  long accessedDirty(long la) {
    return memory.read(LAST_TABLE + (la >>> 12) * 8, 8) & 0x60;
  }

  Guest set(int register, long value) {
    s.setReg(register, value);
    return this;
  }

  long reg(int register) {
    return s.reg(register);
  }

  Guest put(long at, int size, long value) {
    memory.write(at, size, value);
    return this;
  }

  long at(long address, int size) {
    return memory.read(address, size);
  }

  /** Executes the instruction once; RIP is left as the semantic leaves it. */
  Guest run(String hex) {
    byte[] code = HexFormat.of().parseHex(hex.replace(" ", ""));
    Insn i = decoder.decode(code, 0, code.length, c.codeMode());
    assertThat(i.length).as("decoded " + i.row).isEqualTo(code.length);
    s.setRip(CODE + i.length);
    table.of(i.mnemonic()).execute(c, i);
    return this;
  }

  /** Executes until RIP leaves the instruction. */
  Guest finish(String hex) {
    do {
      run(hex);
    } while (s.rip() == CODE);
    return this;
  }

  /** Executes an instruction that must raise the vector. */
  GuestFault fault(String hex, int vector) {
    GuestFault fault = catchThrowableOfType(GuestFault.class, () -> run(hex));
    assertThat(fault).as(hex).isNotNull();
    assertThat(fault.vector()).as(hex).isEqualTo(vector);
    return fault;
  }

  /** As {@link #fault}, and registers, flags and memory must be as before. */
  GuestFault cleanFault(String hex, int vector) {
    byte[] before = picture();
    GuestFault fault = fault(hex, vector);
    assertThat(Arrays.equals(picture(), before)).as("nothing changed by " + hex).isTrue();
    return fault;
  }

  private byte[] picture() {
    byte[] picture = new byte[(int) TABLES + 17 * 8];
    memory.read(0, picture, 0, (int) TABLES);
    for (int n = 0; n < 17; n++) {
      long value = n == 16 ? c.rflags() : s.reg(n);
      for (int b = 0; b < 8; b++) {
        picture[(int) TABLES + 8 * n + b] = (byte) (value >>> (8 * b));
      }
    }
    return picture;
  }

  /** Makes the page one that holds decoded code and counts the stores to it. */
  int[] watch(long page) {
    int[] stores = new int[1];
    c.mmu.watchCode(
        new CodeWatcher() {
          @Override
          public boolean holdsCode(long gpa) {
            return gpa >>> 12 == page >>> 12;
          }

          @Override
          public void codeWritten(long gpa, int length) {
            stores[0]++;
          }
        });
    return stores;
  }

  @Override
  public void close() {
    c.close();
    memory.close();
  }
}
