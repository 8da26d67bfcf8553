package jvisor.cpu.translator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Which accesses are windows of a translation, and where they are when it begins again. */
class WindowsTest {
  private static Windows windows(String text, boolean again) {
    return of(part(text), again);
  }

  private static Part part(String text) {
    return new Part(ForecastTest.block(text), 0);
  }

  @Test
  void accessesNearTheSameRegistersShareAWindow() {
    List<Window> all =
        windows(
                """
                mov rax, [rbx+8]
                add rbx, 32
                mov [rbx-40], eax
                lea rsi, [rbx+4]
                movaps xmm0, [rsi+12]
                add rdx, [rbx+rcx*4]
                add rdx, [rbx+rcx*4+3000]
                """,
                false)
            .all();

    assertThat(all).hasSize(1);
    Window window = all.getFirst();
    assertThat(window.first).isEqualTo(-8);
    assertThat(window.end).isEqualTo(64);
    assertThat(window.written).isTrue();
  }

  @Test
  void theStackIsAWindowOfWhatIsPushedAndAddressed() {
    Part part =
        part(
            """
            push rbp
            mov rbp, rsp
            push qword ptr [rbp+16]
            sub rsp, 40
            mov rax, [rsp+8]
            pop rcx
            leave
            ret 16
            """);
    Windows windows = of(part, true);

    assertThat(windows.all()).hasSize(1);
    Window stack = windows.all().getFirst();
    assertThat(stack.first).isEqualTo(-56);
    assertThat(stack.end).isEqualTo(16);
    assertThat(windows.distanceOnStack(part, 0)).isEqualTo(48);
    assertThat(windows.distanceOnStack(part, 2)).isEqualTo(40);
    assertThat(windows.distance(part, 2)).isEqualTo(64);
    assertThat(windows.distanceOnStack(part, 5)).isZero();
    assertThat(windows.distanceOnStack(part, 6)).isEqualTo(48);
    assertThat(windows.distanceOnStack(part, 7)).isEqualTo(56);
    assertThat(windows.move(stack, part)).isEqualTo(new Windows.Move(stack, 24));
  }

  @Test
  void aStackThatHasMovedAwayHasNoWindow() {
    assertThat(windows("and rsp, -16\npush rax\npush rcx", false).all()).isEmpty();
    assertThat(windows("pop rsp\npop rax\npop rcx", false).all()).isEmpty();
    assertThat(windows("mov rsp, [rax]\npush rax\npush rcx", false).all()).isEmpty();
  }

  @Test
  void whatIsNotAccessedHasNoWindow() {
    Windows none =
        windows(
            """
            nop dword ptr [rax+rax]
            nop dword ptr [rax+rax]
            lea rcx, [rbx]
            lea rdx, [rbx+8]
            prefetcht0 [rsi]
            prefetcht0 [rsi+8]
            """,
            true);

    assertThat(none.all()).isEmpty();
  }

  @Test
  void oneAccessIsEnoughWhereTheWindowIsNearAgain() {
    String step = "mov rax, [rsi]\nadd rsi, 16\n";
    String away = "mov rax, [rsi]\nmov rsi, [rax]\n";

    assertThat(windows(step, true).all()).hasSize(1);
    assertThat(windows(step, false).all()).isEmpty();
    assertThat(windows(away, true).all()).isEmpty();
  }

  @Test
  void aWindowMovesAsItsRegistersDo() {
    Part part =
        part(
            """
            mov rax, [rsi]
            add rax, [rdi+8]
            mov [rbx+rcx*8], rax
            add rsi, 16
            sub rcx, 2
            """);
    Windows windows = of(part, true);

    assertThat(windows.all())
        .allSatisfy(window -> assertThat(move(windows, window, part).from()).isSameAs(window));
    assertThat(windows.all().stream().map(window -> move(windows, window, part).by()).toList())
        .containsExactlyInAnyOrder(16, 0, -16);
  }

  @Test
  void aWindowIsWhereAnotherOneWas() {
    Part part =
        part(
            """
            mov rax, [rsi]
            add rax, [rsi+40]
            mov [rbx+8], rax
            mov [rbx+16], rax
            lea rbx, [rsi+56]
            add rsi, 8
            """);
    Windows windows = of(part, true);
    Window written = windows.all().stream().filter(w -> w.base == 3).findFirst().orElseThrow();
    Window read = windows.all().stream().filter(w -> w.base == 6).findFirst().orElseThrow();

    assertThat(windows.move(written, part)).isEqualTo(new Windows.Move(read, 64));
    assertThat(windows.move(read, part)).isEqualTo(new Windows.Move(read, 8));
    assertThat(read.written).isTrue();
  }

  @Test
  void aWindowIsNotWhereNoneWas() {
    Part part =
        part(
            """
            mov rax, [rsi]
            add rax, [rsi+8]
            mov rcx, [rbx]
            add rcx, [rbx+8]
            lea rbx, [rsi+rsi]
            lea rsi, [rcx+8]
            """);
    Windows windows = of(part, true);

    assertThat(windows.all()).hasSize(2);
    assertThat(windows.all()).allSatisfy(w -> assertThat(windows.move(w, part)).isNull());
  }

  @Test
  void whatIsUsedMostWhereItBeginsAgainIsInRegisters() {
    Part part =
        part(
            """
            mov rax, [rsi]
            add rax, [rsi+8]
            add rax, [rsi+16]
            add rax, [rdi]
            add rax, [rdi+8]
            add rax, [rbx]
            add rax, [rbx+8]
            mov [rbp], rax
            """);
    Windows again = of(part, true);
    Windows once = of(part, false);

    assertThat(again.first().stream().map(window -> window.base))
        .containsExactlyInAnyOrder(6, 7, 3);
    assertThat(once.first().stream().map(window -> window.base)).containsExactly(6);
    assertThat(again.last()).isSameAs(again.first().getFirst());
  }

  /** Those of a block, behind which it begins again or does not. */
  private static Windows of(Part part, boolean again) {
    return Windows.of(part, insn -> true, end -> again, List.of());
  }

  private static Windows.Move move(Windows windows, Window window, Part part) {
    return Objects.requireNonNull(windows.move(window, part));
  }
}
