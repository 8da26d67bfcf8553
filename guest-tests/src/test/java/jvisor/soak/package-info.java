/**
 * The same programs in a guest and on the host, for as long as one likes: what comes out must be
 * the same. {@link jvisor.soak.SoakTest} says how; the programs are the benchmark's and those in C
 * beside it, which depend on nothing but a number, however often signals and other processors
 * interrupt them.
 */
@NullMarked
package jvisor.soak;

import org.jspecify.annotations.NullMarked;
