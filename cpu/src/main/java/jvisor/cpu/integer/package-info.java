/**
 * The general-purpose instructions that need no privilege and change no segment (SDM vol. 1, 5.1;
 * vol. 2 by name): one class for each of the manual's groups, with one static method for each
 * instruction.
 *
 * <p>Called by the engines through {@link jvisor.cpu.vcpu.SemanticTable}; see {@link
 * jvisor.cpu.vcpu} for the contract. Flags that the manual leaves undefined get what an AMD Zen 4
 * gives them. Segment loads, far transfers, interrupts, ports and POPF belong to {@code
 * jvisor.cpu.system}. LOCK needs nothing here as long as one processor runs at a time.
 */
@NullMarked
package jvisor.cpu.integer;

import org.jspecify.annotations.NullMarked;
