package jvisor.isa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class SubstitutionTest {
  private static final int SAMPLES_PER_ROW = 12;
  private static final Decoder ALL = new Decoder(EnumSet.allOf(Feature.class));
  private static final int[] SAME = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

  private final Substitution substitution = new Substitution();
  private final Encoder encoder = new Encoder();
  private final byte[] code = new byte[64];

  /** The text of what {@code insn} becomes, by way of its bytes. */
  private String text(@Nullable Insn insn) {
    return insn == null ? "-" : Disassembler.text(recoded(insn));
  }

  /** What is decoded from what the trusting encoder makes; it is what the careful one makes. */
  private Insn recoded(Insn insn) {
    int length = encoder.encode(insn, CodeMode.BITS64, code, 5);
    Insn decoded = ALL.decode(code, 5, 5 + length, CodeMode.BITS64);
    byte[] careful = Encoder.encode(insn, CodeMode.BITS64);
    assertThat(careful)
        .as("%s became %s", insn, decoded)
        .isEqualTo(Arrays.copyOfRange(code, 5, 5 + length));
    assertThat(decoded.length).isEqualTo(length);
    return decoded;
  }

  private static Insn decode(CodeMode mode, String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    return ALL.decode(bytes, 0, bytes.length, mode);
  }

  private static Insn assemble(CodeMode mode, String text) {
    byte[] bytes = new Assembler(mode, 0).emit(text).assemble();
    return ALL.decode(bytes, 0, bytes.length, mode);
  }

  private static Insn assemble(String text) {
    return assemble(CodeMode.BITS64, text);
  }

  private static int[] map(int... pairs) {
    int[] map = SAME.clone();
    for (int i = 0; i < pairs.length; i += 2) {
      map[pairs[i]] = pairs[i + 1];
    }
    return map;
  }

  /** A permutation that sends no register to RSP and keeps what {@code insn} means unnamed. */
  private static int[] permutation(Insn insn, Random random) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      numbers.add(i);
    }
    Collections.shuffle(numbers, random);
    int[] map = numbers.stream().mapToInt(n -> n).toArray();
    boolean accumulator =
        insn.row.operands().stream()
            .anyMatch(form ->
                form.field() == OperandForm.Field.FIXED
                    && form.kind() == Operand.Kind.GPR
                    && form.value() == 0);
    int implicit = insn.row.roles().implicitReads() | insn.row.roles().implicitWrites();
    for (int register = accumulator && random.nextBoolean() ? 1 : 0; register < 16; register++) {
      if ((implicit >> register & 1) == 1) {
        keep(map, register);
      }
    }
    for (Operand operand : List.of(insn.a, insn.b)) {
      if (operand.kind() == Operand.Kind.HIGH8 && random.nextBoolean()) {
        keep(map, operand.index());
      }
    }
    return map;
  }

  private static void keep(int[] map, int number) {
    for (int i = 0; i < map.length; i++) {
      map[i] = map[i] == number ? map[number] : map[i];
    }
    map[number] = number;
  }

  @Test
  void registersAreRenumbered() {
    assertThat(text(substitution.registers(assemble("add rax, rsp"), map(4, 10))))
        .isEqualTo("add rax, r10");
    assertThat(text(substitution.registers(assemble("mulx rax, rsp, rcx"), map(4, 10))))
        .isEqualTo("mulx rax, r10, rcx");
    assertThat(text(substitution.registers(assemble("bswap esp"), map(4, 10))))
        .isEqualTo("bswap r10d");
    assertThat(text(substitution.registers(assemble("mov spl, al"), map(4, 10))))
        .isEqualTo("mov r10b, al");
    assertThat(text(substitution.registers(assemble("mov bl, ah"), map(0, 2, 2, 0))))
        .isEqualTo("mov bl, dh");
    assertThat(substitution.registers(assemble("mov bl, ah"), map(0, 9, 9, 0))).isNull();
    assertThat(substitution.registers(assemble("add rax, rbx"), map(3, -1))).isNull();
  }

  @Test
  void anotherRowIsTakenWhereARegisterIsMeantUnnamed() {
    int[] map = map(0, 9, 9, 0);
    assertThat(text(substitution.registers(decode(CodeMode.BITS64, "0401"), map)))
        .isEqualTo("add r9b, 0x1");
    assertThat(text(substitution.registers(decode(CodeMode.BITS64, "483d00010000"), map)))
        .isEqualTo("cmp r9, 0x100");
    assertThat(text(substitution.registers(decode(CodeMode.BITS64, "4891"), map)))
        .isEqualTo("xchg rcx, r9");
    assertThat(substitution.registers(assemble("shl rax, cl"), map(1, 9, 9, 1))).isNull();
    assertThat(substitution.registers(assemble("mul rbx"), map(2, 9, 9, 2))).isNull();
  }

  @Test
  void rowsThatSixtyFourBitModeLacksHaveAnotherThere() {
    assertThat(text(substitution.registers(decode(CodeMode.BITS32, "44"), map(4, 10))))
        .isEqualTo("inc r10d");
    assertThat(text(substitution.registers(decode(CodeMode.BITS32, "664b"), SAME)))
        .isEqualTo("dec bx");
    assertThat(text(substitution.registers(decode(CodeMode.BITS32, "82c105"), SAME)))
        .isEqualTo("add cl, 0x5");
    assertThat(text(substitution.registers(decode(CodeMode.BITS32, "9f"), SAME))).isEqualTo("lahf");
    assertThat(substitution.registers(decode(CodeMode.BITS32, "27"), SAME)).isNull();
  }

  @Test
  void memoryIsReplacedWithoutPrefixes() {
    Insn insn = assemble("lock add qword ptr fs:[eax+r9d*4+0x12345], rsp");
    assertThat(text(substitution.memory(insn, map(4, 10), 11, -4)))
        .isEqualTo("lock add qword ptr [r11-0x4], r10");
    Insn wide = assemble(CodeMode.BITS32, "vpaddd ymm1, ymm7, ymmword ptr [bx+si+2]");
    assertThat(text(substitution.memory(wide, SAME, 13, 0)))
        .isEqualTo("vpaddd ymm1, ymm7, ymmword ptr [r13]");
    assertThat(substitution.memory(assemble("bts dword ptr [rax], ecx"), SAME, 11, 0)).isNull();
    Insn high = substitution.memory(assemble("mov ah, byte ptr [rax]"), SAME, 11, 0);
    assertThat(high).isNotNull();
    assertThat(encoder.encode(high, CodeMode.BITS64, code, 0)).isZero();
  }

  @Test
  void registersMoveToMemory() {
    assertThat(text(substitution.inMemory(assemble("add rax, r10"), 1, SAME, 15, 0x80)))
        .isEqualTo("add rax, qword ptr [r15+0x80]");
    assertThat(text(substitution.inMemory(assemble("add r10, rax"), 0, SAME, 15, 0x80)))
        .isEqualTo("add qword ptr [r15+0x80], rax");
    assertThat(text(substitution.inMemory(assemble("mov r10, 7"), 0, SAME, 15, 0x80)))
        .isEqualTo("mov qword ptr [r15+0x80], 0x7");
    assertThat(text(substitution.inMemory(assemble("mov r10d, 7"), 0, SAME, 15, 0x80)))
        .isEqualTo("mov dword ptr [r15+0x80], 0x7");
    assertThat(text(substitution.inMemory(assemble("movq xmm1, r10"), 1, SAME, 15, 0x80)))
        .isEqualTo("movq xmm1, qword ptr [r15+0x80]");
    assertThat(text(substitution.inMemory(assemble("mov ch, 7"), 0, SAME, 15, 8)))
        .isEqualTo("mov byte ptr [r15+0x9], 0x7");
    assertThat(text(substitution.inMemory(decode(CodeMode.BITS32, "45"), 0, SAME, 15, 0x28)))
        .isEqualTo("inc dword ptr [r15+0x28]");
    assertThat(substitution.inMemory(assemble("imul r10, rax"), 0, SAME, 15, 0x80)).isNull();
    assertThat(substitution.inMemory(assemble("bt r10, rax"), 0, SAME, 15, 0x80)).isNull();
    assertThat(substitution.inMemory(assemble("mov r10, 0x123456789"), 0, SAME, 15, 8)).isNull();
    assertThat(substitution.inMemory(assemble("pextrb r10d, xmm1, 1"), 0, SAME, 15, 8)).isNull();
    assertThat(substitution.inMemory(assemble("movaps xmm1, xmm2"), 1, SAME, 15, 8)).isNull();
  }

  @Test
  void addressesOfLeaAreRenumbered() {
    assertThat(text(substitution.registers(assemble("lea rax, [rsp+rbx*4+8]"), map(4, 10))))
        .isEqualTo("lea rax, [r10+rbx*4+0x8]");
    assertThat(
            text(
                substitution.registers(
                    assemble(CodeMode.BITS32, "lea eax, fs:[esp+8]"), map(4, 10))))
        .isEqualTo("lea eax, [r10+0x8]");
    assertThat(text(substitution.registers(assemble("lea rax, [ebx+8]"), SAME)))
        .isEqualTo("lea rax, [ebx+0x8]");
    assertThat(substitution.registers(assemble("lea rax, [rip+8]"), SAME)).isNull();
    assertThat(substitution.registers(assemble(CodeMode.BITS32, "lea eax, [bx+8]"), SAME)).isNull();
    assertThat(substitution.registers(assemble("lea rax, [rbx+rcx]"), map(1, 4))).isNull();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "BITS16")
  void everyHarmlessRowComesOutAsWhatWasMeant(CodeMode mode) throws IOException {
    Random random = new Random(6);
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    Set<String> never = new TreeSet<>();
    for (Row row : Table.ROWS) {
      boolean needsW = mode == CodeMode.BITS32 && row.encoding().requiresW();
      if (!row.harmless() || !row.encoding().validIn(mode) || needsW) {
        continue;
      }
      int reached = 0;
      for (int i = 0; i < SAMPLES_PER_ROW; i++) {
        byte[] sample = Samples.of(row, mode, random);
        Insn insn = ALL.decode(sample, 0, sample.length, mode);
        if (insn.row == row) {
          reached += check(insn, random, stream);
        }
      }
      if (reached == 0) {
        never.add(row.toString());
      }
    }
    assertThat(never).isEmpty();
    compareWithObjdump(stream.toByteArray());
  }

  /** Tries the substitutions that suit; answers how many came out. */
  private int check(Insn insn, Random random, ByteArrayOutputStream stream) {
    int[] map = permutation(insn, random);
    int base = random.nextInt(16);
    int displacement = random.nextBoolean() ? random.nextInt() : random.nextInt(-200, 200);
    if (insn.hasMemory()) {
      Insn moved = substitution.memory(insn, map, base, displacement);
      return check(insn, -1, map, base, displacement, moved, stream);
    }
    Insn renumbered = substitution.registers(insn, map);
    int count = check(insn, -1, map, base, 0, renumbered, stream);
    for (int i = 0; i < 3; i++) {
      Insn moved = substitution.inMemory(insn, i, map, base, displacement);
      count += check(insn, i, map, base, displacement, moved, stream);
    }
    return count;
  }

  private int check(
      Insn from,
      int position,
      int[] map,
      int base,
      int displacement,
      @Nullable Insn to,
      ByteArrayOutputStream stream) {
    if (to == null || encoder.encode(to, CodeMode.BITS64, code, 0) == 0) {
      return 0;
    }
    String both = from + " became " + to;
    Insn result = recoded(to);
    stream.write(code, 5, result.length);
    assertThat(result.row.name()).as(both).isEqualTo(from.row.name());
    assertThat(result.operandSize).as(both).isEqualTo(from.operandSize);
    assertThat(result.lock).as(both).isEqualTo(from.lock);
    if (from.row.encoding().isCondition()) {
      assertThat(result.condition()).as(both).isEqualTo(from.condition());
    }
    List<Operand> before = List.of(from.a, from.b, from.c, from.d);
    List<Operand> after = List.of(result.a, result.b, result.c, result.d);
    int place = displacement;
    for (int i = 0; i < before.size(); i++) {
      Operand old = before.get(i);
      Operand now = after.get(i);
      if (i == position) {
        assertThat(now).as(both).isEqualTo(Operands.memory(old.size()));
        place += old.kind() == Operand.Kind.HIGH8 ? 1 : 0;
      } else if (from.row.mnemonic() == Mnemonic.NOP) {
        assertThat(now).as(both).isEqualTo(old);
      } else if (old.kind() == Operand.Kind.GPR || old.kind() == Operand.Kind.HIGH8) {
        assertThat(now)
            .as(both)
            .isEqualTo(new Operand(old.kind(), map[old.index()], old.size(), 0));
      } else {
        assertThat(now.kind()).as(both).isEqualTo(old.kind());
        assertThat(now.value()).as(both).isEqualTo(old.value());
        assertThat(now.index()).as(both).isEqualTo(old.index());
      }
    }
    if (result.hasMemory()) {
      assertThat(result.base).as(both).isEqualTo(base);
      assertThat(result.index).as(both).isEqualTo(Insn.NO_REGISTER);
      assertThat(result.displacement).as(both).isEqualTo(place);
      assertThat(result.addressSize).as(both).isEqualTo(8);
      assertThat(result.segment).as(both).isLessThan(Insn.FS);
    }
    return 1;
  }

  private static void compareWithObjdump(byte[] bytes) throws IOException {
    assumeTrue(Objdump.isPresent(), "no objdump here");
    ObjdumpComparison comparison = new ObjdumpComparison();
    comparison.compare(bytes, CodeMode.BITS64);
    assertThat(comparison.differences()).isEmpty();
    assertThat(comparison.count()).isGreaterThan(10_000);
  }
}
