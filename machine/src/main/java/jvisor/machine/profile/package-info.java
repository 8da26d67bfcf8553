/**
 * Profiles of a machine's run: a second thread looks once in a while at what the machine's thread
 * is doing, and the translator's ways in and out are counted ({@link
 * jvisor.cpu.profile.ProfiledTier}). A machine without a profile has none of this.
 *
 * <p>Shares of time are as good as the samples. For emitted code and translation the thread says
 * itself what it does; the rest is told by its stack, which a Java virtual machine shows at
 * safepoints only, so that shares within Java are blurred by some calls.
 */
@NullMarked
package jvisor.machine.profile;

import org.jspecify.annotations.NullMarked;
