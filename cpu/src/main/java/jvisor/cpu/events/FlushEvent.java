package jvisor.cpu.events;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** All translations have been forgotten. */
@Name("jvisor.Flush")
@Label("Flush")
@Category({"Jvisor", "Translator"})
@Description("The memory for native code was full, and all translations were forgotten")
@StackTrace(false)
final class FlushEvent extends Event {
  @Label("Translations")
  int translations;

  @Label("Code Size")
  @DataAmount
  long codeSize;
}
