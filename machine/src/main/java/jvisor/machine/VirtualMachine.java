package jvisor.machine;

/** One virtual machine. */
public interface VirtualMachine extends AutoCloseable {
  /**
   * Runs the guest on the calling thread until it ends; the guest's resets happen within. Called
   * once.
   */
  ExitReason run();

  /**
   * Ends {@link #run} soon, within milliseconds; any thread, also before it runs. Of several
   * requests the first counts.
   */
  void requestStop(StopReason why);

  /**
   * Registers and the state that helps to see what the guest was doing, several lines with no line
   * end at the end. Exact once {@link #run} has returned; a best effort from other threads
   * meanwhile.
   */
  String dumpState();

  /** The engine that runs the guest, such as "interpreter". */
  String engine();

  /** Gives back guest memory and all else; not while {@link #run} runs. */
  @Override
  void close();
}
