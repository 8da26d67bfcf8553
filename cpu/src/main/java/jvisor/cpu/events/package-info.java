/**
 * Events of JDK Flight Recorder for what becomes of translations, and why they are left. They are
 * there only if the flight recorder has been started before the machine is made; else nothing of it
 * is touched.
 */
@NullMarked
package jvisor.cpu.events;

import org.jspecify.annotations.NullMarked;
