/**
 * What a processor says it is: the named models, their CPUID leaves (SDM vol. 2, CPUID; AMD APM
 * vol. 3, appendix E; KVM's leaves) and the features that its decoder accepts.
 *
 * <p>A model announces exactly what is implemented: whatever instruction belongs to a feature that
 * is not announced does not decode. Every answer is the same on every host.
 *
 * <p><b>Names.</b> {@code default} and {@code max} have all that is implemented, {@code v1}, {@code
 * v2} and {@code v3} the instructions of a level of the x86-64 psABI with the default model's
 * timers and claims. The others are processors of either vendor by generation ({@link
 * jvisor.cpu.model.NamedModel}): their family, their highest leaves, and of their features those
 * that are implemented; whether an operating system finds them vulnerable is its judgement of that
 * family. Features are added and removed with what they need and what needs them.
 *
 * <p><b>What the default model claims.</b> It stands on AMD family 19h, model 11h. Linux then takes
 * it for not vulnerable to Meltdown, L1TF and MDS (true of the vendor), and the bits that it
 * announces say the same of speculative store bypass (SSB_NO), return prediction (SRSO_NO,
 * TSA_*_NO) and, with automatic IBRS, of branch target injection. So Linux uses neither page-table
 * isolation nor retpolines, both of which would cost an emulator much. The emulated processor
 * itself does not speculate; what the host's processor speculates while it runs the emulator is the
 * host's matter and no different with these mitigations in the guest, so the claims give up no
 * protection that they gave.
 *
 * <p>The models have TSC_ADJUST, which makes Linux trust an invariant TSC without watching it
 * against ticks, of which a busy host loses some.
 *
 * <p>Clocks: the TSC is invariant and runs at 1 GHz; so do the APIC timer's bus and the deadline
 * timer.
 */
@NullMarked
package jvisor.cpu.model;

import org.jspecify.annotations.NullMarked;
