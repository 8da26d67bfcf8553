/**
 * What surrounds a processor that is tested without a machine: no time passes, nothing comes in.
 */
@NullMarked
package jvisor.cpu.alone;

import org.jspecify.annotations.NullMarked;
