/**
 * System-level conformance: small guests in the project's own assembler, and what the manuals say
 * becomes of them (Intel SDM vol. 3; AMD APM vol. 2 where the two differ and the model is AMD's).
 *
 * <p>Most are {@link jvisor.conformance.Scene}s, written in the sheets of text beside this package
 * ({@link jvisor.conformance.Sheet} has the format): a program of a few lines, and the exceptions
 * and results that it must meet. {@link jvisor.conformance.PagingMatrixTest} has a guest of its
 * own, which makes some hundred thousand accesses. {@link jvisor.conformance.EngineKind} is where
 * the engine is chosen.
 */
@NullMarked
package jvisor.conformance;

import org.jspecify.annotations.NullMarked;
