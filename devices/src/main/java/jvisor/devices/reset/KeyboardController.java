package jvisor.devices.reset;

import jvisor.devices.ByteWidePorts;
import jvisor.platform.Device;
import jvisor.platform.InterruptLine;
import jvisor.platform.MachineControl;
import jvisor.platform.PortDevice;

/**
 * An 8042 keyboard controller to which nothing is attached. Data is at port 0x60, status and
 * command at port 0x64.
 */
public final class KeyboardController implements Device {
  /** Where {@link #data} goes. */
  public static final int DATA_PORT = 0x60;

  /** Where {@link #command} goes. */
  public static final int COMMAND_PORT = 0x64;

  private static final int STATUS_OUTPUT_FULL = 0x01;
  private static final int STATUS_COMMAND = 0x08;
  private static final int STATUS_UNLOCKED = 0x10;
  private static final int STATUS_MOUSE = 0x20;
  private static final int STATUS_TIMEOUT = 0x40;

  private static final int CTR_KEYBOARD_INTERRUPT = 0x01;
  private static final int CTR_MOUSE_INTERRUPT = 0x02;
  private static final int CTR_SYSTEM = 0x04;
  private static final int CTR_KEYBOARD_OFF = 0x10;
  private static final int CTR_MOUSE_OFF = 0x20;
  private static final int CTR_TRANSLATE = 0x40;

  private static final int OUTPUT_RESET = 0x01;
  private static final int OUTPUT_A20 = 0x02;

  private static final int RESEND = 0xfe;
  private static final int NOT_LOCKED = 0x80;

  private final MachineControl machine;
  private final A20Gate a20;
  private final InterruptLine irq1;
  private final InterruptLine irq12;
  private final byte[] ram = new byte[32];
  private int outputPort;
  private int output;
  private int outputStatus;
  private int lastWrite;
  private int awaiting;

  /**
   * Creates the controller in its power-on state.
   *
   * @param irq1 the keyboard's interrupt
   * @param irq12 the mouse's interrupt
   */
  public KeyboardController(
      MachineControl machine, A20Gate a20, InterruptLine irq1, InterruptLine irq12) {
    this.machine = machine;
    this.a20 = a20;
    this.irq1 = irq1;
    this.irq12 = irq12;
    reset();
  }

  @Override
  public String name() {
    return "i8042";
  }

  @Override
  public void reset() {
    ram[0] = CTR_SYSTEM | CTR_TRANSLATE | CTR_KEYBOARD_OFF | CTR_MOUSE_OFF;
    outputStatus = 0;
    lastWrite = STATUS_COMMAND;
    awaiting = 0;
    setOutputPort(OUTPUT_RESET | OUTPUT_A20);
    updateInterrupts();
  }

  /** Port 0x60. */
  public PortDevice data() {
    return new ByteWidePorts() {
      @Override
      public int readByte(int offset) {
        return readData();
      }

      @Override
      public void writeByte(int offset, int value) {
        writeData(value);
      }
    };
  }

  /** Port 0x64. */
  public PortDevice command() {
    return new ByteWidePorts() {
      @Override
      public int readByte(int offset) {
        return outputStatus | lastWrite | (ram[0] & CTR_SYSTEM) | STATUS_UNLOCKED;
      }

      @Override
      public void writeByte(int offset, int value) {
        writeCommand(value);
      }
    };
  }

  private int readData() {
    outputStatus = 0;
    updateInterrupts();
    return output;
  }

  private void answer(int value, int status) {
    output = value;
    outputStatus = STATUS_OUTPUT_FULL | status;
    updateInterrupts();
  }

  private void updateInterrupts() {
    boolean full = (outputStatus & STATUS_OUTPUT_FULL) != 0;
    boolean mouse = (outputStatus & STATUS_MOUSE) != 0;
    irq1.set(full && !mouse && (ram[0] & CTR_KEYBOARD_INTERRUPT) != 0);
    irq12.set(full && mouse && (ram[0] & CTR_MOUSE_INTERRUPT) != 0);
  }

  private void writeCommand(int command) {
    lastWrite = STATUS_COMMAND;
    awaiting = 0;
    if (command >= 0x20 && command < 0x40) {
      answer(ram[command & 31] & 0xff, 0);
      return;
    }
    if (command >= 0x60 && command < 0x80) {
      awaiting = command;
      return;
    }
    if (command >= 0xf0) {
      if ((command & OUTPUT_RESET) == 0) {
        machine.reset("keyboard controller");
      }
      return;
    }
    switch (command) {
      case 0xa7 -> setControl(CTR_MOUSE_OFF, true);
      case 0xa8 -> setControl(CTR_MOUSE_OFF, false);
      case 0xaa -> {
        ram[0] |= CTR_SYSTEM;
        answer(0x55, 0);
      }
      case 0xa9, 0xab -> answer(0x00, 0);
      case 0xad -> setControl(CTR_KEYBOARD_OFF, true);
      case 0xae -> setControl(CTR_KEYBOARD_OFF, false);
      case 0xc0 -> answer(NOT_LOCKED, 0);
      case 0xd0 -> answer(outputPort(), 0);
      case 0xd1, 0xd2, 0xd3, 0xd4 -> awaiting = command;
      case 0xdd -> setOutputPort(outputPort & ~OUTPUT_A20);
      case 0xdf -> setOutputPort(outputPort | OUTPUT_A20);
      default -> {
        // Commands that the PS/2 does not define are ignored.
      }
    }
  }

  private void setControl(int bit, boolean on) {
    ram[0] = (byte) (on ? ram[0] | bit : ram[0] & ~bit);
  }

  private int outputPort() {
    boolean full = (outputStatus & STATUS_OUTPUT_FULL) != 0;
    boolean mouse = (outputStatus & STATUS_MOUSE) != 0;
    return outputPort | (full && !mouse ? 0x10 : 0) | (full && mouse ? 0x20 : 0);
  }

  private void setOutputPort(int value) {
    outputPort = value & (OUTPUT_RESET | OUTPUT_A20);
    a20.setKeyboard((value & OUTPUT_A20) != 0);
    if ((value & OUTPUT_RESET) == 0) {
      outputPort |= OUTPUT_RESET;
      machine.reset("keyboard controller");
    }
  }

  private void writeData(int value) {
    lastWrite = 0;
    int command = awaiting;
    awaiting = 0;
    if (command >= 0x60 && command < 0x80) {
      ram[command & 31] = (byte) value;
      updateInterrupts();
      return;
    }
    switch (command) {
      case 0xd1 -> setOutputPort(value);
      case 0xd2 -> answer(value, 0);
      case 0xd3 -> answer(value, STATUS_MOUSE);
      case 0xd4 -> answer(RESEND, STATUS_MOUSE | STATUS_TIMEOUT);
      default -> {
        ram[0] &= (byte) ~CTR_KEYBOARD_OFF;
        answer(RESEND, STATUS_TIMEOUT);
      }
    }
  }
}
