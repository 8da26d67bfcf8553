/**
 * The interface of KVM as far as it is offered to guests: its clock.
 *
 * <p>Held against Linux Documentation/virt/kvm/x86/msr.rst and cpuid.rst. What {@code
 * jvisor.cpu.model.Cpuid} announces in leaf 40000001H is what exists: the clock at both pairs of
 * MSRs, that its answers never go back between processors, and that port accesses need no delay
 * (which takes nothing). Instructions call it through {@link jvisor.cpu.vcpu.ParavirtPort}, on the
 * machine's thread; the machine resets it.
 *
 * <p>Not here: steal time, asynchronous page faults, EOI in memory, hypercalls, the flag that the
 * guest was paused.
 */
@NullMarked
package jvisor.cpu.paravirt;

import org.jspecify.annotations.NullMarked;
