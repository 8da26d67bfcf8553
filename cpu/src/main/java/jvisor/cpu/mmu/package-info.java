/**
 * From linear to host addresses: page walks (SDM vol. 3 ch. 4), the software TLB, and every load
 * and store of guest data and code.
 *
 * <p>Callers hand in linear addresses (gva after segmentation). What is not memory goes to the
 * machine's MMIO bus, so this is also where a processor meets devices. Page faults and
 * non-canonical addresses are thrown as the processor's one {@link jvisor.cpu.state.GuestFault}
 * before anything is written.
 */
@NullMarked
package jvisor.cpu.mmu;

import org.jspecify.annotations.NullMarked;
