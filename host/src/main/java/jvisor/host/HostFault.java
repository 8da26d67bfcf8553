package jvisor.host;

/**
 * A fault of emitted code, as the host's kernel told of it.
 *
 * @param signal {@link #SIGILL}, {@link #SIGBUS}, {@link #SIGFPE} or {@link #SIGSEGV}
 * @param code si_code of siginfo_t, which tells causes of one signal apart
 * @param address si_addr: the hva that could not be accessed, else the hva of the instruction; 0
 *     where the kernel does not know (a general-protection exception)
 * @param rip hva of the instruction that faulted
 * @param vector the exception of the host's processor, 0–31
 * @param error its error code; for a page fault, bit 1 tells that it was a write
 */
public record HostFault(int signal, int code, long address, long rip, int vector, int error) {
  public static final int SIGILL = 4;
  public static final int SIGBUS = 7;
  public static final int SIGFPE = 8;
  public static final int SIGSEGV = 11;
}
