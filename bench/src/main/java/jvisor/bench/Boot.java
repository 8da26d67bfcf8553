package jvisor.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One boot of the default guest, from the command to power-off. */
public final class Boot {
  /** What the default guest is told. */
  public static final String APPEND = "console=ttyS0";

  private static final String PROMPT = "# ";

  private Boot() {}

  /** Seconds from start to end; the guest is asked to power off once its shell prompts. */
  public static double seconds(List<String> command) throws IOException, InterruptedException {
    StringBuilder said = new StringBuilder();
    boolean asked = false;
    long start = System.nanoTime();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (Reader output = process.inputReader(StandardCharsets.ISO_8859_1);
        OutputStream console = process.getOutputStream()) {
      for (int next = output.read(); next >= 0; next = output.read()) {
        said.append((char) next);
        if (!asked && next == ' ' && said.lastIndexOf(PROMPT) == said.length() - PROMPT.length()) {
          asked = true;
          console.write("poweroff\n".getBytes(StandardCharsets.US_ASCII));
          console.flush();
        }
      }
    }
    int status = process.waitFor();
    double seconds = (System.nanoTime() - start) / 1e9;
    if (status != 0 || !asked) {
      throw new IOException("exit status " + status + ", no power-off:\n" + said);
    }
    return seconds;
  }
}
