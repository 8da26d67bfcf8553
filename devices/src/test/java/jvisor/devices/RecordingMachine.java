package jvisor.devices;

import java.util.ArrayList;
import java.util.List;
import jvisor.platform.MachineControl;

/** Remembers what devices asked for. */
public final class RecordingMachine implements MachineControl {
  private final List<String> requests = new ArrayList<>();

  public List<String> requests() {
    return requests;
  }

  @Override
  public void powerOff() {
    requests.add("power off");
  }

  @Override
  public void reset(String cause) {
    requests.add("reset " + cause);
  }

  @Override
  public void exit(int status) {
    requests.add("exit " + status);
  }
}
