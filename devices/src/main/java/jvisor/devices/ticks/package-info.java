/**
 * What happens to the ticks of a periodic timer that the host was too late to deliver.
 *
 * <p>A guest that counts ticks keeps time only if it gets all of them; a guest that gets a thousand
 * at once gets nothing else done. So late ticks are owed and handed out one by one, at a bounded
 * rate and up to a bounded number. Used by the timer chips (PIT, RTC).
 */
@NullMarked
package jvisor.devices.ticks;

import org.jspecify.annotations.NullMarked;
