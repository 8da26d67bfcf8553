package jvisor.cpu.translator;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import jvisor.isa.Decoder;
import jvisor.isa.Feature;

/**
 * Proves of emitted code that it reaches nothing but the struct, guest frames that a probe of the
 * TLB has admitted, and code that may follow it; that it touches neither the host's stack nor the
 * registers that hold all this together; and that it comes back when it is asked to. It trusts the
 * stubs, the tables and the decoder, and nothing of the emitter: it decodes the bytes and follows
 * them from every place where they are entered. What the code computes is not its concern.
 */
final class Verifier {
  private final Decoder decoder;
  private final Stubs stubs;

  /** A verifier of code that runs on a host with these features, between these stubs. */
  Verifier(Set<Feature> hostFeatures, Stubs stubs) {
    decoder = new Decoder(hostFeatures);
    this.stubs = stubs;
  }

  /**
   * Checks a translation.
   *
   * @param code its code, of which the first {@code length} bytes count
   * @param place the hva at which it will run
   * @param number the translation's
   * @param resumes for each instruction of the block where it is entered again, 0 if nowhere
   * @param links the jumps, now to the boundary, that will be directed to other translations
   * @throws UnsafeCode if it breaks a rule
   */
  void check(
      byte[] code, int length, long place, int number, int[] resumes, List<Branches.Link> links) {
    List<Integer> entries = new ArrayList<>();
    entries.add(0);
    for (int resume : resumes) {
      if (resume != 0) {
        entries.add(resume);
      }
    }
    ControlFlow flow = new ControlFlow(decoder, code, length, entries);
    new Proof(flow, stubs, length, place, number, resumes.length).find(entries, links);
  }
}
