package jvisor.cpu.translator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jvisor.isa.Decoder;
import jvisor.isa.Feature;
import org.jspecify.annotations.Nullable;

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
   * @param root its blocks, and where they are entered again
   * @param links the jumps, now to the boundary, that will be directed to other translations
   * @param fallback the one that will be directed to the translation of the first block alone
   * @throws UnsafeCode if it breaks a rule
   */
  void check(
      byte[] code,
      int length,
      long place,
      Part root,
      List<Branches.Link> links,
      Branches.@Nullable Link fallback) {
    Map<Integer, Integer> resumes = new LinkedHashMap<>();
    Map<Integer, ExitRules.Exits> exits = new HashMap<>();
    collect(root, 0, resumes, exits);
    List<Integer> entries = new ArrayList<>(resumes.keySet());
    entries.addFirst(0);
    ControlFlow flow = new ControlFlow(decoder, code, length, entries);
    new Proof(flow, stubs, length, place, root.number, root.size(), exits, fallback != null)
        .find(resumes, root.need(), links, fallback);
  }

  /** Collects where parts are entered again, and what is off the budget there. */
  private static void collect(
      @Nullable Part part,
      int before,
      Map<Integer, Integer> resumes,
      Map<Integer, ExitRules.Exits> exits) {
    if (part == null) {
      return;
    }
    int taken = before + part.size();
    for (int resume : part.resumes) {
      if (resume != 0) {
        resumes.put(resume, taken);
      }
    }
    exits.put(part.number, new ExitRules.Exits(part.size(), taken));
    collect(part.next, taken, resumes, exits);
    collect(part.taken, taken, resumes, exits);
  }
}
