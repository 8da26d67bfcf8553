package jvisor.cpu.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;

/** How often emitted code has been left for one cause, since the event before of that cause. */
@Name("jvisor.Exits")
@Label("Exits")
@Category({"Jvisor", "Translator"})
@Description("How often native code has been left for one cause since it was last said")
@Period("1 s")
@StackTrace(false)
final class ExitsEvent extends Event {
  @Label("Cause")
  String cause = "";

  @Label("Times")
  long times;
}
