package jvisor.devices.serial;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import jvisor.devices.TestClock;
import jvisor.devices.Wire;
import org.junit.jupiter.api.Test;

class Uart16550Test {
  private static final int RBR = 0;
  private static final int THR = 0;
  private static final int IER = 1;
  private static final int IIR = 2;
  private static final int FCR = 2;
  private static final int LCR = 3;
  private static final int MCR = 4;
  private static final int LSR = 5;
  private static final int MSR = 6;
  private static final int SCR = 7;

  private static final int OUT2 = 0x08;
  private static final int RTS = 0x02;
  private static final int LOOP = 0x10;

  /** Ten bits at 115,200 baud. */
  private static final long CHARACTER = 86_805;

  private final TestClock clock = new TestClock();
  private final Wire irq = new Wire();
  private final StringBuilder sent = new StringBuilder();
  private final Uart16550 uart =
      new Uart16550("com1", clock, irq, value -> sent.append((char) value));

  private void open(int fcr) {
    out(LCR, 0x80);
    out(0, 1);
    out(1, 0);
    out(LCR, 0x03);
    out(FCR, fcr);
    out(MCR, OUT2 | 3);
  }

  private int in(int offset) {
    return uart.read(offset, 1);
  }

  private void out(int offset, int value) {
    uart.write(offset, 1, value);
  }

  private void type(String text) {
    for (byte b : text.getBytes(StandardCharsets.ISO_8859_1)) {
      assertThat(uart.receive(b)).isTrue();
    }
  }

  @Test
  void powersOnAsTheResetTableSays() {
    assertThat(in(IER)).isZero();
    assertThat(in(IIR)).isEqualTo(0x01);
    assertThat(in(LCR)).isZero();
    assertThat(in(MCR)).isZero();
    assertThat(in(LSR)).isEqualTo(0x60);
    assertThat(in(MSR)).isEqualTo(0xb0);
  }

  @Test
  void keepsOnlyTheBitsThatRegistersHave() {
    out(IER, 0xff);
    out(MCR, 0xff);
    out(SCR, 0xa5);
    out(LCR, 0xff);
    assertThat(in(LCR)).isEqualTo(0xff);
    out(LCR, 0);
    assertThat(in(IER)).isEqualTo(0x0f);
    assertThat(in(MCR)).isEqualTo(0x1f);
    assertThat(in(SCR)).isEqualTo(0xa5);
  }

  @Test
  void divisorLatchHidesDataAndInterruptEnable() {
    out(IER, 0x05);
    out(LCR, 0x83);
    out(0, 0x34);
    out(1, 0x12);
    assertThat(in(0)).isEqualTo(0x34);
    assertThat(in(1)).isEqualTo(0x12);
    assertThat(sent).isEmpty();
    out(LCR, 0x03);
    assertThat(in(IER)).isEqualTo(0x05);
  }

  @Test
  void sendsBytesInOrderAndIsAlwaysReadyForTheNext() {
    open(0x01);
    for (char c : "hello".toCharArray()) {
      assertThat(in(LSR) & 0x60).isEqualTo(0x60);
      out(THR, c);
    }
    assertThat(sent).hasToString("hello");
  }

  @Test
  void sendsOnlyAsManyBitsAsTheLineHas() {
    out(LCR, 0x02);
    out(THR, 0xc1);
    assertThat(sent).hasToString("A");
  }

  @Test
  void sendsNothingWhileTheLineIsHeldInBreak() {
    open(0x01);
    out(LCR, 0x43);
    out(THR, 'x');
    out(LCR, 0x03);
    out(THR, 'y');
    assertThat(sent).hasToString("y");
  }

  @Test
  void detectsAsA16550AByTheLinuxProbe() {
    out(IER, 0);
    assertThat(in(IER) & 0x0f).isZero();
    out(IER, 0x0f);
    assertThat(in(IER) & 0x0f).isEqualTo(0x0f);
    out(IER, 0);
    out(MCR, LOOP | 0x0a);
    assertThat(in(MSR) & 0xf0).isEqualTo(0x90);
    out(MCR, 0);
    out(LCR, 0xbf);
    out(FCR, 0);
    out(LCR, 0);
    out(FCR, 0x01);
    assertThat(in(IIR) >> 6).isEqualTo(3);
    out(LCR, 0x80);
    assertThat(in(2)).as("no extended features register").isNotZero();
    out(LCR, 0xbf);
    assertThat(in(2)).isNotZero();
    out(LCR, 0);
    out(FCR, 0x21);
    assertThat(in(IIR) >> 5).as("no 64-byte FIFO").isEqualTo(6);
    out(IER, 0x40);
    assertThat(in(IER) & 0x40).as("no XScale enable bit").isZero();
  }

