/**
 * Looks at the host and tells what it finds. Changes nothing; what cannot be found out is told as
 * such. Called by the doctor command.
 */
@NullMarked
package jvisor.app.doctor;

import org.jspecify.annotations.NullMarked;
