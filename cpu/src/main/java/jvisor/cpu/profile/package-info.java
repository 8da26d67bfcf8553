/**
 * What the translator does, for people: its translations as text, and where a guest's time goes.
 *
 * <p>{@link jvisor.cpu.profile.TranslationText} puts a guest's instructions beside the code that
 * has been emitted for them, {@link jvisor.cpu.profile.TranslationLog} writes that down for every
 * translation as it happens. {@link jvisor.cpu.profile.ProfiledTier} stands between the interpreter
 * and the translator and counts who leaves the emitted code and why; without it nothing is counted,
 * and nothing is slower.
 */
@NullMarked
package jvisor.cpu.profile;

import org.jspecify.annotations.NullMarked;
