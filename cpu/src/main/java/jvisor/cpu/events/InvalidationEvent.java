package jvisor.cpu.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A translation is not entered again. */
@Name("jvisor.Invalidation")
@Label("Invalidation")
@Category({"Jvisor", "Translator"})
@Description("Guest code that has a translation was written to or forgotten")
@StackTrace(false)
final class InvalidationEvent extends Event {
  @Label("Translation")
  int number;
}
