package jvisor.host;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Catches SIGILL, SIGBUS, SIGFPE and SIGSEGV in emitted code, where the Java virtual machine would
 * give up the process.
 *
 * <p>A fault is ours if RIP lies in code that is being guarded; nothing else decides. It is written
 * to a record, and the thread goes on at a recovery address with all other registers, the flags
 * among them, as they were at the fault. Every other fault reaches the handler that was there
 * before with the arguments, the mask and the flags that it would have had: the virtual machine
 * uses such faults for null checks, safepoints and stack overflows.
 *
 * <p>A record is 32 bytes: signal (4 bytes, 0 while there is none), si_code (4), si_addr (8), RIP
 * (8), vector (4), error code (4). While it holds a fault, no other is caught: a fault of the
 * recovery code ends the process instead of repeating for ever. {@link #take} empties it.
 *
 * <p>Handlers are the process's, so this is, too: they are installed when the first code is
 * guarded, and stay ({@code -Xcheck:jni} remarks on that, unless {@code
 * -XX:+AllowUserSignalHandlers} is given). What changes afterwards is a table in memory that the
 * handlers read. It is reached from here through a constant only, because the kernel has nothing
 * else to give a handler.
 */
public final class HostFaults implements AutoCloseable {
  /** Bytes of a record. */
  public static final int RECORD = 32;

  /** How much code can be guarded at a time. */
  public static final int RANGES = FaultTable.ENTRIES;

  private static final int CODE = 4;
  private static final int ADDRESS = 8;
  private static final int RIP = 16;
  private static final int VECTOR = 24;
  private static final int ERROR = 28;

  private final int entry;
  private boolean closed;

  private HostFaults(int entry) {
    this.entry = entry;
  }

  /**
   * Catches faults in all of {@code code}. Close the answer before the memory, and once no thread
   * runs there any more.
   *
   * @param recovery hva in executable memory, where a thread that faulted goes on
   * @param record hva of an empty record; one for all threads that run the code
   * @throws IllegalStateException if {@link #RANGES} are guarded already
   */
  public static HostFaults guard(CodeMemory code, long recovery, long record) {
    return guard(code, recovery, FaultTable.NO_BASE, record);
  }

  /**
   * Catches faults in all of {@code code}, with a record for each thread.
   *
   * @param recovery hva in executable memory, where a thread that faulted goes on
   * @param register 0–15, which in all of the code holds an address of the thread's own
   * @param displacement from there to the thread's record
   * @throws IllegalStateException if {@link #RANGES} are guarded already
   */
  public static HostFaults guardByRegister(
      CodeMemory code, long recovery, int register, long displacement) {
    Objects.checkIndex(register, 16);
    return guard(code, recovery, register, displacement);
  }

  private static HostFaults guard(CodeMemory code, long recovery, int base, long displacement) {
    return new HostFaults(FaultHandler.TABLE.add(code, recovery, base, displacement));
  }

  /** Empties the record at an hva; null if it was empty. */
  public static @Nullable HostFault take(long record) {
    int signal = HostMemory.getInt(record);
    if (signal == 0) {
      return null;
    }
    HostFault fault =
        new HostFault(
            signal,
            HostMemory.getInt(record + CODE),
            HostMemory.getLong(record + ADDRESS),
            HostMemory.getLong(record + RIP),
            HostMemory.getInt(record + VECTOR),
            HostMemory.getInt(record + ERROR));
    HostMemory.putInt(record, 0);
    return fault;
  }

  /** Faults in the code end the process again. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      FaultHandler.TABLE.remove(entry);
    }
  }
}
