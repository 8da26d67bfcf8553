package jvisor.host;

/** What runs in processes of their own: most of it ends them. */
final class FaultProcess {
  private FaultProcess() {}

  public static void main(String[] arguments) throws InterruptedException {
    try (FaultyCode code = new FaultyCode();
        FaultyCode other = new FaultyCode()) {
      HostFaults guard = other.guarded();
      other.fault(FaultyCode.UD2, 0);
      switch (arguments[0]) {
        case "check" -> JavaFaults.check();
        case "outside" -> code.memory.at(FaultyCode.UD2).call(0, 0, 0);
        case "closed" -> {
          guard.close();
          other.memory.at(FaultyCode.UD2).call(0, 0, 0);
        }
        case "recovery" -> {
          other.write(0, "0f0b");
          other.memory.at(FaultyCode.UD2).call(0, 0, 0);
        }
        default -> throw new IllegalArgumentException(arguments[0]);
      }
      System.out.println("lives");
    }
  }
}