  @Test
  void passesTheLinuxTestsForBrokenTransmitterInterrupts() {
    open(0x01);
    out(IER, 0x02);
    assertThat(in(IIR) & 0x0f).isEqualTo(0x02);
    assertThat(in(IIR) & 0x0f).as("reading has cleared it").isEqualTo(0x01);
    out(IER, 0);
    out(IER, 0x02);
    assertThat(in(IIR) & 0x0f).as("enabling raises it again").isEqualTo(0x02);
    out(IER, 0);
    assertThat(irq.takeRises()).isEqualTo(2);
    assertThat(irq.level()).isFalse();
  }

  @Test
  void enablingTheTransmitterInterruptTwiceRaisesItOnce() {
    open(0x01);
    out(IER, 0x02);
    in(IIR);
    out(IER, 0x02);
    assertThat(in(IIR) & 0x0f).isEqualTo(0x01);
  }

  @Test
  void transmitterInterruptComesOneCharacterAfterTheWrite() {
    open(0x01);
    out(IER, 0x02);
    in(IIR);
    irq.takeRises();
    for (int i = 0; i < 16; i++) {
      out(THR, 'x');
    }
    assertThat(in(IIR) & 0x0f).isEqualTo(0x01);
    clock.advance(CHARACTER - 1);
    assertThat(irq.level()).isFalse();
    clock.advance(1);
    assertThat(irq.level()).isTrue();
    assertThat(in(IIR) & 0x0f).isEqualTo(0x02);
    assertThat(irq.takeRises()).isEqualTo(1);
    clock.advance(1_000_000_000);
    assertThat(irq.takeRises()).as("an idle transmitter is silent").isZero();
  }

  @Test
  void aHandlerThatFillsTheTransmitterUntilNothingPendsLeavesAfterOnePass() {
    open(0x01);
    out(IER, 0x02);
    int passes = 0;
    while ((in(IIR) & 1) == 0 && passes < 512) {
      passes++;
      for (int i = 0; i < 16; i++) {
        out(THR, 'x');
      }
    }
    assertThat(passes).isEqualTo(1);
  }

  @Test
  void writingTheTransmitterWithdrawsItsInterrupt() {
    open(0x01);
    out(IER, 0x02);
    assertThat(irq.level()).isTrue();
    out(THR, 'x');
    assertThat(irq.level()).isFalse();
  }

  @Test
  void slowLinesDelayTheTransmitterInterruptByATenthOfAMillisecondAtMost() {
    open(0x01);
    out(LCR, 0x80);
    out(1, 0xff);
    out(LCR, 0x03);
    out(IER, 0x02);
    out(THR, 'x');
    clock.advance(100_000);
    assertThat(in(IIR) & 0x0f).isEqualTo(0x02);
  }

  @Test
  void withoutFifosOneByteIsReadyAtATime() {
    open(0);
    out(IER, 0x01);
    type("ab");
    assertThat(in(IIR)).isEqualTo(0x04);
    assertThat(in(LSR) & 1).isOne();
    assertThat(in(RBR)).isEqualTo('a');
    assertThat(in(LSR) & 1).isZero();
    assertThat(irq.level()).isFalse();
    clock.advance(CHARACTER);
    assertThat(irq.level()).isTrue();
    assertThat(in(RBR)).isEqualTo('b');
  }

  @Test
  void receivedInterruptWaitsForTheTriggerLevel() {
    int[] levels = {1, 4, 8, 14};
    for (int i = 0; i < 4; i++) {
      open(0x03 | i << 6);
      out(IER, 0x01);
      for (int n = 1; n < levels[i]; n++) {
        type("x");
        clock.advance(CHARACTER);
        assertThat(irq.level()).isFalse();
      }
      type("x");
      clock.advance(CHARACTER);
      assertThat(in(IIR)).isEqualTo(0xc4);
      in(RBR);
      assertThat(in(IIR)).as("below the level again").isEqualTo(0xc1);
      out(FCR, 0x03);
    }
  }

