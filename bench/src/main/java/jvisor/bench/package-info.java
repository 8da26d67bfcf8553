/**
 * How fast guests are: {@link jvisor.bench.InnerLoops} measures loops of guest code, {@link
 * jvisor.bench.BootBench} whole boots beside those of QEMU's translator, {@link
 * jvisor.bench.programs} programs. Run by {@code bench/run}; no figure is asserted.
 */
@NullMarked
package jvisor.bench;

import org.jspecify.annotations.NullMarked;
