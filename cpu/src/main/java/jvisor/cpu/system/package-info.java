/**
 * Everything privileged and everything that moves a processor between modes (Intel SDM vol. 3 ch.
 * 2, 4–10 and 17; AMD APM vol. 2): reset, delivery of exceptions and interrupts, segment loads, far
 * transfers, task switches, system calls, control, debug and model-specific registers, ports,
 * flags, time and the XSAVE family.
 *
 * <p>The instructions here are bound like all others (see {@link jvisor.cpu.vcpu}); besides them,
 * engines call {@link jvisor.cpu.system.Reset}, {@link jvisor.cpu.system.Delivery} and {@link
 * jvisor.cpu.system.Debug}. Where the two vendors differ the model's vendor decides.
 *
 * <p>Not here: virtual-machine extensions, SMM, performance counters, branch records and branch
 * steps (DEBUGCTL reads as zero), machine-check banks, MONITOR and MWAIT, protection keys, shadow
 * stacks and five-level paging; none of them is announced.
 */
@NullMarked
package jvisor.cpu.system;

import org.jspecify.annotations.NullMarked;