  @Test
  void charactersBelowTheTriggerLevelTimeOutAfterFourCharacterTimes() {
    open(0x81);
    out(IER, 0x01);
    type("ab");
    clock.advance(CHARACTER);
    clock.advance(4 * CHARACTER - 1);
    assertThat(irq.level()).isFalse();
    clock.advance(1);
    assertThat(irq.level()).isTrue();
    assertThat(in(IIR)).isEqualTo(0xcc);
    assertThat(in(IIR)).as("reading IIR does not clear it").isEqualTo(0xcc);
    assertThat(in(RBR)).isEqualTo('a');
    assertThat(irq.level()).isFalse();
    clock.advance(4 * CHARACTER);
    assertThat(in(IIR)).isEqualTo(0xcc);
    in(RBR);
    clock.advance(10 * CHARACTER);
    assertThat(in(IIR)).isEqualTo(0xc1);
  }

  @Test
  void aLaterCharacterDoesNotWithdrawATimeout() {
    open(0x81);
    out(IER, 0x01);
    type("a");
    clock.advance(6 * CHARACTER);
    type("b");
    assertThat(in(IIR)).isEqualTo(0xcc);
    assertThat(irq.takeRises()).isOne();
  }

  @Test
  void inputNeverOverrunsTheFifoAndNothingIsLost() {
    open(0x81);
    out(IER, 0x01);
    String text = "0123456789".repeat(400);
    type(text);
    StringBuilder got = new StringBuilder();
    while (got.length() < text.length()) {
      clock.advance(CHARACTER * 5);
      int lsr = in(LSR);
      assertThat(lsr & 0x02).isZero();
      if ((lsr & 1) != 0) {
        got.append((char) in(RBR));
      }
    }
    assertThat(got).hasToString(text);
  }

  @Test
  void inputArrivesAtLineSpeed() {
    open(0x01);
    type("x".repeat(1000));
    int got = 0;
    while (got < 1000) {
      while ((in(LSR) & 1) != 0) {
        in(RBR);
        got++;
      }
      clock.advance(CHARACTER);
    }
    assertThat(clock.now()).isBetween(980 * CHARACTER, 1020 * CHARACTER);
  }

  @Test
  void theQueueTellsWhenItIsFullAndWhenThereIsRoomAgain() {
    open(0x01);
    int[] calls = new int[1];
    uart.onRoom(() -> calls[0]++);
    int room = uart.roomForInput();
    while (uart.roomForInput() > 0) {
      assertThat(uart.receive((byte) 1)).isTrue();
    }
    assertThat(uart.receive((byte) 1)).isFalse();
    for (int i = 0; i < room; i++) {
      in(RBR);
      clock.advance(CHARACTER);
    }
    assertThat(calls[0]).isOne();
  }

  @Test
  void breakIsACharacterOfZeroesWithItsErrorBit() {
    open(0x01);
    out(IER, 0x05);
    type("a");
    clock.advance(CHARACTER);
    uart.receiveBreak();
    assertThat(in(LSR)).as("an error is in the FIFO, not at its top").isEqualTo(0xe1);
    assertThat(in(RBR)).isEqualTo('a');
    assertThat(in(IIR)).as("line status comes first").isEqualTo(0xc6);
    assertThat(in(LSR)).isEqualTo(0xf1);
    assertThat(in(LSR)).isEqualTo(0x61);
    assertThat(in(RBR)).isZero();
  }

  @Test
  void fifoControlClearsTheReceiver() {
    open(0x01);
    type("abc");
    clock.advance(3 * CHARACTER);
    out(FCR, 0x03);
    assertThat(in(LSR) & 1).isZero();
    clock.advance(16 * CHARACTER);
    type("d");
    assertThat(in(RBR)).isEqualTo('d');
  }

  @Test
  void loopbackReturnsWhatIsSentAndCountsSixteen() {
    open(0x01);
    out(MCR, LOOP);
    for (int i = 0; i < 16; i++) {
      out(THR, i);
      assertThat(in(LSR) & 0x02).isZero();
    }
    out(THR, 16);
    assertThat(in(LSR) & 0x02).as("overrun").isEqualTo(0x02);
    assertThat(in(LSR) & 0x02).as("cleared by reading").isZero();
    for (int i = 0; i < 16; i++) {
      assertThat(in(RBR)).isEqualTo(i);
    }
    assertThat(in(LSR) & 1).isZero();
    assertThat(sent).isEmpty();
  }

