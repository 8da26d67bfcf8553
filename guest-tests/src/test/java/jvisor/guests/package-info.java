/**
 * Whole guests on whole machines: what a person would see who sits at the serial port. {@link
 * jvisor.guests.Guest} is that person, {@link jvisor.guests.DebianFiles} brings kernels and
 * firmware from the APT repository that the host is configured with. Where APT cannot, a test is
 * skipped and says why; {@code ./check} in continuous integration takes that for a failure.
 */
@NullMarked
package jvisor.guests;

import org.jspecify.annotations.NullMarked;
