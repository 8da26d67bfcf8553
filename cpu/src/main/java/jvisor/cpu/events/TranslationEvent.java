package jvisor.cpu.events;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A block has been translated; lasts as long as that took. */
@Name("jvisor.Translation")
@Label("Translation")
@Category({"Jvisor", "Translator"})
@Description("A block of guest code has been translated to native code")
@StackTrace(false)
final class TranslationEvent extends Event {
  @Label("Guest Physical Address")
  long gpa;

  @Label("Linear Address")
  long la;

  @Label("Instructions")
  int instructions;

  @Label("Code Size")
  @DataAmount
  int codeSize;
}
