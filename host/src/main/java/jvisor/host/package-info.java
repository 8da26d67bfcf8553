/**
 * The only place with native access: raw host memory and its mappings, memory for machine code and
 * its faults, and a few functions of the host's processor.
 *
 * <p>Addresses here are host virtual addresses (<em>hva</em>). Callers own the proof that an
 * address lies inside a live {@link jvisor.host.HostMapping}; guest-controlled values never reach
 * this package unchecked.
 */
@NullMarked
package jvisor.host;

import org.jspecify.annotations.NullMarked;
