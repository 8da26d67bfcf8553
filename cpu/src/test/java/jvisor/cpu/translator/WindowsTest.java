package jvisor.cpu.translator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which accesses are windows of a translation, and where they are when it begins again. */
class WindowsTest {
  private static Windows windows(String text, boolean again) {
    return Windows.of(part(text), insn -> true, part -> again, List.of());
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
    Windows windows = Windows.of(part, insn -> true, end -> true, List.of());

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
    assertThat(windows.moved(stack, part)).isEqualTo(24);
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
    Windows windows = Windows.of(part, insn -> true, end -> true, List.of());

    assertThat(windows.all().stream().map(window -> windows.moved(window, part)).toList())
        .containsExactlyInAnyOrder(16, 0, -16);
    assertThat(windows.moved(windows.all().getFirst(), part)).isZero();
  }
}
