package jvisor.devices.ticks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TickDebtTest {
  @Test
  void keepsAtMostWhatThePolicyAllowsBesidesTheTickThatIsDue() {
    TickDebt debt = new TickDebt(new TickPolicy(2, 10));
    debt.add(1_000_000);
    assertThat(debt.take()).isTrue();
    assertThat(debt.take()).isTrue();
    assertThat(debt.outstanding()).isTrue();
    assertThat(debt.take()).isTrue();
    assertThat(debt.take()).isFalse();
  }

  @Test
  void aPolicyOfNoneCoalescesLateTicks() {
    TickDebt debt = new TickDebt(new TickPolicy(0, 10));
    debt.add(5);
    assertThat(debt.take()).isTrue();
    assertThat(debt.outstanding()).isFalse();
  }

  @Test
  void catchesUpAtTwiceTheRateButNeverFasterThanThePolicy() {
    TickDebt debt = new TickDebt(new TickPolicy(1, 1_000));
    assertThat(debt.catchUpSpacing(10_000)).isEqualTo(5_000);
    assertThat(debt.catchUpSpacing(100)).isEqualTo(1_000);
  }

  @Test
  void forgetsWhenTold() {
    TickDebt debt = new TickDebt(TickPolicy.DEFAULT);
    debt.add(3);
    debt.clear();
    assertThat(debt.take()).isFalse();
  }

  @Test
  void refusesNegativePolicies() {
    assertThatThrownBy(() -> new TickPolicy(-1, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new TickPolicy(0, -1)).isInstanceOf(IllegalArgumentException.class);
  }
}
