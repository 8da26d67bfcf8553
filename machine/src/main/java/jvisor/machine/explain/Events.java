package jvisor.machine.explain;

import jvisor.cpu.state.Vector;
import jvisor.cpu.vcpu.Observer.Event;
import jvisor.cpu.vcpu.Step;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.machine.ExplainTopic;
import jvisor.machine.explain.OpenTraps.Trap;
import jvisor.machine.trace.Vectors;
import org.jspecify.annotations.Nullable;

/** Tells of exceptions and interrupts. */
final class Events {
  private final Report report;
  private final OpenTraps open;
  private @Nullable Event event;
  private int vector;
  private int errorCode;
  private @Nullable Step culprit;

  Events(Report report, OpenTraps open) {
    this.report = report;
    this.open = open;
  }

  /** One is about to be delivered, perhaps because the one before could not be. */
  void delivering(Vcpu c, Event kind, int eventVector, int code, Moment before) {
    if (event == null) {
      culprit = kind == Event.EXCEPTION ? before.step : null;
      before.stops(c);
    } else if (report.has(ExplainTopic.FAULTS) && report.isLive(c.retired())) {
      report.headline(
          "%s could not be delivered; %s takes its place"
              .formatted(what(), Vectors.name(eventVector)));
    }
    event = kind;
    vector = eventVector;
    errorCode = code;
    before.step = null;
  }

  /** Its handler's first instruction is next. */
  void delivered(Vcpu c, Moment before) {
    boolean exception = event == Event.EXCEPTION;
    ExplainTopic topic = exception ? ExplainTopic.FAULTS : ExplainTopic.INTERRUPTS;
    String what = what();
    long number = report.begin(c, c.retired(), topic, what);
    open.open(before.wayBack(before.rip), new Trap(number, what, c.retired()));
    event = null;
    if (number == 0) {
      return;
    }
    if (!exception) {
      String place = "before the one at %x, %s".formatted(before.rip, Report.user(before.cpl));
      report.tell("trapped", "nothing: it came between two instructions, " + place);
      report.tell("why", "a device or a timer wants attention; the local APIC has passed it on");
    } else {
      if (culprit != null) {
        report.trapped(culprit, before);
      } else {
        report.tell(
            "trapped",
            "the fetch of, or a condition at, %x, %s"
                .formatted(before.rip, Report.user(before.cpl)));
      }
      report.tell("why", cause(c, before.cpl));
    }
    report.handler(c, Report.entry(c, vector), before);
  }

  private String what() {
    if (event == Event.NMI) {
      return "non-maskable interrupt";
    }
    return event == Event.EXCEPTION ? Vectors.name(vector) : "interrupt " + vector;
  }

  private String cause(Vcpu c, int cpl) {
    String code = errorCode >= 0 ? Vectors.cause(vector, errorCode) : "";
    return switch (vector) {
      case Vector.PF -> code + "; CR2 keeps the address, %x".formatted(c.state.cr(2));
      case Vector.UD -> "the processor has no such instruction, or not in this mode";
      case Vector.NM -> "the floating-point unit is switched off until the kernel lends it";
      case Vector.DE -> "a division by zero, or a quotient that is too large";
      case Vector.DB -> "a breakpoint or a single step";
      case Vector.BP -> "a debugger's breakpoint";
      case Vector.GP ->
          (culprit != null
                      && cpl == 3
                      && Privileged.INSTRUCTIONS.contains(culprit.insn().mnemonic())
                  ? "privileged: only level 0 may, and this is level 3"
                  : "against the rules of protection")
              + " ("
              + code
              + ")";
      default -> code.isEmpty() ? "the instruction's own condition" : code;
    };
  }

  /** Not even the double fault could be delivered. */
  void shutDown(Vcpu c) {
    if (report.begin(c, c.retired(), ExplainTopic.FAULTS, "triple fault") != 0) {
      report.tell("why", "not even the double fault could be delivered");
      report.tell("handler", "the monitor: the processor shuts down");
    }
    event = null;
  }
}