  @Test
  void overrunWithoutFifosReplacesTheByte() {
    open(0);
    out(MCR, LOOP);
    out(THR, 'a');
    out(THR, 'b');
    assertThat(in(LSR) & 0x03).isEqualTo(0x03);
    assertThat(in(RBR)).isEqualTo('b');
  }

  @Test
  void loopbackWiresModemControlToModemStatus() {
    out(MCR, LOOP);
    in(MSR);
    out(MCR, LOOP | 0x01);
    assertThat(in(MSR)).isEqualTo(0x22);
    out(MCR, LOOP | 0x02);
    assertThat(in(MSR)).isEqualTo(0x13);
    out(MCR, LOOP | 0x04);
    assertThat(in(MSR)).as("RI rising sets no delta").isEqualTo(0x41);
    out(MCR, LOOP | 0x08);
    assertThat(in(MSR)).as("RI falling does").isEqualTo(0x8c);
    assertThat(in(MSR)).isEqualTo(0x80);
  }

  @Test
  void inputWaitsWhileTheReceiverIsLoopedBack() {
    open(0x01);
    out(MCR, LOOP);
    type("a");
    assertThat(in(LSR) & 1).isZero();
    out(MCR, RTS);
    assertThat(in(RBR)).isEqualTo('a');
  }

  @Test
  void whatIsTypedBeforeTheGuestListensWaitsForItsRequestToSend() {
    type("ls\r");
    out(LCR, 0x03);
    out(FCR, 0x07);
    assertThat(in(LSR) & 1).isZero();
    in(RBR);
    out(MCR, OUT2 | RTS);
    assertThat(in(RBR)).isEqualTo('l');
    assertThat(in(RBR)).isEqualTo('s');
    assertThat(in(RBR)).isEqualTo('\r');
  }

  @Test
  void modemStatusInterruptIsClearedByReadingModemStatus() {
    open(0x01);
    out(IER, 0x08);
    in(MSR);
    uart.setModemInputs(false, true, false, true);
    assertThat(in(IIR)).isEqualTo(0xc0);
    assertThat(irq.level()).isTrue();
    assertThat(in(MSR)).isEqualTo(0xa1);
    assertThat(irq.level()).isFalse();
  }

  @Test
  void out2GatesTheInterrupt() {
    open(0x01);
    out(IER, 0x02);
    assertThat(irq.level()).isTrue();
    out(MCR, 0x03);
    assertThat(irq.level()).isFalse();
    out(MCR, OUT2);
    assertThat(irq.level()).isTrue();
    out(MCR, OUT2 | LOOP);
    assertThat(irq.level()).as("its pin is inactive in loopback").isFalse();
  }

  @Test
  void interruptsComeInTheOrderOfTheirPriority() {
    open(0x01);
    out(IER, 0x0f);
    uart.setModemInputs(false, true, false, true);
    uart.receiveBreak();
    assertThat(in(IIR) & 0x0f).isEqualTo(0x06);
    in(LSR);
    assertThat(in(IIR) & 0x0f).isEqualTo(0x04);
    in(RBR);
    assertThat(in(IIR) & 0x0f).isEqualTo(0x02);
    assertThat(in(IIR) & 0x0f).isEqualTo(0x00);
    in(MSR);
    assertThat(in(IIR) & 0x0f).isEqualTo(0x01);
    assertThat(irq.level()).isFalse();
  }

  @Test
  void anIdlePortArmsNoTimer() {
    open(0x01);
    out(IER, 0x05);
    type("x");
    clock.advance(CHARACTER);
    in(RBR);
    clock.advance(10 * CHARACTER);
    assertThat(clock.armed()).isZero();
  }

  @Test
  void resetKeepsWhatHasBeenTyped() {
    open(0x01);
    type("x".repeat(20));
    uart.reset();
    clock.advance(20 * CHARACTER * 12);
    out(MCR, RTS);
    assertThat(in(LSR) & 1).isOne();
    assertThat(in(IER)).isZero();
    assertThat(irq.level()).isFalse();
  }
}
