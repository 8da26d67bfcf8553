/**
 * How fast the interpreter is: {@link jvisor.bench.InnerLoops} measures loops of guest code, {@link
 * jvisor.bench.BootBench} whole boots beside those of QEMU's translator. Run by {@code bench/run};
 * nothing here is a test, and no figure is asserted.
 */
@NullMarked
package jvisor.bench;

import org.jspecify.annotations.NullMarked;
