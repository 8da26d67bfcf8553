package jvisor.cpu.oracle;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import jvisor.isa.CodeMode;

/**
 * The host's processor, through the compiled program {@code native.c}, whose record layout this
 * knows.
 */
final class NativeProcessor implements Processor {
  private static final int RECORD = 512;
  private static final int BATCH = 1024;
  private static final int VECTOR_BIAS = 256;

  private final Process process;
  private final OutputStream out;
  private final DataInputStream in;

  NativeProcessor(Path program) {
    try {
      process =
          new ProcessBuilder(program.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out = process.getOutputStream();
    in = new DataInputStream(process.getInputStream());
  }

  @Override
  public void execute(List<MachineState> states) {
    for (int from = 0; from < states.size(); from += BATCH) {
      executeBatch(states.subList(from, Math.min(states.size(), from + BATCH)));
    }
  }

  private void executeBatch(List<MachineState> states) {
    byte[] bytes = new byte[8 + RECORD * states.size()];
    ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    b.putLong(states.size());
    for (int n = 0; n < states.size(); n++) {
      MachineState s = states.get(n);
      b.position(8 + RECORD * n);
      b.putLong(s.mode == CodeMode.BITS64 ? 64 : 32).putLong(s.code.length);
      for (long r : s.gpr) {
        b.putLong(r);
      }
      b.putLong(s.flags).putLong(0).put(s.code).position(8 + RECORD * n + 176).put(s.memory);
    }
    try {
      out.write(bytes);
      out.flush();
      in.readFully(bytes, 0, RECORD * states.size());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (int n = 0; n < states.size(); n++) {
      MachineState s = states.get(n);
      b.position(RECORD * n);
      long outcome = b.getLong();
      s.vector = outcome == 0 ? MachineState.NONE : (int) outcome - VECTOR_BIAS;
      b.getLong();
      for (int i = 0; i < 16; i++) {
        s.gpr[i] = b.getLong();
      }
      s.flags = b.getLong();
      s.rip = b.getLong();
      b.position(RECORD * n + 176).get(s.memory);
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
