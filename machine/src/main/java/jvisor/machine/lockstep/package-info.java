/**
 * Lock step: two machines of one description, on two engines, run side by side and compared, until
 * they differ or the guest ends. One is the <i>reference</i>, the other is <i>tested</i>.
 *
 * <p><b>How.</b> {@link jvisor.machine.lockstep.LockStep} is a machine to those who run it. Inside,
 * both machines run on one thread by slices of {@value jvisor.machine.lockstep.Walk#SLICE}
 * instructions; time is the count of instructions, random numbers have one seed, and what is typed
 * arrives between the same two instructions. After each slice all registers of all processors are
 * compared, and what the guests have said; every {@value jvisor.machine.lockstep.LockStep#ROUND}
 * slices, at the end and at a difference, all of the guests' memory too. If something differs, both
 * machines are made anew and run again to the last point at which they were the same ({@link
 * jvisor.machine.lockstep.Search}), and from there instruction by instruction, until the first one
 * after which they differ is found. If they do not differ when they are stopped so often – the
 * tested engine may run whole blocks another way than single instructions – the shortest run
 * without a stop is searched that makes them differ.
 *
 * <p><b>Both are cut at the same counts</b>, in the first run and in all repetitions up to the
 * slice in question: an engine looks for interrupts where it enters, so that a cut is not without
 * effect. An engine must therefore stop at exactly the count that it is given, and take events at
 * the same points between.
 *
 * <p><b>Flags that the manual leaves undefined</b> may differ until they are written again. Each
 * slice ends with {@value jvisor.machine.lockstep.Walk#TAIL} single steps whose instructions are
 * known; from these it follows for each arithmetic flag whether its last writer left it undefined
 * ({@link jvisor.machine.lockstep.Excuses}). A flag that none of them has written is not judged at
 * this end: should it be wrong and matter, something else will differ. When single instructions are
 * compared, every flag is judged at each.
 *
 * <p><b>Flags go elsewhere</b>: interrupts, exceptions, PUSHF and SYSCALL copy them. Both copies of
 * each such pair are noted ({@link jvisor.machine.lockstep.FlagImages}); a register or an aligned
 * word of memory that holds the one in the reference and the other in the tested machine is no
 * difference, and what POPF, IRET and SYSRET load from them is none either. What a guest computes
 * from undefined flags is one (LAHF, SETcc).
 *
 * <p><b>Not compared</b>: what devices remember (it shows when the guest asks them), what CPUs
 * cache (TLBs, blocks), the words of {@link jvisor.cpu.state.VcpuState} that have no meaning
 * between instructions. A difference in memory alone is found at the next look at all of it; the
 * search then finds when the first of these pages became different.
 */
@NullMarked
package jvisor.machine.lockstep;

import org.jspecify.annotations.NullMarked;
