/**
 * Events of JDK Flight Recorder for what becomes of translations. They cost next to nothing while
 * nobody records, and are left out where Java has no flight recorder.
 */
@NullMarked
package jvisor.cpu.events;

import org.jspecify.annotations.NullMarked;
